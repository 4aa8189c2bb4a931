"""Customizing a hierarchy: what each of its slots costs when the edges cost this much, and over which way.

`costs` (2 a,) holds whole milliseconds, NEVER where nothing leads; `via` (2 a,) what the slot unfolds to: an edge, or ~k for
the way over the lower tail of arc k. Of ways that cost the same the edge with the smallest index is taken, else the lowest tail.
"""

import numpy as np
from numba import njit

from navigation.core.heap import pop, push

NEVER = 2**30 - 1
"""More than any way may cost, twelve days: two of them still add up in 32 bits."""


@njit(cache=True, nogil=True)
def customize(edge_ms, ranks, arc_tail, arc_depth, first_below, arc_below, slot_of_edge, height):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return costs and via of every slot."""
    arcs = len(arc_depth)
    costs = np.full(2 * arcs, NEVER, np.int32)
    via = np.full(2 * arcs, -1, np.int32)
    for edge in range(len(edge_ms)):
        slot = slot_of_edge[edge]
        if slot != -1 and edge_ms[edge] < costs[slot]:
            costs[slot] = edge_ms[edge]
            via[slot] = edge
    # One rank after the other, its slots spread out by the depth of their heads: [0] upwards, [1] downwards.
    up = np.empty(height, np.int32)
    down = np.empty(height, np.int32)
    up_via = np.empty(height, np.int32)
    down_via = np.empty(height, np.int32)
    for v in range(len(ranks) - 1):
        begin = ranks[v, 1]
        end = ranks[v + 1, 1]
        for k in range(begin, end):
            depth = arc_depth[k]
            up[depth] = costs[k]
            down[depth] = costs[arcs + k]
            up_via[depth] = via[k]
            down_via[depth] = via[arcs + k]
        for i in range(first_below[v], first_below[v + 1]):
            low = arc_below[i]
            from_low = costs[low]
            to_low = costs[arcs + low]
            if from_low == NEVER and to_low == NEVER:
                continue
            for k in range(low + 1, ranks[arc_tail[low] + 1, 1]):
                depth = arc_depth[k]
                climb = to_low + costs[k]
                if climb < up[depth]:
                    up[depth] = climb
                    up_via[depth] = ~low
                descent = costs[arcs + k] + from_low
                if descent < down[depth]:
                    down[depth] = descent
                    down_via[depth] = ~low
        for k in range(begin, end):
            depth = arc_depth[k]
            costs[k] = up[depth]
            costs[arcs + k] = down[depth]
            via[k] = up_via[depth]
            via[arcs + k] = down_via[depth]
    return costs, via


@njit(cache=True, nogil=True)
def recustomize(  # type: ignore[no-untyped-def]  # Numba infers the types
    edge_ms, changed, ranks, arc_tail, arc_head, arc_depth, first_below, arc_below,
    slot_of_edge, first_edge, next_edge, costs, via,
):  # fmt: skip
    """Make costs and via, those of a customization before these edges changed, what `customize` would make them now."""
    arcs = len(arc_depth)
    waiting = np.empty((2, 4 * len(changed) + 64), np.int32)
    size = 0
    for edge in changed:
        slot = slot_of_edge[edge]
        if slot != -1:
            waiting, size = _wait(waiting, size, slot if slot < arcs else slot - arcs)
    while size:
        arc = waiting[0, 0]  # an arc depends on arcs with smaller numbers only
        while size and waiting[0, 0] == arc:
            size = pop(waiting[0], waiting[1], size)
        was_up = costs[arc]
        was_down = costs[arcs + arc]
        costs[arc], via[arc] = _cheapest_edge(edge_ms, first_edge[arc], next_edge)
        costs[arcs + arc], via[arcs + arc] = _cheapest_edge(edge_ms, first_edge[arcs + arc], next_edge)
        _lead_over_lower(arc, ranks, arc_tail, arc_depth, first_below, arc_below, costs, via)
        if costs[arc] == was_up and costs[arcs + arc] == was_down:
            continue
        for other in range(ranks[arc_tail[arc], 1], ranks[arc_tail[arc] + 1, 1]):
            if other != arc:
                low = min(arc, other)
                high = max(arc, other)
                over = ranks[arc_head[low], 1]
                while arc_head[over] != arc_head[high]:
                    over += 1
                if _leads_over(over, low, high, costs, via):
                    waiting, size = _wait(waiting, size, over)


@njit(cache=True, nogil=True)
def _lead_over_lower(arc, ranks, arc_tail, arc_depth, first_below, arc_below, costs, via):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Let the slots of an arc lead over lower ranks where that costs less."""
    arcs = len(arc_depth)
    depth = arc_depth[arc]
    for i in range(first_below[arc_tail[arc]], first_below[arc_tail[arc] + 1]):
        low = arc_below[i]
        end = ranks[arc_tail[low] + 1, 1]
        high = low + 1
        while high < end and arc_depth[high] > depth:
            high += 1
        if high < end and arc_depth[high] == depth:
            if costs[arcs + low] + costs[high] < costs[arc]:
                costs[arc] = costs[arcs + low] + costs[high]
                via[arc] = ~low
            if costs[arcs + high] + costs[low] < costs[arcs + arc]:
                costs[arcs + arc] = costs[arcs + high] + costs[low]
                via[arcs + arc] = ~low


@njit(cache=True, nogil=True)
def _leads_over(arc, low, high, costs, via):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return whether the arc led over the tail of these two arcs, or may do so now."""
    arcs = len(costs) // 2
    return (
        via[arc] == ~low
        or via[arcs + arc] == ~low
        or costs[arcs + low] + costs[high] <= costs[arc]
        or costs[arcs + high] + costs[low] <= costs[arcs + arc]
    )


@njit(cache=True, nogil=True)
def _cheapest_edge(edge_ms, edge, next_edge):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return cost and via of a slot over its edges alone."""
    cheapest = np.int32(NEVER)
    over = np.int32(-1)
    while edge != -1:
        if edge_ms[edge] < cheapest:
            cheapest = edge_ms[edge]
            over = edge
        edge = next_edge[edge]
    return cheapest, over


@njit(cache=True, nogil=True)
def _wait(waiting, size, arc):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Put the arc in the heap, with more room where it has none."""
    if size == waiting.shape[1]:
        longer = np.empty((2, 2 * size), np.int32)
        longer[:, :size] = waiting
        waiting = longer
    return waiting, push(waiting[0], waiting[1], size, arc, arc)
