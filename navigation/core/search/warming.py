"""Kernels made ready before the first visitor asks."""

from uuid import UUID

import networkx as nx
import numpy as np

from navigation.core.graph import EdgeKind, RoutingGraph
from navigation.core.search import stamped
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import Seed


def warm_up() -> None:
    """Compile the kernels, or load what is compiled from the cache."""
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="")
    for node in (0, 1):
        model.add_node(node, x_m=0.0, y_m=float(node), level=UUID(int=0))
    model.add_edge(0, 1, kind=EdgeKind.WALK, length_m=1.0, feature=UUID(int=0))
    graph = RoutingGraph.from_networkx(model)
    start, end = [Seed(0, 0)], [Seed(1, 0)]
    costs_ms = np.ones(1, np.int32)
    stamped.shortest_path(graph, costs_ms, start, end)
    metric = Metric.of(graph, Hierarchy.of(graph), costs_ms).without([0])
    metric.shortest_path(start, end)
    metric.matrix([start], [end])
    metric.costs_from(start)
