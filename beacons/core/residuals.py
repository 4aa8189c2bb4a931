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
from beacons.core.emission import EXPONENT, FLOOR_LOSS_DB, NEAREST_M, PHONE_HEIGHT_M, STOREY_M, WALL_LOSS_DB
from beacons.core.hearing import BODY_LOSS_DB, FAST_DB, STATIC_DB, Ether, Scan

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


def learned(ether: Ether, cells: Cells, placed: Sequence[PlacedScan]) -> NDArray[np.float32]:
    """Return (n, beacons) losses in dB on top of the law: those of the ether, corrected by what these scans say."""
    cell, beacon, residual_db = _residuals(ether, cells, placed)
    extra_db = np.zeros((len(cells), len(ether.deployment)), np.float32)
    if ether.extra_db.size:
        extra_db += ether.extra_db
    for index in np.unique(beacon):
        own = beacon == index
        extra_db[:, index] -= _field(cells, cell[own], residual_db[own])
    return extra_db


def _residuals(ether: Ether, cells: Cells, placed: Sequence[PlacedScan]) -> tuple[Ints, Ints, Floats]:
    """Return cell, beacon and residual in dB of everything heard; of each scan the median, the phone's offset, is taken off."""
    parts = []
    for one in placed:
        own = one.scan.rssi_dbm - _expected_dbm(ether, cells, one.cell, one.scan.index)
        parts.append(np.stack([np.full(len(own), one.cell), one.scan.index, own - np.median(own)]))
    cell, beacon, residual_db = np.concatenate([np.empty((3, 0)), *parts], axis=1)
    return cell.astype(np.int32), beacon.astype(np.int32), residual_db


def _expected_dbm(ether: Ether, cells: Cells, cell: int, index: Ints) -> Floats:
    """Return what is expected of these beacons in a cell, the body taking half of what it can."""
    deployment, level = ether.deployment, cells.level[cell]
    own = deployment.level[index]
    storeys = deployment.level_ordinal[own] - ether.ordinal[level]
    through_walls = deployment.level_building[own] != ether.building[level]
    up_m = deployment.height_m[index] - PHONE_HEIGHT_M + STOREY_M * storeys
    flat_m2 = (deployment.x_m[index] - cells.x_m[cell]) ** 2 + (deployment.y_m[index] - cells.y_m[cell]) ** 2
    distance_m2 = flat_m2 + np.maximum(up_m**2, NEAREST_M**2)
    extra_db = ether.extra_db[cell, index] if ether.extra_db.size else 0.0
    loss_db = (
        5 * EXPONENT * np.log10(distance_m2)
        + FLOOR_LOSS_DB * np.abs(storeys)
        + WALL_LOSS_DB * through_walls
        + BODY_LOSS_DB / 2
        + extra_db
    )
    return np.asarray(deployment.measured_power_dbm[index] - loss_db)


def _field(cells: Cells, cell: Ints, residual_db: Floats) -> Floats:
    """Return (n,) the expected residual in every cell, from the mean and the number of those in some of them."""
    at, where = np.unique(cell, return_inverse=True)
    count = np.bincount(where)
    mean_db = np.bincount(where, weights=residual_db) / count
    places = np.column_stack([cells.x_m, cells.y_m])
    kernel = POWER_DB**2 + STATIC_DB**2 * np.exp(-cdist(places, places[at]) / LENGTH_M)
    factor = cho_factor(kernel[at] + np.diag(FAST_DB**2 / count + BODY_LOSS_DB**2 / 8))
    return np.asarray(kernel @ cho_solve(factor, mean_db))
