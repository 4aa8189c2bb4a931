"""The places of a map: what visitors search for, whichever feature type it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import shapely

from geo.position import LevelPoint
from venues.core.imdf.categories import category_name, falls_under
from venues.core.imdf.features import NO_LABELS, FeatureType, Labels, Level, Unit
from venues.core.snapshot import Snapshot

# Units that people look for even when they have no name of their own.
SOUGHT_UNITS = ("elevator", "firstaid", "mothersroom", "prayerroom", "restroom", "smokingarea")


@dataclass(frozen=True)
class Place:
    """Something to find and to go to. `point` is in metres of the snapshot's frame.

    `name` is the category's where the feature has none of its own. `unit_ids` are the units that it takes up or serves.
    """

    id: UUID
    feature_type: FeatureType
    name: Labels
    alt_names: tuple[Labels, ...]
    category: str
    level_id: UUID | None
    point: LevelPoint | None
    unit_ids: tuple[UUID, ...]
    hours: str | None
    building_id: UUID | None
    ordinal: float | None


def places_of(snapshot: Snapshot) -> tuple[Place, ...]:
    """Return the places of the map, by feature type and id."""
    return tuple(_Places(snapshot).all())


class _Places:
    """Makes the places of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.names_in_unit: dict[UUID, list[Labels]] = {}
        self.categories_in_unit: dict[UUID, list[str]] = {}

    def all(self) -> Iterator[Place]:
        """Yield occupants and amenities first: a unit that only repeats one of them is no place of its own."""
        yield from self._occupants()
        yield from self._amenities()
        yield from self._units()
        yield from self._kiosks()
        yield from self._sections()
        yield from self._openings()
        yield from self._buildings()

    def _occupants(self) -> Iterator[Place]:
        map_ = self.snapshot
        for occupant in map_.occupants.values():
            anchor = map_.anchors.get(occupant.anchor_id) if occupant.anchor_id else None
            unit = map_.units.get(anchor.unit_id) if anchor and anchor.unit_id else None
            level_id = unit.level_id if unit else None
            if unit:
                self.names_in_unit.setdefault(unit.id, []).append(occupant.name)
            yield self._place(
                occupant.id, FeatureType.OCCUPANT, occupant.name, occupant.category, level_id,
                alt_names=(unit.name,) if unit and unit.name else (),
                drawn=anchor.id if anchor else None, unit_ids=(unit.id,) if unit else (), hours=occupant.hours,
            )  # fmt: skip

    def _amenities(self) -> Iterator[Place]:
        for amenity in self.snapshot.amenities.values():
            units = [self.snapshot.units[id_] for id_ in amenity.unit_ids if id_ in self.snapshot.units]
            for unit in units:
                self.categories_in_unit.setdefault(unit.id, []).append(amenity.category)
            yield self._place(
                amenity.id, FeatureType.AMENITY, amenity.name, amenity.category, units[0].level_id if units else None,
                alt_names=(amenity.alt_name,) if amenity.alt_name else (),
                unit_ids=tuple(unit.id for unit in units), hours=amenity.hours,
            )  # fmt: skip

    def _units(self) -> Iterator[Place]:
        for unit in self.snapshot.units.values():
            if self._stands_for_itself(unit):
                yield self._place(
                    unit.id, FeatureType.UNIT, unit.name, unit.category, unit.level_id,
                    alt_names=(unit.alt_name,) if unit.alt_name else (),
                    display=unit.display_point, unit_ids=(unit.id,), hours=unit.hours,
                )  # fmt: skip

    def _stands_for_itself(self, unit: Unit) -> bool:
        if unit.name:
            return unit.name not in self.names_in_unit.get(unit.id, [])
        sought = next((wanted for wanted in SOUGHT_UNITS if falls_under(unit.category, wanted)), None)
        present = self.categories_in_unit.get(unit.id, [])
        return sought is not None and not any(falls_under(category, sought) for category in present)

    def _kiosks(self) -> Iterator[Place]:
        for kiosk in self.snapshot.kiosks.values():
            if kiosk.name:
                yield self._place(kiosk.id, FeatureType.KIOSK, kiosk.name, "kiosk", kiosk.level_id)

    def _sections(self) -> Iterator[Place]:
        for section in self.snapshot.sections.values():
            if section.name:
                yield self._place(
                    section.id, FeatureType.SECTION, section.name, section.category, section.level_id,
                    alt_names=(section.alt_name,) if section.alt_name else (),
                )  # fmt: skip

    def _openings(self) -> Iterator[Place]:
        for opening in self.snapshot.openings.values():
            if opening.name:
                yield self._place(opening.id, FeatureType.OPENING, opening.name, "entry", opening.level_id)

    def _buildings(self) -> Iterator[Place]:
        footprints = {
            building_id: footprint.id
            for footprint in self.snapshot.footprints.values()
            for building_id in footprint.building_ids
        }
        for building in self.snapshot.buildings.values():
            if building.name:
                level = entrance_level(self.snapshot.levels.values(), building.id)
                yield self._place(
                    building.id, FeatureType.BUILDING, building.name, building.category, level.id if level else None,
                    display=building.display_point, drawn=footprints.get(building.id), building_id=building.id,
                )  # fmt: skip

    def _place(
        self,
        feature_id: UUID,
        feature_type: FeatureType,
        name: Labels,
        category: str,
        level_id: UUID | None,
        *,
        alt_names: tuple[Labels, ...] = (),
        display: tuple[float, float] | None = None,
        drawn: UUID | None = None,
        unit_ids: tuple[UUID, ...] = (),
        hours: str | None = None,
        building_id: UUID | None = None,
    ) -> Place:
        """Return the place; `drawn` is the feature whose geometry shows it, where that is another one."""
        level = self.snapshot.levels.get(level_id) if level_id else None
        return Place(
            id=feature_id,
            feature_type=feature_type,
            name=name or category_name(category) or NO_LABELS,
            alt_names=alt_names,
            category=category,
            level_id=level.id if level else None,
            point=self._point(drawn or feature_id, display, level),
            unit_ids=unit_ids,
            hours=hours,
            building_id=building_id or (level.building_ids[0] if level and level.building_ids else None),
            ordinal=level.ordinal if level else None,
        )

    def _point(self, drawn: UUID, display: tuple[float, float] | None, level: Level | None) -> LevelPoint | None:
        if level is None:
            return None
        if display is not None:
            return LevelPoint(*self.snapshot.frame.to_metres(*display), level.id)
        shape_m = self.snapshot.shapes_m.get(drawn)
        if shape_m is None:
            return None
        inside = shapely.point_on_surface(shape_m)
        return LevelPoint(inside.x, inside.y, level.id)


def entrance_level(levels: Iterable[Level], building_id: UUID) -> Level | None:
    """Return the building's level nearest to the street, the upper one of two; None when it has no level."""
    own = [level for level in levels if building_id in level.building_ids]
    return min(own, key=lambda level: (abs(level.ordinal), -level.ordinal), default=None)
