"""Where somebody may be a moment later: a walk over cells that keeps its direction, mostly, and takes stairs, sometimes."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from beacons.core.cells import HEADINGS, NOWHERE, Cells, Ints

Floats = NDArray[np.float64]

# A visitor's pace, straight ahead: the routes' 1.2 m/s and what turning this way and that costs of it.
SPEED_MPS = 1.4
# Of half a second: straight on, an eighth of a turn, a quarter, three eighths, about face (some 3 % U-turns a second).
TURN = np.array([0.82, 0.065, 0.016, 0.002, 0.014, 0.002, 0.016, 0.065])
# An eighth that is blocked is taken only by who then bumps into the wall: next to never.
BLOCKED = 0.02
# Of half a second on stairs or in a lift's door: a storey takes some 10 s.
LINK_TAKEN = 0.06
STEP_S = 0.5
# Cells that hold less than this share of the most probable one's weight are let go.
NEGLIGIBLE = 1e-4


def walked(cells: Cells, support: Ints, weight: Floats, seconds: float) -> tuple[Ints, Floats]:
    """Return the support, ascending, and the (m, HEADINGS) weights that these become after some seconds; they sum to 1."""
    straight = min(SPEED_MPS * STEP_S / cells.spacing_m, 0.9)
    stride = np.where(np.arange(HEADINGS) % 2 == 0, straight, straight / np.sqrt(2))
    for _ in range(max(1, round(seconds / STEP_S))):
        support, weight = _step(cells, support, weight, stride)
    return support, weight


def _step(cells: Cells, support: Ints, weight: Floats, stride: Floats) -> tuple[Ints, Floats]:
    reached = _reached(cells.neighbour, cells.link_first, cells.link_head, support)
    moved = _moved(
        cells.neighbour, cells.link_first, cells.link_head, support, weight, reached, TURN, stride
    )  # fmt: skip
    by_cell = moved.sum(axis=1)
    kept = by_cell > NEGLIGIBLE * by_cell.max()
    return reached[kept], moved[kept] / by_cell[kept].sum()


@njit(cache=True, nogil=True)
def _reached(neighbour: Ints, link_first: Ints, link_head: Ints, support: Ints) -> Ints:
    """Return the cells of the support and those one step away, ascending."""
    links = 0
    for cell in support:
        links += link_first[cell + 1] - link_first[cell]
    found = np.empty(len(support) * (HEADINGS + 1) + links, np.int32)
    count = 0
    for cell in support:
        found[count] = cell
        count += 1
        for h in range(HEADINGS):
            if neighbour[cell, h] != NOWHERE:
                found[count] = neighbour[cell, h]
                count += 1
        for link in range(link_first[cell], link_first[cell + 1]):
            found[count] = link_head[link]
            count += 1
    return np.unique(found[:count])


@njit(cache=True, nogil=True)
def _moved(
    neighbour: Ints, link_first: Ints, link_head: Ints, support: Ints, weight: Floats, reached: Ints, turn: Floats,
    stride: Floats,
) -> Floats:  # fmt: skip
    """Return the weights on `reached` after half a second: turn, then step or stay, or take a link."""
    moved = np.zeros((len(reached), HEADINGS))
    chance = np.empty(HEADINGS)
    for i in range(len(support)):
        cell = support[i]
        here = np.searchsorted(reached, cell)
        links = link_first[cell + 1] - link_first[cell]
        turned = np.zeros(HEADINGS)
        for h in range(HEADINGS):
            if weight[i, h] == 0.0:
                continue
            total = 0.0
            for to in range(HEADINGS):
                chance[to] = turn[(to - h) % HEADINGS] * (1.0 if neighbour[cell, to] != NOWHERE else BLOCKED)
                total += chance[to]
            for to in range(HEADINGS):
                turned[to] += weight[i, h] * chance[to] / total
        for h in range(HEADINGS):
            share = turned[h]
            if links:
                rides = share * LINK_TAKEN
                for link in range(link_first[cell], link_first[cell + 1]):
                    moved[np.searchsorted(reached, link_head[link]), h] += rides / links
                share -= rides
            to = neighbour[cell, h]
            if to == NOWHERE:
                moved[here, h] += share
            else:
                moved[here, h] += share * (1 - stride[h])
                moved[np.searchsorted(reached, to), h] += share * stride[h]
    return moved
