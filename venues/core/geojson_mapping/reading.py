"""From GeoJSON files and a mapping to the features of a draft."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.geojson import write_geometry
from venues.core.geojson_mapping.floors import Door, Floor, Item, Plan, doors_of, floors_of, id_of, level_id, plan_of
from venues.core.geojson_mapping.mapping import GeojsonMapping
from venues.core.geojson_mapping.records import Notes, Taken, taken_features
from venues.core.imdf.features import Feature, FeatureType, Labels
from venues.core.osm.naming import labels_of
from venues.core.validation.finding import Finding

Json = dict[str, Any]
# The properties that IMDF asks for where the mapping says nothing of them (OGC 20-094, "Feature Structure" of each type).
UNSAID: Mapping[FeatureType, tuple[str, ...]] = {
    FeatureType.UNIT: ("restriction", "accessibility", "alt_name"),
    FeatureType.SECTION: ("restriction", "accessibility", "alt_name", "address_id", "correlation_id", "parents"),
    FeatureType.OPENING: ("accessibility", "access_control", "door", "alt_name"),
    FeatureType.AMENITY: (
        "accessibility", "alt_name", "hours", "phone", "website", "address_id", "correlation_id",
    ),
    FeatureType.KIOSK: ("alt_name", "anchor_id"),
    FeatureType.FIXTURE: ("alt_name", "anchor_id"),
}  # fmt: skip
# The categories of what the mapping gives none; fixtures and kiosks need none.
PLAIN_CATEGORY: Mapping[FeatureType, str] = {
    FeatureType.LEVEL: "unspecified",
    FeatureType.UNIT: "unspecified",
    FeatureType.SECTION: "unspecified",
    FeatureType.AMENITY: "unspecified",
    FeatureType.OPENING: "pedestrian",
    FeatureType.FIXTURE: "furniture",
}


@dataclass(frozen=True, eq=False)
class GeojsonImport:
    """The features; what was passed over or can't be used, by file and id or index, with the reason; and what was found."""

    features: tuple[Feature, ...]
    ignored: Mapping[str, str]
    findings: tuple[Finding, ...]


def read_geojson(files: Mapping[str, bytes], mapping: GeojsonMapping, key: str) -> GeojsonImport:
    """Return the features of the venue of that key (its slug) that these files, by name, hold; the same input, the same ids.

    Raises GeojsonError for a file that holds no GeoJSON.
    """
    notes = Notes()
    plan = plan_of(key, taken_features(files, mapping, notes), notes)
    floors = floors_of(plan)
    doors = doors_of(plan, floors, notes)
    features = tuple(_Writer(mapping, plan, floors, notes).features(doors)) if plan.levels or plan.items else ()
    return GeojsonImport(features, MappingProxyType(notes.ignored), tuple(notes.findings))


@dataclass(frozen=True, eq=False)
class _Writer:
    """Writes the features of one plan."""

    mapping: GeojsonMapping
    plan: Plan
    floors: Mapping[float, Floor]
    notes: Notes

    def features(self, doors: Iterable[Door]) -> Iterator[Feature]:
        areas = self._areas_of_levels()
        extent = shapely.union_all(list(areas.values()))
        yield self._venue(extent.convex_hull)
        yield from self._building(extent)
        drawn = {level.ordinal: level.taken for level in self.plan.levels}
        for ordinal, area in areas.items():
            yield self._level(ordinal, area, drawn.get(ordinal))
        for item in self.plan.items:
            yield from self._item(item)
        for floor in self.floors.values():
            for part in floor.rest:
                yield self._feature(FeatureType.UNIT, part, self._rest(part))
        yield from map(self._door, doors)

    def _areas_of_levels(self) -> Mapping[float, BaseGeometry]:
        """Return the outline of each level: as drawn, else what its areas and lines cover together."""
        drawn = {level.ordinal: level.shape_m for level in self.plan.levels}
        shapes: dict[float, list[BaseGeometry]] = {}
        for item in self.plan.items:
            shapes.setdefault(item.ordinal, []).append(item.shape_m)
        grown = {ordinal: shapely.union_all(group).convex_hull for ordinal, group in shapes.items()}
        return dict(sorted({**grown, **drawn}.items()))

    def _venue(self, extent_m: BaseGeometry) -> Feature:
        about = self.mapping.venue
        properties = {
            "category": about.category, "name": dict(about.name) or {self.mapping.language: self.plan.key},
            "restriction": None, "alt_name": None, "hours": None, "phone": None, "website": None, "address_id": None,
            "display_point": self._display_point(extent_m),
        }  # fmt: skip
        return Feature(id_of(self.plan.key, "venue"), FeatureType.VENUE, self._geometry(extent_m), properties)

    def _building(self, extent_m: BaseGeometry) -> Iterator[Feature]:
        about = self.mapping.building
        if about is None:
            return
        id_ = id_of(self.plan.key, "building")
        properties = {
            "category": about.category, "name": dict(about.name) or None, "alt_name": None, "restriction": None,
            "address_id": None, "display_point": self._display_point(extent_m),
        }  # fmt: skip
        yield Feature(id_, FeatureType.BUILDING, None, properties)
        footprint = {"category": "ground", "name": None, "building_ids": [str(id_)]}
        id_ = id_of(self.plan.key, "footprint")
        yield Feature(id_, FeatureType.FOOTPRINT, self._geometry(extent_m), footprint)

    def _level(self, ordinal: float, area_m: BaseGeometry, taken: Taken | None) -> Feature:
        short = {self.mapping.language: f"{ordinal:g}"}
        name = (None if taken is None else self._labels(taken)) or short
        building_ids = [str(id_of(self.plan.key, "building"))] if self.mapping.building is not None else None
        properties: Json = {
            "category": "unspecified", "ordinal": int(ordinal) if ordinal.is_integer() else ordinal,
            "name": name, "short_name": name, "outdoor": False, "restriction": None, "building_ids": building_ids,
            "address_id": None, "display_point": self._display_point(area_m),
        }  # fmt: skip
        extra = {} if taken is None else self._said(taken)
        geometry = self._geometry(area_m)
        return Feature(level_id(self.plan.key, ordinal), FeatureType.LEVEL, geometry, properties | extra)

    def _item(self, item: Item) -> Iterator[Feature]:
        """Yield the feature of an item; doors come by themselves. A unit with an occupant leaves its name to that one."""
        feature_type = item.taken.rule.feature_type
        match feature_type:
            case FeatureType.OPENING:
                return
            case FeatureType.DETAIL:
                yield self._feature(feature_type, item, {"level_id": self._level_id(item)} | self._said(item.taken))
            case FeatureType.AMENITY:
                yield from self._amenity(item)
            case _:
                occupant = item.taken.rule.occupant.of(item.taken.properties)
                own = {"name": None} if occupant is not None else {}
                yield self._feature(feature_type, item, self._named(item) | self._placed(item) | own)
                if occupant is not None:
                    yield from self._occupant(item, str(occupant))

    def _amenity(self, item: Item) -> Iterator[Feature]:
        point = shapely.point_on_surface(item.shape_m)
        around = self.floors[item.ordinal].near(point, 0.0) if item.ordinal in self.floors else []
        if not around:
            self.notes.unusable(item.taken.key, "it lies in no unit of its level")
            return
        properties = self._named(item) | {"unit_ids": [str(around[0].id)]}
        yield self._feature(FeatureType.AMENITY, replace(item, shape_m=point), properties)

    def _occupant(self, unit: Item, category: str) -> Iterator[Feature]:
        anchor_id = id_of(self.plan.key, "anchor", str(unit.id))
        point = shapely.point_on_surface(unit.shape_m)
        yield Feature(
            anchor_id, FeatureType.ANCHOR, self._geometry(point), {"unit_id": str(unit.id), "address_id": None}
        )
        said = {name: value for name, value in self._said(unit.taken).items() if name in ("hours", "phone", "website")}
        properties = {
            "category": category, "name": self._labels(unit.taken), "anchor_id": str(anchor_id), "hours": None,
            "phone": None, "website": None, "validity": None, "correlation_id": None,
        }  # fmt: skip
        yield Feature(id_of(self.plan.key, "occupant", str(unit.id)), FeatureType.OCCUPANT, None, properties | said)

    def _door(self, door: Door) -> Feature:
        middle = max(shapely.get_parts(door.line_m), key=shapely.length).interpolate(0.5, normalized=True)
        unsaid = dict.fromkeys(UNSAID[FeatureType.OPENING])
        if door.taken is None:
            named: Json = unsaid | {"category": "pedestrian", "name": None, "dalil:assumed": True}
        else:
            named = self._named(Item(door.id, door.ordinal, door.line_m, door.taken))
        placed = {"level_id": str(level_id(self.plan.key, door.ordinal)), "display_point": self._geometry(middle)}
        return Feature(door.id, FeatureType.OPENING, self._geometry(door.line_m), named | placed)

    def _rest(self, part: Item) -> Json:
        unsaid = dict.fromkeys(UNSAID[FeatureType.UNIT])
        return unsaid | {"category": part.taken.rule.rest, "name": None} | self._placed(part)

    def _named(self, item: Item) -> Json:
        """Return the category, the name, what else the rule says and what it leaves unsaid."""
        rule = item.taken.rule
        category = rule.category.of(item.taken.properties) or PLAIN_CATEGORY.get(rule.feature_type)
        own = {"name": self._labels(item.taken)} | ({} if category is None else {"category": str(category)})
        return dict.fromkeys(UNSAID[rule.feature_type]) | own | self._said(item.taken)

    def _placed(self, item: Item) -> Json:
        return {"level_id": self._level_id(item), "display_point": self._display_point(item.shape_m)}

    def _said(self, taken: Taken) -> Json:
        said = {name: value.of(taken.properties) for name, value in taken.rule.properties.items()}
        return {name: value for name, value in said.items() if value is not None}

    def _labels(self, taken: Taken) -> Labels | None:
        """Return the name by language: labels as they are, a text with its neighbours `name:xx`, None where there is none."""
        value = taken.rule.name
        said = value.of(taken.properties)
        if said is None or isinstance(said, dict):
            return said or None
        if value.from_property is None or value.values is not None:
            return {self.mapping.language: str(said)}
        texts = {name: text for name, text in taken.properties.items() if isinstance(text, str)}
        texts[value.from_property] = str(said)
        return labels_of(texts, self.mapping.language, value.from_property) or None

    def _feature(self, feature_type: FeatureType, item: Item, properties: Json) -> Feature:
        return Feature(item.id, feature_type, self._geometry(item.shape_m), properties)

    def _level_id(self, item: Item) -> str:
        return str(level_id(self.plan.key, item.ordinal))

    def _geometry(self, shape_m: BaseGeometry) -> Json:
        return write_geometry(self.plan.frame.shape_to_lng_lat(shape_m))

    def _display_point(self, area_m: BaseGeometry) -> Json:
        return self._geometry(shapely.point_on_surface(area_m))
