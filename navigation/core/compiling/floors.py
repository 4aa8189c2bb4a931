"""The floor that one walks on: the units of all levels that visitors or staff may be in, and which is where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.position import LevelPoint
from navigation.core.compiling.model import Traits
from navigation.core.graph import EdgeFlag, EdgeKind
from venues.core.imdf.features import Unit
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_staff_walkable, is_walkable


@dataclass(frozen=True, eq=False)
class Floors:
    """Walkable units in the order of their ids, their outlines in metres, and one tree over all of them."""

    snapshot: Snapshot = field(repr=False)
    units: Sequence[Unit] = field(repr=False)
    outlines_m: Sequence[BaseGeometry] = field(repr=False)
    _flags: dict[UUID, EdgeFlag] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Floors":
        """Return the walkable units that have an area."""
        shapes_m = snapshot.shapes_m
        units = [unit for unit in snapshot.units.values() if is_staff_walkable(unit) and unit.id in shapes_m]
        drawn = [unit for unit in units if shapes_m[unit.id].area > 0]
        outlines_m = [shapes_m[unit.id] for unit in drawn]
        shapely.prepare(np.array(outlines_m, dtype=object))
        return cls(snapshot, drawn, outlines_m)

    @cached_property
    def outline_of(self) -> Mapping[UUID, BaseGeometry]:
        """The outline of each walkable unit."""
        return {unit.id: outline for unit, outline in zip(self.units, self.outlines_m, strict=True)}

    def at(self, points_m: NDArray[np.float64], level_ids: Sequence[UUID]) -> list[tuple[int, ...]]:
        """Return, for each point (n, 2) of its level, the units there as indices, the most exact first.

        A unit of the level itself goes before one of another level of the same ordinal; then the smaller before the larger.
        """
        found: list[list[tuple[bool, float, int]]] = [[] for _ in level_ids]
        points, units = self._tree.query(shapely.points(points_m), predicate="intersects")
        levels = self.snapshot.levels
        for point, unit in zip(points.tolist(), units.tolist(), strict=True):
            level_id, unit_level_id = level_ids[point], self.units[unit].level_id
            if levels[level_id].ordinal == levels[unit_level_id].ordinal:
                found[point].append((level_id != unit_level_id, self._area_m2[unit], unit))
        return [tuple(unit for _, _, unit in sorted(here)) for here in found]

    def at_point(self, point: LevelPoint) -> Unit | None:
        """Return the unit at a point, None where nobody can walk there."""
        [here] = self.at(np.array([(point.x_m, point.y_m)]), [point.level_id])
        return self.units[here[0]] if here else None

    def walk_traits(self, unit: Unit) -> Traits:
        """Return what is true of every walk through the unit."""
        flags = self.flags_of(unit)
        return Traits(EdgeKind.WALK, unit.id, flags)

    def flags_of(self, unit: Unit) -> EdgeFlag:
        """Return the flags of a unit: a roof where it has one or, indoors, where nothing is said of one."""
        if unit.id not in self._flags:
            self._flags[unit.id] = self._read_flags(unit)
        return self._flags[unit.id]

    def _read_flags(self, unit: Unit) -> EdgeFlag:
        outdoor = self.snapshot.levels[unit.level_id].outdoor
        says_no = self.snapshot.by_id[unit.id].properties.get("dalil:covered") is False
        flags = EdgeFlag(0)
        if unit.covered or not (outdoor or says_no):
            flags |= EdgeFlag.COVERED
        if unit.cooled:
            flags |= EdgeFlag.COOLED
        if outdoor or says_no:
            flags |= EdgeFlag.OUTDOOR
        if not is_walkable(unit):
            flags |= EdgeFlag.STAFF_ONLY
        if unit.category == "steps":
            flags |= EdgeFlag.NO_WHEELS  # one walks over it, but step by step
        if "tactilepaving" in unit.accessibility:
            flags |= EdgeFlag.TACTILE
        return flags

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.outlines_m)

    @cached_property
    def _area_m2(self) -> list[float]:
        return [outline.area for outline in self.outlines_m]
