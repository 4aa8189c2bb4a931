"""What opening hours say of the ways: doors, units and relationships that let somebody through at some hours only."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from navigation.core.timing.passages import Passages
from navigation.core.timing.timetable import SPAN_MS, Cause, Rule, Spans
from venues.core.openness import HoursError, open_periods
from venues.core.snapshot import Snapshot

MS = timedelta(milliseconds=1)
# Texts of hours of one table: shops share theirs.
KEPT_TEXTS = 4_096


def rules_of(snapshot: Snapshot, passages: Passages, begins_at: datetime, time_zone: str) -> Iterator[Rule]:
    """Yield what the hours of a map say of the edges of its graph, in the milliseconds of a table that begins then.

    Hours of a unit that nobody passes through say nothing of ways; nor do hours that can't be read.
    """

    @lru_cache(maxsize=KEPT_TEXTS)
    def spans(hours: str) -> Spans:
        end = begins_at + SPAN_MS * MS
        periods = open_periods(hours, begins_at, end, time_zone, snapshot.country)
        return tuple((round((opens - begins_at) / MS), round((closes - begins_at) / MS)) for opens, closes in periods)

    for feature_id, hours in _with_hours(snapshot, passages):
        edges = passages.of(feature_id)
        if len(edges):
            try:
                yield Rule(feature_id, Cause.HOURS, edges, spans(hours))
            except HoursError:
                continue


def _with_hours(snapshot: Snapshot, passages: Passages) -> Iterator[tuple[UUID, str]]:
    yield from ((id_, opening.hours) for id_, opening in sorted(snapshot.openings.items()) if opening.hours)
    yield from ((id_, way.hours) for id_, way in sorted(snapshot.relationships.items()) if way.hours)
    for id_, unit in sorted(snapshot.units.items()):
        if unit.hours and not passages.is_dead_end(id_):
            yield id_, unit.hours
