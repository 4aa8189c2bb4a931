"""The units of a map as arrays, made when it is published: what every request asks of them needs no shapes.

Which of them a point lies in, how one walks from there to where walls leave room for walking, and what stands between two places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from uuid import UUID

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from geo.position import LevelPoint
from navigation.core.array_blob import pack, unpack
from navigation.core.graph import NONE, Ints, RoutingGraph
from navigation.core.walk_area import Segments, Walls, areas_around, outer_walls, segments_of
from venues.core.imdf.features import Unit
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

# Eight bytes that rooms begin with; the last one is the version of the layout.
MAGIC = b"DALILRM1"

Point = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rooms:
    """r units that are drawn, by level, those that one may walk in first, and by area: the first that holds a point is meant.

    Lines are segments (k, 4), metres; those of room i are `first_x[i]:first_x[i + 1]`. A room without nodes has an outline and
    outer walls alone.
    """

    level_ids: tuple[UUID, ...]
    unit_id: NDArray[np.uint8] = field(repr=False)
    """(r, 16) the id of each room, as bytes."""
    first_room: Ints = field(repr=False)
    """(levels + 1,)"""
    box_m: Floats = field(repr=False)
    """(r, 4) west, south, east, north."""
    first_outline: Ints = field(repr=False)
    outline_m: Walls = field(repr=False)
    first_outer: Ints = field(repr=False)
    outer_m: Walls = field(repr=False)
    """The walls themselves: who stands in the outline sees no farther."""
    first_free: Ints = field(repr=False)
    free_m: Walls = field(repr=False)
    """The edge of where one walks, clear of walls."""
    first_wall: Ints = field(repr=False)
    wall_m: Walls = field(repr=False)
    """What no walk crosses that keeps clear of walls; none where every walk does."""
    first_node: Ints = field(repr=False)
    node: Ints = field(repr=False)
    """The nodes of the graph in each room, ascending."""

    def __post_init__(self) -> None:
        """Kernels are compiled once, for arrays that can't be written, mapped or not."""
        for name in ARRAYS:
            getattr(self, name).setflags(write=False)

    @classmethod
    def of(cls, graph: RoutingGraph, snapshot: Snapshot) -> "Rooms":
        """Return the rooms of a map whose graph is compiled."""
        level_ids = tuple(snapshot.levels)
        groups = [_in_order(snapshot, snapshot.units_by_level[level_id]) for level_id in level_ids]
        units = [unit for group in groups for unit in group]
        nodes = [graph.nodes_of_unit.get(unit.id, _NO_NODES) for unit in units]
        outlines = np.array([snapshot.shapes_m[unit.id] for unit in units], dtype=object)
        free, walls = _areas(graph, outlines, nodes)
        return cls(
            level_ids,
            np.frombuffer(b"".join(unit.id.bytes for unit in units), np.uint8).reshape(-1, 16),
            _starts(map(len, groups)),
            shapely.bounds(outlines),
            *segments_of(outlines),
            *outer_walls(outlines),
            *free,
            _starts(map(len, walls)),
            np.concatenate([np.empty((0, 4)), *walls]),
            _starts(map(len, nodes)),
            np.concatenate([_NO_NODES, *nodes]),
        )

    def at(self, point: LevelPoint) -> int:
        """Return the smallest room, walkable before others, that holds the point or has it on its edge; NONE without one."""
        level = self._level_of.get(point.level_id)
        if level is None:
            return NONE
        low, high = self.first_room[level], self.first_room[level + 1]
        room: int = _holding(point.x_m, point.y_m, low, high, self.box_m, self.first_outline, self.outline_m)
        return room

    def id_of(self, room: int) -> UUID:
        """Return the id of the room's unit."""
        return UUID(bytes=self.unit_id[room].tobytes())

    def nodes_in(self, room: int) -> Ints:
        return self.node[self.first_node[room] : self.first_node[room + 1]]

    def entered(self, room: int, place_m: Point) -> Point:
        """Return the point nearest to a place where one walks in a room with nodes: often the place itself."""
        x_m, y_m = place_m
        entered: Point = _entered(x_m, y_m, self.free_m[self.first_free[room] : self.first_free[room + 1]])
        return entered

    def walls_in(self, room: int) -> Walls:
        """Return what no walk crosses that keeps clear of walls."""
        return self.wall_m[self.first_wall[room] : self.first_wall[room + 1]]

    def outer_walls_in(self, room: int) -> Walls:
        """Return the walls themselves."""
        return self.outer_m[self.first_outer[room] : self.first_outer[room + 1]]

    def outer_walls_of(self, unit_id: UUID) -> Walls:
        """Return the walls of a unit."""
        return self.outer_walls_in(self._room_of[unit_id])

    def to_bytes(self) -> bytes:
        """Return the rooms as one byte string, the same for the same rooms."""
        header = {"level_ids": [str(id_) for id_ in self.level_ids]}
        return pack(MAGIC, header, {name: getattr(self, name) for name in ARRAYS})

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "Rooms":
        """Return the rooms of `to_bytes`; their arrays are views of `data`. Raises ValueError for anything else."""
        header, arrays = unpack(MAGIC, data)
        return cls(tuple(map(UUID, header["level_ids"])), **arrays)

    @cached_property
    def _level_of(self) -> dict[UUID, int]:
        return {id_: level for level, id_ in enumerate(self.level_ids)}

    @cached_property
    def _room_of(self) -> dict[UUID, int]:
        return {self.id_of(room): room for room in range(len(self.unit_id))}


ARRAYS = tuple(f.name for f in fields(Rooms) if f.name != "level_ids")

_NO_NODES = np.empty(0, np.int32)


def _in_order(snapshot: Snapshot, units: Iterable[Unit]) -> list[Unit]:
    """Return the units that are drawn, the walkable ones first, smallest first."""
    drawn = [unit for unit in units if unit.id in snapshot.shapes_m]
    return sorted(drawn, key=lambda unit: (not is_walkable(unit), snapshot.shapes_m[unit.id].area))


def _areas(graph: RoutingGraph, outlines: NDArray[np.object_], nodes: Sequence[Ints]) -> tuple[Segments, list[Walls]]:
    """Return where one walks in each room, and its walls; nothing of rooms without nodes."""
    reached = np.array([len(group) > 0 for group in nodes], np.bool_)
    owner = np.repeat(np.arange(np.count_nonzero(reached)), [len(group) for group in nodes if len(group)])
    at = np.concatenate([_NO_NODES, *nodes])
    places_m = np.column_stack((graph.node_x_m[at], graph.node_y_m[at]))
    areas = iter(areas_around(outlines[reached].tolist(), places_m, owner))
    free: NDArray[np.object_] = np.full(len(outlines), shapely.Polygon(), dtype=object)
    walls = [np.empty((0, 4))] * len(outlines)
    for room in np.flatnonzero(reached).tolist():
        area = next(areas)
        free[room], walls[room] = area.free_m, area.walls_m
    return segments_of(free), walls


def _starts(counts: Iterable[int]) -> Ints:
    """(k + 1,) where each of the groups of these sizes begins."""
    return np.cumsum([0, *counts]).astype(np.int32)


@njit(cache=True, nogil=True)
def _holding(x, y, low, high, box, first, outline):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the first room, from low to high, that holds the point; NONE where there is none."""
    for room in range(low, high):
        if x < box[room, 0] or x > box[room, 2] or y < box[room, 1] or y > box[room, 3]:
            continue
        if _inside(x, y, outline[first[room] : first[room + 1]]):
            return room
    return NONE


@njit(cache=True, nogil=True)
def _inside(x, y, edges):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return whether the rings that these edges are hold the point or have it on an edge (crossing number)."""
    inside = False
    for i in range(len(edges)):
        ax = edges[i, 0]
        ay = edges[i, 1]
        bx = edges[i, 2]
        by = edges[i, 3]
        side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if side == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y) and (side > 0) == (by > ay):
            inside = not inside
    return inside


@njit(cache=True, nogil=True)
def _entered(x, y, edges):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the point itself where the rings hold it, else the point of the edges that is nearest to it."""
    if _inside(x, y, edges):
        return x, y
    best = np.inf
    near_x = x
    near_y = y
    for i in range(len(edges)):
        ax = edges[i, 0]
        ay = edges[i, 1]
        dx = edges[i, 2] - ax
        dy = edges[i, 3] - ay
        length = dx * dx + dy * dy
        share = 0.0 if length == 0 else min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / length))
        at_x = ax + share * dx
        at_y = ay + share * dy
        away = (at_x - x) ** 2 + (at_y - y) ** 2
        if away < best:
            best = away
            near_x = at_x
            near_y = at_y
    return near_x, near_y
