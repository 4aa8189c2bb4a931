"""Where visitors are at all, as far as beacons tell: near where somebody thought it worth to hang beacons.

A kernel about every beacon, as wide as the beacons there are apart, so that the sum is flat in a covered hall, sparse or
dense, and falls off outside of it. It keeps a fix with few beacons from drifting out of the building.
"""

import numpy as np
from numpy.typing import NDArray

from beacons.core.deployment import Deployment

Floats = NDArray[np.float64]

BEACONS_ABOUT = 24  # nearest to the middle of the candidates: beyond, the strength decides
NOWHERE = 1e-6  # relative weight left where no beacon is near: maps have gaps


def log_prior(deployment: Deployment, levels: NDArray[np.intp], x_m: Floats, y_m: Floats) -> Floats:
    """Return (l, n): the logarithm of the prior of n places, the first of which is their middle, on each of l levels."""
    return np.stack([_on_level(deployment, int(level), x_m, y_m) for level in levels])


def _on_level(deployment: Deployment, level: int, x_m: Floats, y_m: Floats) -> Floats:
    about = deployment.nearest_on_level(level, float(x_m[0]), float(y_m[0]), BEACONS_ABOUT)
    distance_m2 = (x_m[:, None] - deployment.x_m[about]) ** 2 + (y_m[:, None] - deployment.y_m[about]) ** 2
    kernels = np.exp(-0.5 * distance_m2 / deployment.spacing_m[about] ** 2)
    return np.asarray(np.log(kernels.sum(axis=1) + NOWHERE))
