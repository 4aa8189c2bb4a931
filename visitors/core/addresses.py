"""Which addresses on the Internet a server may be sent to by those whom it does not know."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IPv6 addresses that stand for an IPv4 address, with what they hold in their last 32 bits (RFC 6052, section 2.1).
NAT64 = IPv6Network("64:ff9b::/96")
# All that IANA gives to networks of the public Internet (RFC 4291, section 2.4); what lies beside it may mean an address of ours.
GLOBAL_UNICAST = IPv6Network("2000::/3")
# For protocols (RFC 6890): a cloud answers there with its secrets.
PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")


def is_public(text: str) -> bool:
    """Return whether an IP address is one of the public Internet: not loopback, private, link-local or a group.

    >>> is_public("93.184.216.34"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    address = ip_address(text.partition("%")[0])  # the zone of a scoped address does not matter
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in PROTOCOL_ASSIGNMENTS
    embedded = _embedded(address)
    return is_public(str(embedded)) if embedded is not None else address.is_global and address in GLOBAL_UNICAST


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to this one end at, None where they do not."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
