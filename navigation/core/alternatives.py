"""Other good ways: searched again with the known ways made to seem longer, kept where they really differ."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from navigation.core.anchors import Finder, Found, Stop
from navigation.core.profiles import FORBIDDEN, Costs

# As in Abraham, Delling, Goldberg, Werneck, Alternative Routes in Road Networks, ACM JEA 18, 2013: penalties of some 1.4,
# at most half as long again, and not mostly the same way.
PENALTY = 1.4
LONGEST = 1.5
MOST_SHARED = 0.6
TRIES_EACH = 3


def alternatives(finder: Finder, start: Stop, end: Stop, best: Found, wanted: int) -> list[Found]:
    """Return up to `wanted` other ways, the quickest first."""
    found = [best]
    for candidate in _penalized(finder, start, end, best, wanted * TRIES_EACH):
        if len(found) > wanted:
            break
        if candidate.duration_ms <= LONGEST * best.duration_ms and _differs(finder, candidate, found):
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


def _differs(finder: Finder, candidate: Found, known: Sequence[Found]) -> bool:
    """Return whether the way shares little enough of its length with each known one."""
    if candidate.path is None:
        return False
    length_m = finder.graph.length_m
    own = set(candidate.path.edges.tolist())
    total_m = float(length_m[candidate.path.edges].sum()) or 1.0
    for way in known:
        shared = own & set(way.path.edges.tolist()) if way.path is not None else set()
        if float(length_m[list(shared)].sum()) > MOST_SHARED * total_m:
            return False
    return True
