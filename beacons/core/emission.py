"""How likely what was heard is at each of many candidate places.

The strength of beacon i at distance d is normal about `P_i + offset - 10 n log10(d) - penetration`, where neither the
phone's offset nor the exponent n is known: both have a normal prior and are integrated out in closed form, as in Bayesian
linear regression (Bishop 2006, section 3.3). So a phone that reads 10 dB hot, or a hall with an echo, moves no fix.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.deployment import Deployment

Floats = NDArray[np.float64]

# Log-distance exponent of public interiors at 2.4 GHz: 1.8 to 3.0 (ITU-R P.1238-10, table 2; Faragher & Harle 2015).
EXPONENT = 2.3
EXPONENT_DEVIATION = 0.4
# Phone models differ by some 5 dB (POSITIONING.md, online step 5).
OFFSET_DEVIATION_DB = 6.0
# Fast fading left after averaging, static shadowing, bodies and errors of transmit power together.
NOISE_DB = 7.0
# A storey, floor to floor, and the height of a phone in the hand.
STOREY_M = 4.0
PHONE_HEIGHT_M = 1.2
# One slab takes 14 to 16 dB at 2.4 GHz (ITU-R P.1238-10, table 3), the outer wall of a building about 12 (ITU-R P.2109,
# traditional, median).
FLOOR_LOSS_DB = 14.0
WALL_LOSS_DB = 10.0
NEAREST_M = 0.5  # closer, the hand and the antenna decide


@dataclass(frozen=True, eq=False)
class Heard:
    """What a window of time brought: (k,) indices of beacons, strongest first; dBm; trust from 0 to 1."""

    index: NDArray[np.intp]
    rssi_dbm: Floats
    trust: Floats

    def amplitude(self) -> Floats:
        """Return (k,) amplitudes that sum to 1: 20 dB are a factor of ten."""
        relative = 10 ** ((self.rssi_dbm - self.rssi_dbm.max()) / 20)
        return np.asarray(relative / relative.sum())


def penetration_db(deployment: Deployment, levels: NDArray[np.intp], beacons: NDArray[np.intp]) -> Floats:
    """Return the loss (l, k) through floors and outer walls from each beacon to each level."""
    ordinal, building = deployment.level_ordinal, deployment.level_building
    own = deployment.level[beacons]
    floors = np.abs(ordinal[levels][:, None] - ordinal[own])
    through_walls = building[levels][:, None] != building[own]
    return np.asarray(FLOOR_LOSS_DB * floors + WALL_LOSS_DB * through_walls)


def log_likelihood(deployment: Deployment, heard: Heard, levels: NDArray[np.intp], x_m: Floats, y_m: Floats) -> Floats:
    """Return (l, n): how likely the heard strengths are at n places on each of l levels, up to a constant."""
    # Sums over beacons, with weights 1 / variance: the evidence of a linear model with two unknown coefficients.
    residual_db, decades_db = _residuals(deployment, heard, levels, x_m, y_m)
    weight = heard.trust / NOISE_DB**2
    a00 = 1 / OFFSET_DEVIATION_DB**2 + weight.sum()
    a01 = -(decades_db @ weight)
    a11 = 1 / EXPONENT_DEVIATION**2 + (decades_db**2) @ weight
    b0 = residual_db @ weight
    b1 = -((residual_db * decades_db) @ weight)
    determinant = a00 * a11 - a01**2
    explained = (a11 * b0**2 - 2 * a01 * b0 * b1 + a00 * b1**2) / determinant
    return np.asarray(0.5 * (explained - (residual_db**2) @ weight - np.log(determinant)))


def _residuals(
    deployment: Deployment, heard: Heard, levels: NDArray[np.intp], x_m: Floats, y_m: Floats
) -> tuple[Floats, Floats]:
    """Return (l, n, k) residuals at the prior's mean, in dB, and 10 log10 of the distances."""
    at = heard.index
    flat_m2 = (x_m[:, None] - deployment.x_m[at]) ** 2 + (y_m[:, None] - deployment.y_m[at]) ** 2
    ordinal = deployment.level_ordinal
    storeys = ordinal[deployment.level[at]] - ordinal[levels][:, None]
    up_m = deployment.height_m[at] - PHONE_HEIGHT_M + STOREY_M * storeys
    distance_m2 = flat_m2[None] + np.maximum(up_m**2, NEAREST_M**2)[:, None, :]
    decades_db = 5 * np.log10(distance_m2)
    mean_dbm = deployment.measured_power_dbm[at] - penetration_db(deployment, levels, at)
    return (heard.rssi_dbm - mean_dbm)[:, None, :] + EXPONENT * decades_db, decades_db


def misfit_db(deployment: Deployment, heard: Heard, level: int, x_m: float, y_m: float) -> Floats:
    """Return (k,): how far each strength is, in dB, from what the place would explain with its best offset."""
    residual_db, _ = _residuals(deployment, heard, np.array([level]), np.array([x_m]), np.array([y_m]))
    own = residual_db[0, 0]
    return np.asarray(own - np.median(own))
