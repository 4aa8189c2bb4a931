"""Whether something is open, from hours in the syntax of OpenStreetMap's opening_hours."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stub leaves the error out

# Different texts of a district: shops share theirs, so some hundreds.
KEPT_TEXTS = 4_096


class HoursError(ValueError):
    """The text is no opening_hours; the message quotes it."""


def is_open(hours: str, at: datetime, time_zone: str) -> bool:
    """Return whether `hours`, meant in the venue's time zone, are open at the aware instant. Raises HoursError.

    >>> from datetime import UTC
    >>> is_open("Sa-Th 06:00-23:00; Fr 14:00-23:00", datetime(2026, 11, 20, 11, 30, tzinfo=UTC), "Asia/Qatar")
    True
    """
    return _schedule(hours).is_open(at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None))


def require_hours(hours: str) -> None:
    """Raise HoursError unless the text is an opening_hours."""
    _schedule(hours)


@lru_cache(maxsize=KEPT_TEXTS)
def _schedule(hours: str) -> OpeningHours:
    try:
        return OpeningHours(hours)
    except ParserError as error:
        raise HoursError(f'"{hours}" is no opening_hours, such as "Mo-Fr 08:00-18:00; Sa off"') from error
