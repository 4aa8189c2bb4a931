"""Where more beacons would help most: greedily, one after the other, in the worst square of what is covered so far."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from beacons.core.coverage import Coverage, Floats, Radio, Senders, bound_m, information

# What more beacons are hung for: a shop front is some 5 m wide.
WANTED_M = 5.0
SQUARE_M = 10.0
# What a beacon is judged by: beyond, it is one of many.
HELPED_M = 30.0
# A ceiling, or high on a wall, out of reach. Our assumption.
HEIGHT_M = 3.0
# Of a beacon set to 0 dBm, where a deployment has none to take the power of.
POWER_DBM = -59.0
# Less than that over all cells it helps is not worth a beacon: 100 cells from 5.1 to 5.0 m.
LEAST_GAIN_M2 = 100.0


@dataclass(frozen=True)
class Proposal:
    """One more beacon: its place in metres, on a level by its index, and the mean error about it before and after."""

    x_m: float
    y_m: float
    level: int
    height_m: float
    rmse_before_m: float
    rmse_after_m: float


@dataclass(frozen=True, eq=False)
class _Step:
    """A beacon more, and the (h,) cells that it helps: their information, bound and beacons heard with it."""

    proposal: Proposal
    gain_m2: float
    helped: NDArray[np.intp]
    information: Floats
    rmse_m: Floats
    heard: Floats


def proposed(
    coverage: Coverage, *, count: int, power_dbm: float, radio: Radio, levels: Collection[int]
) -> list[Proposal]:
    """Return at most so many more beacons on these levels, the most useful first: on a wall or ceiling over where one walks."""
    wanted = np.isin(coverage.cells.level, list(levels))
    square = _squares(coverage)
    found: list[Proposal] = []
    while len(found) < count and (step := _best(coverage, wanted, square, power_dbm, radio)):
        found.append(step.proposal)
        coverage = _with(coverage, step)
    return found


def _squares(coverage: Coverage) -> NDArray[np.intp]:
    """Return (n,) the number of the square that each cell lies in."""
    cells = coverage.cells
    keys = np.column_stack([cells.level, np.floor(cells.x_m / SQUARE_M), np.floor(cells.y_m / SQUARE_M)])
    return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1].ravel())


def _best(
    coverage: Coverage, wanted: NDArray[np.bool_], square: NDArray[np.intp], power_dbm: float, radio: Radio
) -> _Step | None:
    """Return the most useful beacon over the worst square, None where it would not be worth hanging."""
    excess_m2 = np.where(wanted, np.maximum(coverage.rmse_m**2 - WANTED_M**2, 0), 0)
    worst = np.bincount(square, weights=excess_m2).argmax() if excess_m2.any() else -1
    steps = [_step(coverage, int(cell), power_dbm, radio) for cell in np.flatnonzero((square == worst) & wanted)]
    best = max(steps, key=lambda step: step.gain_m2, default=None)
    return best if best and best.gain_m2 >= LEAST_GAIN_M2 else None


def _step(coverage: Coverage, cell: int, power_dbm: float, radio: Radio) -> _Step:
    cells = coverage.cells
    number, x_m, y_m = int(cells.level[cell]), float(cells.x_m[cell]), float(cells.y_m[cell])
    level = coverage.levels[number]
    near = cells.near(x_m, y_m, HELPED_M)
    helped = near[cells.level[near] == number].astype(np.intp)
    sender = Senders(
        np.array([x_m]), np.array([y_m]), np.array([HEIGHT_M]), np.array([power_dbm]), np.array([level.ordinal]),
        np.array([level.building], np.int32),
    )  # fmt: skip
    each, chance = information(sender, level, cells.x_m[helped], cells.y_m[helped], radio)
    found = coverage.information[helped] + each[:, 0]
    before_m, after_m = coverage.rmse_m[helped], bound_m(found, radio)
    return _Step(
        Proposal(x_m, y_m, number, HEIGHT_M, float(before_m.mean()), float(after_m.mean())),
        float((before_m**2 - after_m**2).sum()),
        helped,
        found,
        after_m,
        coverage.heard[helped] + chance[:, 0],
    )


def _with(coverage: Coverage, step: _Step) -> Coverage:
    """Return the coverage with that beacon more."""
    parts = {}
    for name in ("information", "rmse_m", "heard"):
        parts[name] = getattr(coverage, name).copy()
        parts[name][step.helped] = getattr(step, name)
    return replace(coverage, **parts)
