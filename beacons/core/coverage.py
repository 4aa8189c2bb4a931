"""How well a deployment can locate a visitor, cell by cell, before anybody walks there: the Cramér-Rao bound.

Beacon i is heard at `z_i = mu_i + offset + e`, `e ~ N(0, sigma^2)`, or not at all where that is under the receiver's
threshold; both tell something of the place. With `t = (threshold - mu) / sigma` and `P = Phi(t)`, the chance that it is
missed, its information is `[1 - P + t phi(t) + phi(t)^2 / P] / sigma^2` about `mu` (Tobin 1958, the censored normal), and
through the gradient of `mu` about the place. The phone's offset is one more unknown, taken out by the Schur complement. No
unbiased method errs less in the root mean square from one batch alone; a filter over many batches may.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells
from beacons.core.deployment import DeployedLevel, Deployment
from beacons.core.emission import (
    EXPONENT,
    FLOOR_LOSS_DB,
    NEAREST_M,
    NOISE_DB,
    PHONE_HEIGHT_M,
    STOREY_M,
    WALL_LOSS_DB,
)
from beacons.core.hearing import BODY_LOSS_DB, OFFSET_DEVIATION_DB, THRESHOLD_DBM
from beacons.core.nearest import tree_of

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# Where nothing is heard, a visitor is still somewhere about the last place: what is believed without beacons, along an axis.
# Our assumption; it keeps the bound finite and changes one of 5 m by 1 %.
PRIOR_M = 30.0
# A fix is called `ok` up to that accuracy, and from two beacons (core/positioning.py).
LOCATED_M, LOCATED_BEACONS = 10.0, 2
# Farther off, or more storeys off, a beacon says next to nothing indoors.
REACH_M, REACH_STOREYS = 60.0, 2
TILE_M = 20.0


@dataclass(frozen=True)
class Radio:
    """What is assumed of signals. An infinite deviation is an offset, or a place, of which nothing is known."""

    noise_db: float = NOISE_DB
    exponent: float = EXPONENT
    threshold_dbm: float = THRESHOLD_DBM
    offset_deviation_db: float = OFFSET_DEVIATION_DB
    prior_m: float = PRIOR_M


@dataclass(frozen=True, eq=False)
class Senders:
    """k beacons: (k,) metres, metres above the floor, dBm at 1 m, ordinals, buildings."""

    x_m: Floats
    y_m: Floats
    height_m: Floats
    power_dbm: Floats
    ordinal: Floats
    building: NDArray[np.int32]

    @classmethod
    def of(cls, deployment: Deployment, at: Indices) -> "Senders":
        level = deployment.level[at]
        return cls(
            deployment.x_m[at], deployment.y_m[at], deployment.height_m[at], deployment.measured_power_dbm[at],
            deployment.level_ordinal[level], deployment.level_building[level],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Coverage:
    """Of each of n cells: its information (n, 6), the root mean square error in metres, how many beacons it hears."""

    cells: Cells
    levels: tuple[DeployedLevel, ...]
    information: Floats
    rmse_m: Floats
    heard: Floats

    @property
    def located(self) -> NDArray[np.bool_]:
        """(n,) whether a visitor there is expected to be located."""
        return (self.rmse_m <= LOCATED_M) & (self.heard >= LOCATED_BEACONS)


def predicted(deployment: Deployment, cells: Cells, levels: Sequence[DeployedLevel], radio: Radio) -> Coverage:
    """Return the coverage of cells whose levels are indices into `levels`."""
    found, heard = np.zeros((len(cells), 6)), np.zeros(len(cells))
    tree = tree_of(np.column_stack([deployment.x_m, deployment.y_m]))
    ordinal = deployment.level_ordinal[deployment.level]
    for tile in _tiles(cells):
        x_m, y_m, level = cells.x_m[tile], cells.y_m[tile], levels[cells.level[tile[0]]]
        near = np.asarray(tree.query_ball_point((x_m.mean(), y_m.mean()), REACH_M + TILE_M), np.intp)
        near = near[np.abs(ordinal[near] - level.ordinal) <= REACH_STOREYS]
        each, chance = information(Senders.of(deployment, near), level, x_m, y_m, radio)
        found[tile], heard[tile] = each.sum(axis=1), chance.sum(axis=1)
    return Coverage(cells, tuple(levels), found, bound_m(found, radio), heard)


def information(
    senders: Senders, level: DeployedLevel, x_m: Floats, y_m: Floats, radio: Radio
) -> tuple[Floats, Floats]:
    """Return what each of k beacons tells at n places of a level, and the chance that it is heard.

    (n, k, 6): the upper triangle of Fisher information of east, north (per m) and offset (per dB), row by row; (n, k).
    """
    east_m, north_m = senders.x_m - x_m[:, None], senders.y_m - y_m[:, None]
    storeys = senders.ordinal - level.ordinal
    up_m = senders.height_m - PHONE_HEIGHT_M + STOREY_M * storeys
    distance_m2 = east_m**2 + north_m**2 + np.maximum(up_m**2, NEAREST_M**2)
    loss_db = FLOOR_LOSS_DB * np.abs(storeys) + WALL_LOSS_DB * (senders.building != level.building) + BODY_LOSS_DB / 2
    mean_dbm = senders.power_dbm - loss_db - 5 * radio.exponent * np.log10(distance_m2)
    weight, chance = _censored((radio.threshold_dbm - mean_dbm) / radio.noise_db)
    weight /= radio.noise_db**2
    slope_db = 10 * radio.exponent / log(10) / distance_m2
    east, north = slope_db * east_m, slope_db * north_m
    one = np.ones_like(east)
    products = (east * east, east * north, east, north * north, north, one)
    return np.stack([weight * product for product in products], axis=-1), chance


def bound_m(found: Floats, radio: Radio) -> Floats:
    """Return (n,) the least root mean square error in metres, for (n, 6) information summed over beacons."""
    xx, xy, xo, yy, yo, oo = found.T
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = 1 / (oo + radio.offset_deviation_db**-2)
        east = xx - xo * xo * offset + radio.prior_m**-2
        north = yy - yo * yo * offset + radio.prior_m**-2
        both = xy - xo * yo * offset
        variance_m2 = (east + north) / (east * north - both * both)
    return np.asarray(np.sqrt(np.where(variance_m2 > 0, variance_m2, inf)))


def _censored(t: Floats) -> tuple[Floats, Floats]:
    """Return the information of one unit of noise, censored below t deviations, and the chance to be above."""
    from scipy.special import log_ndtr, ndtr  # loaded as late as the trees of `nearest`

    chance = ndtr(-t)
    log_density = -0.5 * t * t - 0.5 * log(2 * np.pi)
    missed = np.exp(2 * log_density - log_ndtr(t))
    return np.asarray(chance + t * np.exp(log_density) + missed), np.asarray(chance)


def _tiles(cells: Cells) -> Iterator[Indices]:
    """Yield the cells of each square of each level."""
    keys = np.column_stack([cells.level, np.floor(cells.x_m / TILE_M), np.floor(cells.y_m / TILE_M)])
    _, tile = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(tile.ravel(), kind="stable")
    if len(order):
        yield from np.split(order, np.flatnonzero(np.diff(tile.ravel()[order])) + 1)
