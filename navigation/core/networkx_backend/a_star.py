"""networkx's A* on arrays. The heuristic is a Python function: the kernel stops to ask for it, once a node, and goes on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.core.graph import Ints
from navigation.core.heap import pop, push
from navigation.core.networkx_backend.arrays import ArrayGraph, Floats, Node

NONE = -1
UNEXPLORED = -2

# Why the kernel stops: it has an answer, or it wants heuristics, or more room.
DONE, ASKS, FULL = 0, 1, 2

# Room for so many entries at first; it is doubled when it is full.
ENTRIES = 1_024

Heuristic = Callable[[Node, Node], float]


class _Space(NamedTuple):
    """What the search knows: of n nodes, and of the entries of its heap."""

    asked: NDArray[np.bool_]
    heuristic: Floats
    cost: Floats
    """The least cost with which a node was put in; NaN before."""
    explored: Ints
    """The edge by which a node was explored, NONE for the source, UNEXPLORED."""
    keys: Floats
    entries: NDArray[np.int64]
    node_of: Ints
    cost_of: Floats
    via_of: Ints
    sizes: NDArray[np.int64]
    """Of the heap; entries numbered so far."""


def path_edges(
    graph: ArrayGraph, weights: Floats, source: int, target: int, *, heuristic: Heuristic | None, cutoff: float | None
) -> Ints | None:
    """Return the edges of the way that networkx's A* finds, or None where it finds none."""
    rows, nodes = graph.out, graph.nodes
    space = _started(len(nodes), source)
    if heuristic is None:
        space.asked[:] = True
        space.heuristic[:] = 0.0
    limit = cutoff or np.inf  # networkx takes 0 for none
    while True:
        reason, node = _go_on(rows.first_out, rows.head, weights, target, limit, space)
        if reason == DONE:
            return None if node == NONE else _unwound(rows.tail, space.explored, target)
        if reason == FULL:
            space = _grown(space)
            continue
        assert heuristic is not None
        for edge in range(rows.first_out[node], rows.first_out[node + 1]):
            other = int(rows.head[edge])
            if not space.asked[other] and not np.isnan(weights[edge]):
                space.heuristic[other] = heuristic(nodes[other], nodes[target])
                space.asked[other] = True


def _started(nodes: int, source: int) -> _Space:
    """Return the space in which only the source is in the heap, with key and cost 0."""
    space = _Space(
        asked=np.zeros(nodes, np.bool_),
        heuristic=np.empty(nodes, np.float64),
        cost=np.full(nodes, np.nan),
        explored=np.full(nodes, UNEXPLORED, np.int32),
        keys=np.empty(ENTRIES, np.float64),
        entries=np.empty(ENTRIES, np.int64),
        node_of=np.empty(ENTRIES, np.int32),
        cost_of=np.empty(ENTRIES, np.float64),
        via_of=np.empty(ENTRIES, np.int32),
        sizes=np.ones(2, np.int64),
    )
    space.keys[0], space.entries[0] = 0.0, 0
    space.node_of[0], space.cost_of[0], space.via_of[0] = source, 0.0, NONE
    return space


def _grown(space: _Space) -> _Space:
    """Return the same space with twice the room for entries."""
    return space._replace(
        **{
            name: np.concatenate((getattr(space, name), np.empty_like(getattr(space, name))))
            for name in ("keys", "entries", "node_of", "cost_of", "via_of")
        }
    )


def _unwound(tail: Ints, explored: Ints, target: int) -> Ints:
    edges = []
    while (edge := int(explored[target])) != NONE:
        edges.append(edge)
        target = int(tail[edge])
    return np.array(edges[::-1], np.int32)


@njit(cache=True, nogil=True)
def _go_on(first_out, head, weights, target, cutoff, space):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Search on until it ends or wants something; return why, and the node that it is about (DONE: the target or NONE).

    ASKS: for the heuristics of the node's neighbours. FULL: they find no room. Nothing of the node is changed before.
    """
    sizes = space.sizes
    while sizes[0] > 0:
        entry = space.entries[0]
        node = space.node_of[entry]
        reached = space.cost_of[entry]
        explored = space.explored[node]
        first, last = first_out[node], first_out[node + 1]
        if node == target:
            space.explored[node] = space.via_of[entry]
            return DONE, node
        if explored == NONE or (explored != UNEXPLORED and space.cost[node] < reached):
            sizes[0] = pop(space.keys, space.entries, sizes[0])
            continue
        if sizes[1] + last - first > len(space.keys):
            return FULL, node
        for edge in range(first, last):
            if not space.asked[head[edge]] and not np.isnan(weights[edge]):
                return ASKS, node
        sizes[0] = pop(space.keys, space.entries, sizes[0])
        space.explored[node] = space.via_of[entry]
        for edge in range(first, last):
            other = head[edge]
            onward = reached + weights[edge]
            key = onward + space.heuristic[other]
            if np.isnan(weights[edge]) or space.cost[other] <= onward or key > cutoff:
                continue
            space.cost[other] = onward
            number = sizes[1]
            space.node_of[number], space.cost_of[number], space.via_of[number] = other, onward, edge
            sizes[0] = push(space.keys, space.entries, sizes[0], key, number)
            sizes[1] = number + 1
    return DONE, NONE
