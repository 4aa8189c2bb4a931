"""A position from what was heard in a few seconds: a posterior over places and levels, and its summary.

Candidates lie on a disc of points about the beacons that agree, on every level that was heard. Their likelihoods
(emission.py) are the posterior; a second, finer disc is laid over what the first one left. In between, beacons that
contradict the rest lose weight (Huber 1964), so that a moved or cloned one does not carry the fix away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from beacons.core.deployment import Deployment
from beacons.core.emission import NOISE_DB, Heard, log_likelihood, misfit_db
from beacons.core.prior import log_prior, middle
from beacons.core.sighting import Sighting
from geo.position import LevelPoint, Position, PositionStatus, Posterior

Floats = NDArray[np.float64]

# The strongest of a window. Fewer, and those kept are the ones whose noise was kind: 16 of 30 to 40 heard err 4.8 m in the
# mean where 32 err 2.9 (simulated, 1 / 50 m2).
BEACONS_USED = 32
LEVELS_TRIED = 5
COARSE_POINTS = 96
FINE_POINTS = 192
NEIGHBOURHOOD_M = 60.0  # a beacon is seldom heard farther off indoors: what lies beyond is heard by mistake
COARSE_RADIUS_M = 40.0
FINE_DEVIATIONS = 3.2
FINE_RADIUS_M = 5.0
HUBER_DEVIATIONS = 1.5  # 95 % as good as least squares where nothing is wrong (Huber 1981, section 4.5, rounded)
IMPROBABLE_LEVEL = 1e-3  # such levels are not looked at again
NEGLIGIBLE = 1e-4  # points with less of the best one's weight are dropped from the posterior

OK_ACCURACY_M = 10.0
OK_LEVEL_PROBABILITY = 0.7
OK_BEACONS = 2


@dataclass(frozen=True, eq=False)
class _Disc:
    """Points of the unit disc, denser in the middle, the first of them its centre; log_area: the share each stands for."""

    x: Floats
    y: Floats
    log_area: Floats

    def moved(self, x_m: float, y_m: float, radius_m: float) -> "_Disc":
        """Return the disc in metres, about a place."""
        return _Disc(x_m + radius_m * self.x, y_m + radius_m * self.y, self.log_area)

    @classmethod
    def sunflower(cls, n: int) -> "_Disc":
        """Return n points by the golden angle (Vogel 1979)."""
        rank = np.arange(n) / n
        radius, angle = rank**0.75, np.arange(n) * np.pi * (3 - np.sqrt(5))
        area = (rank + 0.5 / n) ** 0.5  # the derivative of radius^2 by rank
        return cls(radius * np.cos(angle), radius * np.sin(angle), np.log(area / area.sum()))


@dataclass(frozen=True, eq=False)
class _Candidates:
    """A posterior over n places on each of l levels: weight (l, n) sums to 1."""

    levels: NDArray[np.intp]
    x_m: Floats
    y_m: Floats
    weight: Floats

    @cached_property
    def by_level(self) -> Floats:
        return np.asarray(self.weight.sum(axis=1))

    @property
    def best_level(self) -> int:
        return int(self.levels[self.by_level.argmax()])

    @property
    def probable_levels(self) -> NDArray[np.intp]:
        return self.levels[self.by_level >= IMPROBABLE_LEVEL]

    def moments(self) -> tuple[float, float, float]:
        """Return the mean place and the deviation along one axis, in metres."""
        over_levels = self.weight.sum(axis=0)
        x_m, y_m = float(over_levels @ self.x_m), float(over_levels @ self.y_m)
        variance_m2 = float(over_levels @ ((self.x_m - x_m) ** 2 + (self.y_m - y_m) ** 2)) / 2
        return x_m, y_m, float(np.sqrt(variance_m2))

    def compact(self, level_ids: tuple[UUID, ...]) -> Posterior:
        """Return the posterior without the points that weigh next to nothing."""
        level, point = np.nonzero(self.weight > NEGLIGIBLE * self.weight.max())
        kept = self.weight[level, point]
        return Posterior(self.x_m[point], self.y_m[point], level.astype(np.intp), kept / kept.sum(), level_ids)


COARSE, FINE = _Disc.sunflower(COARSE_POINTS), _Disc.sunflower(FINE_POINTS)


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
    x_m, y_m = middle(deployment, heard)
    coarse = _posterior(deployment, heard, _levels_heard(deployment, heard), COARSE.moved(x_m, y_m, COARSE_RADIUS_M))
    x_m, y_m, deviation_m = coarse.moments()
    heard = _distrusted(heard, misfit_db(deployment, heard, coarse.best_level, x_m, y_m))
    radius_m = float(np.clip(FINE_DEVIATIONS * deviation_m, FINE_RADIUS_M, COARSE_RADIUS_M))
    fine = _posterior(deployment, heard, coarse.probable_levels, FINE.moved(x_m, y_m, radius_m))
    return _summary(deployment, fine, len(heard.index), at)


def _neighbours(deployment: Deployment, heard: Heard) -> Heard:
    """Return what was heard near the beacon with the most, and strongest, others about it."""
    x_m, y_m = deployment.x_m[heard.index], deployment.y_m[heard.index]
    near = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m) <= NEIGHBOURHOOD_M
    keep = near[int(np.argmax(near @ heard.amplitude()))]
    return Heard(heard.index[keep], heard.rssi_dbm[keep], heard.trust[keep])


def _levels_heard(deployment: Deployment, heard: Heard) -> NDArray[np.intp]:
    """Return the levels of the strongest beacons, at most LEVELS_TRIED."""
    level = deployment.level[heard.index]
    first = np.sort(np.unique(level, return_index=True)[1])[:LEVELS_TRIED]
    return level[first].astype(np.intp)


def _posterior(deployment: Deployment, heard: Heard, levels: NDArray[np.intp], disc: _Disc) -> _Candidates:
    log_weight = log_likelihood(deployment, heard, levels, disc.x, disc.y) + disc.log_area
    log_weight += log_prior(deployment, heard, levels, disc.x, disc.y)
    weight = np.exp(log_weight - log_weight.max())
    return _Candidates(levels, disc.x, disc.y, weight / weight.sum())


def _distrusted(heard: Heard, misfit: Floats) -> Heard:
    limit_db = HUBER_DEVIATIONS * NOISE_DB
    return Heard(heard.index, heard.rssi_dbm, heard.trust * limit_db / np.maximum(np.abs(misfit), limit_db))


def _summary(deployment: Deployment, found: _Candidates, beacons: int, at: datetime) -> Position:
    by_level = found.by_level
    best = int(by_level.argmax())
    own = found.weight[best] / by_level[best]
    x_m, y_m = float(own @ found.x_m), float(own @ found.y_m)
    accuracy_m, accuracy_95_m = _radii(own, np.hypot(found.x_m - x_m, found.y_m - y_m))
    sure = accuracy_m <= OK_ACCURACY_M and by_level[best] >= OK_LEVEL_PROBABILITY and beacons >= OK_BEACONS
    return Position(
        point=LevelPoint(x_m, y_m, deployment.levels[found.best_level].id),
        accuracy_m=accuracy_m,
        accuracy_95_m=accuracy_95_m,
        at=at,
        status=PositionStatus.OK if sure else PositionStatus.LOW_CONFIDENCE,
        posterior=found.compact(tuple(deployment.levels[int(index)].id for index in found.levels)),
    )


def _radii(weight: Floats, distance_m: Floats) -> tuple[float, float]:
    """Return the radii that hold 68 % and 95 % of the weight."""
    order = np.argsort(distance_m)
    held = np.cumsum(weight[order])
    at_68, at_95 = np.searchsorted(held, (0.68, 0.95))
    return float(distance_m[order[at_68]]), float(distance_m[order[min(at_95, len(order) - 1)]])
