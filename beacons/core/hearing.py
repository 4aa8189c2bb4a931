"""How likely what was heard is in each cell, for each way that a visitor may face.

The strength of beacon i in a cell is normal about `P_i + offset - 10 n log10(d) - penetration - body`. Two things of it are
never known and are integrated out: the phone's offset, in closed form (Bishop 2006, section 3.3), and the way the visitor
faces, whose own body takes BODY_LOSS_DB from what comes from straight behind and half of that from the sides. With that
shape, `BODY_LOSS_DB (1 - cos(angle)) / 2`, the sums for all headings follow from nine sums over the beacons.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import erf

import numpy as np
from numba import njit
from numpy.typing import NDArray

from beacons.core.cells import HEADINGS, NOWHERE, Cells, Ints
from beacons.core.deployment import Deployment
from beacons.core.emission import EXPONENT, FLOOR_LOSS_DB, NEAREST_M, PHONE_HEIGHT_M, STOREY_M, WALL_LOSS_DB
from beacons.core.patches import Patches

Floats = NDArray[np.float64]

# What a body takes at 2.4 GHz: 5 dB from a phone held before it to 20 dB from one worn (Kilani et al. 2013); a phone is held.
BODY_LOSS_DB = 10.0
# What stays while the visitor stands (shadowing, power and place of the beacon) and what differs from packet to packet;
# together 7 dB, the deviation of emission.NOISE_DB.
STATIC_DB = 5.0
FAST_DB = 5.0
# Phones differ by some 5 dB by model (POSITIONING.md, online step 5), and beacons are seldom measured where they hang.
OFFSET_DEVIATION_DB = 10.0
# How much the offset may wander from one second to the next: the hand closes about the phone.
OFFSET_DRIFT_DB = 0.5
LARGEST_OFFSET_DB = 25.0
# What phones hear down to, and how probably a packet that is strong enough gets through within a second: with intervals of up
# to a second, collisions and scan gaps, rather seldom (our assumption). Of a cell's nearest beacons the misses are weighed.
THRESHOLD_DBM = -95.0
GETS_THROUGH = 0.7
NEAREST_BEACONS = 4

_SIN = np.sin(np.arange(HEADINGS) * 2 * np.pi / HEADINGS)
_COS = np.cos(np.arange(HEADINGS) * 2 * np.pi / HEADINGS)


@dataclass(frozen=True)
class Offset:
    """What is believed of how much stronger than the registry says a phone reads: a normal distribution, in dB."""

    mean_db: float = 0.0
    variance_db2: float = OFFSET_DEVIATION_DB**2

    def later(self, seconds: float) -> "Offset":
        """Return the belief some seconds later: never wider than what is known of phones in general."""
        wider = self.variance_db2 + OFFSET_DRIFT_DB**2 * seconds
        return replace(self, variance_db2=min(wider, OFFSET_DEVIATION_DB**2))


@dataclass(frozen=True, eq=False)
class Scan:
    """What was heard at once: (k,) indices of beacons, mean dBm, and how many packets each mean is of.

    `faintest_dbm`: what else was heard was no stronger than that, and beacons below it may have been there.
    """

    index: Ints
    rssi_dbm: Floats
    count: Floats
    faintest_dbm: float = THRESHOLD_DBM


@dataclass(frozen=True, eq=False)
class Ether:
    """What a deployment sends, as cells receive it.

    `ordinal`, `building`: (l,) of the cells' levels. `extra_db`: (n, beacons) loss on top of the law, or (0, 0) for none.
    `patches`: what was learned beside the law.
    `nearest`: (n, NEAREST_BEACONS) the beacons that one expects to hear in each cell, NOWHERE where there are fewer; (0, 0)
    where hearing nothing of a beacon says nothing, as in a single short scan.
    """

    deployment: Deployment
    ordinal: Floats
    building: Ints
    extra_db: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    nearest: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    patches: Patches | None = None

    @cached_property
    def _rasters(self) -> tuple[float, Ints, Ints, Ints, Ints, Ints, NDArray[np.float32]]:
        """What the kernel reads of the patches."""
        own = self.patches or Patches.none(len(self.deployment), len(self.ordinal))
        return own.tile_m, own.slot, own.first, own.column, own.row, own.columns, own.residual_db


def log_likelihood(
    ether: Ether, cells: Cells, support: Ints, scan: Scan, offset: Offset, *, static_db: float = STATIC_DB
) -> tuple[Floats, Floats]:
    """Return (m, HEADINGS) log-likelihoods of a scan, up to a constant, and the offset in dB that each speaks for."""
    deployment, at = ether.deployment, scan.index
    variance_db2 = static_db**2 + FAST_DB**2 / scan.count
    found: tuple[Floats, Floats] = _log_likelihood(
        cells.x_m, cells.y_m, cells.level, support, ether.ordinal, ether.building,
        deployment.x_m, deployment.y_m, deployment.height_m, deployment.beacon_ordinal, deployment.beacon_building, at,
        scan.rssi_dbm - deployment.measured_power_dbm[at], ether.extra_db, ether._rasters, 1 / variance_db2,
        offset.mean_db, 1 / offset.variance_db2, _SIN, _COS,
    )  # fmt: skip
    if ether.nearest.size:
        missed = _log_missed(
            cells.x_m, cells.y_m, support, deployment.x_m, deployment.y_m, deployment.height_m,
            deployment.measured_power_dbm, ether.nearest, np.sort(at), offset.mean_db, scan.faintest_dbm,
        )  # fmt: skip
        found[0][:] += missed[:, None]
    return found


@njit(cache=True, nogil=True, fastmath=True)
def _log_likelihood(
    x_m: Floats, y_m: Floats, level: Ints, support: Ints, ordinal: Floats, building: Ints,
    beacon_x_m: Floats, beacon_y_m: Floats, height_m: Floats, beacon_ordinal: Floats, beacon_building: Ints, heard: Ints,
    excess_db: Floats, extra_db: NDArray[np.float32],
    rasters: tuple[float, Ints, Ints, Ints, Ints, Ints, NDArray[np.float32]],
    weight: Floats, offset_db: float, offset_weight: float, sin: Floats, cos: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    half = BODY_LOSS_DB / 2
    found = np.empty((len(support), HEADINGS))
    offsets_db = np.empty((len(support), HEADINGS))
    total = weight.sum()
    tile_m, slot, first_tile, west, south, columns, residual_db = rasters
    for i in range(len(support)):
        cell = support[i]
        at = level[cell]
        column, row = np.int32(np.floor(x_m[cell] / tile_m)), np.int32(np.floor(y_m[cell] / tile_m))
        a = aa = e = n = ae = an = ee = nn = en = 0.0
        for k in range(len(heard)):
            j = heard[k]
            east_m, north_m = beacon_x_m[j] - x_m[cell], beacon_y_m[j] - y_m[cell]
            storeys = beacon_ordinal[j] - ordinal[at]
            up_m = height_m[j] - PHONE_HEIGHT_M + STOREY_M * storeys
            flat_m2 = east_m * east_m + north_m * north_m
            distance_m2 = flat_m2 + max(up_m * up_m, NEAREST_M * NEAREST_M)
            # What is left to explain where the body takes half: by offset, heading and noise.
            left_db = excess_db[k] + 5 * EXPONENT * np.log10(distance_m2) + FLOOR_LOSS_DB * abs(storeys) + half
            if beacon_building[j] != building[at]:
                left_db += WALL_LOSS_DB
            if extra_db.shape[0]:
                left_db += extra_db[cell, j]
            raster = slot[j, at]
            if raster != NOWHERE:
                c, r = column - west[raster], row - south[raster]
                tile = first_tile[raster] + r * columns[raster] + c
                if 0 <= c < columns[raster] and r >= 0 and tile < first_tile[raster + 1]:
                    left_db -= residual_db[tile]
            left_db -= offset_db
            reach = half / np.sqrt(flat_m2 + NEAREST_M * NEAREST_M)
            east, north, w = east_m * reach, north_m * reach, weight[k]
            a += w * left_db
            aa += w * left_db * left_db
            e += w * east
            n += w * north
            ae += w * left_db * east
            an += w * left_db * north
            ee += w * east * east
            nn += w * north * north
            en += w * east * north
        for h in range(HEADINGS):
            s, c = sin[h], cos[h]
            first = a - s * e - c * n
            second = aa - 2 * (s * ae + c * an) + s * s * ee + 2 * s * c * en + c * c * nn
            offsets_db[i, h] = offset_db + first / (total + offset_weight)
            found[i, h] = -0.5 * (second - first * first / (total + offset_weight))
    return found, offsets_db


@njit(cache=True, nogil=True)
def _log_missed(
    x_m: Floats, y_m: Floats, support: Ints, beacon_x_m: Floats, beacon_y_m: Floats, height_m: Floats, power_dbm: Floats,
    nearest: Ints, heard: Ints, offset_db: float, faintest_dbm: float,
) -> Floats:  # fmt: skip
    """Return (m,) how probable it is that the cell's nearest beacons were missed, those that were. `heard` is ascending."""
    found = np.zeros(len(support))
    deviation_db = np.sqrt(2 * (STATIC_DB * STATIC_DB + FAST_DB * FAST_DB))
    for i in range(len(support)):
        cell = support[i]
        for k in range(nearest.shape[1]):
            j = nearest[cell, k]
            at = np.searchsorted(heard, j)
            if j == NOWHERE or (at < len(heard) and heard[at] == j):
                continue
            up_m = height_m[j] - PHONE_HEIGHT_M
            distance_m2 = (beacon_x_m[j] - x_m[cell]) ** 2 + (beacon_y_m[j] - y_m[cell]) ** 2 + up_m * up_m
            loss_db = 5 * EXPONENT * np.log10(max(distance_m2, NEAREST_M * NEAREST_M)) + BODY_LOSS_DB / 2
            above_db = power_dbm[j] + offset_db - loss_db - faintest_dbm
            found[i] += np.log(1 - GETS_THROUGH * 0.5 * (1 + erf(above_db / deviation_db)))
    return found
