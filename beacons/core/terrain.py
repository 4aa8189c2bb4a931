"""The map as the filter sees it: cells of where visitors walk, doors between them, stairs and lifts from level to level."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from beacons.core.cells import NOWHERE, Area, Cells, lay
from beacons.core.deployment import OUTDOORS, DeployedLevel, Deployment
from beacons.core.hearing import Ether
from venues.core.imdf.features import FeatureType, Reference, Unit
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

# Two cells to a narrow corridor of 3 m, two thirds of a second's walk.
SPACING_M = 1.5
# A door is as thick as the walls that it stands in.
DOORSTEP_M = 1.0
# A beacon in a shop that is not on the map is heard from the floor before it.
UNDER_M = 15.0


@dataclass(frozen=True, eq=False)
class Terrain:
    """Where visitors of a deployment are followed: its cells, and what is heard in them."""

    cells: Cells
    ether: Ether
    _under: dict[int, int] = field(default_factory=dict, repr=False)

    def under(self, beacon: int) -> int:
        """Return the cell of its level that is nearest to a beacon, NOWHERE where none is within UNDER_M; found once."""
        if beacon not in self._under:
            self._under[beacon] = self._nearest(beacon)
        return self._under[beacon]

    def _nearest(self, beacon: int) -> int:
        deployment, cells = self.ether.deployment, self.cells
        x_m, y_m = float(deployment.x_m[beacon]), float(deployment.y_m[beacon])
        near = cells.near(x_m, y_m, UNDER_M)
        level_id = deployment.levels[deployment.level[beacon]].id
        near = near[cells.level[near] == cells.level_ids.index(level_id)]
        if not len(near):
            return NOWHERE
        return int(near[np.hypot(cells.x_m[near] - x_m, cells.y_m[near] - y_m).argmin()])


def cells_of(snapshot: Snapshot) -> Cells:
    """Return the cells of everywhere that visitors may walk."""
    levels = levels_of(snapshot)
    floor = _Floor.of(snapshot, {level.id: number for number, level in enumerate(levels)})
    return lay(
        [floor.area(unit) for unit in floor.units],
        tuple(level.id for level in levels),
        spacing_m=SPACING_M,
        doors=[floor.door(opening_id, level_id) for opening_id, level_id in floor.doors],
        links=[*floor.connectors(), *floor.thresholds()],
    )


def terrain_of(snapshot: Snapshot, cells: Cells, deployment: Deployment) -> Terrain:
    """Return the terrain of a deployment on its own snapshot, whose cells these are."""
    levels = levels_of(snapshot)
    ordinal = np.array([level.ordinal for level in levels])
    building = np.array([level.building for level in levels], np.int32)
    return Terrain(cells, Ether(deployment, ordinal, building))


def levels_of(snapshot: Snapshot) -> list[DeployedLevel]:
    """Return the levels of a snapshot, each with a number that stands for the building it is in."""
    building_ids = sorted({level.building_ids[0] for level in snapshot.levels.values() if level.building_ids})
    number = {building_id: index for index, building_id in enumerate(building_ids)}
    return [
        DeployedLevel(
            level.id,
            float(level.ordinal),
            OUTDOORS if level.outdoor or not level.building_ids else number[level.building_ids[0]],
        )
        for level in snapshot.levels.values()
    ]


@dataclass(frozen=True, eq=False)
class _Floor:
    """The walkable units of a snapshot, smallest first, and the openings that have a line."""

    snapshot: Snapshot
    numbers: dict[UUID, int]
    units: list[Unit]
    doors: list[tuple[UUID, UUID]]

    @classmethod
    def of(cls, snapshot: Snapshot, numbers: dict[UUID, int]) -> "_Floor":
        drawn = [unit for unit in snapshot.units.values() if unit.id in snapshot.shapes_m and is_walkable(unit)]
        drawn.sort(key=lambda unit: (snapshot.shapes_m[unit.id].area, unit.id))
        doors = [(door.id, door.level_id) for door in snapshot.openings.values() if door.id in snapshot.shapes_m]
        return cls(snapshot, numbers, drawn, doors)

    def area(self, unit: Unit) -> Area:
        return Area(self.snapshot.shapes_m[unit.id], self.numbers[unit.level_id])

    def door(self, opening_id: UUID, level_id: UUID) -> Area:
        return Area(self.snapshot.shapes_m[opening_id], self.numbers[level_id])

    def connectors(self) -> Iterator[tuple[Area, Area]]:
        """Yield the two ends of every ride: stairs, lifts, escalators and ramps between levels."""
        for relationship in self.snapshot.relationships.values():
            ends = (relationship.origin, *relationship.intermediary, relationship.destination)
            areas = [area for end in ends if (area := self._end(end)) is not None]
            yield from ((one, other) for one, other in pairwise(areas) if one.level != other.level)

    def thresholds(self) -> Iterator[tuple[Area, Area]]:
        """Yield both sides of every door that leads from one level to another of the same ordinal."""
        shapes = [self.snapshot.shapes_m[unit.id] for unit in self.units]
        steps = [self.snapshot.shapes_m[opening_id].buffer(DOORSTEP_M) for opening_id, _ in self.doors]
        near = shapely.STRtree(shapes).query(steps, predicate="intersects") if steps else np.empty((2, 0), np.intp)
        for door, unit in near.T.tolist():
            level_id, beyond_id = self.doors[door][1], self.units[unit].level_id
            levels = self.snapshot.levels
            if level_id != beyond_id and levels[level_id].ordinal == levels[beyond_id].ordinal:
                yield Area(steps[door], self.numbers[level_id]), Area(steps[door], self.numbers[beyond_id])

    def _end(self, end: Reference | None) -> Area | None:
        """Return where an end of a relationship is; None where the map does not draw it."""
        if end is None:
            return None
        anchor = self.snapshot.anchors.get(end.id)
        feature_id = anchor.unit_id if anchor and anchor.unit_id else end.id
        owner = self.snapshot.units.get(feature_id) or self.snapshot.openings.get(feature_id)
        shape: BaseGeometry | None = self.snapshot.shapes_m.get(feature_id)
        if owner is None or shape is None:
            return None
        reach_m = DOORSTEP_M if end.feature_type is FeatureType.OPENING else 0.0
        return Area(shape.buffer(reach_m), self.numbers[owner.level_id])
