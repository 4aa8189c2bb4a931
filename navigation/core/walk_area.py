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

Shapes = NDArray[np.object_]

Segments = tuple[NDArray[np.int32], Walls]
"""Of n shapes: (n + 1,) where the segments of each begin, and the segments of all."""

# Of a convex area: corners, what stands beside them, walls.
NO_CORNERS: tuple[Points, Points, Walls] = (np.empty((0, 2)), np.empty((0, 2, 2)), np.empty((0, 4)))

# Half of the width of a walker with air to the wall: 0.4 m remain where HAIR_M and BEND_M take what they may (Weidmann 1993
# keeps 0.45 m to walls).
CLEARANCE_M = 0.43
# In a narrow place one keeps in the middle, up to this (our assumption).
MIDDLE_M = 0.025
# The walls stand this far behind the line that one may walk on, so that touching it is not running into them.
HAIR_M = 0.02
# Bends of an outline smaller than this are drawn, not walked round.
BEND_M = 0.01
# An area that lacks no more than this of its convex hull has no corners to walk round (what rounding leaves).
CONVEX_M2 = 1e-6
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
        [(near_x_m, near_y_m)] = entered(np.array([self.free_m], dtype=object), np.array([(x_m, y_m)])).tolist()
        return near_x_m, near_y_m


def entered(free_m: Shapes, places_m: Points) -> Points:
    """Return the point (n, 2) of each area nearest to its place (n, 2): the place itself where it is inside."""
    outside = ~shapely.intersects_xy(free_m, places_m[:, 0], places_m[:, 1])
    ways_in = shapely.shortest_line(shapely.points(places_m[outside]), free_m[outside])
    near_m = places_m.copy()
    near_m[outside] = shapely.get_coordinates(ways_in)[1::2]
    return near_m


def walk_areas(outlines_m: Sequence[BaseGeometry], places_m: Points, owner: NDArray[np.intp]) -> list[WalkArea]:
    """Return the area of each unit, given its places (p, 2) as indices of their units (p,): see `walk_area`.

    Most units are plain rooms: all are shrunk at once, and only the others looked at one by one.
    """
    return _areas(outlines_m, places_m, owner, CLEARANCE_M + REACH_M)


def areas_around(outlines_m: Sequence[BaseGeometry], nodes_m: Points, owner: NDArray[np.intp]) -> list[WalkArea]:
    """Return the area of each unit, given its nodes (p, 2) as indices of their units (p,): they lie in it."""
    return _areas(outlines_m, nodes_m, owner, HAIR_M)


def _areas(
    outlines_m: Sequence[BaseGeometry], places_m: Points, owner: NDArray[np.intp], within_m: float
) -> list[WalkArea]:
    outlines: Shapes = shapely.simplify(np.array(outlines_m, dtype=object), BEND_M)
    free: Shapes = shapely.buffer(outlines, -CLEARANCE_M, join_style="mitre")
    is_plain = shapely.get_num_geometries(free) == shapely.get_num_geometries(outlines)
    is_plain[owner[~(shapely.distance(shapely.points(places_m), free[owner]) <= within_m)]] = False
    shapely.prepare(free)
    convex = is_plain & _are_convex(free)
    return [
        WalkArea(free[i], CLEARANCE_M, *NO_CORNERS)
        if convex[i]
        else _with_corners(outlines[i], free[i], CLEARANCE_M)
        if is_plain[i]
        else _area(outlines_m[i], places_m[owner == i], within_m)
        for i in range(len(outlines))
    ]


def walk_area(outline_m: BaseGeometry, reach: Points) -> WalkArea:
    """Return the area of a unit that is in one piece where the unit is, and reaches these places (n, 2)."""
    return _area(outline_m, reach, CLEARANCE_M + REACH_M)


def outer_walls(outlines_m: Shapes) -> Segments:
    """Return what nobody sees through who stands in these outlines (n,)."""
    return segments_of(shapely.buffer(outlines_m, HAIR_M, join_style="mitre"))


def segments_of(areas: Shapes) -> Segments:
    """Return the edges of the rings of areas (n,), with what is inside on the left."""
    parts, owner = shapely.get_parts(shapely.orient_polygons(areas), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    within = np.flatnonzero(ring[1:] == ring[:-1])
    counts = np.bincount(owner[part[ring[within]]], minlength=len(areas))
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32), np.hstack((corners[within], corners[within + 1]))


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
    if _are_convex(np.array([free], dtype=object))[0]:
        return WalkArea(free, clearance_m, *NO_CORNERS)
    return _with_corners(outline, free, clearance_m)


def _with_corners(outline: BaseGeometry, free: BaseGeometry, clearance_m: float) -> WalkArea:
    is_even = clearance_m == CLEARANCE_M
    clear = _shrunk(outline, CLEARANCE_M - HAIR_M) if is_even else _shrunk(free, -HAIR_M)
    _, walls = segments_of(np.array([clear], dtype=object))
    return WalkArea(free, clearance_m, *_reflex_corners(free), walls)


def _are_convex(areas: Shapes) -> NDArray[np.bool_]:
    """Return which areas (n,) nobody walks round a corner in: all of each is seen from everywhere."""
    convex: NDArray[np.bool_] = shapely.area(shapely.convex_hull(areas)) - shapely.area(areas) <= CONVEX_M2
    return convex


def _with_gaps(
    outline: BaseGeometry, free: BaseGeometry, clearance_m: float, missed: NDArray[np.object_], within_m: float
) -> BaseGeometry:
    """Return the area with the places as narrow as this clearance that join parts of it or lead to places that it misses."""
    narrow = _shrunk(outline, clearance_m)
    if free.is_empty:
        return narrow
    less_m = CLEARANCE_M - clearance_m + HAIR_M
    gaps = shapely.get_parts(shapely.difference(narrow, _shrunk(free, -less_m)))
    parts = shapely.get_parts(free)
    gaps = np.concatenate((gaps, _between(parts, 2 * less_m)))
    mouths = shapely.get_parts(shapely.intersection(shapely.buffer(gaps, 2 * less_m, join_style="mitre"), narrow))
    joins = np.array([np.count_nonzero(shapely.intersects(mouth, parts)) > 1 for mouth in mouths], np.bool_)
    leads = np.array([np.any(shapely.distance(missed, mouth) <= within_m) for mouth in mouths], np.bool_)
    return shapely.union_all([free, *mouths[joins | leads]])


def _between(parts: Shapes, near_m: float) -> Shapes:
    """Return the shortest lines between parts so near to one another that no gap is seen where a strip narrows slowly."""
    a, b = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=near_m)
    lines: Shapes = shapely.shortest_line(parts[a[a < b]], parts[b[a < b]])
    return lines


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
