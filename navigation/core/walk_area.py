"""Where one walks in a unit: its outline without what is too near to its walls, and the corners that one walks round.

The clearance is that of a walker with air to the wall. Where a unit is narrower it is less, but only there: the gap between
two halls does not let anybody scrape along the walls of the halls.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from navigation.core.drawn_ways import Points

Walls = NDArray[np.float64]
"""(w, 4) segments: ax, ay, bx, by in metres."""

# Half of the width of a walker with air to the wall (Weidmann 1993 keeps 0.45 m to walls).
CLEARANCE_M = 0.45
# In a narrow place one keeps in the middle, up to this (our assumption).
MIDDLE_M = 0.025
# The walls stand this far behind the line that one may walk on, so that touching it is not running into them.
HAIR_M = 0.02
# Bends of an outline smaller than this are drawn, not walked round.
BEND_M = 0.03
# A place that must be reached may lie this much further than the clearance from where one can walk.
REACH_M = 0.6


@dataclass(frozen=True, eq=False)
class WalkArea:
    """Where one walks in a unit: `free_m`, its reflex corners (k, 2), what stands beside each (k, 2, 2), and the walls.

    `clearance_m` is what one keeps in the narrowest place.
    """

    free_m: BaseGeometry = field(repr=False)
    clearance_m: float
    corners_m: Points = field(repr=False)
    beside_m: Points = field(repr=False)
    walls_m: Walls = field(repr=False)

    def enter(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return the point of the area nearest to a place: the place itself where it is inside."""
        if shapely.intersects_xy(self.free_m, x_m, y_m):
            return x_m, y_m
        nearest = shapely.get_coordinates(shapely.shortest_line(shapely.Point(x_m, y_m), self.free_m))[1]
        return float(nearest[0]), float(nearest[1])


def walk_area(outline_m: BaseGeometry, reach: Points) -> WalkArea:
    """Return the area of a unit that is in one piece where the unit is, and reaches these places (n, 2)."""
    return _area(outline_m, reach, CLEARANCE_M + REACH_M)


def area_around(outline_m: BaseGeometry, nodes: Points) -> WalkArea:
    """Return the area of a unit whose nodes (n, 2) are known: they lie in it."""
    return _area(outline_m, nodes, HAIR_M)


def walls_of(outline_m: BaseGeometry, clearance_m: float) -> Walls:
    """Return the segments that no walk crosses that keeps this clearance."""
    return _segments(_shrunk(outline_m, clearance_m - HAIR_M))


def _area(outline_m: BaseGeometry, places_m: Points, within_m: float) -> WalkArea:
    outline = shapely.simplify(outline_m, BEND_M)
    free, clearance_m = _shrunk(outline, CLEARANCE_M), CLEARANCE_M
    places = np.asarray(shapely.points(places_m))
    while clearance_m > 0:
        missed = places[~(shapely.distance(places, free) <= within_m)]
        if len(missed) == 0 and shapely.get_num_geometries(free) == shapely.get_num_geometries(outline):
            break
        clearance_m = max(0.0, clearance_m - MIDDLE_M)
        free = _with_gaps(outline, free, clearance_m, missed, within_m)
    shapely.prepare(free)
    corners, beside = _reflex_corners(free)
    is_even = clearance_m == CLEARANCE_M
    walls = walls_of(outline, CLEARANCE_M) if is_even else _segments(_shrunk(free, -HAIR_M))
    return WalkArea(free, clearance_m, corners, beside, walls)


def _with_gaps(
    outline: BaseGeometry, free: BaseGeometry, clearance_m: float, missed: NDArray[np.object_], within_m: float
) -> BaseGeometry:
    """Return the area with the places as narrow as this clearance that join parts of it or lead to places that it misses."""
    narrow = _shrunk(outline, clearance_m)
    if free.is_empty:
        return narrow
    less_m = CLEARANCE_M - clearance_m + HAIR_M
    gaps = shapely.get_parts(shapely.difference(narrow, _shrunk(free, -less_m)))
    mouths = np.array([shapely.intersection(_shrunk(gap, -2 * less_m), narrow) for gap in gaps], dtype=object)
    parts = shapely.get_parts(free)
    joins = np.array([np.count_nonzero(shapely.intersects(mouth, parts)) > 1 for mouth in mouths], np.bool_)
    leads = np.array([np.any(shapely.distance(missed, mouth) <= within_m) for mouth in mouths], np.bool_)
    return shapely.union_all([free, *mouths[joins | leads]])


def _shrunk(outline: BaseGeometry, by_m: float) -> BaseGeometry:
    return shapely.buffer(outline, -by_m, join_style="mitre") if by_m else outline


def _rings(area: BaseGeometry) -> Sequence[Points]:
    """Return the rings of an area, outer ones anticlockwise and holes clockwise, so that free space is on the left."""
    oriented = shapely.orient_polygons(area)
    polygons = [part for part in shapely.get_parts(oriented) if isinstance(part, shapely.Polygon)]
    return [shapely.get_coordinates(ring) for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]


def _reflex_corners(free: BaseGeometry) -> tuple[Points, Points]:
    """Return the corners (k, 2) that one walks round, and the corners before and after each (k, 2, 2)."""
    corners, beside = [np.empty((0, 2))], [np.empty((0, 2, 2))]
    for ring in _rings(free):
        here = ring[:-1]
        before, after = np.roll(here, 1, axis=0), np.roll(here, -1, axis=0)
        turn = _cross(here - before, after - here)
        reflex = turn < -1e-9
        corners.append(here[reflex])
        beside.append(np.stack((before[reflex], after[reflex]), axis=1))
    return np.concatenate(corners), np.concatenate(beside)


def _cross(a: Points, b: Points) -> Points:
    product: Points = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product


def _segments(area: BaseGeometry) -> Walls:
    return np.concatenate([np.empty((0, 4)), *(np.hstack((ring[:-1], ring[1:])) for ring in _rings(area))])
