"""The places that a position is sought in: small cells of where one can walk, and which of them one can step between.

Cells lie on a square grid that all levels share. A step leads to one of the eight cells about, in the order of COMPASS; a
link leads to a cell of another level, by stairs, by a lift, or through the door of a building.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from beacons.core.nearest import tree_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

NOWHERE = -1
HEADINGS = 8
# Columns and rows that a step leads on, clockwise from north; heading h is 45 h degrees.
COMPASS = np.array([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)])


@dataclass(frozen=True, eq=False)
class Area:
    """Somewhere that one can walk about freely, in metres, on a level: an index into the level ids."""

    shape_m: BaseGeometry
    level: int


@dataclass(frozen=True, eq=False)
class Cells:
    """n cells: the metres of their middles, and of each its level, an index into level_ids."""

    spacing_m: float
    level_ids: tuple[UUID, ...]
    x_m: Floats
    y_m: Floats
    level: Ints
    neighbour: Ints
    """(n, HEADINGS) the cell that a step leads to, NOWHERE where something is in the way."""
    link_first: Ints
    """(n + 1,) the links of cell i are link_head[link_first[i]:link_first[i + 1]]."""
    link_head: Ints

    def __len__(self) -> int:
        return len(self.x_m)

    def near(self, x_m: float, y_m: float, radius_m: float) -> Ints:
        """Return the cells of every level within a radius of a place, ascending."""
        reach = int(np.ceil(radius_m / self.spacing_m))
        column, row = (int(np.floor(value / self.spacing_m)) for value in (x_m, y_m))
        keys, order = self._by_row
        found = []
        for r in range(row - reach, row + reach + 1):
            begin, end = np.searchsorted(keys, (_key(column - reach, r), _key(column + reach + 1, r)))
            found.append(order[begin:end])
        cells = np.sort(np.concatenate(found))
        inside = np.hypot(self.x_m[cells] - x_m, self.y_m[cells] - y_m) <= radius_m
        return np.asarray(cells[inside], np.int32)

    @cached_property
    def _by_row(self) -> tuple[NDArray[np.int64], Ints]:
        """The keys of all cells in ascending order, and the cells in that order."""
        keys = _key(np.floor(self.x_m / self.spacing_m), np.floor(self.y_m / self.spacing_m))
        order = np.argsort(keys, kind="stable").astype(np.int32)
        return keys[order], order


def lay(
    areas: Sequence[Area],
    level_ids: tuple[UUID, ...],
    *,
    spacing_m: float,
    doors: Sequence[Area] = (),
    links: Iterable[tuple[Area, Area]] = (),
) -> Cells:
    """Return the cells of these areas; of overlapping ones on a level, a cell belongs to the one that comes first.

    A step leads from one area to another only near a door of that level. A link joins two areas, each cell with the one
    of the other area that is nearest in plan.
    """
    column, row, level, area = _gridded(areas, spacing_m)
    x_m, y_m = (column + 0.5) * spacing_m, (row + 0.5) * spacing_m
    passage = _near_doors(doors, level, x_m, y_m, spacing_m)
    link_first, link_head = _linked(links, level, x_m, y_m)
    return Cells(
        spacing_m, level_ids, x_m, y_m, level, _neighbours(column, row, level, area, passage), link_first, link_head
    )


def _key(column: Floats | int, row: Floats | int, level: Ints | int = 0) -> NDArray[np.int64]:
    """Return one number for column, row and level, ascending by level, row and column."""
    parts = (np.asarray(part).astype(np.int64) for part in (level, row, column))
    level_part, row_part, column_part = parts
    return np.asarray((level_part << 48) + ((row_part + (1 << 22)) << 24) + (column_part + (1 << 22)))


def _gridded(areas: Sequence[Area], spacing_m: float) -> tuple[Floats, Floats, Ints, Ints]:
    """Return column, row, level and area of each cell. An area smaller than a cell has one in its middle."""
    parts = []
    for number, area in enumerate(areas):
        west, south, east, north = np.asarray(area.shape_m.bounds) / spacing_m
        shapely.prepare(area.shape_m)
        columns, rows = np.meshgrid(np.arange(np.floor(west), east), np.arange(np.floor(south), north))
        inside = shapely.contains_xy(area.shape_m, (columns + 0.5) * spacing_m, (rows + 0.5) * spacing_m)
        column, row = columns[inside], rows[inside]
        if not len(column):
            middle = area.shape_m.representative_point()
            column, row = np.floor([middle.x / spacing_m]), np.floor([middle.y / spacing_m])
        parts.append(np.stack([column, row, np.full(len(column), area.level), np.full(len(column), number)]))
    column, row, level, owner = np.concatenate(parts, axis=1) if parts else np.empty((4, 0))
    _, first = np.unique(_key(column, row, level.astype(np.int32)), return_index=True)
    first.sort()
    return column[first], row[first], level[first].astype(np.int32), owner[first].astype(np.int32)


def _near_doors(doors: Sequence[Area], level: Ints, x_m: Floats, y_m: Floats, spacing_m: float) -> NDArray[np.bool_]:
    """Return which cells are so near to a door that a step may lead through it."""
    near = np.zeros(len(x_m), bool)
    for at in np.unique(level):
        shapes = [door.shape_m for door in doors if door.level == at]
        here = np.flatnonzero(level == at)
        if shapes and len(here):
            union = shapely.union_all(shapely.buffer(shapes, spacing_m))
            shapely.prepare(union)
            near[here] = shapely.contains_xy(union, x_m[here], y_m[here])
    return near


def _neighbours(column: Floats, row: Floats, level: Ints, area: Ints, passage: NDArray[np.bool_]) -> Ints:
    keys = _key(column, row, level)
    order = np.argsort(keys)
    neighbour = np.full((len(keys), HEADINGS), NOWHERE, np.int32)
    for heading, (east, north) in enumerate(COMPASS):
        wanted = _key(column + east, row + north, level)
        at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
        found = order[at] if len(keys) else at
        is_open = (keys[found] == wanted) & ((area[found] == area) | (passage[found] & passage))
        neighbour[is_open, heading] = found[is_open]
    return neighbour


def _linked(links: Iterable[tuple[Area, Area]], level: Ints, x_m: Floats, y_m: Floats) -> tuple[Ints, Ints]:
    places = _Places(level, x_m, y_m)
    pairs = [places.link(origin, destination) for origin, destination in links]
    both = np.concatenate([np.empty((2, 0), np.int64), *pairs], axis=1)
    tail, head = np.unique(both, axis=1)
    first = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=len(x_m)))))
    return first.astype(np.int32), head.astype(np.int32)


class _Places:
    """Cells by level and place."""

    def __init__(self, level: Ints, x_m: Floats, y_m: Floats) -> None:
        self._points = np.column_stack([x_m, y_m])
        self._cells = {int(at): np.flatnonzero(level == at) for at in np.unique(level)}
        self._trees = {at: tree_of(self._points[cells]) for at, cells in self._cells.items()}

    def link(self, origin: Area, destination: Area) -> NDArray[np.int64]:
        """Return (2, k) tails and heads, there and back."""
        ours, theirs = self._within(origin), self._within(destination)
        if not len(ours) or not len(theirs):
            return np.empty((2, 0), np.int64)
        _, at = tree_of(self._points[theirs]).query(self._points[ours])
        nearest = theirs[at]
        return np.stack([np.concatenate([ours, nearest]), np.concatenate([nearest, ours])])

    def _within(self, area: Area) -> NDArray[np.int64]:
        """Return the cells in an area, or the one nearest to its middle."""
        if area.level not in self._cells:
            return np.empty(0, np.int64)
        tree, cells = self._trees[area.level], self._cells[area.level]
        west, south, east, north = area.shape_m.bounds
        middle, radius_m = ((west + east) / 2, (south + north) / 2), np.hypot(east - west, north - south) / 2
        near = cells[tree.query_ball_point(middle, radius_m)]
        inside = near[shapely.contains_xy(area.shape_m, *self._points[near].T)]
        return inside if len(inside) else cells[[int(tree.query(middle)[1])]]
