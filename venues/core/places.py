"""The places of a map: what visitors search for, whichever feature type it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
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
    """Return the places of the map that visitors search for, by feature type."""
    places = _Places(snapshot)
    return tuple(places.of(feature_id) for feature_id in _sought(snapshot))


def place_of(snapshot: Snapshot, feature_id: UUID) -> Place | None:
    """Return any feature that one can go to as a place, sought or not, such as a room without a name; None for the rest."""
    feature = snapshot.by_id.get(feature_id)
    return _Places(snapshot).of(feature_id) if feature and feature.feature_type in _Places.MAKERS else None


def _sought(snapshot: Snapshot) -> Iterator[UUID]:
    """Yield the ids of what has a name, of occupants and amenities, and of units that are looked for by their kind."""
    names: dict[UUID, list[Labels]] = {}
    categories: dict[UUID, list[str]] = {}
    for occupant in snapshot.occupants.values():
        anchor = snapshot.anchors.get(occupant.anchor_id) if occupant.anchor_id else None
        if anchor and anchor.unit_id:
            names.setdefault(anchor.unit_id, []).append(occupant.name)
        yield occupant.id
    for amenity in snapshot.amenities.values():
        for unit_id in amenity.unit_ids:
            categories.setdefault(unit_id, []).append(amenity.category)
        yield amenity.id
    for unit in snapshot.units.values():
        if _stands_for_itself(unit, names.get(unit.id, []), categories.get(unit.id, [])):
            yield unit.id
    for named in (snapshot.kiosks, snapshot.sections, snapshot.openings, snapshot.buildings):
        yield from (feature.id for feature in named.values() if feature.name)


def _stands_for_itself(unit: Unit, occupant_names: list[Labels], amenity_categories: list[str]) -> bool:
    """Return whether the unit is a place beside the occupants and amenities in it: it does not only repeat one of them."""
    if unit.name:
        return unit.name not in occupant_names
    sought = next((wanted for wanted in SOUGHT_UNITS if falls_under(unit.category, wanted)), None)
    return sought is not None and not any(falls_under(category, sought) for category in amenity_categories)


class _Places:
    """Makes places of the features of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def of(self, feature_id: UUID) -> Place:
        """Return the feature as a place. It must be of a type that MAKERS lists."""
        return self.MAKERS[self.snapshot.by_id[feature_id].feature_type](self, feature_id)

    def _occupant(self, id_: UUID) -> Place:
        occupant = self.snapshot.occupants[id_]
        anchor = self.snapshot.anchors.get(occupant.anchor_id) if occupant.anchor_id else None
        unit = self.snapshot.units.get(anchor.unit_id) if anchor and anchor.unit_id else None
        return self._place(
            id_, occupant.name, occupant.category, unit.level_id if unit else None,
            alt_names=(unit.name,) if unit and unit.name else (),
            drawn=anchor.id if anchor else None, unit_ids=(unit.id,) if unit else (), hours=occupant.hours,
        )  # fmt: skip

    def _amenity(self, id_: UUID) -> Place:
        amenity = self.snapshot.amenities[id_]
        units = [self.snapshot.units[unit_id] for unit_id in amenity.unit_ids if unit_id in self.snapshot.units]
        return self._place(
            id_, amenity.name, amenity.category, units[0].level_id if units else None,
            alt_names=(amenity.alt_name,) if amenity.alt_name else (),
            unit_ids=tuple(unit.id for unit in units), hours=amenity.hours,
        )  # fmt: skip

    def _unit(self, id_: UUID) -> Place:
        unit = self.snapshot.units[id_]
        return self._place(
            id_, unit.name, unit.category, unit.level_id, alt_names=(unit.alt_name,) if unit.alt_name else (),
            display=unit.display_point, unit_ids=(id_,), hours=unit.hours,
        )  # fmt: skip

    def _anchor(self, id_: UUID) -> Place:
        unit = self.snapshot.units.get(unit_id) if (unit_id := self.snapshot.anchors[id_].unit_id) else None
        if unit is None:
            return self._place(id_, NO_LABELS, "unspecified", None)
        return self._place(id_, unit.name, unit.category, unit.level_id, unit_ids=(unit.id,), hours=unit.hours)

    def _kiosk(self, id_: UUID) -> Place:
        kiosk = self.snapshot.kiosks[id_]
        return self._place(id_, kiosk.name, "kiosk", kiosk.level_id)

    def _section(self, id_: UUID) -> Place:
        section = self.snapshot.sections[id_]
        alt_names = (section.alt_name,) if section.alt_name else ()
        return self._place(id_, section.name, section.category, section.level_id, alt_names=alt_names)

    def _opening(self, id_: UUID) -> Place:
        opening = self.snapshot.openings[id_]
        return self._place(id_, opening.name, "entry", opening.level_id, hours=opening.hours)

    def _level(self, id_: UUID) -> Place:
        level = self.snapshot.levels[id_]
        return self._place(id_, level.name or level.short_name, level.category, id_, hours=level.hours)

    def _relationship(self, id_: UUID) -> Place:
        """Return a lift, stairs or another way as a place; on no level of its own where it joins several."""
        relationship = self.snapshot.relationships[id_]
        return self._place(id_, NO_LABELS, relationship.category, relationship.level_id, hours=relationship.hours)

    def _fixture(self, id_: UUID) -> Place:
        fixture = self.snapshot.fixtures[id_]
        return self._place(id_, fixture.name, fixture.category, fixture.level_id)

    def _building(self, id_: UUID) -> Place:
        building = self.snapshot.buildings[id_]
        level = entrance_level(self.snapshot.levels.values(), id_)
        footprint = next((each for each in self.snapshot.footprints.values() if id_ in each.building_ids), None)
        return self._place(
            id_, building.name, building.category, level.id if level else None,
            display=building.display_point, drawn=footprint.id if footprint else None, building_id=id_,
        )  # fmt: skip

    MAKERS: ClassVar[Mapping[FeatureType, Callable[["_Places", UUID], Place]]] = {
        FeatureType.OCCUPANT: _occupant,
        FeatureType.AMENITY: _amenity,
        FeatureType.UNIT: _unit,
        FeatureType.ANCHOR: _anchor,
        FeatureType.KIOSK: _kiosk,
        FeatureType.SECTION: _section,
        FeatureType.OPENING: _opening,
        FeatureType.BUILDING: _building,
        FeatureType.LEVEL: _level,
        FeatureType.RELATIONSHIP: _relationship,
        FeatureType.FIXTURE: _fixture,
    }

    def _place(
        self,
        feature_id: UUID,
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
            feature_type=self.snapshot.by_id[feature_id].feature_type,
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
