"""The searches of networkx on arrays, step for step: what they find, in which order, and which of equal ways they keep.

Entries of a heap are numbered as they are pushed; of equal keys the one pushed first is taken first.
"""

import numpy as np
from numba import njit

from navigation.core.heap import pop, push

UNSEEN, SEEN, SETTLED = 0, 1, 2
NONE = -1

# What a search says that could not go on; CONTRADICTION: a way to a settled node is shorter, so some weight is negative.
CONTRADICTION = -2


@njit(cache=True, nogil=True)
def dijkstra(first_out, head, weights, sources, target, cutoff):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the settled nodes in their order, their number or CONTRADICTION, and for each node its cost and the edge to it."""
    nodes = len(first_out) - 1
    cost = np.empty(nodes, np.float64)
    via = np.full(nodes, NONE, np.int32)
    state = np.zeros(nodes, np.uint8)
    order = np.empty(nodes, np.int32)
    room = len(head) + len(sources)
    keys, entries, node_of = np.empty(room, np.float64), np.empty(room, np.int32), np.empty(room, np.int32)
    size = pushed = settled = 0
    for node in sources:
        state[node] = SEEN
        cost[node] = 0.0
        node_of[pushed] = node
        size = push(keys, entries, size, 0.0, pushed)
        pushed += 1
    while size > 0:
        reached = keys[0]
        node = node_of[entries[0]]
        size = pop(keys, entries, size)
        if state[node] == SETTLED:
            continue
        state[node] = SETTLED
        order[settled] = node
        settled += 1
        if node == target:
            break
        for edge in range(first_out[node], first_out[node + 1]):
            other = head[edge]
            onward = reached + weights[edge]
            if np.isnan(weights[edge]) or onward > cutoff:
                continue
            if state[other] == SETTLED:
                if onward < cost[other]:
                    return order, CONTRADICTION, cost, via
            elif state[other] == UNSEEN or onward < cost[other]:
                state[other] = SEEN
                cost[other] = onward
                via[other] = edge
                node_of[pushed] = other
                size = push(keys, entries, size, onward, pushed)
                pushed += 1
    return order, settled, cost, via


@njit(cache=True, nogil=True)
def dijkstra_from_both_ends(  # type: ignore[no-untyped-def]  # Numba infers the types
    first_out, head, weights, first_into, tail, weights_into, source, target
):  # fmt: skip
    """Return the node where the searches meet (or NONE, or CONTRADICTION), the cost, and the edges to each node, from each end."""
    nodes = len(first_out) - 1
    cost = np.empty((2, nodes), np.float64)
    via = np.full((2, nodes), NONE, np.int32)
    state = np.zeros((2, nodes), np.uint8)
    room = len(head) + 1
    keys, entries = np.empty((2, room), np.float64), np.empty((2, room), np.int32)
    node_of = np.empty((2, room), np.int32)
    sizes, pushed = np.zeros(2, np.int64), np.zeros(2, np.int64)
    for side, node in enumerate((source, target)):
        state[side, node] = SEEN
        cost[side, node] = 0.0
        node_of[side, 0] = node
        sizes[side] = push(keys[side], entries[side], 0, 0.0, 0)
        pushed[side] = 1
    best, meeting, side = np.inf, NONE, 1
    while sizes[0] > 0 and sizes[1] > 0:
        side = 1 - side
        reached = keys[side, 0]
        node = node_of[side, entries[side, 0]]
        sizes[side] = pop(keys[side], entries[side], sizes[side])
        if state[side, node] == SETTLED:
            continue
        state[side, node] = SETTLED
        if state[1 - side, node] == SETTLED:
            return meeting, best, via
        first, ends, prices = (first_out, head, weights) if side == 0 else (first_into, tail, weights_into)
        for edge in range(first[node], first[node + 1]):
            if np.isnan(prices[edge]):
                continue
            other = ends[edge]
            onward = reached + prices[edge]
            if state[side, other] == SETTLED:
                if onward < cost[side, other]:
                    return CONTRADICTION, best, via
            elif state[side, other] == UNSEEN or onward < cost[side, other]:
                state[side, other] = SEEN
                cost[side, other] = onward
                via[side, other] = edge
                node_of[side, pushed[side]] = other
                sizes[side] = push(keys[side], entries[side], sizes[side], onward, pushed[side])
                pushed[side] += 1
                if state[1 - side, other] != UNSEEN:
                    total = onward + cost[1 - side, other]
                    if meeting == NONE or total < best:
                        best, meeting = total, other
    return NONE, best, via


@njit(cache=True, nogil=True)
def breadth_first_from_both_ends(first_out, head, first_into, tail, source, target):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the node where the searches meet, or NONE, and the node before each, from each end. The ends must differ."""
    nodes = len(first_out) - 1
    before = np.full((2, nodes), NONE, np.int32)
    seen = np.zeros((2, nodes), np.bool_)
    queue = np.empty((2, nodes), np.int32)
    begin, end = np.zeros(2, np.int64), np.ones(2, np.int64)
    for side, node in enumerate((source, target)):
        queue[side, 0] = node
        seen[side, node] = True
    while begin[0] < end[0] and begin[1] < end[1]:
        side = 0 if end[0] - begin[0] <= end[1] - begin[1] else 1
        first, ends = (first_out, head) if side == 0 else (first_into, tail)
        last = end[side]
        for at in range(begin[side], last):
            node = queue[side, at]
            for edge in range(first[node], first[node + 1]):
                other = ends[edge]
                if not seen[side, other]:
                    seen[side, other] = True
                    before[side, other] = node
                    queue[side, end[side]] = other
                    end[side] += 1
                if seen[1 - side, other]:
                    return other, before
        begin[side] = last
    return NONE, before
