"""What to warn a visitor of: doors to wait at, and destinations that are closed when they get there."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from navigation.core.finding.anchors import Found
from navigation.core.guiding.wording import Wording, wording
from navigation.services.timetables import Departure
from venues import selectors
from venues.core.openness import HoursError, is_open, open_periods
from venues.core.snapshot import Snapshot

MINUTE_MS = 60_000
# How far ahead the next opening of a destination is looked for.
AHEAD = timedelta(days=7)


def warnings_of(snapshot: Snapshot, departure: Departure, ways: Sequence[Found], language: str) -> list[str]:
    """Return the warnings of a journey's legs, in order, in a language."""
    words = wording(language)
    told: list[str] = []
    arrive_at = departure.at
    for way in ways:
        told.extend(_waits(snapshot, departure, way, words))
        arrive_at += timedelta(milliseconds=way.duration_ms)
        told.extend(_closed_on_arrival(snapshot, departure, way, arrive_at, words))
    return told


def _waits(snapshot: Snapshot, departure: Departure, way: Found, wording: Wording) -> Iterator[str]:
    table = wording.tables["hours"]
    for wait in way.waits:
        feature = snapshot.by_id[wait.feature_id]
        name = wording.name(feature.properties.get("name") or {}) or table["door"]
        opens_at = departure.timetable.at(wait.until_ms)
        minutes = wording.count("minutes", -(-wait.wait_ms // MINUTE_MS))
        said = table["wait"].format(
            name=name, time=_clock(opens_at, departure.at, departure.time_zone, wording), minutes=minutes
        )
        yield _sentence(wording, said)


def _closed_on_arrival(
    snapshot: Snapshot, departure: Departure, way: Found, at: datetime, wording: Wording
) -> Iterator[str]:
    goal = way.end.goal
    hours = _hours_of(snapshot, goal.feature_id)
    try:
        if hours is None or is_open(hours, at, departure.time_zone, snapshot.country):
            return
        periods = open_periods(hours, at, at + AHEAD, departure.time_zone, snapshot.country)
    except HoursError:
        return
    table = wording.tables["hours"]
    name = wording.name(goal.name) or table["door"]
    if not periods:
        yield _sentence(wording, table["closed"].format(name=name))
    elif periods[0][0] > at:
        time = _clock(periods[0][0], at, departure.time_zone, wording)
        yield _sentence(wording, table["closed_until"].format(name=name, time=time))


def _hours_of(snapshot: Snapshot, feature_id: UUID | None) -> str | None:
    if feature_id is None:
        return None
    place = selectors.place_search(snapshot.content_hash).by_id.get(feature_id)
    return place.hours if place else None


def _clock(at: datetime, now: datetime, time_zone: str, wording: Wording) -> str:
    """Return the time on the venue's clocks, with the day of the week where that is not today."""
    zone = ZoneInfo(time_zone)
    local = at.astimezone(zone)
    time = f"{local:%H:%M}"
    if local.date() == now.astimezone(zone).date():
        return time
    weekday = wording.tables["weekdays"][str(local.isoweekday())]
    return wording.tables["hours"]["on_day"].format(time=time, weekday=weekday)


def _sentence(wording: Wording, said: str) -> str:
    text = wording.contracted(said)
    return text[0].upper() + text[1:]
