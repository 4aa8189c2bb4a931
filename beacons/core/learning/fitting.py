"""What the law of distances does not explain, learned from what was heard at known places: a smooth field a beacon.

Gaussian process regression (Rasmussen & Williams 2006, section 2.2) of the residuals on tiles of the plan: a constant, the
beacon's power, and a field with an exponential kernel, as shadowing is found to fall off (Gudmundson 1991). Of how much the
field varies and over which distance, the most probable pair is chosen (section 5.4.1). Where little was heard, it stays near 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

from beacons.core.cells import NOWHERE, Ints
from beacons.core.emission import NEAREST_M
from beacons.core.hearing import Ether, expected_dbm
from beacons.core.learning.placing import Placed
from beacons.core.patches import Patches

Floats = NDArray[np.float64]

# Two cells wide: two tiles to a corridor's length of shadowing.
TILE_M = 3.0
# By how much a beacon is stronger or weaker than the registry says (POSITIONING.md, the simulator's rules), wherever it is heard.
POWER_DB = 2.0
# What a field may be like: deviation in dB and length in metres. Measured 2 to 3 dB over 2 to 4 m among shelves, where shared
# by all who face anywhere (docs/guides/learning.md); 3.5 dB over 4 m are POSITIONING.md's.
STATICS_DB, LENGTHS_M = (1.5, 2.5, 3.5, 5.0), (2.0, 4.0, 8.0)
# What floors and walls take differs from the law by so much, the same all over a level.
SLAB_DB = 3.0
# Variances of a residual in real scans with the facing known, in dB2: shared by all in a tile who face the same quarter, and
# by one walk's passing (uji-library, docs/guides/learning.md).
FACING_DB2, PASSING_DB2 = 4.5, 6.5
QUARTERS = 4
# The field reaches so far beyond the tiles where something was heard.
MARGIN_TILES = 1
# The phone's offset and the fields are found by turns.
TURNS = 2
# Few tiles make no field; of very many those where it was heard most often make it.
LEAST_TILES, MOST_TILES = 3, 400
# How much is left unexplained is asked of one tile in so many, near walks and far.
TILES_LOOKED_AT = 7
# The kernel is chosen by some beacons on some of their tiles.
BEACONS_TRIED, TILES_TRIED = 24, 120


@dataclass(frozen=True)
class Kernel:
    """How the residual of a beacon varies: a field over each level, of some deviation and length; and from level to level."""

    static_db: float
    length_m: float

    def __call__(self, ones: Ints, others: Ints) -> Floats:
        """Return the (n, m) covariances of tiles (level, column, row) in dB2, beside the beacon's power."""
        same_level = ones[:, None, 0] == others[:, 0]
        field_db2 = self.static_db**2 * np.exp(-cdist(ones[:, 1:], others[:, 1:]) * TILE_M / self.length_m)
        return np.asarray(same_level * (SLAB_DB**2 + field_db2))


@dataclass(frozen=True, eq=False)
class Fields:
    """What was learned of n beacons beside the law.

    `power_db`: how much stronger than registered; `left_db`: the deviation of what still is not explained, nan where nothing
    was learned; `patches`: residuals over the plan, on top of both law and power.
    """

    kernel: Kernel
    power_db: Floats
    left_db: Floats
    patches: Patches


@dataclass(frozen=True, eq=False)
class _Rows:
    """Residuals (k,) in dB: of which beacon, in which tile (level, column, row), of which walk, facing which quarter."""

    beacon: Ints
    tile: Ints
    walk: Ints
    quarter: Ints
    residual_db: Floats

    def of(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "_Rows":
        return _Rows(*(column[keep] for column in vars(self).values()))


@dataclass(frozen=True, eq=False)
class _Evidence:
    """What is known of one beacon: its (k, 3) tiles, and of each the mean residual and the variance of its noise."""

    tiles: Ints
    mean_db: Floats
    noise_db2: Floats

    def of(self, kept: NDArray[np.intp]) -> "_Evidence":
        return _Evidence(self.tiles[kept], self.mean_db[kept], self.noise_db2[kept])

    def covariance(self, kernel: Kernel) -> Floats:
        """Return the (k, k) covariance of the means, in dB2."""
        return np.asarray(POWER_DB**2 + kernel(self.tiles, self.tiles) + np.diag(self.noise_db2))


def learned(ether: Ether, walks: Sequence[Placed]) -> Fields:
    """Return what the walks teach of the beacons of an ether in which nothing is learned yet."""
    rows, count = _rows(ether, walks), len(ether.deployment)
    offsets_db = _medians(rows.residual_db, rows.walk, len(walks))
    for _ in range(TURNS):
        evidence = _evidence(replace(rows, residual_db=rows.residual_db - offsets_db[rows.walk]), count)
        kernel = _most_probable(evidence)
        fields = _fields(evidence, kernel, count, len(ether.ordinal))
        offsets_db = _medians(rows.residual_db - _explained(fields, rows), rows.walk, len(walks))
    return fields


def facing_dbm(ether: Ether, heard: Placed) -> Floats:
    """Return (k,) what is expected, the body of who faces somewhere known where it is."""
    deployment, at = ether.deployment, heard.beacon
    east_m, north_m = deployment.x_m[at] - heard.x_m, deployment.y_m[at] - heard.y_m
    facing = np.radians(heard.facing_deg)
    flat_m = np.sqrt(east_m**2 + north_m**2 + NEAREST_M**2)
    ahead = np.nan_to_num((east_m * np.sin(facing) + north_m * np.cos(facing)) / flat_m)
    half_dbm = expected_dbm(ether, heard.x_m, heard.y_m, heard.level, at)
    return np.asarray(half_dbm + ether.reception.body_db / 2 * ahead)


def _rows(ether: Ether, walks: Sequence[Placed]) -> _Rows:
    heard = Placed.together(walks)
    walk = np.repeat(np.arange(len(walks), dtype=np.int32), [len(one) for one in walks])
    tile = np.column_stack([heard.level, heard.x_m // TILE_M, heard.y_m // TILE_M]).astype(np.int32)
    quarter = np.where(np.isnan(heard.facing_deg), QUARTERS, np.nan_to_num(heard.facing_deg) // (360 / QUARTERS))
    return _Rows(heard.beacon, tile, walk, quarter.astype(np.int32), heard.rssi_dbm - facing_dbm(ether, heard))


def _explained(fields: Fields, rows: _Rows) -> Floats:
    level, column, row = rows.tile.T
    own_db = fields.patches.at(rows.beacon, level, (column + 0.5) * TILE_M, (row + 0.5) * TILE_M)
    return np.asarray(fields.power_db[rows.beacon] + own_db)


def _medians(values: Floats, group: Ints, count: int) -> Floats:
    """Return (count,) the median of each group, 0 where it is empty."""
    order = np.lexsort((values, group))
    bounds = np.searchsorted(group[order], np.arange(count + 1))
    middle = (bounds[:-1] + bounds[1:]) // 2
    found = np.append(values[order], 0.0)[middle]
    return np.where(bounds[1:] > bounds[:-1], found, 0.0)


def _evidence(rows: _Rows, count: int) -> dict[int, _Evidence]:
    """Return the evidence of every beacon that was heard in enough tiles, ascending."""
    order = np.argsort(rows.beacon, kind="stable")
    bounds = np.searchsorted(rows.beacon[order], np.arange(count + 1))
    found = {beacon: _of_one(rows.of(order[begin:end])) for beacon, (begin, end) in enumerate(pairwise(bounds))}
    return {beacon: evidence for beacon, evidence in found.items() if len(evidence.tiles) >= LEAST_TILES}


def _of_one(own: _Rows) -> _Evidence:
    tiles, where = np.unique(own.tile, axis=0, return_inverse=True)
    where = where.reshape(-1)
    count = np.bincount(where)
    mean_db = np.bincount(where, weights=own.residual_db) / count
    facings, passings = (_distinct(where, other) for other in (own.quarter, own.walk))
    whole = _Evidence(tiles, mean_db, FACING_DB2 / facings + PASSING_DB2 / passings)
    return whole.of(np.sort(np.argsort(-count, kind="stable")[:MOST_TILES]))


def _distinct(where: NDArray[np.signedinteger], other: NDArray[np.signedinteger]) -> NDArray[np.intp]:
    """Return how many different others there are in each place."""
    pairs = np.unique(np.column_stack([where, other]), axis=0)
    return np.bincount(pairs[:, 0])


def _most_probable(evidence: dict[int, _Evidence]) -> Kernel:
    """Return the kernel under which what was heard is most probable, by the beacons heard in most tiles."""
    most = sorted(evidence.values(), key=lambda own: -len(own.tiles))[:BEACONS_TRIED]
    tried = [own.of(np.arange(min(len(own.tiles), TILES_TRIED))) for own in most]
    kernels = [Kernel(static_db, length_m) for static_db in STATICS_DB for length_m in LENGTHS_M]
    return max(kernels, key=lambda kernel: sum(_log_evidence(own, kernel) for own in tried))


def _log_evidence(own: _Evidence, kernel: Kernel) -> float:
    """Return the log marginal likelihood (Rasmussen & Williams 2006, equation 2.30), up to a constant."""
    factor = cho_factor(own.covariance(kernel), lower=True)
    determinant = 2 * np.log(np.diag(factor[0])).sum()
    return float(-0.5 * (own.mean_db @ cho_solve(factor, own.mean_db) + determinant))


def _fields(evidence: dict[int, _Evidence], kernel: Kernel, count: int, levels: int) -> Fields:
    """Return the fields of all beacons, each over the boxes about its tiles."""
    power_db, left_db = np.zeros(count), np.full(count, np.nan)
    slot = np.full((count, levels), NOWHERE, np.int32)
    boxes: list[tuple[int, int, int]] = []
    rasters: list[Floats] = []
    for beacon, own in evidence.items():
        factor = cho_factor(own.covariance(kernel), lower=True)
        weights = cho_solve(factor, own.mean_db)
        power_db[beacon] = POWER_DB**2 * weights.sum()
        left_db2: list[Floats] = []
        for level in np.unique(own.tiles[:, 0]):
            tiles, columns = _box(own.tiles[own.tiles[:, 0] == level])
            slot[beacon, level] = len(boxes)
            boxes.append((*tiles[0, 1:].tolist(), columns))
            rasters.append(kernel(tiles, own.tiles) @ weights)
            left_db2.append(_left_db2(own, kernel, factor, tiles[::TILES_LOOKED_AT]))
        left_db[beacon] = np.sqrt(np.concatenate(left_db2).mean() + FACING_DB2 + PASSING_DB2)
    first = np.cumsum([0, *(len(raster) for raster in rasters)], dtype=np.int32)
    column, row, columns_of = np.array(boxes, np.int32).reshape(-1, 3).T
    raster = np.concatenate([np.empty(0), *rasters]).astype(np.float32)
    patches = Patches(TILE_M, slot, first, column.copy(), row.copy(), columns_of.copy(), raster)
    return Fields(kernel, power_db, left_db, patches)


def _left_db2(own: _Evidence, kernel: Kernel, factor: tuple[Floats, bool], tiles: Ints) -> Floats:
    """Return (m,) the variance of the field in tiles that is left after what was heard (equation 2.26)."""
    cross = POWER_DB**2 + kernel(tiles, own.tiles)
    prior_db2 = POWER_DB**2 + SLAB_DB**2 + kernel.static_db**2
    return np.asarray(np.maximum(prior_db2 - np.einsum("ij,ji->i", cross, cho_solve(factor, cross.T)), 0.0))


def _box(tiles: Ints) -> tuple[Ints, int]:
    """Return the tiles of the box about these, all of one level, row by row, and how many are in a row."""
    (_, west, south), (_, east, north) = tiles.min(axis=0) - MARGIN_TILES, tiles.max(axis=0) + MARGIN_TILES
    columns, rows = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    level = np.full(columns.size, tiles[0, 0])
    return np.column_stack([level, columns.ravel(), rows.ravel()]).astype(np.int32), columns.shape[1]
