"""How often one sender may ask: by token where there is one, else by address; rates by scope in the settings."""

import ipaddress
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apikit.services import rates


class Throttle(BaseThrottle):
    """Allows as many requests a period as `DEFAULT_THROTTLE_RATES` says for the view's `throttle_scope`."""

    def __init__(self) -> None:
        self._wait_s: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = getattr(view, "throttle_scope", None)
        [self._wait_s] = rates.waits_s(scope, [self._sender(request)]) if scope else [None]
        return self._wait_s is None

    def wait(self) -> float | None:
        """Return the seconds until the next window, for `Retry-After`."""
        return self._wait_s

    def _sender(self, request: Request) -> str:
        return rates.sender_of(str(request.auth)) if request.auth else network_of(self.get_ident(request))


def network_of(address: str | None) -> str:
    """Return whom an address stands for: itself, or its /64 in IPv6, which one subscriber has whole (RFC 6177).

    >>> network_of("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
