"""Which walks remain on a floor where ways are drawn: to the nearest way, and to whatever is nearer than that.

See `navigation.core.compiling.shared_squares` for the floors of which this is true.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Pairs = NDArray[np.int32]

Mask = NDArray[np.bool_]

# Lines that touch within this do not cross.
HAIR_M = 0.02


@dataclass(frozen=True, eq=False)
class DrawnWays:
    """Stretches of ways between places of a floor, as pairs (s, 2) of their indices, and which of them vehicles drive on (s,)."""

    stretches: Pairs
    driven: Mask


NOTHING_DRAWN = DrawnWays(np.empty((0, 2), np.int32), np.empty(0, np.bool_))


def along(points_m: Points, places: int, pairs: Pairs, length_m: Points, drawn: DrawnWays) -> Mask:
    """Return which of the free walks (e, 2) between points (n, 2) remain beside the ways that are drawn between these points.

    The first so many points are places, the others corners that one walks round. A place keeps its walk to the nearest drawn
    point that it sees, and to what is nearer than that, but none over a lane; the drawn points themselves keep none, nor do
    corners for their own sake. What would hang on nothing keeps the shortest walks that join it.
    """
    reach_m = _reach_m(len(points_m), pairs, length_m, drawn.stretches)
    reach_m[places:] = 0.0
    near: Mask = length_m <= np.maximum(reach_m[pairs[:, 0]], reach_m[pairs[:, 1]]) + 1e-9
    near &= ~_crossing(points_m, pairs, drawn.stretches[drawn.driven])
    return near | _joining(len(points_m), pairs, length_m, near, drawn.stretches)


def _reach_m(count: int, pairs: Pairs, length_m: Points, drawn: Pairs) -> Points:
    """Return how far each point may walk freely (n,): to the nearest drawn point that it sees, infinitely where it sees none."""
    is_drawn = np.zeros(count, np.bool_)
    is_drawn[drawn] = True
    reach_m = np.full(count, np.inf)
    for side in (0, 1):
        np.minimum.at(reach_m, pairs[:, side], np.where(is_drawn[pairs[:, 1 - side]], length_m, np.inf))
    reach_m[is_drawn] = 0.0
    return reach_m


def _crossing(points_m: Points, pairs: Pairs, lanes: Pairs) -> Mask:
    """Return which walks (e,) lead from one side of a lane to the other."""
    start_m, end_m = points_m[pairs[:, 0]][:, None], points_m[pairs[:, 1]][:, None]
    from_m, to_m = points_m[lanes[:, 0]], points_m[lanes[:, 1]]
    over = _sides(start_m, end_m, from_m) * _sides(start_m, end_m, to_m) < 0
    across = _sides(from_m, to_m, start_m) * _sides(from_m, to_m, end_m) < 0
    crossing: Mask = np.any(over & across, axis=1)
    return crossing


def _sides(start_m: Points, end_m: Points, point_m: Points) -> Points:
    """Return 1 where a point is left of a line, -1 where it is right, 0 where it is on it."""
    along_m, offset_m = end_m - start_m, point_m - start_m
    cross = along_m[..., 0] * offset_m[..., 1] - along_m[..., 1] * offset_m[..., 0]
    sides: Points = np.sign(cross) * (np.abs(cross) > HAIR_M * np.hypot(along_m[..., 0], along_m[..., 1]))
    return sides


def _joining(count: int, pairs: Pairs, length_m: Points, near: Mask, drawn: Pairs) -> Mask:
    """Return the shortest other walks without which parts of the floor would hang on nothing."""
    from scipy.sparse import coo_array  # who only asks who sees whom has no need of SciPy
    from scipy.sparse.csgraph import minimum_spanning_tree

    weight = np.concatenate((np.where(near, 1e-6, 1.0 + length_m), np.full(len(drawn), 1e-9)))
    ends = np.concatenate((pairs, drawn))
    order = np.lexsort((weight, ends.max(axis=1), ends.min(axis=1)))
    ends, weight = np.sort(ends[order], axis=1), weight[order]
    first = np.concatenate(([True], np.any(np.diff(ends, axis=0) != 0, axis=1)))
    tree = minimum_spanning_tree(coo_array((weight[first], ends[first].T), shape=(count, count))).tocoo()
    needed = {(a, b) for a, b, w in zip(tree.row.tolist(), tree.col.tolist(), tree.data.tolist(), strict=True) if w > 1}
    return np.array([(a, b) in needed for a, b in np.sort(pairs, axis=1).tolist()], np.bool_)
