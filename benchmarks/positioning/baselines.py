"""What everybody tries first: centroid, least squares on ranges, a Kalman filter, particles with walls, fingerprints."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Floats = NDArray[np.float64]

# Log-distance exponent and measured power, as the engine's: nobody is told the simulator's.
EXPONENT, MEASURED_POWER_DBM = 2.3, -59.0
NEIGHBOURS = 4
UNHEARD_DBM = -105.0
# The centroid of all that is heard lies in the middle of the building. IRLS begins at that of the strongest and stays near it:
# with 3, 4, 6 or 10 of them, and with 5, 10 or 20 m, other buildings than those that judge err least so.
STRONGEST, NEAR_M = 4, 5.0


def centroid(places_m: Floats, rssi_dbm: Floats) -> Floats:
    """Return the mean of (k, 2) places weighted by power."""
    weight = 10 ** (rssi_dbm / 10)
    return np.asarray(weight @ places_m / weight.sum())


def strongest_centroid(places_m: Floats, rssi_dbm: Floats) -> Floats:
    """Return the centroid of the strongest alone."""
    strongest = np.argsort(-rssi_dbm, kind="stable")[:STRONGEST]
    return centroid(places_m[strongest], rssi_dbm[strongest])


def irls(places_m: Floats, rssi_dbm: Floats, rise_m: float = 1.4) -> Floats:
    """Return the place whose expected strengths fit best, robustly (Huber), with the phone's offset as third unknown."""
    begin = strongest_centroid(places_m, rssi_dbm)
    if len(places_m) < 3:
        return begin

    def misfit_db(guess: Floats) -> Floats:
        distance_m2 = ((places_m - guess[:2]) ** 2).sum(axis=1) + rise_m**2
        expected_dbm = MEASURED_POWER_DBM + guess[2] - 5 * EXPONENT * np.log10(distance_m2)
        # The last ones hold what too few beacons leave open: the offset, and a place far from all of them.
        prior = [guess[2] / 4.0, *((guess[:2] - begin) / NEAR_M)]
        return np.concatenate([(rssi_dbm - expected_dbm) / 7.0, prior])

    found = least_squares(misfit_db, np.array([*begin, 0.0]), loss="huber", f_scale=1.5, max_nfev=40)
    return np.asarray(found.x[:2])


class Fingerprints:
    """Weighted nearest neighbours (wkNN) in signal space, over surveyed scans."""

    def __init__(self, scans_dbm: Floats, places_m: Floats) -> None:
        """`scans_dbm`: (s, beacons), NaN where a beacon was not heard; `places_m`: (s, 2)."""
        self._scans_dbm = np.nan_to_num(scans_dbm, nan=UNHEARD_DBM)
        self._places_m = places_m

    def place(self, scan_dbm: Floats) -> Floats:
        apart_db = np.linalg.norm(self._scans_dbm - np.nan_to_num(scan_dbm, nan=UNHEARD_DBM), axis=1)
        nearest = np.argsort(apart_db, kind="stable")[:NEIGHBOURS]
        weight = 1 / (apart_db[nearest] + 1e-3)
        return np.asarray(weight @ self._places_m[nearest] / weight.sum())


class Kalman:
    """A constant-velocity Kalman filter over fixes of one second."""

    FIX_M, ACCELERATION_MPS2 = 4.0, 0.5

    def __init__(self) -> None:
        self._mean: Floats | None = None
        self._covariance = np.diag([self.FIX_M**2, self.FIX_M**2, 1.0, 1.0])

    def step(self, fix_m: Floats, seconds: float = 1.0) -> Floats:
        """Return the filtered place after a fix."""
        if self._mean is None:
            self._mean = np.array([*fix_m, 0.0, 0.0])
            return np.asarray(fix_m)
        move = np.eye(4) + np.diag([seconds, seconds], 2)
        push = np.array([[seconds**2 / 2, 0], [0, seconds**2 / 2], [seconds, 0], [0, seconds]])
        mean = move @ self._mean
        covariance = move @ self._covariance @ move.T + self.ACCELERATION_MPS2**2 * push @ push.T
        gain = covariance[:, :2] @ np.linalg.inv(covariance[:2, :2] + self.FIX_M**2 * np.eye(2))
        self._mean = mean + gain @ (fix_m - mean[:2])
        self._covariance = covariance - gain @ covariance[:2]
        return self._mean[:2]


class Particles:
    """A particle filter that walks at 1.2 m/s or so and loses who walks through a wall."""

    COUNT, NOISE_DB, LOST_M = 400, 7.0, 12.0

    def __init__(self, walkable: Callable[[Floats], NDArray[np.bool_]], rng: np.random.Generator) -> None:
        self._walkable, self._rng = walkable, rng
        self._place_m: Floats | None = None
        self._velocity_mps = np.zeros((self.COUNT, 2))

    def step(self, places_m: Floats, rssi_dbm: Floats, seconds: float = 1.0, rise_m: float = 1.4) -> Floats:
        """Return the mean place after a scan."""
        rng = self._rng
        fix_m = irls(places_m, rssi_dbm)
        if self._place_m is None or np.hypot(*(self._place_m.mean(axis=0) - fix_m)) > self.LOST_M:
            self._place_m = fix_m + rng.normal(0, 4.0, (self.COUNT, 2))
        self._velocity_mps = 0.8 * self._velocity_mps + rng.normal(0, 0.6, (self.COUNT, 2))
        self._place_m = self._place_m + self._velocity_mps * seconds
        distance_m2 = ((self._place_m[:, None] - places_m) ** 2).sum(axis=2) + rise_m**2
        left_db = rssi_dbm - MEASURED_POWER_DBM + 5 * EXPONENT * np.log10(distance_m2)
        left_db -= left_db.mean(axis=1, keepdims=True)  # the phone's offset
        log_weight = -0.5 * (left_db**2).sum(axis=1) / self.NOISE_DB**2
        log_weight[~self._walkable(self._place_m)] -= 10.0
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        mean_m = np.asarray(weight @ self._place_m)
        kept = rng.choice(self.COUNT, self.COUNT, p=weight)
        self._place_m, self._velocity_mps = self._place_m[kept], self._velocity_mps[kept]
        return mean_m
