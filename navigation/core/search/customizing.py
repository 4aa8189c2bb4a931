"""Customizing a hierarchy: what each of its slots costs when the edges cost this much, and over which way.

`costs` (2 a,) holds whole milliseconds, NEVER where nothing leads; `ways` (2 a, 2) what a slot unfolds to: two slots, one after
the other, or ~edge and the node that the edge leads to. Of ways that cost the same the edge with the smallest index is taken,
else the way over the lowest rank.
"""

import numpy as np
from numba import njit

from navigation.core.heap import pop, push

NEVER = 2**30 - 1
"""More than any way may cost, twelve days: two of them still add up in 32 bits."""


@njit(cache=True, nogil=True)
def customize(  # type: ignore[no-untyped-def]  # Numba infers the types
    edge_ms, ranks, arc_tail, arc_head, arc_depth, first_below, arc_below, first_edge, next_edge, height
):  # fmt: skip
    """Return costs and ways of every slot."""
    costs = np.empty(2 * len(arc_depth), np.int32)
    ways = np.empty((2 * len(arc_depth), 2), np.int32)
    arc_at = np.empty(height, np.int32)  # of the rank in hand, by the depth of the head
    for rank in range(len(ranks) - 1):
        for arc in range(ranks[rank, 1], ranks[rank + 1, 1]):
            _lead_over_edges(arc, edge_ms, ranks, arc_tail, arc_head, first_edge, next_edge, costs, ways)
            arc_at[arc_depth[arc]] = arc
        for i in range(first_below[rank], first_below[rank + 1]):
            low = arc_below[i]
            from_low = costs[2 * low]
            to_low = costs[2 * low + 1]
            if from_low == NEVER and to_low == NEVER:
                continue
            for high in range(low + 1, ranks[arc_tail[low] + 1, 1]):
                arc = arc_at[arc_depth[high]]
                if to_low + costs[2 * high] < costs[2 * arc]:
                    costs[2 * arc] = to_low + costs[2 * high]
                    ways[2 * arc, 0] = 2 * low + 1
                    ways[2 * arc, 1] = 2 * high
                if costs[2 * high + 1] + from_low < costs[2 * arc + 1]:
                    costs[2 * arc + 1] = costs[2 * high + 1] + from_low
                    ways[2 * arc + 1, 0] = 2 * high + 1
                    ways[2 * arc + 1, 1] = 2 * low
    return costs, ways


@njit(cache=True, nogil=True)
def recustomize(  # type: ignore[no-untyped-def]  # Numba infers the types
    edge_ms, changed, ranks, arc_tail, arc_head, arc_depth, first_below, arc_below,
    slot_of_edge, first_edge, next_edge, costs, ways,
):  # fmt: skip
    """Make costs and ways, those of a customization before these edges changed, what `customize` would make them now.

    Return the arcs that were looked at: others are as they were.
    """
    seen = np.empty(4 * len(changed) + 64, np.int32)
    seen_count = 0
    waiting = np.empty((2, 4 * len(changed) + 64), np.int32)
    size = 0
    for edge in changed:
        if slot_of_edge[edge] != -1:
            waiting, size = _wait(waiting, size, slot_of_edge[edge] // 2)
    while size:
        arc = waiting[0, 0]  # an arc depends on arcs with smaller numbers only
        while size and waiting[0, 0] == arc:
            size = pop(waiting[0], waiting[1], size)
        if seen_count == len(seen):
            longer = np.empty(2 * seen_count, np.int32)
            longer[:seen_count] = seen
            seen = longer
        seen[seen_count] = arc
        seen_count += 1
        was_up = costs[2 * arc]
        was_down = costs[2 * arc + 1]
        _lead_over_edges(arc, edge_ms, ranks, arc_tail, arc_head, first_edge, next_edge, costs, ways)
        _lead_over_lower(arc, ranks, arc_tail, arc_depth, first_below, arc_below, costs, ways)
        if costs[2 * arc] == was_up and costs[2 * arc + 1] == was_down:
            continue
        for other in range(ranks[arc_tail[arc], 1], ranks[arc_tail[arc] + 1, 1]):
            if other != arc:
                low = min(arc, other)
                high = max(arc, other)
                over = ranks[arc_head[low], 1]
                while arc_head[over] != arc_head[high]:
                    over += 1
                if _leads_over(over, low, high, costs, ways):
                    waiting, size = _wait(waiting, size, over)
    return seen[:seen_count].copy()


@njit(cache=True, nogil=True)
def restore(arcs, costs_before, ways_before, costs, ways):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Make the slots of these arcs what they were before."""
    for arc in arcs:
        for slot in range(2 * arc, 2 * arc + 2):
            costs[slot] = costs_before[slot]
            ways[slot, 0] = ways_before[slot, 0]
            ways[slot, 1] = ways_before[slot, 1]


@njit(cache=True, nogil=True)
def _lead_over_edges(arc, edge_ms, ranks, arc_tail, arc_head, first_edge, next_edge, costs, ways):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Let the slots of an arc lead over their edges."""
    costs[2 * arc], ways[2 * arc, 0] = _cheapest_edge(edge_ms, first_edge[2 * arc], next_edge)
    costs[2 * arc + 1], ways[2 * arc + 1, 0] = _cheapest_edge(edge_ms, first_edge[2 * arc + 1], next_edge)
    ways[2 * arc, 1] = ranks[arc_head[arc], 3]
    ways[2 * arc + 1, 1] = ranks[arc_tail[arc], 3]


@njit(cache=True, nogil=True)
def _lead_over_lower(arc, ranks, arc_tail, arc_depth, first_below, arc_below, costs, ways):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Let the slots of an arc lead over lower ranks where that costs less."""
    depth = arc_depth[arc]
    for i in range(first_below[arc_tail[arc]], first_below[arc_tail[arc] + 1]):
        low = arc_below[i]
        end = ranks[arc_tail[low] + 1, 1]
        high = low + 1
        while high < end and arc_depth[high] > depth:
            high += 1
        if high < end and arc_depth[high] == depth:
            if costs[2 * low + 1] + costs[2 * high] < costs[2 * arc]:
                costs[2 * arc] = costs[2 * low + 1] + costs[2 * high]
                ways[2 * arc, 0] = 2 * low + 1
                ways[2 * arc, 1] = 2 * high
            if costs[2 * high + 1] + costs[2 * low] < costs[2 * arc + 1]:
                costs[2 * arc + 1] = costs[2 * high + 1] + costs[2 * low]
                ways[2 * arc + 1, 0] = 2 * high + 1
                ways[2 * arc + 1, 1] = 2 * low


@njit(cache=True, nogil=True)
def _leads_over(arc, low, high, costs, ways):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return whether the arc led over the tail of these two arcs, or may do so now."""
    return (
        ways[2 * arc, 0] == 2 * low + 1
        or ways[2 * arc + 1, 0] == 2 * high + 1
        or costs[2 * low + 1] + costs[2 * high] <= costs[2 * arc]
        or costs[2 * high + 1] + costs[2 * low] <= costs[2 * arc + 1]
    )


@njit(cache=True, nogil=True)
def _cheapest_edge(edge_ms, edge, next_edge):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return cost and ~edge of the cheapest edge of a slot; NEVER where it has none that can be taken."""
    cheapest = np.int32(NEVER)
    way = np.int32(-1)
    while edge != -1:
        if edge_ms[edge] < cheapest:
            cheapest = edge_ms[edge]
            way = ~edge
        edge = next_edge[edge]
    return cheapest, way


@njit(cache=True, nogil=True)
def _wait(waiting, size, arc):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Put the arc in the heap, with more room where it has none."""
    if size == waiting.shape[1]:
        longer = np.empty((2, 2 * size), np.int32)
        longer[:, :size] = waiting
        waiting = longer
    return waiting, push(waiting[0], waiting[1], size, arc, arc)
