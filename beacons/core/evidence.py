"""What speaks of where a visitor is, beside strengths: a place (GNSS, a scanned code, a tap), and how they moved.

The filter takes them between scans, by their instants. Who reads a sensor says what it means in these words; nothing else
of it reaches the filter.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells, Ints

Floats = NDArray[np.float64]

# A spot is believed as a mixture: with this chance it is right and normal about its place, else the visitor may be anywhere
# (satellites reflected by walls, a code photographed and passed on). Our assumption.
RIGHT = 0.95
# Where a spot begins a belief, cells this many deviations about it are tried.
REACH_DEVIATIONS = 3.0


@dataclass(frozen=True)
class Spot:
    """A visitor is about a place, normal in both axes with this deviation; on any of these levels, None for all.

    `levels`: indices into the cells' level ids. A satellite fix of accuracy r (68 %) has a deviation of r / 1.51.
    """

    at: datetime
    x_m: float
    y_m: float
    deviation_m: float
    levels: frozenset[int] | None = None
    surprise: float = 0.1
    """How probable it is that the visitor is there, though they were not believed to be near and no beacon speaks; our assumption.

    Three satellite fixes in a row outweigh what was believed, one does not.
    """

    def cells(self, cells: Cells) -> Ints:
        """Return the cells, ascending, that are worth trying by this spot alone."""
        near = cells.near(self.x_m, self.y_m, REACH_DEVIATIONS * self.deviation_m + cells.spacing_m)
        return near if self.levels is None else near[np.isin(cells.level[near], list(self.levels))]

    def log_likelihood(self, x_m: Floats, y_m: Floats, level: Ints) -> Floats:
        """Return (m,) log-likelihoods of the spot at places on levels; never less than what being wrong leaves."""
        away = ((x_m - self.x_m) ** 2 + (y_m - self.y_m) ** 2) / (2 * self.deviation_m**2)
        fits = np.exp(-away) * (True if self.levels is None else np.isin(level, list(self.levels)))
        return np.asarray(np.log(RIGHT * fits + (1 - RIGHT)))


@dataclass(frozen=True)
class Moved:
    """How a visitor moved from `since` until `until`, as their phone's sensors have it. None: not known.

    `walked_m`: along their way, by steps; `turned_deg`: by how much the heading changed, clockwise; `climbed_m`: upwards, by
    the barometer.
    """

    since: datetime
    until: datetime
    walked_m: float | None = None
    turned_deg: float | None = None
    climbed_m: float | None = None
