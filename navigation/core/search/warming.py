"""Kernels made ready before the first visitor asks."""

from uuid import UUID

import numpy as np

from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.search import stamped
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import Seed


def warm_up() -> None:
    """Compile the kernels, or load what is compiled from the cache."""
    graph, costs_ms = one_edge(), np.ones(1, np.int32)
    start, end = [Seed(0, 0)], [Seed(1, 0)]
    stamped.shortest_path(graph, costs_ms, start, end)
    metric = Metric.of(graph, Hierarchy.of(graph), costs_ms).without([0])
    metric.shortest_path(start, end)
    metric.matrix([start], [end])
    metric.costs_from(start)


def one_edge() -> RoutingGraph:
    """Return a graph of two nodes a metre apart, and the walk from the first to the second."""
    ones = np.ones(1, np.float32)
    return RoutingGraph(
        snapshot_hash="", level_ids=(UUID(int=0),), feature_ids=(UUID(int=0),),
        node_x_m=np.zeros(2), node_y_m=np.arange(2.0), node_level=np.zeros(2, np.int32),
        node_feature=np.full(2, NONE, np.int32), node_unit=np.full(2, NONE, np.int32),
        first_out=np.array([0, 1, 1], np.int32), head=np.ones(1, np.int32), length_m=ones,
        kind=np.array([EdgeKind.WALK], np.uint8), flags=np.zeros(1, np.uint16), edge_feature=np.zeros(1, np.int32),
        rise=0 * ones, width_m=np.inf * ones, slope_percent=0 * ones, time_factor=ones,
    )  # fmt: skip
