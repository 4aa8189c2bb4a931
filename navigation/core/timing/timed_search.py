"""Searching with doors that open and close: A* on arrays, each door asked at the moment of arrival.

What is left to go is bounded by the hierarchy: by what it costs at least where every door is open. So the search looks at little
more than the way itself and what leads round a closed door.

A label is what the way to a node cost and what the clock says there. It is set once, the cheapest first and of those that cost
as much the earliest; so the search is exact where the cost is the duration (who comes earlier never leaves later), and with
other costs it asks each door at the clock of the cheapest way to it. Waiting costs its time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numba import njit

from navigation.core.graph import NONE, Ints
from navigation.core.heap import pop, push
from navigation.core.profiles import FORBIDDEN, Costs
from navigation.core.search import UNREACHED, Hierarchy, Metric, Path, Seed
from navigation.core.search.warming import one_edge
from navigation.core.timing.timetable import MAX_WAIT_MS, NEVER, Longs, Timetable

# A key holds a cost and behind it a clock, which settles ties: 2**27 ms is a day and a half, and costs stay below 2**35 ms.
CLOCK_BITS = 27
LATEST_MS = 2**CLOCK_BITS - 1


@dataclass(frozen=True, eq=False)
class Clocked:
    """The costs of one traveller where every door is open, and the durations that move the clock.

    durations_ms (m,) is what each edge takes; what the metric costs is minimized.
    """

    metric: Metric
    durations_ms: Costs = field(repr=False)


def shortest_path_at(
    clocked: Clocked, timetable: Timetable, at_ms: int, sources: Sequence[Seed], targets: Sequence[Seed]
) -> Path | None:
    """Return the cheapest path of somebody who sets out then, or None where no way is open to them.

    Its cost counts the waiting; the seeds cost what they take.
    """
    if not sources or not targets:
        return None
    graph = clocked.metric.graph
    target_ms = np.full(graph.node_count, NONE, np.int64)
    target_of = {}
    for index, seed in sorted(enumerate(targets), key=lambda target: -target[1].cost_ms):
        target_ms[seed.node], target_of[seed.node] = seed.cost_ms, index
    source_of = {seed.node: index for index, seed in sorted(enumerate(sources), key=lambda source: -source[1].cost_ms)}
    cost_ms, last, via = _search(
        graph.first_out, graph.head, clocked.metric.costs_ms, clocked.durations_ms,
        timetable.slot, timetable.first, timetable.opens_ms, timetable.closes_ms, MAX_WAIT_MS,
        np.array([seed.node for seed in sources], np.int32), np.array([seed.cost_ms for seed in sources], np.int64), at_ms,
        target_ms, clocked.metric.costs_to(targets),
    )  # fmt: skip
    if last == NONE:
        return None
    edges = _unwind(graph.tail, via, last)
    nodes = np.array([graph.tail[edges[0]] if len(edges) else last, *graph.head[edges]], np.int32)
    return Path(int(cost_ms), source_of[int(nodes[0])], target_of[int(last)], nodes, edges)


def warm_up() -> None:
    """Compile the kernels, or load what is compiled from the cache."""
    graph, one_ms = one_edge(), np.ones(1, np.int32)
    metric = Metric.of(graph, Hierarchy.of(graph), one_ms)
    timetable = Timetable.of(datetime.fromtimestamp(0, UTC), 1, ())
    shortest_path_at(Clocked(metric, one_ms), timetable, 0, [Seed(0, 0)], [Seed(1, 0)])


def waits_ms(timetable: Timetable, durations_ms: Costs, edges: Ints, at_ms: int) -> Longs:
    """(k,) how long one waits before each edge of a path, who comes to the first of them then; NEVER where it stays closed."""
    waits = np.zeros(len(edges), np.int64)
    clock_ms = at_ms
    for index, edge in enumerate(edges.tolist()):
        waits[index] = timetable.wait_ms(edge, clock_ms)
        clock_ms += int(durations_ms[edge]) + int(waits[index])
    return waits


def _unwind(tail: Ints, via: Ints, last: int) -> Ints:
    """Return the edges that lead to the node, first to last."""
    edges = []
    while (edge := int(via[last])) != NONE:
        edges.append(edge)
        last = int(tail[edge])
    return np.array(edges[::-1], np.int32)


@njit(cache=True, nogil=True)
def _wait(slot, first, opens, closes, at):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return how long one waits who comes to a slot then: 0 for no slot, NEVER where it stays closed."""
    if slot == NONE:
        return np.int64(0)
    low = first[slot]
    end = first[slot + 1]
    high = end
    while low < high:
        middle = (low + high) >> 1
        if closes[middle] <= at:
            low = middle + 1
        else:
            high = middle
    if low == end:
        return np.int64(NEVER)
    return max(opens[low] - at, np.int64(0))


@njit(cache=True, nogil=True)
def _set_out(sources, source_ms, at, left, cost, clock, keys, items):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Put the sources in the heap; return its size."""
    size = 0
    for i in range(len(sources)):
        node = sources[i]
        if left[node] != UNREACHED and source_ms[i] < cost[node]:
            cost[node] = source_ms[i]
            clock[node] = at + source_ms[i]
            size = push(keys, items, size, ((cost[node] + left[node]) << CLOCK_BITS) | clock[node], node)
    return size


@njit(cache=True, nogil=True)
def _search(  # type: ignore[no-untyped-def]  # Numba infers the types
    first_out, head, costs, durations, slots, first, opens, closes, max_wait, sources, source_ms, at, target_ms, left
):  # fmt: skip
    """Return the cost of the best way to a target, its last node, and the edge by which each node was reached.

    `left` (n,) is the least that it costs from each node to a target, UNREACHED where no way leads there.
    """
    n = len(first_out) - 1
    cost = np.full(n, np.int64(UNREACHED))
    clock = np.full(n, np.int64(UNREACHED))
    via = np.full(n, NONE, np.int32)
    settled = np.zeros(n, np.bool_)
    keys = np.empty(len(head) + len(sources), np.int64)
    items = np.empty(len(keys), np.int32)
    size = _set_out(sources, source_ms, at, left, cost, clock, keys, items)
    best = np.int64(UNREACHED)
    last = NONE
    while size > 0:
        node = items[0]
        if keys[0] >> CLOCK_BITS >= best:
            break
        size = pop(keys, items, size)
        if settled[node]:
            continue
        settled[node] = True
        if target_ms[node] >= 0 and cost[node] + target_ms[node] < best:
            best = cost[node] + target_ms[node]
            last = node
        for edge in range(first_out[node], first_out[node + 1]):
            wait = _wait(slots[edge], first, opens, closes, clock[node])
            if costs[edge] == FORBIDDEN or wait > max_wait:
                continue
            other = head[edge]
            onward = cost[node] + wait + costs[edge]
            later = clock[node] + wait + durations[edge]
            if later > LATEST_MS or settled[other] or left[other] == UNREACHED:
                continue
            if onward < cost[other] or (onward == cost[other] and later < clock[other]):
                cost[other] = onward
                clock[other] = later
                via[other] = edge
                size = push(keys, items, size, ((onward + left[other]) << CLOCK_BITS) | later, other)
    return best, last, via
