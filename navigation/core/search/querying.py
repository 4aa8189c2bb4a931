"""The cheapest way between seeds, found in the elimination tree: no queue, and nothing to reset.

What can be reached from a rank by climbing are its ancestors, so that a chain of them, its places numbered by depth, holds a
whole search. The chains of all sources and targets are listed first, as strands: the first leads to a root, each other one
until it meets an earlier one. Strands are searched in reverse order, each from its lowest place up; what was found for places
above the meeting point is then handed to the strand that was met.

`room` (strands, ROWS, height) is what a search writes to. Rows 0 and 1 are costs from the sources and to the targets,
rows 2 and 3 the places that these came from, as strand * height + depth, or ~i for the seed i itself; row 4 the ranks; row 5
holds the strand's lowest depth, the depth at which it met another one, and that one.
`seeds` (k, SEED_FIELDS) holds node and cost, those of the sources first, and has room for the strand and depth of each.
`marks` (n + 1,) tells which strand a rank is on; what earlier searches marked is less than marks[n].
"""

import numpy as np
from numba import njit

from navigation.core.search.customizing import NEVER

ROWS = 6
SEED_FIELDS = 4


@njit(cache=True, nogil=True)
def shortest(  # type: ignore[no-untyped-def]  # Numba infers the types
    ranks, rank_of_node, arc_depth, costs, via, edge_head, seeds, source_count, target_count, marks, room
):  # fmt: skip
    """Return cost, source, target, edges and nodes of the cheapest way; the cost is NEVER where there is none."""
    strands = list_strands(ranks, rank_of_node, seeds, source_count, source_count + target_count, marks, room)
    best = NEVER
    meeting = 0
    for strand in range(strands - 1, -1, -1):
        best, meeting = climb(ranks, arc_depth, costs, strand, best, meeting, room)
    if best == NEVER:
        return best, -1, -1, np.empty(0, np.int32), np.empty(0, np.int32)
    slots, source, target = _slots_of(ranks, arc_depth, meeting, room)
    edges = _unfolded(slots, arc_depth, via)
    nodes = np.empty(len(edges) + 1, np.int32)
    nodes[0] = seeds[source, 0]
    for i in range(len(edges)):
        nodes[i + 1] = edge_head[edges[i]]
    return best, source, target - source_count, edges, nodes


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
    for i in range(count):
        rank = rank_of_node[seeds[i, 0]]
        depth = ranks[rank, 2]
        if marks[rank] >= stamp:
            seeds[i, 2] = marks[rank] - stamp
            seeds[i, 3] = depth
            continue
        strand = room[strands]
        for place in range(1, depth + 1):
            strand[0, place] = NEVER
            strand[1, place] = NEVER
        seeds[i, 2] = strands
        seeds[i, 3] = depth
        strand[5, 0] = depth
        while rank != root and marks[rank] < stamp:
            marks[rank] = stamp + strands
            strand[4, depth] = rank
            rank = ranks[rank, 0]
            depth -= 1
        strand[5, 1] = depth
        strand[5, 2] = marks[rank] - stamp if rank != root else 0
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
    height = room.shape[2]
    arcs = len(arc_depth)
    strand = room[number]
    met_depth = strand[5, 1]
    for depth in range(strand[5, 0], met_depth, -1):
        there = strand[0, depth]
        back = strand[1, depth]
        place = number * height + depth
        if there + back < best:
            best = there + back
            meeting = place
        rank = strand[4, depth]
        if there < best:
            for k in range(ranks[rank, 1], ranks[rank + 1, 1]):
                onward = there + costs[k]
                if onward < strand[0, arc_depth[k]]:
                    strand[0, arc_depth[k]] = onward
                    strand[2, arc_depth[k]] = place
        if back < best:
            for k in range(ranks[rank, 1], ranks[rank + 1, 1]):
                onward = back + costs[arcs + k]
                if onward < strand[1, arc_depth[k]]:
                    strand[1, arc_depth[k]] = onward
                    strand[3, arc_depth[k]] = place
    met = room[strand[5, 2]]
    for side in range(2):
        for depth in range(1, met_depth + 1):
            if strand[side, depth] < met[side, depth]:
                met[side, depth] = strand[side, depth]
                met[2 + side, depth] = strand[2 + side, depth]
    return best, meeting


@njit(cache=True, nogil=True)
def _slots_of(ranks, arc_depth, meeting, room):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the slots of the way that meets at this place, from source to target, and the two seeds."""
    height = room.shape[2]
    arcs = len(arc_depth)
    slots = np.empty(2 * height, np.int32)
    begin = height
    end = height
    place = meeting
    came = room[place // height, 2, place % height]
    while came >= 0:
        begin -= 1
        slots[begin] = _arc_between(ranks, arc_depth, came, place, room)
        place = came
        came = room[place // height, 2, place % height]
    source = ~came
    place = meeting
    came = room[place // height, 3, place % height]
    while came >= 0:
        slots[end] = arcs + _arc_between(ranks, arc_depth, came, place, room)
        end += 1
        place = came
        came = room[place // height, 3, place % height]
    return slots[begin:end], source, ~came


@njit(cache=True, nogil=True)
def _arc_between(ranks, arc_depth, low, high, room):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the arc from one place to another one above it."""
    height = room.shape[2]
    arc = ranks[room[low // height, 4, low % height], 1]
    while arc_depth[arc] != high % height:
        arc += 1
    return arc


@njit(cache=True, nogil=True)
def _unfolded(slots, arc_depth, via):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the edges that the slots stand for."""
    arcs = len(arc_depth)
    edges = np.empty(256, np.int32)
    found = 0
    later = np.empty(64, np.int32)
    for i in range(len(slots)):
        later[0] = slots[i]
        waiting = 1
        while waiting:
            waiting -= 1
            slot = later[waiting]
            while via[slot] < 0:
                low = ~via[slot]
                upwards = slot < arcs
                depth = arc_depth[slot if upwards else slot - arcs]
                high = low + 1
                while arc_depth[high] != depth:
                    high += 1
                if waiting == len(later):
                    later = _longer(later)
                later[waiting] = high if upwards else low
                waiting += 1
                slot = arcs + (low if upwards else high)
            if found == len(edges):
                edges = _longer(edges)
            edges[found] = via[slot]
            found += 1
    return edges[:found].copy()


@njit(cache=True, nogil=True)
def _longer(array):  # type: ignore[no-untyped-def]  # Numba infers the types
    longer = np.empty(2 * len(array), array.dtype)
    longer[: len(array)] = array
    return longer
