"""Dijkstra's search on the graph itself, for costs that are asked once: nothing has to be customized for it.

What a search writes to is kept per thread and told apart by stamps, so that nothing is cleared between searches.
"""

import threading
from collections.abc import Sequence

import numpy as np
from numba import njit

from navigation.core.graph import NONE, Ints, RoutingGraph
from navigation.core.heap import pop, push
from navigation.core.profiles import FORBIDDEN, Costs
from navigation.core.search.seeds import UNREACHED, Longs, Path, Seed


def shortest_path(
    graph: RoutingGraph, costs_ms: Costs, sources: Sequence[Seed], targets: Sequence[Seed]
) -> Path | None:
    """Return the cheapest path from any source to any target, or None where there is none."""
    if not targets:
        return None
    space = _space(graph)
    target_nodes, target_ms = _arrays(targets)
    cost, last = _searched(space, graph, costs_ms, sources, target_nodes, target_ms)
    if last == NONE:
        return None
    edges = _unwind(graph.tail, space.via, last)
    nodes = np.empty(len(edges) + 1, np.int32)
    nodes[0] = graph.tail[edges[0]] if len(edges) else last
    nodes[1:] = graph.head[edges]
    return Path(cost, _cheapest_at(sources, int(nodes[0])), _cheapest_at(targets, last), nodes, edges)


def costs_from(graph: RoutingGraph, costs_ms: Costs, sources: Sequence[Seed]) -> Longs:
    """(n,) the cost of the cheapest way from any source to every node, UNREACHED where there is none."""
    space = _space(graph)
    _searched(space, graph, costs_ms, sources, *_arrays(()))
    return np.where(space.stamps == space.stamp, space.cost, UNREACHED)


class _Space:
    """What one thread's searches on graphs of one size write to."""

    def __init__(self, node_count: int) -> None:
        self.stamps = np.zeros(node_count, np.int64)
        self.stamp = 0
        self.cost = np.empty(node_count, np.int64)
        self.via = np.empty(node_count, np.int32)
        self.heap_keys = np.empty(0, np.int64)
        self.heap_nodes = np.empty(0, np.int32)

    def begin(self, room: int) -> None:
        """Forget all earlier searches, and have room for so many entries in the heap."""
        self.stamp += 1
        if len(self.heap_keys) < room:
            self.heap_keys, self.heap_nodes = np.empty(room, np.int64), np.empty(room, np.int32)


_per_thread = threading.local()


def _space(graph: RoutingGraph) -> _Space:
    """Return this thread's space for graphs of this size."""
    space: _Space | None = getattr(_per_thread, "space", None)
    if space is None or len(space.stamps) != graph.node_count:
        space = _per_thread.space = _Space(graph.node_count)  # graphs change seldom: the space of the last one is kept
    return space


def _searched(
    space: _Space, graph: RoutingGraph, costs_ms: Costs, sources: Sequence[Seed], target_nodes: Ints, target_ms: Longs
) -> tuple[int, int]:
    """Return the cost of the best way to a target and its last node, NONE without; what was reached is in the space."""
    space.begin(graph.edge_count + len(sources))  # a search pushes each edge and each source once at most
    cost, last = _search(
        graph.first_out, graph.head, costs_ms, *_arrays(sources), target_nodes, target_ms,
        space.stamp, space.stamps, space.cost, space.via, space.heap_keys, space.heap_nodes,
    )  # fmt: skip
    return int(cost), int(last)


def _arrays(seeds: Sequence[Seed]) -> tuple[Ints, Longs]:
    return np.array([s.node for s in seeds], np.int32), np.array([s.cost_ms for s in seeds], np.int64)


def _cheapest_at(seeds: Sequence[Seed], node: int) -> int:
    return min((i for i, seed in enumerate(seeds) if seed.node == node), key=lambda i: seeds[i].cost_ms)


@njit(cache=True, nogil=True)
def _search(  # type: ignore[no-untyped-def]  # Numba infers the types
    first_out, head, costs, sources, source_ms, targets, target_ms, stamp, stamps, cost, via, keys, nodes
):  # fmt: skip
    """Return the cost of the best way to a target and its last node; without targets, reach everything."""
    size = 0
    for i in range(len(sources)):
        node = sources[i]
        if stamps[node] != stamp or source_ms[i] < cost[node]:
            stamps[node] = stamp
            cost[node] = source_ms[i]
            via[node] = -1
            size = push(keys, nodes, size, source_ms[i], node)
    best = UNREACHED
    last = -1
    while size > 0 and keys[0] < best:
        reached = keys[0]
        node = nodes[0]
        size = pop(keys, nodes, size)
        if reached > cost[node]:
            continue
        for i in range(len(targets)):
            if targets[i] == node and reached + target_ms[i] < best:
                best = reached + target_ms[i]
                last = node
        for edge in range(first_out[node], first_out[node + 1]):
            if costs[edge] == FORBIDDEN:
                continue
            other = head[edge]
            onward = reached + costs[edge]
            if stamps[other] != stamp or onward < cost[other]:
                stamps[other] = stamp
                cost[other] = onward
                via[other] = edge
                size = push(keys, nodes, size, onward, other)
    return best, last


@njit(cache=True, nogil=True)
def _unwind(tail, via, last):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the edges that lead to the node, first to last."""
    count = 0
    node = last
    while via[node] != -1:
        node = tail[via[node]]
        count += 1
    edges = np.empty(count, np.int32)
    node = last
    while count > 0:
        count -= 1
        edges[count] = via[node]
        node = tail[edges[count]]
    return edges
