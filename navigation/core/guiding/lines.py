"""The drawn line of a walk: its corners, and bearings over stretches of it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

import numpy as np
from numba import njit

from geo.bearings import bearing_deg, turn_deg
from navigation.core.guiding.stretches import Point

# The numbers below are chosen by judgement; none is a measurement.
SIMPLIFY_M = 0.5  # a walker does not notice less: half a body's width
SIGHT_M = 6.0  # the length over which the direction of a line is taken
VERTEX_DEG = 10.0  # a vertex that turns less is no turn at all


class Line:
    """The simplified line through points, of which `along_m` says how far each is along it."""

    def __init__(self, points_m: Sequence[Point], along_m: Sequence[float]) -> None:
        """Take at least two points."""
        self.total_m = along_m[-1]
        self.kept = simplified(points_m)
        self._points_m = [points_m[i] for i in self.kept]
        self._along_m = [along_m[i] for i in self.kept]

    def bearing_deg(self, start_m: float, end_m: float) -> float:
        """Return the bearing from one place along the line to another; where they are one, that of the line onwards."""
        if end_m - start_m < 0.1:
            end_m = min(start_m + SIGHT_M, self.total_m)
            start_m = min(start_m, max(0.0, end_m - 0.1))
        (ax, ay), (bx, by) = self._at(start_m), self._at(end_m)
        return bearing_deg(bx - ax, by - ay)

    def bearing_before(self, at_m: float, since_m: float) -> float:
        """Return the bearing in which one comes to a place along the line, looking back to `since_m` at most."""
        return self.bearing_deg(max(at_m - SIGHT_M, min(since_m, at_m - 0.1), 0.0), at_m)

    def turns(self) -> Iterator[tuple[int, float]]:
        """Yield the vertices where the line turns, and how far along it they are."""
        points = self._points_m
        bearings = [bearing_deg(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(points)]
        for i, (before, after) in enumerate(pairwise(bearings), start=1):
            if abs(turn_deg(before, after)) >= VERTEX_DEG and points[i - 1] != points[i] != points[i + 1]:
                yield self.kept[i], self._along_m[i]

    def straight_m(self, at_m: float, since_m: float) -> float:
        """Return how far one has come straight, since `since_m` at most, to a place along the line."""
        i = bisect_right(self._along_m, at_m - 1e-6) - 1
        return at_m - max(since_m, self._along_m[max(i, 0)])

    def _at(self, along_m: float) -> Point:
        places_m = self._along_m
        i = min(max(bisect_right(places_m, along_m) - 1, 0), len(places_m) - 2)
        if places_m[i] == along_m:
            return self._points_m[i]
        (ax, ay), (bx, by) = self._points_m[i], self._points_m[i + 1]
        length_m = places_m[i + 1] - places_m[i]
        share = (along_m - places_m[i]) / length_m if length_m else 0.0
        return ax + (bx - ax) * share, ay + (by - ay) * share


def simplified(points_m: Sequence[Point]) -> list[int]:
    """Return the indices of the vertices that the line needs to stay within SIMPLIFY_M (Douglas and Peucker 1973).

    >>> simplified([(0, 0), (5, 0.2), (10, 0), (10, 10)])
    [0, 2, 3]
    """
    kept: list[int] = _kept(np.array(points_m, np.float64)).tolist()
    return kept


@njit(cache=True, nogil=True)
def _kept(points):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the vertices that `simplified` keeps, ascending."""
    count = len(points)
    kept = np.zeros(count, np.bool_)
    kept[0] = True
    kept[count - 1] = True
    waiting = np.empty((count, 2), np.int64)
    waiting[0] = (0, count - 1)
    left = 1
    while left:
        left -= 1
        start, end = waiting[left]
        farthest = SIMPLIFY_M
        at = -1
        ax, ay = points[start]
        bx, by = points[end]
        dx = bx - ax
        dy = by - ay
        length_m = hypot(dx, dy)
        for i in range(start + 1, end):
            x, y = points[i]
            along = (x - ax) * dx + (y - ay) * dy
            if length_m > 0 and 0 <= along <= length_m * length_m:
                aside_m = abs((x - ax) * dy - (y - ay) * dx) / length_m
            else:
                aside_m = min(hypot(x - ax, y - ay), hypot(x - bx, y - by))
            if aside_m > farthest:
                farthest = aside_m
                at = i
        if at >= 0:
            kept[at] = True
            waiting[left] = (start, at)
            waiting[left + 1] = (at, end)
            left += 2
    return np.flatnonzero(kept)
