"""What is expected of a beacon where nobody has surveyed yet: it is loudest where it hangs, farther fainter and seldom heard.

A beacon is put where a survey heard it loudest. How strengths fall off with distance and storeys is fitted to the whole
survey: by regression for the mean of what is heard, by logistic regression for whether anything is heard. The two differ,
because of faint packets only the lucky ones arrive.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from beacons.core.cells import Cells, Ints
from beacons.core.emission import STOREY_M

Floats = NDArray[np.float64]

# A beacon on a ceiling, a phone in the hand: nearer than that nothing gets louder.
RISE_M = 2.0
# The loudest places count by power: 10 dB are a factor of ten.
DECIBEL = 10.0
# What is believed before any walk: dB a decade over 10, dB a storey; and of the odds of being heard by dB of power, by dB of
# distance, by storeys. Surveys outvote them, except about storeys that nobody walked (our assumptions).
FALLOFF, FALLOFF_WEIGHT = np.array([2.0, 8.0]), np.array([50.0, 5.0])
ODDS, ODDS_WEIGHT = np.array([-3.0, 0.25, 0.5, 1.5]), np.array([0.01, 4.0, 4.0, 1.0])
# A beacon heard in a few windows is mostly as strong as the others.
POWER_WINDOWS = 3.0
# More surveyed cells say nothing new of the odds; a beacon that no window heard is expected nowhere.
CELLS_USED = 600
NEWTON_STEPS, NEGLIGIBLE = 25, 1e-6
SILENT_DBM = -140.0


@dataclass(frozen=True, eq=False)
class Heard:
    """What a survey heard: of each of k times the beacon, the cell and the dBm; and how many windows each cell had (n,)."""

    beacon: Ints
    cell: Ints
    rssi_dbm: Floats
    windows: Floats


@dataclass(frozen=True, eq=False)
class Falloff:
    """Places (b,) of beacons, their power (b,) in dBm at 1 m, SILENT_DBM where unheard, and how strengths and odds fall off."""

    x_m: Floats
    y_m: Floats
    level: Ints
    power_dbm: Floats
    typical_dbm: float
    falloff: Floats
    odds: Floats

    def expected(self, cells: Cells, beacon: int) -> tuple[Floats, Floats]:
        """Return (n,) the probability that a window hears a beacon, and the mean dBm of what it then hears."""
        if self.power_dbm[beacon] == SILENT_DBM:
            return np.zeros(len(cells)), np.full(len(cells), SILENT_DBM)
        everywhere = np.arange(len(cells))
        away = _away(cells, everywhere, self.x_m[beacon], self.y_m[beacon], self.level[beacon])
        above_db = self.power_dbm[beacon] - self.typical_dbm
        logit = self.odds[0] + self.odds[1] * above_db - away @ self.odds[2:]
        return expit(logit), self.power_dbm[beacon] - away @ self.falloff


def fitted(cells: Cells, heard: Heard, beacon_count: int) -> Falloff:
    """Return the falloff that a survey speaks for."""
    x_m, y_m, level = _loudest(cells, heard, beacon_count)
    beacon, rssi_dbm = heard.beacon, heard.rssi_dbm
    away = _away(cells, heard.cell, x_m[beacon], y_m[beacon], level[beacon])
    count = np.bincount(beacon, minlength=beacon_count)

    def mean_by_beacon(value: Floats) -> Floats:
        return np.asarray(np.bincount(beacon, weights=value, minlength=beacon_count) / np.maximum(count, 1))

    centred = np.column_stack([column - mean_by_beacon(column)[beacon] for column in away.T])
    falloff = _ridge(-centred, rssi_dbm - mean_by_beacon(rssi_dbm)[beacon])
    own_dbm = mean_by_beacon(rssi_dbm + away @ falloff)
    typical_dbm = float(own_dbm @ count / max(count.sum(), 1))
    power_dbm = (count * own_dbm + POWER_WINDOWS * typical_dbm) / (count + POWER_WINDOWS)
    draft = Falloff(x_m, y_m, level, power_dbm, typical_dbm, falloff, ODDS)
    odds = _odds(cells, heard, draft, np.flatnonzero(count))
    return Falloff(x_m, y_m, level, np.where(count > 0, power_dbm, SILENT_DBM), typical_dbm, falloff, odds)


def _loudest(cells: Cells, heard: Heard, beacon_count: int) -> tuple[Floats, Floats, Ints]:
    """Return where each beacon was heard loudest: the level, and the mean place on it."""
    power = 10 ** (heard.rssi_dbm / DECIBEL)
    by_level = np.zeros((beacon_count, len(cells.level_ids)))
    np.add.at(by_level, (heard.beacon, cells.level[heard.cell]), power)
    level = by_level.argmax(axis=1).astype(np.int32)
    power = power * (cells.level[heard.cell] == level[heard.beacon])
    total = np.maximum(np.bincount(heard.beacon, weights=power, minlength=beacon_count), np.finfo(float).tiny)
    x_m, y_m = (
        np.bincount(heard.beacon, weights=power * of[heard.cell], minlength=beacon_count) / total
        for of in (cells.x_m, cells.y_m)
    )
    return x_m, y_m, level


def _away(cells: Cells, cell: NDArray[np.intp] | Ints, x_m: Floats, y_m: Floats, level: Ints) -> Floats:
    """Return (..., 2) how far cells are from places: 10 log10 of the metres, and storeys."""
    storeys = np.abs(cells.level[cell] - level).astype(np.float64)
    distance_m2 = (cells.x_m[cell] - x_m) ** 2 + (cells.y_m[cell] - y_m) ** 2 + (STOREY_M * storeys) ** 2 + RISE_M**2
    return np.stack([5 * np.log10(distance_m2), storeys], axis=-1)


def _ridge(design: Floats, target: Floats) -> Floats:
    """Return the coefficients that fit best, held by what is believed of them (Bishop 2006, section 3.3)."""
    precision = design.T @ design + np.diag(FALLOFF_WEIGHT)
    return np.asarray(np.linalg.solve(precision, design.T @ target + FALLOFF_WEIGHT * FALLOFF))


def _odds(cells: Cells, heard: Heard, draft: Falloff, beacons: NDArray[np.intp]) -> Floats:
    """Return how the odds of being heard depend on power, distance and storeys, held by ODDS (Bishop 2006, section 4.3)."""
    visited = np.flatnonzero(heard.windows)
    used = visited[:: max(1, len(visited) // CELLS_USED)]
    slot = np.full(len(cells), -1)
    slot[used] = np.arange(len(used))
    hits = np.zeros((len(used), len(draft.x_m)))
    own = slot[heard.cell] >= 0
    np.add.at(hits, (slot[heard.cell[own]], heard.beacon[own]), 1.0)
    away = _away(cells, used[:, None], draft.x_m[beacons], draft.y_m[beacons], draft.level[beacons])
    above_db = np.broadcast_to(draft.power_dbm[beacons] - draft.typical_dbm, away.shape[:2])
    design = np.concatenate([np.ones((*away.shape[:2], 1)), above_db[..., None], -away], axis=-1).reshape(-1, 4)
    return _logistic(design, hits[:, beacons].ravel(), np.repeat(heard.windows[used], len(beacons)))


def _logistic(design: Floats, hits: Floats, tries: Floats) -> Floats:
    """Return the coefficients of a logistic regression: Newton's method, each step halved until it leads uphill."""

    def log_posterior(odds: Floats) -> float:
        logit = design @ odds
        likelihood = hits @ logit - tries @ np.logaddexp(0.0, logit)
        return float(likelihood - 0.5 * ODDS_WEIGHT @ (odds - ODDS) ** 2)

    odds, reached = ODDS, log_posterior(ODDS)
    for _ in range(NEWTON_STEPS):
        chance = expit(design @ odds)
        slope = design.T @ (hits - tries * chance) - ODDS_WEIGHT * (odds - ODDS)
        curve = design.T @ (design * (tries * chance * (1 - chance))[:, None]) + np.diag(ODDS_WEIGHT)
        step = np.linalg.solve(curve, slope)
        while (found := log_posterior(odds + step)) < reached and np.abs(step).max() > NEGLIGIBLE:
            step = step / 2
        if found - reached < NEGLIGIBLE:
            break
        odds, reached = odds + step, found
    return odds
