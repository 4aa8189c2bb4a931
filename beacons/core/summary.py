"""What a belief says of a visitor in a few numbers: the place, how far off it may be, and the level."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numba import njit
from numpy.typing import NDArray

from beacons.core.filter import Belief
from beacons.core.states import Levels

Floats = NDArray[np.float64]

# The shares of probability that the two radii hold.
NEAR, FAR = 0.68, 0.95
# Moments are differences of large numbers: no state is narrower than this.
LEAST_M2 = 1e-6
# Visitors in a state are spread about its mean, and are not at the root of their mean square, which would leave no tails:
# these standard scores stand for such shares of a state.
_SHARE = np.array([0.2, 0.2, 0.2, 0.2, 0.12, 0.06, 0.02])
_SCORE = np.array([NormalDist().inv_cdf(middle) for middle in np.cumsum(_SHARE) - _SHARE / 2])


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
    x_m, y_m, level, probability = _place(belief.moments, belief.level, ago_s)
    near_m, far_m = _radii(belief.moments, belief.level, ago_s, x_m, y_m, level, _SCORE, _SHARE)
    return Summary(x_m, y_m, level, probability, near_m, far_m)


def middle(belief: Belief) -> tuple[float, float, int]:
    """Return the mean place on the most probable level now, and the level."""
    x_m, y_m, level, _ = _place(belief.moments, belief.level, 0)
    return x_m, y_m, level


@njit(cache=True, nogil=True, error_model="numpy")
def _place(moments: Floats, level: Levels, ago_s: int) -> tuple[float, float, int, float]:
    """Return the mean place on the most probable level, the level, and its probability."""
    column, weight = 1 + 3 * ago_s, np.zeros(level[:, ago_s].max() + 1)
    for i in range(len(moments)):
        weight[level[i, ago_s]] += moments[i, 0]
    best, x_m, y_m = int(weight.argmax()), 0.0, 0.0
    for i in range(len(moments)):
        if level[i, ago_s] == best:
            x_m += moments[i, column]
            y_m += moments[i, column + 1]
    return x_m / weight[best], y_m / weight[best], best, weight[best]


@njit(cache=True, nogil=True, error_model="numpy")
def _radii(
    moments: Floats, level: Levels, ago_s: int, x_m: float, y_m: float, best: int, score: Floats, share: Floats
) -> tuple[float, float]:
    """Return the radii about a place that hold so much of the probability of a level.

    A state is normal about its mean in both axes. The square of its distance from the place has a known mean and variance, and
    its cube root is nearly normal (Wilson & Hilferty 1931).
    """
    column, nodes, count, whole = 1 + 3 * ago_s, len(score), 0, 0.0
    away_m2, held = np.empty(len(moments) * nodes), np.empty(len(moments) * nodes)
    for i in range(len(moments)):
        if level[i, ago_s] != best:
            continue
        weight = moments[i, 0]
        east_m, north_m = moments[i, column] / weight, moments[i, column + 1] / weight
        variance_m2 = max(moments[i, column + 2] / weight - east_m * east_m - north_m * north_m, LEAST_M2)
        off_m2 = (east_m - x_m) ** 2 + (north_m - y_m) ** 2
        mean_m2 = off_m2 + variance_m2
        ninth = variance_m2 * (variance_m2 + 2 * off_m2) / (9 * mean_m2 * mean_m2)
        for k in range(nodes):
            away_m2[count] = mean_m2 * max(1 - ninth + score[k] * np.sqrt(ninth), 0.0) ** 3
            held[count] = share[k] * weight
            count += 1
        whole += weight
    order = np.argsort(away_m2[:count])
    total, near, far = 0.0, -1, order[-1]
    for i in order:
        total += held[i]
        if near < 0 and total >= NEAR * whole:
            near = i
        if total >= FAR * whole:
            far = i
            break
    return np.sqrt(away_m2[near]), np.sqrt(away_m2[far])
