"""What was learned of each beacon beside the law of distances: a raster of residuals about it, on its own level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Ints

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Patches:
    """A raster for each of n beacons: tiles of tile_m, whose borders are multiples of it in the venue's frame.

    Tile (column[j] + c, row[j] + r) of beacon j, 0 <= c < columns[j], holds residual_db[first[j] + r * columns[j] + c]: how
    much stronger than the law says the beacon is there. Beyond its raster and on other levels it is 0.
    """

    tile_m: float
    first: Ints
    """(n + 1,)"""
    column: Ints
    row: Ints
    columns: Ints
    residual_db: Floats32

    @classmethod
    def none(cls, n: int) -> "Patches":
        """Return patches of n beacons of which nothing was learned."""
        nothing = np.zeros(n, np.int32)
        return cls(1.0, np.zeros(n + 1, np.int32), nothing, nothing, nothing, np.zeros(0, np.float32))
