"""Timetables of published graphs: opening hours and closures, computed once an hour and once for every change of closures."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from navigation import selectors
from navigation.core.timing import closing, hours
from navigation.core.timing.closing import Closing
from navigation.core.timing.passages import Passages
from navigation.core.timing.timetable import Rule, Timetable
from navigation.services.graphs import Engine
from venues import selectors as venue_selectors
from venues.models import Venue

# Tables kept in a process: this hour's and the next of a few venues, and some that were asked for ahead.
KEPT_TABLES = 32


@dataclass(frozen=True, eq=False)
class Departure:
    """When somebody sets out, what is closed then and later, and in whose time a clock is told."""

    at: datetime
    timetable: Timetable
    closings: tuple[Closing, ...]
    time_zone: str

    @property
    def at_ms(self) -> int:
        """The moment in the milliseconds of the timetable."""
        return self.timetable.ms_of(self.at)


def departing(engine: Engine, venue: Venue, at: datetime) -> Departure:
    """Return the departure of somebody in a venue at an aware instant, with the closures as `venue` was read."""
    begins_at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    closings = selectors.closings(venue)
    return Departure(at, _timetable(engine, venue.time_zone, closings, begins_at), closings, venue.time_zone)


@lru_cache(maxsize=KEPT_TABLES)
def _timetable(engine: Engine, time_zone: str, closings: tuple[Closing, ...], begins_at: datetime) -> Timetable:
    by_closures = closing.rules_of(closings, _passages(engine), begins_at)
    rules = [*_by_hours(engine, time_zone, begins_at), *by_closures]
    return Timetable.of(begins_at, engine.graph.edge_count, rules)


@lru_cache(maxsize=KEPT_TABLES)
def _by_hours(engine: Engine, time_zone: str, begins_at: datetime) -> tuple[Rule, ...]:
    return tuple(hours.rules_of(engine.snapshot, _passages(engine), begins_at, time_zone))


@lru_cache(maxsize=venue_selectors.KEPT_SNAPSHOTS)
def _passages(engine: Engine) -> Passages:
    return Passages(engine.graph)
