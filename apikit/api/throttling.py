"""How often one sender may ask: by token where there is one, else by address; rates by scope in the settings."""

import ipaddress
import time
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

PERIODS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Throttle(BaseThrottle):
    """Allows as many requests a period as `DEFAULT_THROTTLE_RATES` says for the view's `throttle_scope`.

    A sliding count of two fixed windows: the last one weighs as much of itself as still lies within a period from now.
    Two counters a sender, whatever the rate; a scope that the settings don't name is not limited.
    """

    def __init__(self) -> None:
        self._wait_s: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = getattr(view, "throttle_scope", None)
        rate = api_settings.DEFAULT_THROTTLE_RATES.get(scope) if scope else None
        if not rate:
            return True
        limit, period_s = parse_rate(str(rate))
        window, into_s = divmod(time.time(), period_s)
        sender = f"throttle:{scope}:{self._sender(request)}"
        before = cache.get(f"{sender}:{int(window) - 1}", 0) * (1 - into_s / period_s)
        if before + self._counted(f"{sender}:{int(window)}", 2 * period_s) <= limit:
            return True
        self._wait_s = period_s - into_s
        return False

    def wait(self) -> float | None:
        """Return the seconds until the next window, for `Retry-After`."""
        return self._wait_s

    def _counted(self, key: str, expires_s: int) -> int:
        cache.add(key, 0, timeout=expires_s)
        try:
            return cache.incr(key)
        except ValueError:  # it expired, or the cache was emptied, between the two calls
            return 1

    def _sender(self, request: Request) -> str:
        """Return who asks: of a token a keyed hash, which matches nothing that is stored, so that an erased one leads nowhere."""
        if request.auth:
            return salted_hmac("throttle", str(request.auth), algorithm="sha256").hexdigest()
        return network_of(self.get_ident(request))


def parse_rate(rate: str) -> tuple[int, int]:
    """Return (requests, seconds) of a rate as DRF writes them.

    >>> parse_rate("30/min")
    (30, 60)
    """
    number, _, period = rate.partition("/")
    return int(number), PERIODS_S[period[0]]


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
