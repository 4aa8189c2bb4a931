"""The exact shortest walks on a floor, by shapely: what our paths are judged by."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from tests.navigation.core.floor_plans import Place

# The clearance that the exact shortest keeps where our walks are to keep "at least 0.4 m or half the gap".
CLEAR_M = 0.4
# A door for which a path turns is a stretch of this length on either side of its wall.
HAIR_M = 1e-5

Lengths = NDArray[np.float64]


def clear_of_walls(floor_m: shapely.Polygon) -> shapely.Polygon:
    """Return where one keeps CLEAR_M from every wall and jamb, the largest piece; corners are rounded.

    The arcs are drawn as chords, which lie 5 mm nearer to the corner: the ways along them are a little too short, never too long.
    """
    pieces = shapely.get_parts(shapely.buffer(floor_m, -CLEAR_M, quad_segs=5)).tolist()
    clear = max(pieces, key=lambda piece: piece.area)
    assert isinstance(clear, shapely.Polygon)
    return clear


def shortest_m(floor_m: shapely.Polygon, places: Sequence[Place]) -> Lengths:
    """Return (n, n) how long the shortest ways between places of a floor are, over all corners that are walked round."""
    corners, beside = _reflex_corners(floor_m)
    points = np.concatenate((np.array(places), corners))
    tail, head = np.triu_indices(len(points), 1)
    turns = ~(_cuts(points, beside, tail, head) | _cuts(points, beside, head, tail))
    tail, head = tail[turns], head[turns]
    walks = np.asarray(shapely.linestrings(np.stack((points[tail], points[head]), axis=1)))
    floor = shapely.buffer(floor_m, HAIR_M, join_style="mitre")
    shapely.prepare(floor)
    free = shapely.covers(floor, walks)
    links = coo_array((shapely.length(walks[free]), (tail[free], head[free])), shape=(len(points), len(points)))
    lengths_m: Lengths = dijkstra(links.tocsr(), directed=False, indices=range(len(places)))[:, : len(places)]
    return lengths_m


def _reflex_corners(floor_m: shapely.Polygon) -> tuple[Lengths, Lengths]:
    """Return the corners (k, 2) that one walks round, and those before and after each (k, 2, 2)."""
    oriented = shapely.orient_polygons(floor_m)
    corners, beside = [np.empty((0, 2))], [np.empty((0, 2, 2))]
    for ring in (oriented.exterior, *oriented.interiors):
        here = shapely.get_coordinates(ring)[:-1]
        before, after = np.roll(here, 1, axis=0), np.roll(here, -1, axis=0)
        reflex = _cross(here - before, after - here) < 0
        corners.append(here[reflex])
        beside.append(np.stack((before[reflex], after[reflex]), axis=1))
    return np.concatenate(corners), np.concatenate(beside)


def _cuts(points: Lengths, beside: Lengths, corner: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return where a line from a corner leads between the walls beside it: no shortest way turns there."""
    first = len(points) - len(beside)
    walls = np.where((corner >= first)[:, None, None], beside[corner - first], points[corner][:, None])
    way = points[other] - points[corner]
    before, after = (_cross(way, walls[:, side] - points[corner]) for side in (0, 1))
    cuts: NDArray[np.bool_] = before * after < -1e-9
    return cuts


def _cross(a: Lengths, b: Lengths) -> Lengths:
    product: Lengths = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product
