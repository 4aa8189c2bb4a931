"""What was learned of each beacon beside the law of distances: rasters of residuals, one for each level where it is heard."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import NOWHERE, Cells, Ints

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Patches:
    """Rasters of n beacons on l levels: tiles of tile_m, whose borders are multiples of it in the venue's frame.

    `slot`: (n, l) which raster tells of beacon j on level k of the cells, NOWHERE where none does. Tile (column[s] + c,
    row[s] + r) of raster s, 0 <= c < columns[s], holds residual_db[first[s] + r * columns[s] + c]: how much stronger than the
    law says the beacon is there. Beyond its rasters it is 0.
    """

    tile_m: float
    slot: Ints
    first: Ints
    """(rasters + 1,)"""
    column: Ints
    row: Ints
    columns: Ints
    residual_db: Floats32

    @classmethod
    def none(cls, n: int, levels: int) -> "Patches":
        """Return patches of n beacons of which nothing was learned."""
        nothing = np.zeros(0, np.int32)
        slot = np.full((n, levels), NOWHERE, np.int32)
        return cls(1.0, slot, np.zeros(1, np.int32), nothing, nothing, nothing, np.zeros(0, np.float32))

    @classmethod
    def on_cells(cls, cells: Cells, residual_db: Floats32) -> "Patches":
        """Return patches of what is known in each cell of each beacon: residual_db (cells, n). Between cells it is 0."""
        beacons = residual_db.shape[1]
        column, row = (np.floor(axis / cells.spacing_m).astype(np.int32) for axis in (cells.x_m, cells.y_m))
        slot = np.full((beacons, len(cells.level_ids)), NOWHERE, np.int32)
        rasters: list[Floats32] = []
        boxes: list[tuple[int, int, int, int]] = []
        for level in np.unique(cells.level):
            own = cells.level == level
            west, south = int(column[own].min()), int(row[own].min())
            columns, rows = int(column[own].max()) - west + 1, int(row[own].max()) - south + 1
            images = np.zeros((beacons, rows, columns), np.float32)
            images[:, row[own] - south, column[own] - west] = residual_db[own].T
            slot[:, level] = len(boxes) + np.arange(beacons)
            boxes += [(west, south, columns, rows * columns)] * beacons
            rasters.append(images.ravel())
        box = np.array(boxes, np.int32).reshape(-1, 4)
        first = np.concatenate(([0], np.cumsum(box[:, 3]))).astype(np.int32)
        flat = np.concatenate(rasters) if rasters else np.zeros(0, np.float32)
        return cls(cells.spacing_m, slot, first, box[:, 0].copy(), box[:, 1].copy(), box[:, 2].copy(), flat)

    def at(self, beacon: Ints, level: Ints, x_m: Floats, y_m: Floats) -> Floats:
        """Return (k,) residuals in dB of beacons at places on levels of the cells."""
        slot = self.slot[beacon, level]
        column, row = (np.floor(axis / self.tile_m).astype(np.int32) for axis in (x_m, y_m))
        own = np.append(self.columns, 0)[slot]
        column, row = column - np.append(self.column, 0)[slot], row - np.append(self.row, 0)[slot]
        index = self.first[slot] + row * own + column
        inside = (slot != NOWHERE) & (column >= 0) & (column < own) & (row >= 0) & (index < self.first[slot + 1])
        return np.where(inside, np.append(self.residual_db, 0.0)[np.where(inside, index, -1)], 0.0)
