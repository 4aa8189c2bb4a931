"""Random small graphs and costs on them, for laws that hold for any, and networkx's word on both."""

from typing import Any
from uuid import UUID

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from navigation.core.graph import EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN
from navigation.core.search import Seed

UNIT = UUID(int=11)
LEVEL = UUID(int=1)


@st.composite
def graphs(draw: st.DrawFn, most_nodes: int = 24) -> RoutingGraph:
    """Directed graphs with parallel edges, loops, one-way edges and parts that nothing joins."""
    count = draw(st.integers(1, most_nodes))
    node = st.integers(0, count - 1)
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    model.add_nodes_from(range(count), x_m=0.0, y_m=0.0, level=LEVEL, unit=UNIT)
    for tail, head, both in draw(st.lists(st.tuples(node, node, st.booleans()), max_size=3 * most_nodes)):
        for ends in ((tail, head), (head, tail))[: 1 + both]:
            model.add_edge(*ends, kind=EdgeKind.WALK, length_m=1.0, feature=UNIT)
    return RoutingGraph.from_networkx(model)


def costs_on(graph: RoutingGraph) -> st.SearchStrategy[NDArray[np.int32]]:
    """Costs of every edge: free, cheap so that ways tie, long, and none at all."""
    cost = st.one_of(st.integers(0, 5), st.integers(0, 100_000), st.just(FORBIDDEN))
    some = st.lists(cost, min_size=graph.edge_count, max_size=graph.edge_count)
    return some.map(lambda costs: np.array(costs, np.int32))


def seeds_on(graph: RoutingGraph, most: int = 4) -> st.SearchStrategy[list[Seed]]:
    """Up to so many nodes, of which one may come twice, each at its own distance from the place."""
    seed = st.builds(Seed, st.integers(0, graph.node_count - 1), st.integers(0, 50))
    return st.lists(seed, min_size=1, max_size=most)


def weighted(graph: RoutingGraph, costs_ms: NDArray[np.int32]) -> "nx.MultiDiGraph[Any]":
    """Return the graph in networkx, without what is forbidden; `cost` is the weight."""
    model: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    model.add_nodes_from(range(graph.node_count))
    edges = zip(graph.tail.tolist(), graph.head.tolist(), costs_ms.tolist(), strict=True)
    model.add_edges_from((tail, head, {"cost": cost}) for tail, head, cost in edges if cost != FORBIDDEN)
    return model


def costs_of(
    graph: RoutingGraph, costs_ms: NDArray[np.int32], sources: list[Seed], targets: list[list[Seed]]
) -> list[float | None]:
    """Return what networkx's Dijkstra finds from the sources to each stop."""
    model = weighted(graph, costs_ms)
    for i, seed in enumerate(sources):
        model.add_edge("from", seed.node, key=i, cost=seed.cost_ms)
    for stop, seeds in enumerate(targets):
        model.add_node(("to", stop))
        for i, seed in enumerate(seeds):
            model.add_edge(seed.node, ("to", stop), key=i, cost=seed.cost_ms)
    found = nx.single_source_dijkstra_path_length(model, "from", weight="cost")
    return [found.get(("to", stop)) for stop in range(len(targets))]


def grid(side: int) -> RoutingGraph:
    """Return a square grid, each node joined to its neighbours both ways."""
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for node in range(side * side):
        model.add_node(node, x_m=float(node % side), y_m=float(node // side), level=LEVEL, unit=UNIT)
    for a, b in nx.grid_2d_graph(side, side).to_directed().edges:
        model.add_edge(a[0] + side * a[1], b[0] + side * b[1], kind=EdgeKind.WALK, length_m=1.0, feature=UNIT)
    return RoutingGraph.from_networkx(model)
