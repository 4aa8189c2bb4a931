"""From several places to many: all sources climb, then what they reached is carried down to all targets at once.

As in D. Delling, A. Goldberg, A. Nowatzyk, R. Werneck, PHAST, Journal of Parallel and Distributed Computing 73(7), 2013, and
RPHAST after it: only the ancestors of targets are looked at, the highest first, each with one lane for every origin.
"""

import numpy as np
from numba import njit

from navigation.core.search.customizing import NEVER
from navigation.core.search.querying import climb, list_strands


@njit(cache=True, nogil=True)
def matrix(  # type: ignore[no-untyped-def]  # Numba infers the types
    ranks, rank_of_node, arc_head, arc_depth, costs, origins, first_of_origin, destinations, first_of_destination, marks, room, position
):  # fmt: skip
    """(o, d) costs, NEVER where there is no way. The seeds of origin i are origins[first_of_origin[i] : ... [i + 1]].

    `position` (n + 1,) is the thread's own and -1 throughout, before and after.
    """
    listed = _ancestors(ranks, rank_of_node, destinations, position)
    reached = _reached(
        ranks, rank_of_node, arc_depth, costs, origins, first_of_origin, marks, room, position, len(listed)
    )
    _descend(ranks, arc_head, costs, listed, position, reached)
    found = np.full((len(first_of_origin) - 1, len(first_of_destination) - 1), NEVER, np.int32)
    for column in range(found.shape[1]):
        for i in range(first_of_destination[column], first_of_destination[column + 1]):
            here = reached[position[rank_of_node[destinations[i, 0]]]]
            for row in range(found.shape[0]):
                found[row, column] = min(np.int64(found[row, column]), here[row] + destinations[i, 1])
    for rank in listed:
        position[rank] = -1
    return found


@njit(cache=True, nogil=True)
def costs_to_all(ranks, rank_of_node, arc_head, arc_depth, costs, sources, marks, room):  # type: ignore[no-untyped-def]  # Numba infers the types
    """(n,) costs from the sources to every node, NEVER where there is no way."""
    reached = np.full(len(rank_of_node), NEVER, np.int32)
    strands = list_strands(ranks, rank_of_node, sources, len(sources), len(sources), marks, room)
    for number in range(strands - 1, -1, -1):
        climb(ranks, arc_depth, costs, number, NEVER, 0, room)
        strand = room[number]
        for depth in range(strand[5, 0], strand[5, 1], -1):
            reached[strand[4, depth]] = strand[0, depth]
    found = np.empty(len(rank_of_node), np.int32)
    for rank in range(len(reached) - 1, -1, -1):
        best = reached[rank]
        for arc in range(ranks[rank, 1], ranks[rank + 1, 1]):
            best = min(best, np.int32(reached[arc_head[arc]] + costs[2 * arc + 1]))
        reached[rank] = best
        found[ranks[rank, 3]] = best
    return found


@njit(cache=True, nogil=True)
def _ancestors(ranks, rank_of_node, seeds, position):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the ranks of the seeds with all their ancestors, ascending; `position` becomes the place of each in this list."""
    root = len(ranks) - 1
    listed = np.empty(len(seeds) + 64, np.int32)
    found = 0
    for i in range(len(seeds)):
        rank = rank_of_node[seeds[i, 0]]
        while rank != root and position[rank] == -1:
            position[rank] = 0
            if found == len(listed):
                longer = np.empty(2 * found, np.int32)
                longer[:found] = listed
                listed = longer
            listed[found] = rank
            found += 1
            rank = ranks[rank, 0]
    listed = np.sort(listed[:found])
    for i in range(found):
        position[listed[i]] = i
    return listed


@njit(cache=True, nogil=True)
def _reached(  # type: ignore[no-untyped-def]  # Numba infers the types
    ranks, rank_of_node, arc_depth, costs, origins, first_of_origin, marks, room, position, count
):  # fmt: skip
    """(count, o) what climbing from each origin costs to the ranks that have a position."""
    reached = np.full((count, len(first_of_origin) - 1), NEVER, np.int32)
    for origin in range(len(first_of_origin) - 1):
        seeds = origins[first_of_origin[origin] : first_of_origin[origin + 1]]
        strands = list_strands(ranks, rank_of_node, seeds, len(seeds), len(seeds), marks, room)
        for number in range(strands - 1, -1, -1):
            climb(ranks, arc_depth, costs, number, NEVER, 0, room)
            strand = room[number]
            for depth in range(strand[5, 0], strand[5, 1], -1):
                place = position[strand[4, depth]]
                if place != -1:
                    reached[place, origin] = strand[0, depth]
    return reached


@njit(cache=True, nogil=True)
def _descend(ranks, arc_head, costs, listed, position, reached):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Carry what was reached down the arcs."""
    if reached.shape[1] == 1:
        _descend_alone(ranks, arc_head, costs, listed, position, reached.reshape(-1))
        return
    for i in range(len(listed) - 1, -1, -1):
        here = reached[i]
        for arc in range(ranks[listed[i], 1], ranks[listed[i] + 1, 1]):
            step = costs[2 * arc + 1]
            if step != NEVER:
                above = reached[position[arc_head[arc]]]
                for lane in range(len(here)):
                    here[lane] = min(here[lane], np.int32(above[lane] + step))


@njit(cache=True, nogil=True)
def _descend_alone(ranks, arc_head, costs, listed, position, reached):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Carry what was reached down the arcs where there is one origin: a loop over one lane would take five times as long."""
    for i in range(len(listed) - 1, -1, -1):
        best = reached[i]
        for arc in range(ranks[listed[i], 1], ranks[listed[i] + 1, 1]):
            best = min(best, np.int32(reached[position[arc_head[arc]]] + costs[2 * arc + 1]))
        reached[i] = best
