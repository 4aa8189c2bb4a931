"""What is believed, as numbers that the kernels share: states of cells and modes, and the moments that each carries.

A visitor in a cell is in one of MODES: walking in one of eight headings at one of three paces, halted while facing one of
the eight, or standing there facing anyhow. Each such state carries how probable it is and, for now and for each of the last LAG_S seconds, the mean place of those who came to be in it
and the square of their distance from the origin of the frame; so nothing is lost to the width of cells, and where somebody was some
seconds ago, given all that was heard since, is read off (fixed-lag smoothing by augmented states; Särkkä 2013, section 10.5).
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from beacons.core.cells import COMPASS, HEADINGS, NOWHERE, Cells, Ints

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Keys = NDArray[np.int64]
Levels = NDArray[np.int16]

PACES = 3
# Modes below it walk; from it up to STANDING they have halted, with the heading of the mode modulo HEADINGS.
HALTED = HEADINGS * PACES
STANDING = HALTED + HEADINGS
MODES = STANDING + 1
# What is tried of who is heard of for the first time, and how probable each is: whoever walks does so at the middle pace, which stands
# for all until the next step tells them apart (Belief.is_new); halted is who was seen to walk before.
MODES_AT_FIRST = np.append(HEADINGS + np.arange(HEADINGS), STANDING)
SHARE_AT_FIRST = np.append(np.full(HEADINGS, PACES), 1) / (HEADINGS * PACES + 1)
# The seconds by which the smoothed place lies behind, and one for now.
LAG_S = 5
INSTANTS = LAG_S + 1
# Weight; then for each instant, the newest first: weight times metres east, north, and their square.
MOMENTS = 1 + 3 * INSTANTS

_LENGTH = np.hypot(COMPASS[:, 0], COMPASS[:, 1])
EAST, NORTH = (np.tile(COMPASS[:, k] / _LENGTH, PACES + 1) for k in (0, 1))


class States(NamedTuple):
    """The states of several visitors, one visitor's after another's, each ascending by key.

    `first`: (visitors + 1,); `key`: (m,) cell x MODES + mode; `moments`: (m, MOMENTS), whose weights sum to 1 for each
    visitor; `level`: (m, INSTANTS), the likeliest levels.
    """

    first: Keys
    key: Keys
    moments: Floats
    level: Levels


class Ground(NamedTuple):
    """Cells as the kernels take them. `ordinal`: of each of their levels."""

    spacing_m: float
    x_m: Floats
    y_m: Floats
    level: Ints
    neighbour: Ints
    link_first: Ints
    link_head: Ints
    ordinal: Floats

    @classmethod
    def of(cls, cells: Cells, ordinal: Floats) -> "Ground":
        return cls(
            cells.spacing_m, cells.x_m, cells.y_m, cells.level, cells.neighbour, cells.link_first, cells.link_head,
            ordinal,
        )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def slot_of(table: Ints, key: Keys, count: int, wanted: int) -> int:
    """Return where a key stands among the first `count`; where it does not yet, it is added, and `count` returned."""
    mask = len(table) - 1
    at = ((wanted * 2654435761) >> 7) & mask
    while table[at] != NOWHERE:
        if key[table[at]] == wanted:
            return int(table[at])
        at = (at + 1) & mask
    table[at] = count
    key[count] = wanted
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def table_for(count: int) -> Ints:
    """Return an empty table for so many keys."""
    size = 64
    while size < 2 * count:
        size *= 2
    return np.full(size, NOWHERE, np.int32)


@njit(cache=True, nogil=True, error_model="numpy")
def appended(into: States, used: int, key: Keys, moments: Floats, level: Levels) -> States:
    """Return the states with one visitor's put after the first `used`, in arrays that have grown where they had to."""
    end = used + len(key)
    if end > len(into.key):
        room = 2 * end
        wider = States(
            into.first,
            np.empty(room, np.int64),
            np.empty((room, moments.shape[1])),
            np.empty((room, level.shape[1]), np.int16),
        )
        wider.key[:used] = into.key[:used]
        wider.moments[:used] = into.moments[:used]
        wider.level[:used] = into.level[:used]
        into = wider
    into.key[used:end] = key
    into.moments[used:end] = moments
    into.level[used:end] = level
    return into
