"""Who sees whom in a polygon: straight walks that keep clear of walls, thinned to those that shorten a way.

A unit is shrunk by a clearance; one walks in what is left and turns at its reflex corners, as a string pulled tight would.
The shortest way between two points that don't see one another leads over such corners only (Lozano-Pérez and Wesley 1979),
and only along lines that touch them (tangents).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from navigation.core.drawn_ways import NOTHING_DRAWN, DrawnWays, Pairs, Points, along
from navigation.core.walk_area import HAIR_M, WalkArea, Walls, walk_area

# A link is left out where the ways over other links are no longer than this times its length.
STRETCH = 1.02
# Above so many corners everything sees everything and a plaza's graph explodes: one looks only so far ahead.
MANY_CORNERS = 300
SIGHT_M = 40.0

NO_PAIRS: Pairs = np.empty((0, 2), np.int32)
NO_LENGTHS: Points = np.empty(0)


@dataclass(frozen=True, eq=False)
class Sight:
    """The links of an area. Points (n, 2): first those that were given, then the corners that help; pairs (e, 2) of their indices."""

    points_m: Points
    pairs: NDArray[np.int32]
    length_m: Points


def sight(area: WalkArea, terminals_m: Points, drawn: DrawnWays = NOTHING_DRAWN) -> Sight:
    """Return who sees whom among these places (t, 2) of the area and its corners; what can be joined is joined.

    Where ways are drawn between the places, one keeps to them: see `drawn_ways`.
    """
    terminals = len(terminals_m)
    if terminals == 1 and len(area.corners_m) == 0:
        return Sight(terminals_m, NO_PAIRS, NO_LENGTHS)
    points = np.concatenate((terminals_m.reshape(-1, 2), area.corners_m))
    sight_m = SIGHT_M if len(area.corners_m) > MANY_CORNERS else np.inf
    while True:
        pairs, length_m = _visible(points, terminals, area.beside_m, area.walls_m, sight_m)
        part = _parts(len(points), pairs)
        if sight_m >= np.ptp(points, axis=0).sum() or len(np.unique(part[:terminals])) <= 1:
            break
        sight_m *= 2
    if len(drawn.stretches):
        kept = along(points, terminals, pairs, length_m, drawn)
        pairs, length_m = pairs[kept], length_m[kept]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], length_m))
    kept = order[_thinned(len(points), pairs[order], length_m[order])]
    useful = np.isin(part, part[:terminals])  # no way from anywhere to a terminal leads over the other corners
    number = np.cumsum(useful, dtype=np.int32) - 1
    kept = kept[useful[pairs[kept, 0]]]
    return Sight(points[useful], number[pairs[kept]], length_m[kept])


def sees(a_m: tuple[float, float], b_m: tuple[float, float], walls_m: Walls) -> bool:
    """Return whether no wall crosses the straight line between two places."""
    blocked: bool = _blocked(a_m[0], a_m[1], b_m[0], b_m[1], walls_m)
    return not blocked


def seen_from(walls_m: Walls, place_m: tuple[float, float], points_m: Points) -> NDArray[np.int32]:
    """Return the indices of the points (n, 2) that a place sees between these walls, without those that lie behind another."""
    crow_m = np.hypot(points_m[:, 0] - place_m[0], points_m[:, 1] - place_m[1])
    order = np.argsort(crow_m, kind="stable").astype(np.int32)
    seen: NDArray[np.int32] = _seen(place_m[0], place_m[1], points_m, crow_m, order, walls_m)
    return seen


def warm_up() -> None:
    """Compile the kernels, or load what is compiled from the cache."""
    corners = np.array([(1.0, 1.0), (3.0, 3.0)])
    area = walk_area(shapely.box(0, 0, 4, 4), corners)
    seen_from(area.walls_m, (2.0, 1.0), sight(area, corners).points_m)


@njit(cache=True, nogil=True)
def _blocked(ax, ay, bx, by, walls):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return whether a wall crosses the segment. A wall's first end belongs to it, so that none slips between two walls."""
    dx = bx - ax
    dy = by - ay
    low_x = min(ax, bx)
    high_x = max(ax, bx)
    low_y = min(ay, by)
    high_y = max(ay, by)
    for i in range(len(walls)):
        cx = walls[i, 0]
        cy = walls[i, 1]
        ex = walls[i, 2]
        ey = walls[i, 3]
        if max(cx, ex) < low_x or min(cx, ex) > high_x or max(cy, ey) < low_y or min(cy, ey) > high_y:
            continue
        c_left = dx * (cy - ay) - dy * (cx - ax) > 0
        e_left = dx * (ey - ay) - dy * (ex - ax) > 0
        if c_left == e_left:
            continue
        a_left = (ex - cx) * (ay - cy) - (ey - cy) * (ax - cx) > 0
        b_left = (ex - cx) * (by - cy) - (ey - cy) * (bx - cx) > 0
        if a_left != b_left:
            return True
    return False


@njit(cache=True, nogil=True)
def _cuts(px, py, ox, oy, beside):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return whether the line from a corner to another point leads between its two neighbours: no string turns there.

    A neighbour within a hair of the line is on it: a door beside the corner lies on the wall only to a rounding.
    """
    dx = ox - px
    dy = oy - py
    hair = HAIR_M * np.sqrt(dx * dx + dy * dy)
    before = dx * (beside[0, 1] - py) - dy * (beside[0, 0] - px)
    after = dx * (beside[1, 1] - py) - dy * (beside[1, 0] - px)
    return (before > hair and after < -hair) or (before < -hair and after > hair)


@njit(cache=True, nogil=True)
def _visible(points, first_corner, beside, walls, sight_m):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the pairs that see one another and their distances."""
    count = len(points)
    room = 256
    pairs = np.empty((room, 2), np.int32)
    length_m = np.empty(room, np.float64)
    found = 0
    for i in range(count):
        ax = points[i, 0]
        ay = points[i, 1]
        for j in range(i + 1, count):
            bx = points[j, 0]
            by = points[j, 1]
            crow_m = np.sqrt((ax - bx) ** 2 + (ay - by) ** 2)
            if crow_m > sight_m:
                continue
            if i >= first_corner and _cuts(ax, ay, bx, by, beside[i - first_corner]):
                continue
            if j >= first_corner and _cuts(bx, by, ax, ay, beside[j - first_corner]):
                continue
            if _blocked(ax, ay, bx, by, walls):
                continue
            if found == room:
                room *= 2
                more_pairs = np.empty((room, 2), np.int32)
                more_pairs[:found] = pairs
                more_m = np.empty(room, np.float64)
                more_m[:found] = length_m
                pairs = more_pairs
                length_m = more_m
            pairs[found, 0] = i
            pairs[found, 1] = j
            length_m[found] = crow_m
            found += 1
    return pairs[:found], length_m[:found]


@njit(cache=True, nogil=True)
def _parts(count, pairs):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return, for each point, which part of the links it belongs to, named by one of the part's points (union-find)."""
    part = np.arange(count)
    for k in range(len(pairs)):
        i = pairs[k, 0]
        while part[i] != i:
            part[i] = part[part[i]]
            i = part[i]
        j = pairs[k, 1]
        while part[j] != j:
            part[j] = part[part[j]]
            j = part[j]
        part[max(i, j)] = min(i, j)
    for i in range(count):
        part[i] = part[part[i]]
    return part


@njit(cache=True, nogil=True)
def _thinned(count, pairs, length_m):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return which pairs, shortest first, are needed: a greedy spanner (Althöfer et al. 1993)."""
    way_m = np.full((count, count), np.inf)
    for i in range(count):
        way_m[i, i] = 0.0
    kept = np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        i = pairs[k, 0]
        j = pairs[k, 1]
        best_m = np.inf
        for w in range(count):
            over_m = way_m[i, w] + way_m[w, j]
            if over_m < best_m:
                best_m = over_m
        if best_m > STRETCH * length_m[k]:
            best_m = length_m[k]
            kept[k] = True
        way_m[i, j] = best_m
        way_m[j, i] = best_m
    return kept


@njit(cache=True, nogil=True)
def _seen(px, py, points, crow_m, order, walls):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the points seen, nearest first, but those to which another seen one is on the way."""
    seen = np.empty(len(order), np.int32)
    found = 0
    for node in order:
        behind = False
        for k in range(found):
            other = seen[k]
            rest_m = np.sqrt((points[node, 0] - points[other, 0]) ** 2 + (points[node, 1] - points[other, 1]) ** 2)
            if crow_m[other] + rest_m <= STRETCH * crow_m[node]:
                behind = True
                break
        if behind or _blocked(px, py, points[node, 0], points[node, 1], walls):
            continue
        seen[found] = node
        found += 1
    return seen[:found]
