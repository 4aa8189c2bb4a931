"""What opens and closes on the way of somebody who sets out at a time."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from navigation.core.graph import NONE, Ints
from navigation.core.search import UNREACHED, Metric, Path, Seed
from navigation.core.timing.timed_search import Clocked, shortest_path_at, waits_ms
from navigation.core.timing.timetable import MAX_WAIT_MS, WINDOW_MS, Longs, Rule, Timetable


@dataclass(frozen=True)
class Wait:
    """What one waits for until it opens, at a time of the table, and for how long."""

    feature_id: UUID
    until_ms: int
    wait_ms: int


@dataclass(frozen=True, eq=False)
class Doors:
    """A timetable of a graph, the costs of one traveller where all is open, and when they set out."""

    timetable: Timetable
    clocked: Clocked
    at_ms: int

    def path(
        self, metric: Metric, sources: Sequence[Seed], targets: Sequence[Seed], welcome: Set[UUID]
    ) -> tuple[Path | None, Longs]:
        """Return the cheapest path, or None where no way is open, and (k,) how long one waits before each of its edges.

        `metric` has left out what is shut all the while: its answer is the best wherever every door of it is open when one gets
        there. Else each door is asked by the clock. The units that are `welcome` let one in at any hour.
        """
        timetable = self.timetable.without_hours_of(welcome)
        if timetable is self.timetable:
            path = metric.shortest_path(sources, targets)
            if path is not None and self._is_open(path, sources[path.source].cost_ms):
                return path, np.zeros(len(path.edges), np.int64)
        path = shortest_path_at(self.clocked, timetable, self.at_ms, sources, targets)
        if path is None:
            return None, np.empty(0, np.int64)
        set_out_ms = self.at_ms + sources[path.source].cost_ms
        return path, waits_ms(timetable, self.clocked.durations_ms, path.edges, set_out_ms)

    def lets_through(self, edge: int) -> bool:
        """Return whether one who waits now may take an edge."""
        return self.timetable.wait_ms(edge, self.at_ms) <= MAX_WAIT_MS

    def shut_on_the_way(self, node_ms: Longs, tail: Ints) -> Iterator[tuple[int, Rule]]:
        """Yield each edge that nobody may take who comes to its tail (n,) node_ms after setting out, and the rule that says so.

        Of what is not reached, the moment of setting out decides.
        """
        for edge in np.flatnonzero(self.timetable.slot != NONE).tolist():
            come_ms = int(node_ms[tail[edge]])
            clock_ms = self.at_ms + (come_ms if come_ms < UNREACHED else 0)
            if self.timetable.wait_ms(edge, clock_ms) > MAX_WAIT_MS:
                rules = self.timetable.rules_at(edge)
                yield edge, max(rules, key=lambda rule: rule.next_open_ms(clock_ms))

    def waits(self, path: Path, link_ms: int, waits_ms: Longs) -> tuple[Wait, ...]:
        """Return what one waits for on a path, in order."""
        waits = []
        clock_ms = self.at_ms + link_ms
        for edge, wait_ms in zip(path.edges.tolist(), waits_ms.tolist(), strict=True):
            if wait_ms:
                rule = max(self.timetable.rules_at(edge), key=lambda rule: rule.next_open_ms(clock_ms))
                waits.append(Wait(rule.feature_id, clock_ms + wait_ms, wait_ms))
            clock_ms += wait_ms + int(self.clocked.durations_ms[edge])
        return tuple(waits)

    def _is_open(self, path: Path, link_ms: int) -> bool:
        """Return whether one meets no closed door on a path, within the time that the metric knows of."""
        durations_ms = self.clocked.durations_ms
        if self.at_ms + link_ms + int(durations_ms[path.edges].sum(dtype=np.int64)) > WINDOW_MS:
            return False
        if (self.timetable.slot[path.edges] == NONE).all():
            return True
        return not waits_ms(self.timetable, durations_ms, path.edges, self.at_ms + link_ms).any()
