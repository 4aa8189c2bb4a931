"""Searching the routing graph: A* on arrays, exact to the millisecond, beside other threads.

The kernels release the GIL and are compiled once a machine (cache=True). What they write to is kept per thread and told apart
by stamps, so that nothing is cleared between searches.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import networkx as nx
import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.core.graph import NONE, EdgeKind, Ints, RoutingGraph
from navigation.core.profiles import FORBIDDEN, WALKING, Costs, Mask, durations_ms
from navigation.core.search.seeds import UNREACHED, Longs, Path, Seed

# What a barrier adds in the search for what blocks a way: more than any walk, so that the fewest barriers are named.
BARRIER_MS = 6 * 3_600_000


@dataclass(frozen=True, eq=False)
class Metric:
    """The costs of one profile on one graph, with what makes the search look forwards."""

    graph: RoutingGraph = field(repr=False)
    costs_ms: Costs = field(repr=False)
    """(m,) whole milliseconds or FORBIDDEN."""
    least_ms_per_m: float
    """No edge gets anybody a metre further for less."""

    @classmethod
    def of(cls, graph: RoutingGraph, costs_ms: Costs) -> "Metric":
        """Return the metric of these costs."""
        return cls(graph, costs_ms, least_ms_per_m(graph, costs_ms))


def least_ms_per_m(graph: RoutingGraph, costs_ms: Costs) -> float:
    """Return the smallest cost of a metre as the crow flies that any edge has; 0 where there is no bound."""
    dx_m = graph.node_x_m[graph.head] - graph.node_x_m[graph.tail]
    dy_m = graph.node_y_m[graph.head] - graph.node_y_m[graph.tail]
    crow_m = np.hypot(dx_m, dy_m)
    usable = (costs_ms != FORBIDDEN) & (crow_m > 0)
    if not usable.any():
        return 0.0
    # A breath below the exact bound: rounding in the kernel must not lift it above.
    return float((costs_ms[usable] / crow_m[usable]).min()) * (1 - 1e-9)


def shortest_path(
    graph: RoutingGraph,
    costs_ms: Costs,
    sources: Sequence[Seed],
    targets: Sequence[Seed],
    *,
    least_ms_per_m: float = 0.0,
) -> Path | None:
    """Return the cheapest path from any source to any target, or None where there is none.

    `least_ms_per_m`, as Metric has it, directs the search towards the targets (A*); with 0 it is Dijkstra's.
    """
    if not sources or not targets:
        return None
    space = _space(graph)
    space.make_room(graph, sources)
    source_nodes, source_ms = _arrays(sources)
    target_nodes, target_ms = _arrays(targets)
    cost, last = _search(
        graph.first_out, graph.head, costs_ms, graph.node_x_m, graph.node_y_m,
        source_nodes, source_ms, target_nodes, target_ms, _goal(graph, target_nodes), least_ms_per_m,
        space.next_stamp(), space.stamps, space.cost, space.via, space.heap_keys, space.heap_nodes,
    )  # fmt: skip
    if last == NONE:
        return None
    edges = _unwind(graph.tail, space.via, last)
    nodes = np.empty(len(edges) + 1, np.int32)
    nodes[0] = graph.tail[edges[0]] if len(edges) else last
    nodes[1:] = graph.head[edges]
    source = _cheapest_at(sources, int(nodes[0]))
    return Path(int(cost), source, _cheapest_at(targets, int(last)), nodes, edges)


def costs_from(graph: RoutingGraph, costs_ms: Costs, sources: Sequence[Seed]) -> Longs:
    """(n,) the cost of the cheapest way from any source to every node, UNREACHED where there is none."""
    space = _space(graph)
    space.make_room(graph, sources)
    source_nodes, source_ms = _arrays(sources)
    no_nodes, no_ms = _arrays(())
    stamp = space.next_stamp()
    _search(
        graph.first_out, graph.head, costs_ms, graph.node_x_m, graph.node_y_m,
        source_nodes, source_ms, no_nodes, no_ms, np.zeros(3), 0.0,
        stamp, space.stamps, space.cost, space.via, space.heap_keys, space.heap_nodes,
    )  # fmt: skip
    return np.where(space.stamps == stamp, space.cost, UNREACHED)


class Traveller(Protocol):
    """Whoever can say what they can't take: a profile, or a profile with wishes."""

    def forbids(self, graph: RoutingGraph) -> Mask:
        """(m,) true for the edges that can't be taken."""
        ...


def warm_up() -> None:
    """Compile the kernels, or load what is compiled from the cache."""
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="")
    for node in (0, 1):
        model.add_node(node, x_m=0.0, y_m=float(node), level=UUID(int=0))
    model.add_edge(0, 1, kind=EdgeKind.WALK, length_m=1.0, feature=UUID(int=0))
    graph = RoutingGraph.from_networkx(model)
    shortest_path(graph, durations_ms(WALKING, graph), [Seed(0, 0)], [Seed(1, 0)])


def blocking_features(
    graph: RoutingGraph, traveller: Traveller, sources: Sequence[Seed], targets: Sequence[Seed]
) -> list[UUID]:
    """Return the features that stand in the traveller's way: those that are forbidden on the way with the fewest of them.

    Empty where nobody could get there.
    """
    forbidden = traveller.forbids(graph)
    costs = durations_ms(WALKING, graph) + np.where(forbidden, np.int32(BARRIER_MS), np.int32(0))
    path = shortest_path(graph, costs, sources, targets)
    if path is None:
        return []
    indices = graph.edge_feature[path.edges[forbidden[path.edges]]].tolist()
    return [graph.feature_ids[index] for index in dict.fromkeys(indices) if index != NONE]


def _arrays(seeds: Sequence[Seed]) -> tuple[Ints, Longs]:
    return np.array([s.node for s in seeds], np.int32), np.array([s.cost_ms for s in seeds], np.int64)


def _cheapest_at(seeds: Sequence[Seed], node: int) -> int:
    return min((i for i, seed in enumerate(seeds) if seed.node == node), key=lambda i: seeds[i].cost_ms)


def _goal(graph: RoutingGraph, nodes: Ints) -> NDArray[np.float64]:
    """Return x, y and radius in metres of a circle around the nodes."""
    x_m, y_m = graph.node_x_m[nodes], graph.node_y_m[nodes]
    middle_x_m, middle_y_m = x_m.mean(), y_m.mean()
    return np.array([middle_x_m, middle_y_m, np.hypot(x_m - middle_x_m, y_m - middle_y_m).max()])


class _Space:
    """What one thread's searches on graphs of one size write to."""

    def __init__(self, node_count: int) -> None:
        self.stamps = np.zeros(node_count, np.int64)
        self.cost = np.empty(node_count, np.int64)
        self.via = np.empty(node_count, np.int32)
        self.heap_keys = np.empty(0, np.int64)
        self.heap_nodes = np.empty(0, np.int32)
        self._stamp = 0

    def next_stamp(self) -> int:
        """Forget all earlier searches."""
        self._stamp += 1
        return self._stamp

    def make_room(self, graph: RoutingGraph, sources: Sequence[Seed]) -> None:
        """Have room for every entry that a search can push: one for each edge and each source."""
        room = graph.edge_count + len(sources)
        if len(self.heap_keys) < room:
            self.heap_keys, self.heap_nodes = np.empty(room, np.int64), np.empty(room, np.int32)


_per_thread = threading.local()


def _space(graph: RoutingGraph) -> _Space:
    """Return this thread's space for graphs of this size."""
    space: _Space | None = getattr(_per_thread, "space", None)
    if space is None or len(space.stamps) != graph.node_count:
        space = _per_thread.space = _Space(graph.node_count)  # graphs change seldom: the space of the last one is kept
    return space


@njit(cache=True, nogil=True)
def _push(keys, nodes, size, key, node):  # type: ignore[no-untyped-def]  # Numba infers the types
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at] = keys[parent]
        nodes[at] = nodes[parent]
        at = parent
    keys[at] = key
    nodes[at] = node
    return size + 1


@njit(cache=True, nogil=True)
def _pop(keys, nodes, size):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Take the first entry off; what it was must be read before."""
    size -= 1
    key = keys[size]
    node = nodes[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at] = keys[child]
        nodes[at] = nodes[child]
        at = child
    keys[at] = key
    nodes[at] = node
    return size


@njit(cache=True, nogil=True)
def _bound(x_m, y_m, goal, least):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return what it costs at least to get from the place into the goal's circle: whole, so that it stays consistent."""
    if least == 0.0:
        return 0
    away_m = np.sqrt((x_m - goal[0]) ** 2 + (y_m - goal[1]) ** 2) - goal[2]
    return int(np.floor(away_m * least)) if away_m > 0.0 else 0


@njit(cache=True, nogil=True)
def _search(  # type: ignore[no-untyped-def]  # Numba infers the types
    first_out, head, costs, x_m, y_m, sources, source_ms, targets, target_ms, goal, least,
    stamp, stamps, cost, via, keys, nodes,
):  # fmt: skip
    """Return the cost of the best way to a target and its last node; without targets, reach everything."""
    size = 0
    for i in range(len(sources)):
        node = sources[i]
        if stamps[node] != stamp or source_ms[i] < cost[node]:
            stamps[node] = stamp
            cost[node] = source_ms[i]
            via[node] = -1
            size = _push(keys, nodes, size, source_ms[i] + _bound(x_m[node], y_m[node], goal, least), node)
    best = UNREACHED
    last = -1
    while size > 0:
        key = keys[0]
        node = nodes[0]
        if key >= best:
            break
        size = _pop(keys, nodes, size)
        reached = cost[node]
        if key > reached + _bound(x_m[node], y_m[node], goal, least):
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
                size = _push(keys, nodes, size, onward + _bound(x_m[other], y_m[other], goal, least), other)
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
