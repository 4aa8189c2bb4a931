"""Customizing a hierarchy: what each of its slots costs when the edges cost this much, and over which way.

`costs` (2 a,) holds whole milliseconds, NEVER where nothing leads; `via` (2 a,) what the slot unfolds to: an edge, or ~k for
the way over the lower tail of arc k. Of ways that cost the same the edge with the smallest index is taken, else the lowest tail.
"""

import numpy as np
from numba import njit

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
