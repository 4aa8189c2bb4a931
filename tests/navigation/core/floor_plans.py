"""Floors drawn by chance, for tests: offices along a corridor, halls that a narrow gap joins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Place = tuple[float, float]

WALL_M, DOOR_M = 0.2, 0.9


@dataclass(frozen=True)
class Office:
    """A corridor and rooms along it, drawn to the inner faces of their walls, and their doors as lines amid the walls."""

    corridor_m: shapely.Polygon = field(repr=False)
    rooms_m: tuple[shapely.Polygon, ...] = field(repr=False)
    doors_m: tuple[shapely.LineString, ...] = field(repr=False)

    @property
    def floor_m(self) -> shapely.Polygon:
        """Everything that one can walk on, through the doors too."""
        return joined_by_doors([self.corridor_m, *self.rooms_m], self.doors_m, WALL_M)


def joined_by_doors(parts: Sequence[BaseGeometry], doors_m: Iterable[BaseGeometry], wall_m: float) -> shapely.Polygon:
    """Return the floor of these parts and of the doorways through walls so thick, the largest piece of it."""
    doorways = [door.buffer(wall_m / 2 + 1e-4, cap_style="flat") for door in doors_m]
    pieces = shapely.get_parts(shapely.union_all([*parts, *doorways])).tolist()
    floor = max(pieces, key=lambda piece: piece.area)
    assert isinstance(floor, shapely.Polygon)
    return floor


def office(chance: Random, rooms_a_side: int = 8) -> Office:
    """Return a corridor with columns and rooms of different widths on both of its sides."""
    width_m = chance.uniform(2.0, 4.0)
    rooms, doors = [], []
    length_m = 0.0
    for side in (-1, 1):
        walls_m = np.cumsum([0.0, *(chance.uniform(3.0, 7.0) for _ in range(rooms_a_side))])
        length_m = max(length_m, float(walls_m[-1]))
        depth_m = chance.uniform(4.0, 7.0)
        wall_m = -WALL_M / 2 if side < 0 else width_m + WALL_M / 2
        for west_m, east_m in pairwise(walls_m.tolist()):
            edges_m = sorted((wall_m + side * WALL_M / 2, wall_m + side * depth_m))
            rooms.append(shapely.box(west_m + WALL_M / 2, edges_m[0], east_m - WALL_M / 2, edges_m[1]))
            door_m = chance.uniform(west_m + 0.3, east_m - 0.3 - DOOR_M)
            doors.append(shapely.LineString([(door_m, wall_m), (door_m + DOOR_M, wall_m)]))
    columns = [
        shapely.box(x_m, width_m / 2 - 0.2, x_m + 0.4, width_m / 2 + 0.2)
        for x_m in np.arange(chance.uniform(2, 8), length_m - 1, chance.uniform(6, 9))
        if width_m > 3.2
    ]
    corridor = shapely.difference(shapely.box(0, 0, length_m, width_m), shapely.union_all(columns))
    assert isinstance(corridor, shapely.Polygon)
    return Office(corridor, tuple(rooms), tuple(doors))


def corridor_of_60_doors(chance: Random) -> tuple[shapely.Polygon, list[Place]]:
    """Return a corridor of 60 m with columns in its middle, and the middles of 30 doors on each of its sides."""
    width_m = chance.uniform(2.5, 4.5)
    columns = [
        shapely.box(x_m, width_m / 2 - 0.25, x_m + 0.5, width_m / 2 + 0.25)
        for x_m in np.arange(chance.uniform(4, 8), 58, chance.uniform(5, 9))
    ]
    corridor = shapely.difference(shapely.box(0, 0, 62, width_m), shapely.union_all(columns))
    assert isinstance(corridor, shapely.Polygon)
    return corridor, [(1 + 2 * i + chance.uniform(-0.3, 0.3), y_m) for i in range(30) for y_m in (0.0, width_m)]


def plaza_of_2000_corners(chance: Random) -> tuple[shapely.Polygon, list[Place]]:
    """Return a plaza of 300 x 300 m with 250 planters of eight corners, and twelve places at its edge."""
    planters = [
        shapely.Point(10 + 18 * column + chance.uniform(-3, 3), 10 + 18 * row + chance.uniform(-3, 3)).buffer(
            chance.uniform(1, 4), quad_segs=2
        )
        for column in range(16)
        for row in range(16)
    ]
    plaza = shapely.difference(shapely.box(0, 0, 300, 300), shapely.union_all(planters[:250]))
    assert isinstance(plaza, shapely.Polygon)
    edge = plaza.exterior
    return plaza, [
        (p.x, p.y) for p in (edge.interpolate(share, normalized=True) for share in np.linspace(0.02, 0.98, 12))
    ]


def halls_joined_by_a_gap(chance: Random) -> tuple[shapely.Polygon, float]:
    """Return two halls and the gap between them, and how wide that is."""
    gap_m, length_m = chance.uniform(0.4, 1.4), chance.uniform(0.2, 4)
    depth_m, width_m = chance.uniform(5, 12), chance.uniform(6, 15)
    south_m = chance.uniform(1, depth_m - gap_m - 1)
    first = shapely.box(0, 0, width_m, depth_m)
    gap = shapely.box(width_m, south_m, width_m + length_m, south_m + gap_m)
    second = shapely.box(width_m + length_m, 0, 2 * width_m + length_m, depth_m)
    joined = shapely.union_all([first, gap, second])
    assert isinstance(joined, shapely.Polygon)
    return joined, gap_m
