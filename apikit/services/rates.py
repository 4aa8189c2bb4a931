"""How often one sender may ask: a sliding count of two fixed windows, the last one weighing as much as still lies within a period.

Two counters a sender in the cache, whatever the rate.
"""

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

from apikit.services.caches import turn_cache

PERIODS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def waits_s(scope: str, senders: Sequence[str]) -> list[float | None]:
    """Count a request of each; return None where it is within the scope's rate, else the seconds until it is worth trying again.

    Rates are the settings' `DEFAULT_THROTTLE_RATES`; a scope without one is not limited.
    """
    rates: Mapping[str, str] = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]  # type: ignore[assignment]  # typed for any of its values
    rate = rates.get(scope)
    if not rate:
        return [None] * len(senders)
    limit, period_s = parse_rate(rate)
    window, into_s = divmod(time.time(), period_s)
    keys = [f"throttle:{scope}:{sender}" for sender in senders]
    counts = turn_cache().counted(
        [(f"{key}:{int(window)}", f"{key}:{int(window) - 1}") for key in keys], expires_s=2 * period_s
    )
    left = 1 - into_s / period_s
    return [None if last * left + count <= limit else period_s - into_s for count, last in counts]


def sender_of(token: str) -> str:
    """Return what a token's sender is counted by: a keyed hash, which matches nothing that is stored of them."""
    return salted_hmac("throttle", token, algorithm="sha256").hexdigest()


@lru_cache
def parse_rate(rate: str) -> tuple[int, int]:
    """Return (requests, seconds) of a rate as DRF writes them.

    >>> parse_rate("30/min")
    (30, 60)
    """
    number, _, period = rate.partition("/")
    return int(number), PERIODS_S[period[0]]
