"""Where a point is, in words of the map: unit, sections, building, level."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import shapely

from geo.position import LevelPoint
from venues.core.imdf.features import Building, Level, Unit
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex


@dataclass(frozen=True)
class MapPlace:
    """What is at a point. `unit` is None between the units of a level; sections are the smallest first."""

    level: Level
    unit: Unit | None
    building: Building | None
    section_ids: tuple[UUID, ...]


def locate(index: SpatialIndex, point: LevelPoint) -> MapPlace | None:
    """Return what is at the point, or None when its level is not on the map or nothing of the level is there."""
    level = index.snapshot.levels.get(point.level_id)
    if level is None:
        return None
    unit = index.unit_at(point)
    section_ids = tuple(section.id for section in index.sections_at(point))
    if unit is None and not section_ids:
        return None
    return MapPlace(level, unit, building_at(index.snapshot, level, point), section_ids)


def building_at(snapshot: Snapshot, level: Level, point: LevelPoint) -> Building | None:
    """Return the level's building; of several that share the level, the one whose footprint holds the point."""
    buildings = [snapshot.buildings[id_] for id_ in level.building_ids if id_ in snapshot.buildings]
    if len(buildings) <= 1:
        return buildings[0] if buildings else None
    held = {
        building_id
        for footprint in snapshot.footprints.values()
        if shapely.intersects_xy(snapshot.shapes_m[footprint.id], point.x_m, point.y_m)
        for building_id in footprint.building_ids
    }
    return next((building for building in buildings if building.id in held), buildings[0])


def level_from(index: SpatialIndex, asked: object, x_m: float, y_m: float) -> Level | None:
    """Return the level that a request means: its id, its ordinal, or an object with one of them; None when there is none.

    Of the levels that share an ordinal it is the one whose walkable unit holds the place, or comes nearest to it.
    """
    if isinstance(asked, Mapping):
        asked = asked.get("id", asked.get("ordinal"))
    if isinstance(asked, UUID):
        return index.snapshot.levels.get(asked)
    if isinstance(asked, bool) or not isinstance(asked, str | int | float):
        return None
    try:
        return index.level_at(x_m, y_m, float(asked))
    except ValueError:
        return _level_of_id(index, str(asked))


def _level_of_id(index: SpatialIndex, text: str) -> Level | None:
    try:
        return index.snapshot.levels.get(UUID(text))
    except ValueError:
        return None
