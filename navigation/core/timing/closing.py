"""Closures as values: what is shut, from when until when, and which way of somebody under way that closes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from navigation.core.following.pace import steps_ahead
from navigation.core.following.progress import Progress
from navigation.core.route import Route, Step
from navigation.core.timing.passages import Passages
from navigation.core.timing.timetable import SPAN_MS, Cause, Rule, complement


@dataclass(frozen=True)
class Closing:
    """Units, openings and relationships that nobody passes from `starts_at` to `ends_at`, on one level only if it is given."""

    id: UUID
    feature_ids: frozenset[UUID]
    level_id: UUID | None
    starts_at: datetime
    ends_at: datetime | None
    reason: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Text by language."""

    def holds_between(self, begin: datetime, end: datetime) -> bool:
        """Return whether it holds at some time from `begin` to `end`, both included."""
        return self.starts_at <= end and (self.ends_at is None or begin < self.ends_at)

    def shuts(self, step: Step) -> bool:
        """Return whether a step leads through something that it shuts."""
        on_level = self.level_id is None or self.level_id in (step.level_id, step.end_level_id)
        return on_level and not self.feature_ids.isdisjoint(step.feature_ids)


def rules_of(closings: Iterable[Closing], passages: Passages, begins_at: datetime) -> Iterator[Rule]:
    """Yield what closures say of the edges of a graph, in the milliseconds of a table that begins then."""

    def ms(at: datetime) -> int:
        return round((at - begins_at) / timedelta(milliseconds=1))

    for closing in closings:
        end_ms = SPAN_MS if closing.ends_at is None else ms(closing.ends_at)
        for feature_id in sorted(closing.feature_ids):
            edges = passages.of(feature_id, closing.level_id)
            yield Rule(feature_id, Cause.CLOSURE, edges, complement([(ms(closing.starts_at), end_ms)]))


def shut_ahead(route: Route, progress: Progress, closings: Iterable[Closing], now: datetime) -> bool:
    """Return whether somebody with this progress comes to something shut, at the pace that they have shown."""
    standing = list(closings)
    begin = now
    for step, seconds in steps_ahead(progress.pace, route, progress.place):
        end = begin + timedelta(seconds=seconds)
        if any(closing.shuts(step) and closing.holds_between(begin, end) for closing in standing):
            return True
        begin = end
    return False
