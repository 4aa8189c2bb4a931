"""A radio map learned from walks, where nobody knows the beacons' places: how often and how strongly each is heard where.

What is expected of a beacon at a distance (falloff.py) is refined by what was heard about every cell: within 12 m, then within
3 m, as far as there is evidence (a pyramid of kernels). Where people walked in the survey is where they are expected to walk.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.special import logit

from beacons.core.cells import Cells, Ints
from beacons.core.falloff import Falloff, Heard, fitted
from beacons.core.hearing import Offset

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

BANDWIDTHS_M = (12.0, 3.0)
# How many windows the coarser estimate stands for, beside those that the finer one has seen.
COARSER_WINDOWS = 4.0
# How strengths vary indoors, and the faintest that phones tell of.
SPREAD_DB, FAINTEST_DBM = 6.0, -100.0
LEAST_DETECTION, LARGEST_DETECTION = 0.001, 0.97
# Windows that share phone, body and seconds are no independent witnesses, nor are beacons that share a wall: what a window says
# counts by so much where it hears one beacon, and by less the more it hears (an equal correlation of all of them, Kish 1965).
TEMPER, SHARED = 0.6, 0.05
# Nobody was seen there, but somebody may go there.
UNVISITED_WINDOWS = 0.1


@dataclass(frozen=True, eq=False)
class Window:
    """What was heard in some seconds at a cell: (k,) indices of beacons, ascending, and the mean dBm of each."""

    cell: int
    index: Ints
    rssi_dbm: Floats


@dataclass(frozen=True, eq=False)
class RadioMap:
    """(beacons, n) arrays over n cells; the log of how much people walk in each cell (n,)."""

    log_odds: Floats32
    """Of being heard in a window."""
    mean_dbm: Floats32
    deviation_db: Floats32
    log_visited: Floats32
    nothing_heard: Floats
    """(n,) the log-likelihood of hearing no beacon at all."""


@dataclass(frozen=True, eq=False)
class Said:
    """What a window says of each of m cells: the log-likelihood, and which offset of the phone it speaks for there, in dB."""

    log_likelihood: Floats
    offset_db: Floats
    variance_db2: Floats


def learned(cells: Cells, windows: Sequence[Window], beacon_count: int) -> RadioMap:
    """Return the radio map of windows whose cells are known."""
    raster = _Raster(cells)
    heard = _heard(cells, windows)
    visited = raster.pyramid(heard.windows)
    evidence, falloff = _Evidence(heard), fitted(cells, heard, beacon_count)
    log_odds, mean_dbm, deviation_db = np.empty((3, beacon_count, len(cells)), np.float32)
    nothing_heard = np.zeros(len(cells))
    for beacon in range(beacon_count):
        chance, *parts = _beacon_map(raster, visited, evidence.of(beacon), _expected(falloff, cells, beacon))
        log_odds[beacon], (mean_dbm[beacon], deviation_db[beacon]) = logit(chance), parts
        nothing_heard += np.log1p(-chance)
    log_visited = np.log(visited[-1] + UNVISITED_WINDOWS).astype(np.float32)
    return RadioMap(log_odds, mean_dbm, deviation_db, log_visited, nothing_heard)


def said(radio_map: RadioMap, support: Ints, index: Ints, rssi_dbm: Floats, offset: Offset) -> Said:
    """Return what a window heard, and did not hear, says of each cell of the support.

    The phone's offset is integrated out in closed form (Bishop 2006, section 3.3).
    """
    chosen = np.ix_(index, support)
    deviation_db = radio_map.deviation_db[chosen]
    left_db = (rssi_dbm[:, None] - offset.mean_db).astype(np.float32) - radio_map.mean_dbm[chosen]
    temper = TEMPER / (1 + SHARED * (len(index) - 1))
    weight = temper / deviation_db**2
    known = weight.sum(axis=0, dtype=np.float64)
    first, second = ((weight * left_db**power).sum(axis=0, dtype=np.float64) for power in (1, 2))
    precision = known + 1 / offset.variance_db2
    sure = (radio_map.log_odds[chosen] - np.log(deviation_db)).sum(axis=0, dtype=np.float64)
    strength = -0.5 * (second - first**2 / precision + np.log(precision * offset.variance_db2))
    return Said(
        temper * (sure + radio_map.nothing_heard[support]) + strength,
        offset.mean_db + first / precision,
        1 / precision,
    )


class _Raster:
    """Sums over the neighbourhood of every cell, level by level, on the grid that cells lie on."""

    def __init__(self, cells: Cells) -> None:
        self._level = cells.level
        column = np.floor(cells.x_m / cells.spacing_m).astype(np.intp)
        row = np.floor(cells.y_m / cells.spacing_m).astype(np.intp)
        self._row, self._column = row - row.min(), column - column.min()
        self._shape = (int(self._row.max()) + 1, int(self._column.max()) + 1)
        self._bandwidths = [bandwidth_m / cells.spacing_m for bandwidth_m in BANDWIDTHS_M]

    def pyramid(self, value: Floats) -> Floats:
        """Return (bandwidths, n): the sums about every cell, each neighbour weighted by a Gaussian of peak 1."""
        sums = np.zeros((len(self._bandwidths), len(value)))
        for level in np.unique(self._level[value != 0]):
            here = self._level == level
            image = np.zeros(self._shape)
            image[self._row[here], self._column[here]] = value[here]
            for k, bandwidth in enumerate(self._bandwidths):
                blurred = gaussian_filter(image, bandwidth, mode="constant", truncate=3.0)
                sums[k, here] = blurred[self._row[here], self._column[here]] * 2 * np.pi * bandwidth**2
        return sums


class _Evidence:
    """Everything that was heard, by beacon."""

    def __init__(self, heard: Heard) -> None:
        order = np.argsort(heard.beacon, kind="stable")
        self._beacon, self._cell = heard.beacon[order], heard.cell[order]
        self._above_db, self._n = heard.rssi_dbm[order] - FAINTEST_DBM, len(heard.windows)

    def of(self, beacon: int) -> Floats:
        """Return (3, n): in how many windows of each cell the beacon was heard, and sums of dB above the faintest, and of squares."""
        begin, end = np.searchsorted(self._beacon, (beacon, beacon + 1))
        cell, above_db = self._cell[begin:end], self._above_db[begin:end]
        return np.stack([np.bincount(cell, weights=above_db**power, minlength=self._n) for power in (0, 1, 2)])


def _heard(cells: Cells, windows: Sequence[Window]) -> Heard:
    cell = np.array([window.cell for window in windows], np.int32)
    beacon = np.concatenate([np.empty(0, np.int32), *(window.index for window in windows)])
    rssi_dbm = np.concatenate([np.empty(0), *(window.rssi_dbm for window in windows)])
    times = [len(window.index) for window in windows]
    return Heard(beacon, np.repeat(cell, times), rssi_dbm, np.bincount(cell, minlength=len(cells)).astype(np.float64))


def _expected(falloff: Falloff, cells: Cells, beacon: int) -> tuple[Floats, Floats]:
    """Return what is believed of a beacon in every cell before the survey of its surroundings: odds, dB above the faintest."""
    detection, mean_dbm = falloff.expected(cells, beacon)
    return np.clip(detection, LEAST_DETECTION, LARGEST_DETECTION), np.maximum(mean_dbm - FAINTEST_DBM, 0.0)


def _beacon_map(
    raster: _Raster, visited: Floats, evidence: Floats, expected: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Return detection probability, mean and deviation of one beacon in every cell, refined from coarse to fine."""
    heard, first, second = (raster.pyramid(each) for each in evidence)
    detection, above_db = expected
    variance_db2 = np.full(visited.shape[1], SPREAD_DB**2)
    for windows, hits, total, squares in zip(visited, heard, first, second, strict=True):
        detection = (hits + COARSER_WINDOWS * detection) / (windows + COARSER_WINDOWS)
        finer_db = (total + COARSER_WINDOWS * above_db) / (hits + COARSER_WINDOWS)
        about = squares - 2 * finer_db * total + finer_db**2 * hits
        prior = COARSER_WINDOWS * (variance_db2 + (above_db - finer_db) ** 2 / 4)
        variance_db2 = (about + prior) / (hits + COARSER_WINDOWS)
        above_db = finer_db
    deviation_db = np.sqrt(np.maximum(variance_db2, (SPREAD_DB / 2) ** 2))
    return np.clip(detection, LEAST_DETECTION, LARGEST_DETECTION), above_db + FAINTEST_DBM, deviation_db
