"""Whether what was learned is better, by walks that taught nothing of it.

A surveyor's walk tells metres: how far the fixes are from the way points, and how often the level is right. A visitor's walk
has no truth. There, half of the beacons place the visitor and the other half are judged: how far their strengths are from
what is expected at that place. Whatever misplaces people or misjudges beacons makes that worse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from beacons.core.hearing import expected_dbm
from beacons.core.learning.placing import Fix, Placed, followed, placed_at
from beacons.core.learning.walks import Walk
from beacons.core.sighting import Sighting
from beacons.core.terrain import Terrain

# A held-out walk's first seconds: the filter has to find its feet.
WARM_UP_S = 5
# By how much the new must be better to be worth a change: in metres on surveyed walks, in decibels on visitors'.
LEAST_GAIN = 0.02
# Whose way points are farther off than the filter's own 95 % radius, and twice this, for most of the time, was elsewhere.
CONTRADICTED_M, CONTRADICTED_SHARE = 5.0, 0.5
# Fewer held-out seconds judge nothing.
LEAST_SECONDS = 60


@dataclass(frozen=True)
class Score:
    """What came of held-out walks: of surveyed ones errors in metres and hits of the level, of visitors' misfits in dB."""

    error_m: tuple[float, ...] = ()
    level_hits: tuple[tuple[UUID, bool], ...] = ()
    misfit_db: tuple[float, ...] = ()

    @property
    def mean_error_m(self) -> float | None:
        return _mean(self.error_m)

    @property
    def mean_misfit_db(self) -> float | None:
        return _mean(self.misfit_db)

    def level_rates(self) -> dict[UUID, float]:
        """Return how often the level was right, by the level where the surveyor was."""
        found: dict[UUID, list[bool]] = {}
        for level_id, hit in self.level_hits:
            found.setdefault(level_id, []).append(hit)
        return {level_id: sum(hits) / len(hits) for level_id, hits in found.items()}


@dataclass(frozen=True)
class Verdict:
    """Whether the new table is better, and why or why not, in a sentence."""

    is_better: bool
    reason: str


Seen = Callable[[], None]


def scored(terrain: Terrain, walks: Sequence[Walk], seen: Seen = lambda: None) -> Score:
    """Return the score of held-out walks on a terrain. `seen` is called after each."""
    parts = []
    for walk in walks:
        parts.append(_surveyed(terrain, walk) if walk.is_surveyed else _unsurveyed(terrain, walk))
        seen()
    return Score(
        tuple(value for part in parts for value in part.error_m),
        tuple(value for part in parts for value in part.level_hits),
        tuple(value for part in parts for value in part.misfit_db),
    )


def contradicts(terrain: Terrain, walk: Walk) -> bool:
    """Return whether most way points of a surveyor's walk are where, by the beacons heard, they can't have been."""
    off = []
    for position in followed(terrain, walk.sightings):
        truth = walk.place_at(position.at)
        if truth is not None:
            error_m = float(np.hypot(position.point.x_m - truth.x_m, position.point.y_m - truth.y_m))
            elsewhere = position.point.level_id != truth.level_id
            off.append(elsewhere or error_m > max(position.accuracy_95_m, CONTRADICTED_M))
    return bool(off) and sum(off) > CONTRADICTED_SHARE * len(off)


def compared(before: Score, after: Score) -> Verdict:
    """Return whether `after` is better: by LEAST_GAIN where there is a truth, or else by the misfit, and worse nowhere."""
    if min(len(before.error_m), len(after.error_m)) >= LEAST_SECONDS:
        return _by_truth(before, after)
    if min(len(before.misfit_db), len(after.misfit_db)) < LEAST_SECONDS:
        return Verdict(False, f"the held-out walks have fewer than {LEAST_SECONDS} seconds to judge by")
    old_db, new_db = float(np.mean(before.misfit_db)), float(np.mean(after.misfit_db))
    told = f"beacons of held-out visitors' walks are {new_db:.2f} dB off, {old_db:.2f} before"
    if new_db > (1 - LEAST_GAIN) * old_db:
        return Verdict(False, f"{told}: less than {LEAST_GAIN:.0%} better")
    return Verdict(True, told)


def _by_truth(before: Score, after: Score) -> Verdict:
    old_m, new_m = float(np.mean(before.error_m)), float(np.mean(after.error_m))
    told = f"held-out surveyors' walks err {new_m:.2f} m, {old_m:.2f} before"
    if new_m > (1 - LEAST_GAIN) * old_m:
        return Verdict(False, f"{told}: less than {LEAST_GAIN:.0%} better")
    rates = after.level_rates()
    for level_id, rate in before.level_rates().items():
        if rates.get(level_id, 0.0) < rate:
            return Verdict(
                False, f"{told}, but level {level_id} is found in {rates.get(level_id, 0.0):.1%}, {rate:.1%} before"
            )
    old_db, new_db = before.mean_misfit_db, after.mean_misfit_db
    if old_db is not None and new_db is not None and new_db > old_db:
        return Verdict(False, f"{told}, but beacons of visitors' walks are {new_db:.2f} dB off, {old_db:.2f} before")
    return Verdict(True, told)


def _surveyed(terrain: Terrain, walk: Walk) -> Score:
    errors_m, hits = [], []
    for position in followed(terrain, walk.sightings)[WARM_UP_S:]:
        truth = walk.place_at(position.at)
        if truth is not None:
            errors_m.append(float(np.hypot(position.point.x_m - truth.x_m, position.point.y_m - truth.y_m)))
            hits.append((truth.level_id, position.point.level_id == truth.level_id))
    return Score(tuple(errors_m), tuple(hits))


def _unsurveyed(terrain: Terrain, walk: Walk) -> Score:
    """Return by how many dB each half of the beacons is off where the other half places the visitor, second by second."""
    misfit_db: list[float] = []
    for placing in (0, 1):
        own = [one for one in walk.sightings if _half(terrain, one) == placing]
        others = [one for one in walk.sightings if _half(terrain, one) == 1 - placing]
        fixes = [Fix(each.at, each.point) for each in followed(terrain, own)[WARM_UP_S:]]
        heard = placed_at(terrain, others, fixes)
        if len(heard):
            misfit_db += _misfits_db(terrain, heard)
    return Score(misfit_db=tuple(misfit_db))


def _misfits_db(terrain: Terrain, heard: Placed) -> list[float]:
    """Return the mean absolute residual of each place, the walk's median, the phone's offset, taken off."""
    residual_db = heard.rssi_dbm - expected_dbm(terrain.ether, heard.x_m, heard.y_m, heard.level, heard.beacon)
    absolute_db = np.abs(residual_db - np.median(residual_db))
    _, place = np.unique(np.column_stack([heard.x_m, heard.y_m]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    return list((np.bincount(place, weights=absolute_db) / np.bincount(place)).tolist())


def _half(terrain: Terrain, one: Sighting) -> int | None:
    """Return in which half of the known beacons a sighting's is."""
    index = terrain.ether.deployment.index_of(one.identity, one.address)
    return None if index is None else index % 2


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
