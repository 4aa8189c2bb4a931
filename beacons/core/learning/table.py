"""An emission table: what was learned of beacons, frozen, to be laid over whatever deployment still has them there."""

import json
from dataclasses import dataclass, replace
from math import hypot
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import NOWHERE, Ints
from beacons.core.deployment import Deployment
from beacons.core.learning.fitting import Fields, Kernel
from beacons.core.patches import Patches
from beacons.core.terrain import Terrain

Floats = NDArray[np.float64]

MAGIC = b"dalil-emissions-1\n"
# What was learned of a beacon holds while it hangs there: installers measure no better.
SAME_PLACE_M = 0.5


@dataclass(frozen=True)
class Hung:
    """A beacon as it hung when it was learned of: metres of the frame, metres above the floor, dBm at 1 m."""

    id: UUID
    level_id: UUID
    x_m: float
    y_m: float
    height_m: float
    measured_power_dbm: float

    def is_still(self, other: "Hung") -> bool:
        """Return whether what was learned of this one is true of the other."""
        moved_m = hypot(self.x_m - other.x_m, self.y_m - other.y_m)
        same = (self.id, self.level_id, self.measured_power_dbm) == (other.id, other.level_id, other.measured_power_dbm)
        return same and max(moved_m, abs(self.height_m - other.height_m)) <= SAME_PLACE_M


@dataclass(frozen=True, eq=False)
class EmissionTable:
    """Fields of beacons, in the frame whose origin is (lng, lat); patches by the levels named."""

    origin: tuple[float, float]
    level_ids: tuple[UUID, ...]
    beacons: tuple[Hung, ...]
    fields: Fields

    @classmethod
    def of(cls, origin: tuple[float, float], terrain: Terrain, fields: Fields) -> "EmissionTable":
        """Return the table of what was learned on a terrain, whose frame has this origin."""
        return cls(origin, terrain.cells.level_ids, tuple(hung(terrain.ether.deployment)), fields)

    def over(self, terrain: Terrain, origin: tuple[float, float]) -> Terrain:
        """Return the terrain with what is known of its beacons; the same where the map has another frame.

        Of beacons that hang elsewhere by now, or are new, nothing is known.
        """
        if origin != self.origin:
            return terrain
        ether = terrain.ether
        deployment, known = ether.deployment, self._rows(ether.deployment)
        learned = known != NOWHERE
        power_dbm = deployment.measured_power_dbm + np.where(learned, self.fields.power_db[known], 0.0)
        patches = replace(self.fields.patches, slot=self._slots(known, terrain.cells.level_ids))
        own = replace(deployment, measured_power_dbm=power_dbm)
        left_db = np.where(learned, self.fields.left_db[known], np.nan)
        static_db = np.where(np.isnan(left_db), ether.reception.static_db, left_db)
        return replace(terrain, ether=replace(ether, deployment=own, patches=patches, static_db=static_db))

    def _rows(self, deployment: Deployment) -> Ints:
        """Return (n,) the row that tells of each beacon of a deployment, NOWHERE where none does."""
        number = {beacon.id: (row, beacon) for row, beacon in enumerate(self.beacons)}
        found = np.full(len(deployment), NOWHERE, np.int32)
        for index, now in enumerate(hung(deployment)):
            row, before = number.get(now.id, (NOWHERE, None))
            if before is not None and before.is_still(now):
                found[index] = row
        return found

    def _slots(self, known: Ints, level_ids: tuple[UUID, ...]) -> Ints:
        number = {level_id: index for index, level_id in enumerate(self.level_ids)}
        column = np.array([number.get(level_id, NOWHERE) for level_id in level_ids], np.int32)
        slots = self.fields.patches.slot[known][:, column]
        slots[known == NOWHERE] = NOWHERE
        slots[:, column == NOWHERE] = NOWHERE
        return slots

    def to_bytes(self) -> bytes:
        """Return the one byte string of this table: a line that names the format, a line of JSON, the arrays."""
        fields, patches = self.fields, self.fields.patches
        header = {
            "origin": self.origin,
            "tile_m": patches.tile_m,
            "kernel": [fields.kernel.static_db, fields.kernel.length_m],
            "level_ids": [str(level_id) for level_id in self.level_ids],
            "beacons": [
                [str(one.id), str(one.level_id), one.x_m, one.y_m, one.height_m, one.measured_power_dbm]
                for one in self.beacons
            ],
            "rasters": len(patches.columns),
            "tiles": len(patches.residual_db),
        }
        text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
        arrays = (
            fields.power_db.astype("<f8"), fields.left_db.astype("<f8"), patches.slot.astype("<i4"),
            patches.first.astype("<i4"), patches.column.astype("<i4"), patches.row.astype("<i4"),
            patches.columns.astype("<i4"), patches.residual_db.astype("<f4"),
        )  # fmt: skip
        return b"".join([MAGIC, text, b"\n", *(array.tobytes() for array in arrays)])

    @classmethod
    def from_bytes(cls, data: bytes) -> "EmissionTable":
        """Return the table that these bytes stand for. Raises ValueError when they are something else."""
        if not data.startswith(MAGIC):
            raise ValueError(f"an emission table begins with {MAGIC!r}, not with {data[: len(MAGIC)]!r}")
        end = data.index(b"\n", len(MAGIC))
        header = json.loads(data[len(MAGIC) : end])
        levels, rasters = len(header["level_ids"]), header["rasters"]
        n = len(header["beacons"])
        read = _Reader(data, end + 1)
        power_db, left_db = read.floats(n), read.floats(n)
        slot = read.ints(n * levels).reshape(n, levels)
        first, column, row, columns = read.ints(rasters + 1), *(read.ints(rasters) for _ in range(3))
        residual_db = read.array("<f4", header["tiles"]).astype(np.float32)
        patches = Patches(header["tile_m"], slot, first, column, row, columns, residual_db)
        return cls(
            (header["origin"][0], header["origin"][1]),
            tuple(UUID(level_id) for level_id in header["level_ids"]),
            tuple(Hung(UUID(one), UUID(level_id), *numbers) for one, level_id, *numbers in header["beacons"]),
            Fields(Kernel(*header["kernel"]), power_db, left_db, patches),
        )


class _Reader:
    """Reads arrays one after the other."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data, self._offset = data, offset

    def floats(self, count: int) -> Floats:
        return self.array("<f8", count).astype(np.float64)

    def ints(self, count: int) -> Ints:
        return self.array("<i4", count).astype(np.int32)

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self._data, kind, count, self._offset)
        self._offset += found.nbytes
        return found


def hung(deployment: Deployment) -> list[Hung]:
    """Return the beacons of a deployment as they hang."""
    rows = zip(
        deployment.ids, deployment.level.tolist(), deployment.x_m.tolist(), deployment.y_m.tolist(),
        deployment.height_m.tolist(), deployment.measured_power_dbm.tolist(), strict=True,
    )  # fmt: skip
    return [Hung(one, deployment.levels[level].id, *numbers) for one, level, *numbers in rows]
