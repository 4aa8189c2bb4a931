"""What a belief says of a visitor in a few numbers: the place, how far off it may be, and the level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells
from beacons.core.filter import Belief

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """The mean place on the most probable level, and the radii about it that hold 68 % and 95 % of its probability."""

    x_m: float
    y_m: float
    level: int
    level_probability: float
    accuracy_m: float
    accuracy_95_m: float


def summarised(belief: Belief, cells: Cells) -> Summary:
    """Return the summary of a belief in something."""
    by_cell, level = belief.by_cell, cells.level[belief.cells]
    by_level = np.bincount(level, weights=by_cell)
    best = int(by_level.argmax())
    own = np.flatnonzero(level == best)
    weight, at = by_cell[own] / by_level[best], belief.cells[own]
    x_m, y_m = float(weight @ cells.x_m[at]), float(weight @ cells.y_m[at])
    distance_m = np.hypot(cells.x_m[at] - x_m, cells.y_m[at] - y_m)
    accuracy_m, accuracy_95_m = radii(weight, distance_m, cells.spacing_m)
    return Summary(x_m, y_m, best, float(by_level[best]), accuracy_m, accuracy_95_m)


def radii(weight: Floats, distance_m: Floats, spacing_m: float) -> tuple[float, float]:
    """Return the radii that hold 68 % and 95 % of the weight; a cell's own width counts."""
    order = np.argsort(distance_m)
    held = np.cumsum(weight[order])
    at = np.minimum(np.searchsorted(held, (0.68, 0.95)), len(order) - 1)
    near, far = np.sqrt(distance_m[order[at]] ** 2 + spacing_m**2 / 6)
    return float(near), float(far)
