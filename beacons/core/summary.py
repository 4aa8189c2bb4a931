"""What a belief says of a visitor in a few numbers: the place, how far off it may be, and the level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.filter import Belief

Floats = NDArray[np.float64]

# What the model has wrong (the law, the body, the registry) is the same for all scans and does not average out, so the middle
# of a belief is narrower than its errors; its tails, doubt among them, hold. Fitted on simulated walks, not those that judge.
MODEL_ERROR = 1.2


@dataclass(frozen=True)
class Summary:
    """The mean place on the most probable level, and the radii about it that hold 68 % and 95 % of its probability."""

    x_m: float
    y_m: float
    level: int
    level_probability: float
    accuracy_m: float
    accuracy_95_m: float


def summarised(belief: Belief, *, ago_s: int = 0) -> Summary:
    """Return the summary of a belief in something, now or of so many seconds ago, at most states.LAG_S."""
    x_m, y_m, variance_m2 = belief.places_m(ago_s)
    level = belief.level[:, ago_s]
    by_level = np.bincount(level, weights=belief.weight)
    best = int(by_level.argmax())
    own = level == best
    weight = belief.weight[own] / by_level[best]
    mean_x_m, mean_y_m = float(weight @ x_m[own]), float(weight @ y_m[own])
    distance_m = np.sqrt((x_m[own] - mean_x_m) ** 2 + (y_m[own] - mean_y_m) ** 2 + variance_m2[own])
    accuracy_m, accuracy_95_m = radii(weight, distance_m)
    return Summary(mean_x_m, mean_y_m, best, float(by_level[best]), accuracy_m, accuracy_95_m)


def radii(weight: Floats, distance_m: Floats) -> tuple[float, float]:
    """Return the radii that hold 68 % and 95 % of the weight."""
    order = np.argsort(distance_m)
    held = np.cumsum(weight[order])
    near, far = distance_m[order[np.minimum(np.searchsorted(held, (0.68, 0.95)), len(order) - 1)]]
    return MODEL_ERROR * float(near), max(float(far), MODEL_ERROR * float(near))
