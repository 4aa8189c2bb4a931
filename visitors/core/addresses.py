"""Which addresses on the Internet a server may be sent to by those whom it does not know."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# IPv6 addresses that stand for an IPv4 address, with what they hold in their last 32 bits (RFC 6052, section 2.1).
NAT64 = IPv6Network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Return whether an IP address is one of the public Internet: not loopback, private, link-local or a group.

    >>> is_public("93.184.216.34"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    address = ip_address(text.partition("%")[0])  # the zone of a scoped address does not matter
    embedded = _embedded(address) if isinstance(address, IPv6Address) else None
    public = address.is_global and not address.is_multicast
    return is_public(str(embedded)) if embedded is not None else public


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to this one end at, None where they do not."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
