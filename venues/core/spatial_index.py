"""Which unit, section or level is where: one tree a level, because one over all levels is ten times slower a point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import filterfalse
from typing import Generic, TypeVar
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.position import LevelPoint
from venues.core.imdf.features import Level, Section, Unit
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

Item = TypeVar("Item", Unit, Section)


@dataclass(frozen=True, eq=False)
class _Layer(Generic[Item]):
    """Items of one level with their prepared shapes in metres, smallest first, so that the first hit is the most exact."""

    items: tuple[Item, ...]
    shapes_m: Sequence[BaseGeometry]
    tree: shapely.STRtree = field(repr=False)

    @classmethod
    def of(cls, items: Iterable[Item], shapes_m: Mapping[UUID, BaseGeometry]) -> "_Layer[Item]":
        drawn = sorted((item for item in items if item.id in shapes_m), key=lambda item: shapes_m[item.id].area)
        shapes = [shapes_m[item.id] for item in drawn]
        shapely.prepare(np.array(shapes, dtype=object))
        return cls(tuple(drawn), shapes, shapely.STRtree(shapes))

    def at(self, x_m: float, y_m: float) -> list[Item]:
        """Return the items whose shape contains the point or has it on its edge, smallest first."""
        near = sorted(self.tree.query(shapely.Point(x_m, y_m)).tolist())
        return [self.items[i] for i in near if shapely.intersects_xy(self.shapes_m[i], x_m, y_m)]

    def nearest(self, x_m: float, y_m: float) -> tuple[Item, float] | None:
        """Return the item nearest to the point and its distance in metres; None when the layer is empty."""
        indices, distances_m = self.tree.query_nearest(shapely.Point(x_m, y_m), return_distance=True)
        if len(indices) == 0:
            return None
        first = int(indices.min())
        return self.items[first], float(distances_m[0])


class SpatialIndex:
    """The units and sections of one snapshot by place, each layer made when it is first asked.

    Points are metres of the snapshot's frame.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._levels_by_ordinal: dict[float, list[Level]] = {}
        for level in snapshot.levels.values():
            self._levels_by_ordinal.setdefault(level.ordinal, []).append(level)

    def make(self) -> None:
        """Make every layer now."""
        _ = self._others, self._walkable, self._sections

    def unit_at(self, point: LevelPoint) -> Unit | None:
        """Return the smallest walkable unit at the point, else the smallest of any kind, else None."""
        return self._walkable_first(point.level_id, point.x_m, point.y_m)

    def units_at(self, x_m: float, y_m: float, ordinal: float | None = None) -> list[Unit]:
        """Return the unit of each level at the place, walkable ones first; only of levels of `ordinal` where it is given."""
        level_ids = self.snapshot.levels if ordinal is None else [level.id for level in self.levels_of(ordinal)]
        found = [unit for level_id in level_ids if (unit := self._walkable_first(level_id, x_m, y_m))]
        return sorted(found, key=lambda unit: not is_walkable(unit))

    def levels_of(self, ordinal: float) -> list[Level]:
        """Return the levels of an ordinal: one for each building, and the outdoors."""
        return self._levels_by_ordinal.get(ordinal, [])

    def level_at(self, x_m: float, y_m: float, ordinal: float) -> Level | None:
        """Return the level of this ordinal that the place is on: the one with a unit there, else the one with the nearest."""
        for unit in self.units_at(x_m, y_m, ordinal):
            return self.snapshot.levels[unit.level_id]
        nearest = [
            (found[1], level)
            for level in self.levels_of(ordinal)
            if (found := self.nearest_walkable(LevelPoint(x_m, y_m, level.id)))
        ]
        return min(nearest, key=lambda pair: pair[0])[1] if nearest else None

    def sections_at(self, point: LevelPoint) -> list[Section]:
        """Return the sections at the point, smallest first."""
        layer = self._sections.get(point.level_id)
        return layer.at(point.x_m, point.y_m) if layer else []

    def nearest_walkable(self, point: LevelPoint) -> tuple[Unit, float] | None:
        """Return the nearest walkable unit of the point's level and its distance in metres, 0 inside it.

        None where the level is unknown or has no walkable unit.
        """
        layer = self._walkable.get(point.level_id)
        return layer.nearest(point.x_m, point.y_m) if layer else None

    @cached_property
    def _walkable(self) -> Mapping[UUID, _Layer[Unit]]:
        by_level = self.snapshot.units_by_level.items()
        return self._layers({level_id: filter(is_walkable, units) for level_id, units in by_level})

    @cached_property
    def _others(self) -> Mapping[UUID, _Layer[Unit]]:
        by_level = self.snapshot.units_by_level.items()
        return self._layers({level_id: filterfalse(is_walkable, units) for level_id, units in by_level})

    @cached_property
    def _sections(self) -> Mapping[UUID, _Layer[Section]]:
        by_level: dict[UUID, list[Section]] = {}
        for section in self.snapshot.sections.values():
            by_level.setdefault(section.level_id, []).append(section)
        return self._layers(by_level)

    def _layers(self, by_level: Mapping[UUID, Iterable[Item]]) -> Mapping[UUID, _Layer[Item]]:
        return {level_id: _Layer.of(items, self.snapshot.shapes_m) for level_id, items in by_level.items()}

    def _walkable_first(self, level_id: UUID, x_m: float, y_m: float) -> Unit | None:
        for layers in (self._walkable, self._others):
            layer = layers.get(level_id)
            if layer and (units := layer.at(x_m, y_m)):
                return units[0]
        return None
