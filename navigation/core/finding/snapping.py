"""Joining any point to the graph: straight walks to the nodes that it sees in its unit, or along the footway beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import NamedTuple
from uuid import UUID

import numpy as np
import shapely

from geo.position import LevelPoint
from navigation.core.finding.rooms import Rooms
from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.visibility import seen_from, sees
from venues.core.spatial_index import SpatialIndex

# Outdoors, where a map has only lines, one walks so far to the nearest of them.
PATH_REACH_M = 15.0

Point = tuple[float, float]


class Link(NamedTuple):
    """A walk from a place to a node of the graph; points_m leads there."""

    node: int
    length_m: float
    points_m: tuple[Point, ...]


@dataclass(frozen=True, eq=False)
class Snap:
    """A point on the graph: in a unit, which is a `room`, or beside a footway (`edge`). Without links nothing leads there."""

    point: LevelPoint
    unit_id: UUID | None
    room: int
    edge: int | None
    links: tuple[Link, ...]


@dataclass(frozen=True, eq=False)
class _Footways:
    """The stretches of a level that lie in no unit, each once."""

    tree: shapely.STRtree
    edges: Sequence[int]


class Snapper:
    """Joins points to one graph."""

    def __init__(self, graph: RoutingGraph, rooms: Rooms, index: SpatialIndex) -> None:
        self._graph, self._rooms, self._index = graph, rooms, index
        self._footways: dict[UUID, _Footways | None] = {}

    def snap(self, point: LevelPoint) -> Snap | None:
        """Return the point on the graph, or None where it is neither in a walkable unit nor beside a footway."""
        room = self._rooms.at(point)
        if room != NONE and len(self._rooms.nodes_in(room)):
            return Snap(point, self._rooms.id_of(room), room, None, self._links(point, room))
        beside = self._index.nearest_walkable(point)
        if beside is not None and beside[1] == 0:
            return Snap(point, beside[0].id, NONE, None, ())
        return self._beside_footway(point, PATH_REACH_M if beside is None else min(PATH_REACH_M, beside[1]))

    def direct_m(self, a: Snap, b: Snap) -> float | None:
        """Return the length of the straight walk between two points of a unit or footway, None where there is none."""
        here, there = (a.point.x_m, a.point.y_m), (b.point.x_m, b.point.y_m)
        if a.unit_id is None or a.unit_id != b.unit_id:
            along_one_path = a.edge is not None and a.edge == b.edge
            return dist(here, there) if along_one_path else None
        if not a.links or not b.links:
            return None
        rooms, room = self._rooms, a.room
        inside = rooms.entered(room, here) == here and rooms.entered(room, there) == there
        walls_m = rooms.walls_in(room) if inside else rooms.outer_walls_in(room)
        return dist(here, there) if sees(here, there, walls_m) else None

    def _links(self, point: LevelPoint, room: int) -> tuple[Link, ...]:
        nodes = self._rooms.nodes_in(room)
        here = (point.x_m, point.y_m)
        entered = self._rooms.entered(room, here)
        way_in = (here,) if entered == here else (here, entered)
        first_m = dist(here, entered)
        points_m = np.column_stack((self._graph.node_x_m[nodes], self._graph.node_y_m[nodes]))
        seen = seen_from(self._rooms.walls_in(room), entered, points_m)
        return tuple(
            Link(node, first_m + dist(entered, (x_m, y_m)), (*way_in, (x_m, y_m)))
            for node, (x_m, y_m) in zip(nodes[seen].tolist(), points_m[seen].tolist(), strict=True)
        )

    def _beside_footway(self, point: LevelPoint, reach_m: float) -> Snap | None:
        if point.level_id not in self._footways:
            self._footways[point.level_id] = self._footways_of(point.level_id)
        footways = self._footways[point.level_id]
        if footways is None:
            return None
        here = shapely.Point(point.x_m, point.y_m)
        near = footways.tree.query_nearest(here, max_distance=reach_m)
        if len(near) == 0:
            return None
        edge = footways.edges[int(near.min())]
        (foot,) = shapely.get_coordinates(shapely.shortest_line(here, self._line(edge)))[1:].tolist()
        links = [
            self._along(point, (foot[0], foot[1]), int(node))
            for node in (self._graph.tail[edge], self._graph.head[edge])
        ]
        return Snap(point, None, NONE, edge, tuple(links))

    def _along(self, point: LevelPoint, foot: Point, node: int) -> Link:
        points = ((point.x_m, point.y_m), foot, (float(self._graph.node_x_m[node]), float(self._graph.node_y_m[node])))
        return Link(node, sum(dist(a, b) for a, b in pairwise(points)), points)

    def _footways_of(self, level_id: UUID) -> _Footways | None:
        graph = self._graph
        if level_id not in graph.level_ids:
            return None
        level = graph.level_ids.index(level_id)
        outside = (graph.node_unit == NONE) & (graph.node_level == level)
        level_walk = (graph.kind == EdgeKind.WALK) & outside[graph.tail] & outside[graph.head]
        edges = np.flatnonzero(level_walk & (graph.tail < graph.head)).tolist()
        return _Footways(shapely.STRtree([self._line(edge) for edge in edges]), edges) if edges else None

    def _line(self, edge: int) -> shapely.LineString:
        graph = self._graph
        ends = [graph.tail[edge], graph.head[edge]]
        return shapely.LineString(np.column_stack((graph.node_x_m[ends], graph.node_y_m[ends])))
