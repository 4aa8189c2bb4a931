"""The least error that any unbiased method can have with one scan: the Cramér-Rao bound, unheard beacons included."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from beacons.core.simulator import PHONE_HEIGHT_M, Air, Placements

Floats = NDArray[np.float64]


def least_rmse_m(place_m: Floats, placements: Placements, air: Air, *, offset_db: float | None = None) -> float:
    """Return the bound at a place, on the level of these placements, where fast noise is all there is.

    `offset_db`: the spread of the phone's offset, where it is not known; it is one more unknown, taken out by the Schur
    complement. The information of a beacon that may stay below the threshold is that of censored data (POSITIONING.md).
    """
    east_m, north_m = placements.x_m - place_m[0], placements.y_m - place_m[1]
    distance_m2 = east_m**2 + north_m**2 + (placements.height_m - PHONE_HEIGHT_M) ** 2
    expected_dbm = placements.measured_power_dbm - 5 * air.exponent * np.log10(distance_m2)
    t = (air.threshold_dbm - expected_dbm) / air.fast_db
    below, density = np.maximum(norm.cdf(t), 1e-300), norm.pdf(t)
    information = (1 - below + t * density + density**2 / below) / air.fast_db**2
    slope_db = 10 * air.exponent / np.log(10) / distance_m2
    gradient = np.stack([slope_db * east_m, slope_db * north_m, np.ones(len(east_m))])
    fisher = (gradient * information) @ gradient.T
    if offset_db is None:
        return float(np.sqrt(np.trace(np.linalg.inv(fisher[:2, :2]))))
    fisher[2, 2] += 1 / offset_db**2
    return float(np.sqrt(np.trace(np.linalg.inv(fisher)[:2, :2])))
