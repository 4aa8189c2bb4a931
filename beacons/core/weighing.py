"""The kernels of hearing.py: for every visitor, cell and state the sums over the beacons that were heard, or were not.

What a beacon sends falls off smoothly within a cell, so the logarithm is taken once a cell, at the mean place of its states,
and continued to each state's own place by its slope; the body's part differs by heading alone.
"""

from math import erf
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from beacons.core.cells import NOWHERE, Ints
from beacons.core.emission import FLOOR_LOSS_DB, NEAREST_M, PHONE_HEIGHT_M, STOREY_M, WALL_LOSS_DB
from beacons.core.states import MODES, STANDING, Flags, Floats, Ground, Keys, States

# Exponent, dB fast, dB of a body, metres and most scans that errors last, silent beacons, metres to them (hearing.py).
Law = tuple[float, float, float, float, float, float, float]

# Beacons near a place are looked up by tiles of a square grid.
TILE_M = 15.0
# The table of silence: deviations above the threshold, from -5 to 5.
TABLE_DEVIATIONS, TABLE_STEPS = 5.0, 32
# Slower is as good as standing.
SLOWEST_MPS = 0.01
# So far below the threshold nothing is expected, and silence says nothing.
UNEXPECTED_DEVIATIONS = 3.0
# Gauss-Hermite nodes of the phone's offset: its mean, and so many deviations to either side, a sixth of the weight each.
NODE_DEVIATIONS, NODE_SHARE = float(np.sqrt(3.0)), 1 / 6


class Beacons(NamedTuple):
    """(n,) arrays: metres, metres above the floor, ordinal, building, dBm at 1 m, and the deviation of static errors in dB."""

    x_m: Floats
    y_m: Floats
    height_m: Floats
    ordinal: Floats
    building: Ints
    power_dbm: Floats
    static_db: Floats


class Tiles(NamedTuple):
    """Beacons in the order of the tiles that they hang in, and the key of each one's tile."""

    key: Keys
    beacon: Ints

    @classmethod
    def of(cls, x_m: Floats, y_m: Floats) -> "Tiles":
        rows, columns = (np.floor(axis / TILE_M).astype(int).tolist() for axis in (y_m, x_m))
        key = np.array([_tile(row, column) for row, column in zip(rows, columns, strict=True)], np.int64)
        order = np.argsort(key, kind="stable")
        return cls(key[order], order.astype(np.int32))


class Rasters(NamedTuple):
    """patches.Patches, as the kernels take them."""

    tile_m: float
    slot: Ints
    first: Ints
    column: Ints
    row: Ints
    columns: Ints
    residual_db: NDArray[np.float32]


class Scans(NamedTuple):
    """The scans of several visitors, one after another: hearing.Scan, and what is believed of each one's phone."""

    first: Keys
    beacon: Ints
    rssi_dbm: Floats
    packets: Floats
    faintest_dbm: Floats
    silent: Flags
    offset_db: Floats
    offset_variance_db2: Floats


class Weighed(NamedTuple):
    """(m,) log-likelihoods, up to a constant; the offset in dB that each state speaks for; and (visitors,) its variance."""

    log_likelihood: Floats
    offset_db: Floats
    variance_db2: Floats


def silence_table(gets_through: float) -> Floats:
    """Return the log-probabilities that nothing is heard, by the deviations of the expected strength above the threshold."""
    steps = int(2 * TABLE_DEVIATIONS * TABLE_STEPS)
    above = [(k + 0.5) / TABLE_STEPS - TABLE_DEVIATIONS for k in range(steps)]
    return np.array([np.log(1 - gets_through * 0.5 * (1 + erf(t / np.sqrt(2)))) for t in above])


@njit(cache=True, nogil=True)
def _tile(row: int, column: int) -> int:
    return (row + (1 << 22)) * (1 << 24) + column + (1 << 22)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def weighed(
    ground: Ground, states: States, building: Ints, beacons: Beacons, tiles: Tiles, rasters: Rasters, scans: Scans,
    law: Law, silence: Floats, mode_mps: Floats, east: Floats, north: Floats,
) -> Weighed:  # fmt: skip
    """Return what the scans say of all states."""
    m, visitors = len(states.key), len(states.first) - 1
    found = Weighed(np.empty(m), np.empty(m), np.empty(visitors))
    for visitor in range(visitors):
        begin, end = states.first[visitor], states.first[visitor + 1]
        heard = scans.beacon[scans.first[visitor] : scans.first[visitor + 1]]
        rssi_dbm = scans.rssi_dbm[scans.first[visitor] : scans.first[visitor + 1]]
        count = scans.packets[scans.first[visitor] : scans.first[visitor + 1]]
        missed = np.empty(0, np.int32)
        if scans.silent[visitor]:
            missed = _missed(ground, states, begin, end, beacons, tiles, heard, int(law[5]), law[6])
        about = np.concatenate((heard, missed))
        walked_mps = 0.0
        for i in range(begin, end):
            walked_mps += states.moments[i, 0] * mode_mps[states.key[i] % MODES]
        correlated_scans = min(max(law[3] / max(walked_mps, SLOWEST_MPS), 1.0), law[4])
        weight = np.empty(len(heard))
        for k in range(len(heard)):
            static_db2 = beacons.static_db[heard[k]] ** 2
            weight[k] = 1 / (correlated_scans * static_db2 + law[1] ** 2 / count[k])
        precision = weight.sum() + 1 / scans.offset_variance_db2[visitor]
        found.variance_db2[visitor] = 1 / precision
        _weighed_one(
            ground, states, begin, end, building, beacons, rasters, about, rssi_dbm, weight, precision,
            scans.offset_db[visitor], scans.faintest_dbm[visitor], law, silence, east, north, found,
        )  # fmt: skip
    return found


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _weighed_one(
    ground: Ground, states: States, begin: int, end: int, building: Ints, beacons: Beacons, rasters: Rasters, about: Ints,
    rssi_dbm: Floats, weight: Floats, precision: float, offset_db: float, faintest_dbm: float, law: Law,
    silence: Floats, east: Floats, north: Floats, found: Weighed,
) -> None:  # fmt: skip
    """Write what one visitor's scan says of each of their states; `about`: the beacons heard, then those missed."""
    sky = np.empty((len(about), 5))
    # Of the beacons missed: what a decibel is in steps of the table of silence.
    steps_db = np.empty(len(about))
    for k in range(len(rssi_dbm), len(about)):
        steps_db[k] = TABLE_STEPS / np.sqrt(beacons.static_db[about[k]] ** 2 + law[1] * law[1])
    node_db = NODE_DEVIATIONS / np.sqrt(precision)
    at = begin
    while at < end:
        cell, upto = states.key[at] // MODES, at
        total = x_m = y_m = 0.0
        while upto < end and states.key[upto] // MODES == cell:
            total += states.moments[upto, 0]
            x_m += states.moments[upto, 1]
            y_m += states.moments[upto, 2]
            upto += 1
        x_m, y_m = x_m / total, y_m / total
        _received(x_m, y_m, ground.level[cell], ground.ordinal, building, beacons, rasters, about, law, sky)
        for i in range(at, upto):
            mode = states.key[i] % MODES
            off_x_m = states.moments[i, 1] / states.moments[i, 0] - x_m
            off_y_m = states.moments[i, 2] / states.moments[i, 0] - y_m
            ahead_x = ahead_y = 0.0
            if mode != STANDING:
                ahead_x, ahead_y = east[mode] * law[2] / 2, north[mode] * law[2] / 2
            first = second = 0.0
            for k in range(len(rssi_dbm)):
                left_db = rssi_dbm[k] - offset_db - sky[k, 0]
                left_db -= sky[k, 1] * off_x_m + sky[k, 2] * off_y_m + sky[k, 3] * ahead_x + sky[k, 4] * ahead_y
                first += weight[k] * left_db
                second += weight[k] * left_db * left_db
            own_db = first / precision
            said = -0.5 * (second - first * own_db)
            if len(about) > len(rssi_dbm):
                log_silence, more_db = _silent(
                    sky, steps_db, len(rssi_dbm), offset_db + own_db - faintest_dbm, node_db, off_x_m, off_y_m, ahead_x,
                    ahead_y, silence,
                )  # fmt: skip
                said += log_silence
                own_db += more_db
            found.log_likelihood[i] = said
            found.offset_db[i] = offset_db + own_db
        at = upto


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _received(
    x_m: float, y_m: float, level: int, ordinal: Floats, building: Ints, beacons: Beacons, rasters: Rasters, about: Ints,
    law: Law, sky: Floats,
) -> None:  # fmt: skip
    """Write of each beacon: dBm expected at a place, its slopes in dB a metre, and the direction that it is in."""
    slope = 10 * law[0] / np.log(10.0)
    column, row = int(np.floor(x_m / rasters.tile_m)), int(np.floor(y_m / rasters.tile_m))
    for k in range(len(about)):
        j = about[k]
        east_m, north_m = beacons.x_m[j] - x_m, beacons.y_m[j] - y_m
        storeys = beacons.ordinal[j] - ordinal[level]
        up_m = beacons.height_m[j] - PHONE_HEIGHT_M + STOREY_M * storeys
        flat_m2 = east_m * east_m + north_m * north_m
        distance_m2 = flat_m2 + max(up_m * up_m, NEAREST_M * NEAREST_M)
        dbm = beacons.power_dbm[j] - 0.5 * slope * np.log(distance_m2) - FLOOR_LOSS_DB * abs(storeys) - law[2] / 2
        if beacons.building[j] != building[level]:
            dbm -= WALL_LOSS_DB
        raster = rasters.slot[j, level]
        if raster != NOWHERE:
            c, r = column - rasters.column[raster], row - rasters.row[raster]
            tile = rasters.first[raster] + r * rasters.columns[raster] + c
            if 0 <= c < rasters.columns[raster] and r >= 0 and tile < rasters.first[raster + 1]:
                dbm += rasters.residual_db[tile]
        reach = 1 / np.sqrt(flat_m2 + NEAREST_M * NEAREST_M)
        sky[k, 0] = dbm
        sky[k, 1] = slope * east_m / distance_m2
        sky[k, 2] = slope * north_m / distance_m2
        sky[k, 3] = east_m * reach
        sky[k, 4] = north_m * reach


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _silent(
    sky: Floats, steps_db: Floats, heard: int, above_db: float, node_db: float, off_x_m: float, off_y_m: float,
    ahead_x: float, ahead_y: float, silence: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Return the log-probability that the beacons after those heard stay silent, and by how much it shifts the offset.

    `above_db`: by how much a beacon expected at 0 dBm would be above the threshold.
    """
    lower = middle = upper = 0.0
    least, last = (TABLE_DEVIATIONS - UNEXPECTED_DEVIATIONS) * TABLE_STEPS, len(silence) - 1.0
    for k in range(heard, len(sky)):
        dbm = sky[k, 0] + sky[k, 1] * off_x_m + sky[k, 2] * off_y_m + sky[k, 3] * ahead_x + sky[k, 4] * ahead_y
        step, node = (dbm + above_db) * steps_db[k] + TABLE_DEVIATIONS * TABLE_STEPS, node_db * steps_db[k]
        if step > least:
            lower += silence[int(min(max(step - node, 0.0), last))]
            middle += silence[int(min(step, last))]
            upper += silence[int(min(step + node, last))]
    less, more = NODE_SHARE * np.exp(lower - middle), NODE_SHARE * np.exp(upper - middle)
    whole = less + more + 1 - 2 * NODE_SHARE
    return middle + np.log(whole), node_db * (more - less) / whole


@njit(cache=True, nogil=True)
def _missed(
    ground: Ground, states: States, begin: int, end: int, beacons: Beacons, tiles: Tiles, heard: Ints, most: int,
    within_m: float,
) -> Ints:  # fmt: skip
    """Return the nearest beacons of the likeliest state's ordinal that were not heard."""
    x_m = y_m = total = 0.0
    likeliest = begin
    for i in range(begin, end):
        total += states.moments[i, 0]
        x_m += states.moments[i, 1]
        y_m += states.moments[i, 2]
        if states.moments[i, 0] > states.moments[likeliest, 0]:
            likeliest = i
    x_m, y_m = x_m / total, y_m / total
    ordinal = ground.ordinal[ground.level[states.key[likeliest] // MODES]]
    west, east = int(np.floor((x_m - within_m) / TILE_M)), int(np.floor((x_m + within_m) / TILE_M))
    south, north = int(np.floor((y_m - within_m) / TILE_M)), int(np.floor((y_m + within_m) / TILE_M))
    found, count = np.empty(len(tiles.key), np.int32), 0
    apart_m2 = np.empty(len(tiles.key))
    known = np.sort(heard)
    for row in range(south, north + 1):
        left = np.searchsorted(tiles.key, _tile(row, west))
        right = np.searchsorted(tiles.key, _tile(row, east + 1))
        for k in range(left, right):
            j = tiles.beacon[k]
            away_m2 = (beacons.x_m[j] - x_m) ** 2 + (beacons.y_m[j] - y_m) ** 2
            at = np.searchsorted(known, j)
            if beacons.ordinal[j] != ordinal or away_m2 > within_m * within_m or (at < len(known) and known[at] == j):
                continue
            found[count] = j
            apart_m2[count] = away_m2
            count += 1
    if count <= most:
        return found[:count]
    return found[np.argsort(apart_m2[:count])[:most]]
