"""What the law of distances does not explain, learned from scans at known places: a smooth field for each beacon.

Gaussian process regression (Rasmussen & Williams 2006, section 2.2) of the residuals, with an exponential kernel over the
plan, as shadowing is found to fall off (Gudmundson 1991). Where nothing was heard, it stays at 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

from beacons.core.cells import Cells, Ints
from beacons.core.hearing import BODY_LOSS_DB, FAST_DB, STATIC_DB, Ether, Scan, expected_dbm
from beacons.core.patches import Patches

Floats = NDArray[np.float64]

# Shadowing indoors is correlated over a few metres (Gudmundson 1991; POSITIONING.md: about 4 m).
LENGTH_M = 4.0
# By how much a beacon is stronger or weaker than the registry says (POSITIONING.md, the simulator's rules), wherever it is heard.
POWER_DB = 2.0


@dataclass(frozen=True, eq=False)
class PlacedScan:
    """A scan whose place is known: the cell, by a surveyor's way points or a confident smoothed track."""

    cell: int
    scan: Scan


def learned(ether: Ether, cells: Cells, placed: Sequence[PlacedScan]) -> Patches:
    """Return what is to be added to the law: what the ether knows already, corrected by what these scans say."""
    cell, beacon, residual_db = _residuals(ether, cells, placed)
    found_db = np.zeros((len(cells), len(ether.deployment)), np.float32)
    for index in range(len(ether.deployment)):
        if ether.patches is not None:
            every = np.full(len(cells), index, np.int32)
            found_db[:, index] = ether.patches.at(every, cells.level, cells.x_m, cells.y_m)
        own = beacon == index
        if own.any():
            found_db[:, index] += _field(cells, cell[own], residual_db[own])
    return Patches.on_cells(cells, found_db)


def _residuals(ether: Ether, cells: Cells, placed: Sequence[PlacedScan]) -> tuple[Ints, Ints, Floats]:
    """Return cell, beacon and residual in dB of everything heard; of each scan the median, the phone's offset, is taken off."""
    parts = []
    for one in placed:
        index, cell = one.scan.index, np.full(len(one.scan.index), one.cell)
        expected = expected_dbm(ether, cells.x_m[cell], cells.y_m[cell], cells.level[cell], index)
        own = one.scan.rssi_dbm - expected
        parts.append(np.stack([np.full(len(own), one.cell), one.scan.index, own - np.median(own)]))
    cell, beacon, residual_db = np.concatenate([np.empty((3, 0)), *parts], axis=1)
    return cell.astype(np.int32), beacon.astype(np.int32), residual_db


def _field(cells: Cells, cell: Ints, residual_db: Floats) -> Floats:
    """Return (n,) the expected residual in every cell, from the mean and the number of those in some of them."""
    at, where = np.unique(cell, return_inverse=True)
    count = np.bincount(where)
    mean_db = np.bincount(where, weights=residual_db) / count
    places = np.column_stack([cells.x_m, cells.y_m])
    kernel = POWER_DB**2 + STATIC_DB**2 * np.exp(-cdist(places, places[at]) / LENGTH_M)
    factor = cho_factor(kernel[at] + np.diag(FAST_DB**2 / count + BODY_LOSS_DB**2 / 8))
    return np.asarray(kernel @ cho_solve(factor, mean_db))
