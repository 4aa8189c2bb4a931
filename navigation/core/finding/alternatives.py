"""Other good ways: searched again with the known ways made to seem longer, kept where they really differ and make sense."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from navigation.core.finding.anchors import Finder, Found, Stop
from navigation.core.profiles import FORBIDDEN, Costs
from navigation.core.search import Path, Seed

# Admissible ways as in Abraham, Delling, Goldberg, Werneck, Alternative Routes in Road Networks, ACM JEA 18, 2013, 1.3: little
# shared, none much longer, and each stretch of a quarter of the best way about as good as can be. The numbers are
# for people on foot, who see more than one way at a time: ours, but for the quarter.
PENALTY = 1.4
LONGEST = 1.5
MOST_SHARED = 0.6
LOCAL_SHARE = 0.25
LOCALLY_LONGEST = 1.1
TRIES_EACH = 3


def alternatives(finder: Finder, start: Stop, end: Stop, best: Found, wanted: int) -> list[Found]:
    """Return up to `wanted` other ways, the quickest first."""
    found = [best]
    for candidate in _penalized(finder, start, end, best, wanted * TRIES_EACH):
        if len(found) > wanted:
            break
        short = candidate.duration_ms <= LONGEST * best.duration_ms
        if short and _differs(candidate, found) and _makes_sense(finder, candidate, best):
            found.append(candidate)
    return sorted(found[1:], key=lambda way: way.duration_ms)


def _penalized(finder: Finder, start: Stop, end: Stop, best: Found, tries: int) -> Iterator[Found]:
    metric = finder.metric
    way: Found | None = best
    for _ in range(tries):
        if way is None or way.path is None:
            return
        metric = metric.with_costs(way.path.edges, _longer(metric.costs_ms[way.path.edges]))
        way = replace(finder, metric=metric).find(start, end)
        if way is not None:
            yield way


def _longer(costs_ms: Costs) -> Costs:
    longer: Costs = np.minimum(np.ceil(costs_ms * PENALTY), FORBIDDEN - 1).astype(np.int32)
    return longer


def _differs(candidate: Found, known: Sequence[Found]) -> bool:
    """Return whether little enough of the way's time is spent where a known one leads too: in the same rooms, doors and lifts.

    Two lines across one square are the same way to whoever walks it.
    """
    own = _time_in(candidate)
    return all(_shared_ms(own, _time_in(way)) <= MOST_SHARED * candidate.duration_ms for way in known)


def _time_in(way: Found) -> Mapping[object, int]:
    """Return the milliseconds that a way spends in each feature of each level, or along each line where it is in none."""
    time_ms: dict[object, int] = {}
    for stretch in way.stretches:
        where = (stretch.feature_id or frozenset(stretch.points_m), stretch.level_id)
        time_ms[where] = time_ms.get(where, 0) + stretch.duration_ms
    return time_ms


def _shared_ms(a: Mapping[object, int], b: Mapping[object, int]) -> int:
    return sum(min(a[where], b[where]) for where in a.keys() & b.keys())


def _makes_sense(finder: Finder, candidate: Found, best: Found) -> bool:
    """Return whether no stretch of the way is a detour for nothing."""
    if candidate.path is None:
        return False
    for stretch, cost_ms in _windows(finder, candidate.path, round(LOCAL_SHARE * best.cost_ms)):
        shortest = finder.metric.shortest_path([Seed(stretch[0], 0)], [Seed(stretch[1], 0)])
        if shortest is None or cost_ms > LOCALLY_LONGEST * shortest.cost_ms:
            return False
    return True


def _windows(finder: Finder, path: Path, window_ms: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield overlapping stretches of a path that cost about a window: their end nodes, and what they cost."""
    behind_ms = np.concatenate(([0], np.cumsum(finder.metric.costs_ms[path.edges], dtype=np.int64)))
    for start_ms in range(0, max(int(behind_ms[-1]) - window_ms // 2, 1), max(window_ms // 2, 1)):
        first = int(np.searchsorted(behind_ms, start_ms))
        last = int(np.searchsorted(behind_ms, start_ms + window_ms, side="right")) - 1
        if last > first:
            yield (int(path.nodes[first]), int(path.nodes[last])), int(behind_ms[last] - behind_ms[first])
