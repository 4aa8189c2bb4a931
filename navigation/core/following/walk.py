"""A walk along a route in time, as a simulated visitor takes it: where they truly are at each second."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from uuid import UUID

from geo.bearings import bearing_deg


@dataclass(frozen=True)
class WalkedStep:
    """A step of a route to be walked: its line in metres, how long it takes, where it starts and ends in height."""

    points_m: Sequence[tuple[float, float]]
    duration_s: float
    level_id: UUID
    to_level_id: UUID


@dataclass(frozen=True)
class Truth:
    """Where the walker is, and which way they face."""

    x_m: float
    y_m: float
    level_id: UUID
    bearing_deg: float


class Walk:
    """Steps taken at the pace that the route gives them."""

    def __init__(self, steps: Sequence[WalkedStep]) -> None:
        """Take the steps in order. Raises ValueError when there is none."""
        if not steps:
            raise ValueError("a walk needs at least one step")
        self._steps = steps
        self._starts_s = [0.0]
        for step in steps:
            self._starts_s.append(self._starts_s[-1] + step.duration_s)

    @property
    def duration_s(self) -> float:
        return self._starts_s[-1]

    def at(self, elapsed_s: float) -> Truth:
        """Return where the walker is after so many seconds; before the start and after the end they stand still.

        >>> level = UUID(int=1)
        >>> Walk([WalkedStep([(0, 0), (0, 10)], 5, level, level)]).at(2.5)
        Truth(x_m=0.0, y_m=5.0, level_id=UUID('00000000-0000-0000-0000-000000000001'), bearing_deg=0.0)
        """
        clipped_s = min(max(elapsed_s, 0.0), self.duration_s)
        index = min(bisect_right(self._starts_s, clipped_s) - 1, len(self._steps) - 1)
        step = self._steps[index]
        share = (clipped_s - self._starts_s[index]) / step.duration_s if step.duration_s > 0 else 1.0
        x_m, y_m, bearing = _along(step.points_m, share)
        # A connector is left on its upper or lower level after half of its time.
        return Truth(x_m, y_m, step.level_id if share < 0.5 else step.to_level_id, bearing)


def _along(points_m: Sequence[tuple[float, float]], share: float) -> tuple[float, float, float]:
    """Return x, y and bearing after a share of a line's length."""
    lengths_m = [hypot(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(points_m)]
    left_m = share * sum(lengths_m)
    bearing = 0.0
    for ((ax, ay), (bx, by)), length_m in zip(pairwise(points_m), lengths_m, strict=True):
        if length_m == 0:
            continue
        bearing = bearing_deg(bx - ax, by - ay)
        if left_m <= length_m:
            part = left_m / length_m
            return ax + part * (bx - ax), ay + part * (by - ay), bearing
        left_m -= length_m
    x_m, y_m = points_m[-1]
    return float(x_m), float(y_m), bearing
