"""Push endpoints are addresses that strangers give us to send to: none may lead into our own network."""

import socket
from urllib.parse import urlsplit

from django.conf import settings

from visitors.core.addresses import is_public
from visitors.errors import EndpointNotPublic


def refuse_private(endpoint: str) -> None:
    """Raise EndpointNotPublic where the endpoint's host resolves to an address that is not public.

    A host that does not resolve now is not refused: it is asked again when a message is sent.
    """
    parts = urlsplit(endpoint)
    public_addresses(parts.hostname or "", parts.port or 443)


def public_addresses(host: str, port: int) -> list[str]:
    """Return the addresses that the host has now, none where it does not resolve.

    Raises EndpointNotPublic where one of them is not public, and the operator has not named the host as allowed.
    """
    found = _addresses(host, port)
    private = [] if is_allowed_private(host) else [address for address in found if not is_public(address)]
    if private:
        raise EndpointNotPublic(
            f'The push endpoint\'s host "{host}" is {private[0]}, which is not an address of the public Internet. '
            "Give the endpoint that the browser's PushManager returned.",
            param="subscription.endpoint",
        )
    return found


def is_allowed_private(host: str) -> bool:
    """Return whether the operator has named the host as a push service within their own network."""
    return host in settings.PUSH_PRIVATE_HOSTS


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a label that is empty or too long
        return []
    return [str(sockaddr[0]) for *_, sockaddr in found]
