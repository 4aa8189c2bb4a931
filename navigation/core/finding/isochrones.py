"""How far one gets in a time: on each level an area round what is reached, down to the part of a way that is left undone."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from navigation.core.graph import EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN, Costs
from navigation.core.search import Longs

# How closely the area follows what is reached, from a concave hull (0) to the convex one (1), and the room to both sides of
# a way. Both are chosen by eye.
HULL_RATIO = 0.2
BESIDE_M = 1.0
# On these one may be midway; lifts, stairs and escalators are done or not begun.
WALKED = (EdgeKind.WALK, EdgeKind.DOOR, EdgeKind.MOVING_WALKWAY)


def areas_within(graph: RoutingGraph, costs_ms: Costs, node_ms: Longs, limit_ms: int) -> Mapping[UUID, BaseGeometry]:
    """Return the area in metres, by level, that is reached within the limit from where the nodes cost node_ms (n,).

    `costs_ms` (m,) are those of the edges. A level that is not reached is missing.
    """
    reached = np.flatnonzero(node_ms <= limit_ms)
    begun = (node_ms[graph.tail] <= limit_ms) & (costs_ms != FORBIDDEN) & np.isin(graph.kind, WALKED)
    edges = np.flatnonzero(begun & (graph.node_level[graph.tail] == graph.node_level[graph.head]))
    share = np.clip((limit_ms - node_ms[graph.tail[edges]]) / np.maximum(costs_ms[edges], 1), 0.0, 1.0)
    ends_m = _points(graph, graph.tail[edges])
    ends_m = ends_m + share[:, None] * (_points(graph, graph.head[edges]) - ends_m)
    points_m = np.concatenate((_points(graph, reached), ends_m))
    level = np.concatenate((graph.node_level[reached], graph.node_level[graph.tail[edges]]))
    return {graph.level_ids[index]: _area(points_m[level == index]) for index in np.unique(level).tolist()}


def _points(graph: RoutingGraph, nodes: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.column_stack((graph.node_x_m[nodes], graph.node_y_m[nodes]))


def _area(points_m: NDArray[np.float64]) -> BaseGeometry:
    hull = shapely.concave_hull(shapely.MultiPoint(np.unique(points_m.round(2), axis=0)), ratio=HULL_RATIO)
    return shapely.buffer(hull, BESIDE_M, quad_segs=2)
