"""When to try a delivery again: full jitter under a rising ceiling, and what the other side asks for."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from notifications.core.message import MAX_TTL_S

BASE_S = 10.0
QUOTA_BASE_S = 60.0
CEILING_S = 900.0
# 2^k passes the ceiling long before this; it only keeps the power from overflowing.
MAX_EXPONENT = 16
# Push services are named by strangers: what theirs asks for is taken up to the time that any message can wait.
LONGEST_S = float(MAX_TTL_S)
MOST_DIGITS = 12


def delay_s(attempts: int, draw: float, *, is_quota: bool = False, retry_after_s: float | None = None) -> float:
    """Return the seconds to wait after `attempts` failed attempts (1 or more).

    `draw` is uniform in [0, 1): full jitter, U(0, min(15 min, base x 2^k)), k counting from 0 (M. Brooker, "Exponential
    Backoff And Jitter", AWS Architecture Blog, 2015). What the other side asks for with Retry-After is never undercut.
    """
    base_s = QUOTA_BASE_S if is_quota else BASE_S
    ceiling_s = min(CEILING_S, base_s * 2.0 ** min(attempts - 1, MAX_EXPONENT))
    return max(draw * ceiling_s, retry_after_s or 0.0)


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, section 10.2.3), None where it says nothing.

    >>> parse_retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    if value is None:
        return None
    digits = value.strip()
    if digits.isascii() and digits.isdigit():
        return float(min(int(digits[:MOST_DIGITS]), LONGEST_S))
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_S)
