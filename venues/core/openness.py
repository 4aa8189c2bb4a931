"""Whether something is open, from hours in the syntax of OpenStreetMap's opening_hours, public holidays (PH) included."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays, list_supported_countries
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub leaves the error out

# Different texts of a district: shops share theirs, so some hundreds; on holidays each is kept a second time.
KEPT_TEXTS = 4_096
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# PH for a day itself; "PH +1 day" has no form in weekdays and stays as it is.
PUBLIC_HOLIDAY = re.compile(r"\bPH\b(?!\s*[+-]\d)")


class HoursError(ValueError):
    """The text is no opening_hours; the message quotes it."""


def is_open(hours: str, at: datetime, time_zone: str, country: str | None = None) -> bool:
    """Return whether `hours`, meant in the venue's time zone, are open at the aware instant. Raises HoursError.

    `country` (ISO 3166-1 alpha-2) is the one whose public holidays PH means; without one, or without a calendar, no day is PH.

    >>> from datetime import UTC
    >>> is_open("Sa-Th 06:00-23:00; Fr 14:00-23:00", datetime(2026, 11, 20, 11, 30, tzinfo=UTC), "Asia/Qatar")
    True
    >>> is_open("09:00-18:00; PH off", datetime(2026, 12, 18, 9, 0, tzinfo=UTC), "Asia/Qatar", "QA")  # the national day
    False
    """
    local = at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    return _schedule_on(hours, local.date(), country).is_open(local)


def open_periods(
    hours: str, begin: datetime, end: datetime, time_zone: str, country: str | None = None
) -> list[tuple[datetime, datetime]]:
    """Return when `hours` are open between two aware instants, in UTC, ascending, none touching the next. Raises HoursError.

    What the hours leave open to doubt ("unknown") counts as open: nobody is kept out by it.
    """
    zone = ZoneInfo(time_zone)
    first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    periods: list[tuple[datetime, datetime]] = []
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        midnight = datetime.combine(day, time.min)
        for opens, closes, state, _ in _schedule_on(hours, day, country).intervals(midnight, midnight + timedelta(1)):
            period = (max(_instant(opens, zone), begin), min(_instant(closes, zone), end))
            if state == State.CLOSED or period[0] >= period[1]:
                continue
            if periods and periods[-1][1] == period[0]:
                period = (periods.pop()[0], period[1])
            periods.append(period)
    return periods


def require_hours(hours: str) -> None:
    """Raise HoursError unless the text is an opening_hours."""
    _schedule(hours)


def _schedule_on(hours: str, day: date, country: str | None) -> OpeningHours:
    """Return the hours as they hold on that day.

    The parser knows no holidays of many countries. Whether it is open at an instant depends on two days only, that one and,
    for hours that run past midnight, the one before; so for those PH is put as their weekdays.
    """
    plain = _schedule(hours)
    if country is None or not PUBLIC_HOLIDAY.search(hours):
        return plain
    calendar = _calendar(country.upper())
    off = [each for each in (day - timedelta(days=1), day) if calendar is not None and each in calendar]
    if not off:
        return plain
    return _schedule(PUBLIC_HOLIDAY.sub(",".join(WEEKDAYS[each.weekday()] for each in off), hours))


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=8)
def _calendar(country: str) -> HolidayBase | None:
    return country_holidays(country) if country in list_supported_countries() else None


@lru_cache(maxsize=KEPT_TEXTS)
def _schedule(hours: str) -> OpeningHours:
    try:
        return OpeningHours(hours)
    except ParserError as error:
        raise HoursError(f'"{hours}" is no opening_hours, such as "Mo-Fr 08:00-18:00; Sa off"') from error
