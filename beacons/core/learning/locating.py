"""Where beacons hang that nobody registered, from how strongly surveyors heard them at known places.

Every cell of the map may have the beacon above it. With its power unknown, normal about what beacons send, the strengths are
jointly normal (Bishop 2006, section 3.3); what they leave of the map is where it hangs, and how sure that is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells
from beacons.core.emission import EXPONENT, FLOOR_LOSS_DB, NEAREST_M, PHONE_HEIGHT_M, STOREY_M, WALL_LOSS_DB
from beacons.core.hearing import BODY_LOSS_DB, FAST_DB, STATIC_DB, Ether
from beacons.core.learning.walks import Walk
from beacons.core.sighting import SightedIdentity
from beacons.core.summary import FAR, NEAR
from beacons.core.terrain import Terrain
from geo.position import LevelPoint

Floats = NDArray[np.float64]

# Most beacons announce -59 dBm at 1 m; models and settings differ.
POWER_DBM, POWER_DEVIATION_DB = -59.0, 8.0
# Under a ceiling, as most hang.
HEIGHT_M = 2.8
# Tiles beside one another share their shadows, which change over some 4 m, and a walk its phone: three count as one.
CORRELATED_TILES = 3.0
# Heard in fewer tiles, it may be anywhere; it hangs within REACH_M of where it was loudest.
LEAST_TILES, REACH_M, TILE_M = 4, 40.0, 3.0


@dataclass(frozen=True)
class LocatedBeacon:
    """A beacon where it seems to hang: the point, the radii that hold 68 % and 95 % of its probability, dBm at 1 m."""

    identity: SightedIdentity
    address: str | None
    point: LevelPoint
    level_probability: float
    accuracy_m: float
    accuracy_95_m: float
    measured_power_dbm: float
    tiles: int


@dataclass(frozen=True, eq=False)
class _Heard:
    """What was heard of one beacon: (k,) tiles' metres, levels, mean dBm, seconds."""

    x_m: Floats
    y_m: Floats
    level: NDArray[np.intp]
    rssi_dbm: Floats
    seconds: Floats


def located(terrain: Terrain, walks: Sequence[Walk]) -> list[LocatedBeacon]:
    """Return the beacons that surveyors heard and the deployment does not have, as far as they can be placed."""
    found = []
    for (identity, address), rows in sorted(_strange(terrain, walks).items(), key=repr):
        heard = _tiled(np.array(rows))
        if len(heard.x_m) >= LEAST_TILES:
            found.append(_placed(terrain, identity, address, heard))
    return found


Named = tuple[SightedIdentity, str | None]


def _strange(terrain: Terrain, walks: Sequence[Walk]) -> dict[Named, list[tuple[float, float, int, float]]]:
    """Return metres, level and dBm of everything heard of unknown beacons where the surveyor's place is known."""
    number = {level_id: index for index, level_id in enumerate(terrain.cells.level_ids)}
    found: dict[Named, list[tuple[float, float, int, float]]] = {}
    for walk in walks:
        for one in walk.sightings:
            if terrain.ether.deployment.index_of(one.identity, one.address) is not None:
                continue
            point = walk.place_at(one.heard_at)
            if point is not None and point.level_id in number:
                row = (point.x_m, point.y_m, number[point.level_id], one.rssi_dbm)
                found.setdefault((one.identity, one.address), []).append(row)
    return found


def _tiled(rows: Floats) -> _Heard:
    x_m, y_m, level, rssi_dbm = rows.T
    tiles = np.column_stack([x_m // TILE_M, y_m // TILE_M, level])
    _, where = np.unique(tiles, axis=0, return_inverse=True)
    where = where.reshape(-1)
    count = np.bincount(where).astype(np.float64)
    means = (np.bincount(where, weights=column) / count for column in (x_m, y_m, level, rssi_dbm))
    mean_x_m, mean_y_m, on, mean_dbm = means
    return _Heard(mean_x_m, mean_y_m, on.round().astype(np.intp), mean_dbm, count)


def _placed(terrain: Terrain, identity: SightedIdentity, address: str | None, heard: _Heard) -> LocatedBeacon:
    cells = terrain.cells
    loudest = int(heard.rssi_dbm.argmax())
    tried = cells.near(float(heard.x_m[loudest]), float(heard.y_m[loudest]), REACH_M)
    weight, power_dbm = _posterior(terrain.ether, cells, tried, heard)
    by_level = np.bincount(cells.level[tried], weights=weight)
    level = int(by_level.argmax())
    own = cells.level[tried] == level
    share, at = weight[own] / by_level[level], tried[own]
    x_m, y_m = float(share @ cells.x_m[at]), float(share @ cells.y_m[at])
    # A cell's own width counts: its variance is spacing squared by 6.
    distance_m = np.sqrt((cells.x_m[at] - x_m) ** 2 + (cells.y_m[at] - y_m) ** 2 + cells.spacing_m**2 / 6)
    near_m, far_m = _radii(share, distance_m)
    return LocatedBeacon(
        identity, address, LevelPoint(x_m, y_m, cells.level_ids[level]), float(by_level[level]), near_m, far_m,
        float(weight @ power_dbm), len(heard.x_m),
    )  # fmt: skip


def _posterior(ether: Ether, cells: Cells, tried: NDArray[np.int32], heard: _Heard) -> tuple[Floats, Floats]:
    """Return (m,) the probability that the beacon hangs over each cell, and its power there in dBm at 1 m."""
    weight = 1 / (CORRELATED_TILES * STATIC_DB**2 + FAST_DB**2 / heard.seconds)
    total = weight.sum() + 1 / POWER_DEVIATION_DB**2
    log_weight, power_dbm = np.empty(len(tried)), np.empty(len(tried))
    for index, loss_db in enumerate(_losses_db(ether, cells, tried, heard)):
        excess_db = heard.rssi_dbm + loss_db - POWER_DBM
        mean_db = (weight @ excess_db) / total
        log_weight[index] = -0.5 * (weight @ excess_db**2 - total * mean_db**2)
        power_dbm[index] = POWER_DBM + mean_db
    likelihood = np.exp(log_weight - log_weight.max())
    return likelihood / likelihood.sum(), power_dbm


def _losses_db(ether: Ether, cells: Cells, tried: NDArray[np.int32], heard: _Heard) -> Iterator[Floats]:
    """Yield for each cell the (k,) losses from a beacon over it to where it was heard."""
    for cell in tried:
        level = cells.level[cell]
        storeys = ether.ordinal[heard.level] - ether.ordinal[level]
        flat_m2 = (heard.x_m - cells.x_m[cell]) ** 2 + (heard.y_m - cells.y_m[cell]) ** 2
        up_m = HEIGHT_M - PHONE_HEIGHT_M - STOREY_M * storeys
        through_walls = ether.building[heard.level] != ether.building[level]
        yield (
            5 * EXPONENT * np.log10(flat_m2 + np.maximum(up_m**2, NEAREST_M**2))
            + FLOOR_LOSS_DB * np.abs(storeys)
            + WALL_LOSS_DB * through_walls
            + BODY_LOSS_DB / 2
        )


def _radii(weight: Floats, distance_m: Floats) -> tuple[float, float]:
    """Return the radii that hold 68 % and 95 % of the weight."""
    order = np.argsort(distance_m)
    held = np.cumsum(weight[order])
    near_m, far_m = distance_m[order[np.minimum(np.searchsorted(held, (NEAR, FAR)), len(order) - 1)]]
    return float(near_m), float(far_m)
