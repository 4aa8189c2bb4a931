"""The cheapest way between seeds, found in the elimination tree: no queue, and nothing to reset.

What can be reached from a rank by climbing are its ancestors, so that a chain of them, its places numbered by depth, holds a
whole search. The chains of all sources and targets are listed first, as strands: the first leads to a root, each other one
until it meets an earlier one. Strands are searched in reverse order, each from its lowest place up; what was found for places
above the meeting point is then handed to the strand that was met.

`room` (strands, ROWS, width) is what a search writes to; its width is a power of two. Rows 0 and 1 are costs from the sources
and to the targets, rows 2 and 3 the places that these came from, as strand * width + depth, or ~i for the seed i itself; row 4
the ranks; row 5 holds the strand's lowest depth, the depth at which it met another one, and that one; rows 6 and 7 the slots
over which rows 2 and 3 came.
`seeds` (k, SEED_FIELDS) holds node and cost, those of the sources first, and has room for the strand and depth of each.
`marks` (n + 1,) tells which strand a rank is on, but for the first one; what earlier searches marked is less than marks[n].
"""

import numpy as np
from numba import njit

from navigation.core.search.addresses import array_at
from navigation.core.search.customizing import NEVER

ROWS = 8
SEED_FIELDS = 4
NO_ROOM = -1


@njit(cache=True, nogil=True)
def shortest(metric, space, source_count, target_count):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return cost, source, target and number of edges of the cheapest way; the cost is NEVER where there is none.

    `metric` has the addresses of ranks, rank_of_node, arc_depth, costs and ways; `space`, the thread's own, those of seeds,
    marks, room, found and, last, the width of the room. The edges are put into `found` and the nodes behind them; the number is
    NO_ROOM where they do not fit.
    """
    ranks = array_at(metric, 0, (4,), np.int32)
    rank_of_node = array_at(metric, 1, (), np.int32)
    arc_depth = array_at(metric, 2, (), np.uint16)
    costs = array_at(metric, 3, (), np.int32)
    ways = array_at(metric, 4, (2,), np.int32)
    seeds = array_at(space, 0, (SEED_FIELDS,), np.int64)
    marks = array_at(space, 1, (), np.int32)
    room = array_at(space, 2, (ROWS, space[-1]), np.int32)
    found = array_at(space, 3, (), np.int32)
    strands = list_strands(ranks, rank_of_node, seeds, source_count, source_count + target_count, marks, room)
    best = NEVER
    meeting = 0
    for strand in range(strands - 1, -1, -1):
        best, meeting = climb(ranks, arc_depth, costs, strand, best, meeting, room)
    if best == NEVER:
        return best, -1, -1, 0
    slots, source, target = _slots_of(meeting, room)
    count = _edges_in(slots, ways, found)
    if count != NO_ROOM:
        found[count] = seeds[source, 0]
        _unfold(slots, ways, found[:count], found[count + 1 :])
    return best, source, target - source_count, count


@njit(cache=True, nogil=True)
def list_strands(ranks, rank_of_node, seeds, source_count, count, marks, room):  # type: ignore[no-untyped-def]  # Numba infers the types
    """List the ancestors of all seeds and put their costs there; return how many strands these are."""
    root = len(ranks) - 1
    stamp = marks[root]
    if stamp > 2**31 - 2 - count:
        marks[:] = 0
        stamp = 1
    marks[root] = stamp + count
    strands = 0
    first = room[0]
    lowest = 0  # the depth of the first strand's lowest place
    for i in range(count):
        rank = rank_of_node[seeds[i, 0]]
        depth = ranks[rank, 2]
        begin = depth
        strand = room[strands]
        met = 0
        while rank != root:
            if depth <= lowest and first[4, depth] == rank:
                break
            if strands > 1 and marks[rank] >= stamp:
                met = marks[rank] - stamp
                break
            if strands:
                marks[rank] = stamp + strands
            strand[4, depth] = rank
            rank = ranks[rank, 0]
            depth -= 1
        seeds[i, 3] = begin
        if depth == begin:
            seeds[i, 2] = met
            continue
        seeds[i, 2] = strands
        strand[5, 0] = begin
        strand[5, 1] = depth
        strand[5, 2] = met
        strand[0, 1 : begin + 1] = NEVER
        strand[1, 1 : begin + 1] = NEVER
        lowest = first[5, 0]
        strands += 1
    for i in range(count):
        side = 0 if i < source_count else 1
        strand = room[seeds[i, 2]]
        depth = seeds[i, 3]
        if seeds[i, 1] < strand[side, depth]:
            strand[side, depth] = seeds[i, 1]
            strand[2 + side, depth] = ~i
    return strands


@njit(cache=True, nogil=True)
def climb(ranks, arc_depth, costs, number, best, meeting, room):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Search one strand; return the cost of the best way so far and the place where its two halves meet."""
    strand = room[number]
    met_depth = strand[5, 1]
    for depth in range(strand[5, 0], met_depth, -1):
        there = strand[0, depth]
        back = strand[1, depth]
        place = number * room.shape[2] + depth
        if there + back < best:
            best = there + back
            meeting = place
        rank = strand[4, depth]
        if there < best:
            for arc in range(ranks[rank, 1], ranks[rank + 1, 1]):
                onward = there + costs[2 * arc]
                if onward < strand[0, arc_depth[arc]]:
                    strand[0, arc_depth[arc]] = onward
                    strand[2, arc_depth[arc]] = place
                    strand[6, arc_depth[arc]] = 2 * arc
        if back < best:
            for arc in range(ranks[rank, 1], ranks[rank + 1, 1]):
                onward = back + costs[2 * arc + 1]
                if onward < strand[1, arc_depth[arc]]:
                    strand[1, arc_depth[arc]] = onward
                    strand[3, arc_depth[arc]] = place
                    strand[7, arc_depth[arc]] = 2 * arc + 1
    met = room[strand[5, 2]]
    for side in range(2):
        for depth in range(1, met_depth + 1):
            if strand[side, depth] < met[side, depth]:
                met[side, depth] = strand[side, depth]
                met[2 + side, depth] = strand[2 + side, depth]
                met[6 + side, depth] = strand[6 + side, depth]
    return best, meeting


@njit(cache=True, nogil=True)
def _slots_of(meeting, room):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the slots of the way that meets at this place, from source to target, and the two seeds."""
    width = room.shape[2]
    slots = np.empty(2 * width, np.int32)
    begin = width
    end = width
    place = meeting
    came = _row_at(room, 2, place)
    while came >= 0:
        begin -= 1
        slots[begin] = _row_at(room, 6, place)
        place = came
        came = _row_at(room, 2, place)
    source = ~came
    place = meeting
    came = _row_at(room, 3, place)
    while came >= 0:
        slots[end] = _row_at(room, 7, place)
        end += 1
        place = came
        came = _row_at(room, 3, place)
    return slots[begin:end], source, ~came


@njit(cache=True, nogil=True)
def _row_at(room, row, place):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return what a row of the room has at a place. The width is a power of two, so that nothing has to be divided."""
    width = room.shape[2]
    depth = place & (width - 1)
    return room.reshape(-1)[(place - depth) * room.shape[1] + row * width + depth]


@njit(cache=True, nogil=True)
def _unfold(slots, ways, edges, nodes):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Write down the edges that the slots stand for, and the node that each of them leads to."""
    at = 0
    later = np.empty(len(edges) + 1, np.int32)
    for i in range(len(slots)):
        later[0] = slots[i]
        waiting = 1
        while waiting:
            waiting -= 1
            slot = later[waiting]
            while ways[slot, 0] >= 0:
                later[waiting] = ways[slot, 1]
                waiting += 1
                slot = ways[slot, 0]
            edges[at] = ~ways[slot, 0]
            nodes[at] = ways[slot, 1]
            at += 1


@njit(cache=True, nogil=True)
def _edges_in(slots, ways, listed):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return how many edges the slots unfold to; NO_ROOM where the list has no room for them and their nodes.

    They unfold in no order and without a branch, so that the memory that they lie in is fetched side by side: then finding
    the order takes a third of the time.
    """
    end = len(slots)
    if end + 2 > len(listed):
        return NO_ROOM
    listed[:end] = slots
    edges = 0
    at = 0
    while at < end:
        if end + 2 > len(listed):
            return NO_ROOM
        way = ways[listed[at]]
        listed[end] = way[0]
        listed[end + 1] = way[1]
        folded = way[0] >= 0
        end += 2 * folded
        edges += not folded
        at += 1
    return edges if 2 * edges < len(listed) else NO_ROOM
