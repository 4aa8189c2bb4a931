"""A position from what was heard in a few seconds: a posterior over places and levels, and its summary.

Candidates lie on a disc of points about the beacons that agree, on every level that was heard. Their likelihoods
(emission.py) are the posterior; a second, finer disc is laid over what the first one left. In between, beacons that
contradict the rest lose weight (Huber 1964), so that a moved or cloned one does not carry the fix away.
"""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from beacons.core.deployment import Deployment
from beacons.core.emission import NOISE_DB, Heard, log_likelihood, misfit_db
from beacons.core.prior import log_prior
from beacons.core.sighting import Sighting
from geo.position import LevelPoint, Position, PositionStatus, Posterior

Floats = NDArray[np.float64]

BEACONS_USED = 16  # the strongest: weaker ones add nothing (POSITIONING.md, online step 3)
LEVELS_TRIED = 5
POINTS = 192
NEIGHBOURHOOD_M = 60.0  # a beacon is seldom heard farther off indoors: what lies beyond is heard by mistake
COARSE_RADIUS_M = 40.0
FINE_DEVIATIONS = 3.2
FINE_RADIUS_M = 5.0
HUBER_DEVIATIONS = 1.5  # 95 % as good as least squares where nothing is wrong (Huber 1981, section 4.5, rounded)
NEGLIGIBLE = 1e-4  # points with less of the best one's weight are dropped from the posterior

OK_ACCURACY_M = 10.0
OK_LEVEL_PROBABILITY = 0.7
OK_BEACONS = 2


def _sunflower(n: int) -> tuple[Floats, Floats, Floats]:
    """Return x, y in the unit disc and the area share of n points, denser in the middle (Vogel 1979)."""
    rank = (np.arange(n) + 0.5) / n
    radius, angle = rank**0.75, np.arange(n) * np.pi * (3 - np.sqrt(5))
    area = rank**0.5
    return radius * np.cos(angle), radius * np.sin(angle), area / area.sum()


DISC_X, DISC_Y, DISC_AREA = _sunflower(POINTS)
LOG_AREA = np.log(DISC_AREA)


def heard_of(deployment: Deployment, sightings: Iterable[Sighting]) -> Heard:
    """Return for each known beacon the mean of the stronger half of its sightings: reflections and bodies only take away."""
    by_beacon: dict[int, list[float]] = {}
    for sighting in sightings:
        index = deployment.index_of(sighting.identity, sighting.address)
        if index is not None:
            by_beacon.setdefault(index, []).append(sighting.rssi_dbm)
    means = {index: _stronger_half(values) for index, values in by_beacon.items()}
    strongest = sorted(means, key=lambda index: (-means[index], index))[:BEACONS_USED]
    return Heard(
        np.array(strongest, dtype=np.intp), np.array([means[index] for index in strongest]), np.ones(len(strongest))
    )


def _stronger_half(values: list[float]) -> float:
    kept = sorted(values, reverse=True)[: (len(values) + 1) // 2]
    return sum(kept) / len(kept)


def locate(deployment: Deployment, heard: Heard, at: datetime) -> Position | None:
    """Return the position where these beacons were heard at that instant, None when none was."""
    if not len(heard.index):
        return None
    heard = _neighbours(deployment, heard)
    levels = _levels_heard(deployment, heard)
    x_m, y_m = _middle(deployment, heard)
    weight, x, y = _posterior(deployment, heard, levels, x_m, y_m, COARSE_RADIUS_M)
    x_m, y_m, deviation_m, best = _moments(weight, x, y)
    heard = _distrusted(heard, misfit_db(deployment, heard, int(levels[best]), x_m, y_m))
    radius_m = float(np.clip(FINE_DEVIATIONS * deviation_m, FINE_RADIUS_M, COARSE_RADIUS_M))
    weight, x, y = _posterior(deployment, heard, levels, x_m, y_m, radius_m)
    return _summary(deployment, heard, levels, weight, x, y, at)


def _neighbours(deployment: Deployment, heard: Heard) -> Heard:
    """Return what was heard near the beacon with the most, and strongest, others about it."""
    x_m, y_m = deployment.x_m[heard.index], deployment.y_m[heard.index]
    near = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m) <= NEIGHBOURHOOD_M
    keep = near[int(np.argmax(near @ _strength(heard)))]
    return Heard(heard.index[keep], heard.rssi_dbm[keep], heard.trust[keep])


def _strength(heard: Heard) -> Floats:
    """Return amplitudes relative to the strongest: 20 dB are a factor of ten."""
    return np.asarray(10 ** ((heard.rssi_dbm - heard.rssi_dbm.max()) / 20))


def _levels_heard(deployment: Deployment, heard: Heard) -> NDArray[np.intp]:
    """Return the levels of the strongest beacons, at most LEVELS_TRIED."""
    level = deployment.level[heard.index]
    first = np.sort(np.unique(level, return_index=True)[1])[:LEVELS_TRIED]
    return level[first].astype(np.intp)


def _middle(deployment: Deployment, heard: Heard) -> tuple[float, float]:
    weight = _strength(heard)
    weight /= weight.sum()
    return float(weight @ deployment.x_m[heard.index]), float(weight @ deployment.y_m[heard.index])


def _posterior(
    deployment: Deployment, heard: Heard, levels: NDArray[np.intp], x_m: float, y_m: float, radius_m: float
) -> tuple[Floats, Floats, Floats]:
    """Return weights (l, n) that sum to 1, and the places (n,) of a disc of points."""
    x, y = x_m + radius_m * DISC_X, y_m + radius_m * DISC_Y
    log_weight = log_likelihood(deployment, heard, levels, x, y) + log_prior(deployment, levels, x, y) + LOG_AREA
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum(), x, y


def _moments(weight: Floats, x: Floats, y: Floats) -> tuple[float, float, float, int]:
    """Return mean place, deviation in metres along one axis, and the number of the most probable level."""
    over_levels = weight.sum(axis=0)
    x_m, y_m = float(over_levels @ x), float(over_levels @ y)
    variance_m2 = float(over_levels @ ((x - x_m) ** 2 + (y - y_m) ** 2)) / 2
    return x_m, y_m, float(np.sqrt(variance_m2)), int(weight.sum(axis=1).argmax())


def _distrusted(heard: Heard, misfit: Floats) -> Heard:
    limit_db = HUBER_DEVIATIONS * NOISE_DB
    return Heard(heard.index, heard.rssi_dbm, heard.trust * limit_db / np.maximum(np.abs(misfit), limit_db))


def _summary(
    deployment: Deployment,
    heard: Heard,
    levels: NDArray[np.intp],
    weight: Floats,
    x: Floats,
    y: Floats,
    at: datetime,
) -> Position:
    by_level = weight.sum(axis=1)
    best = int(by_level.argmax())
    own = weight[best] / by_level[best]
    x_m, y_m = float(own @ x), float(own @ y)
    accuracy_m, accuracy_95_m = _radii(own, np.hypot(x - x_m, y - y_m))
    sure = accuracy_m <= OK_ACCURACY_M and by_level[best] >= OK_LEVEL_PROBABILITY and len(heard.index) >= OK_BEACONS
    return Position(
        point=LevelPoint(x_m, y_m, deployment.levels[int(levels[best])].id),
        accuracy_m=accuracy_m,
        accuracy_95_m=accuracy_95_m,
        at=at,
        status=PositionStatus.OK if sure else PositionStatus.LOW_CONFIDENCE,
        posterior=_compact(deployment, levels, weight, x, y),
    )


def _radii(weight: Floats, distance_m: Floats) -> tuple[float, float]:
    """Return the radii that hold 68 % and 95 % of the weight."""
    order = np.argsort(distance_m)
    held = np.cumsum(weight[order])
    at_68, at_95 = np.searchsorted(held, (0.68, 0.95))
    return float(distance_m[order[at_68]]), float(distance_m[order[min(at_95, len(order) - 1)]])


def _compact(deployment: Deployment, levels: NDArray[np.intp], weight: Floats, x: Floats, y: Floats) -> Posterior:
    level, point = np.nonzero(weight > NEGLIGIBLE * weight.max())
    kept = weight[level, point]
    level_ids = tuple(deployment.levels[int(index)].id for index in levels)
    return Posterior(x[point], y[point], level.astype(np.intp), kept / kept.sum(), level_ids)
