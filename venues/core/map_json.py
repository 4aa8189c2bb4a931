"""GeoJSON of a published map: features with all that a map view needs beside them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson

from venues.core.imdf.features import Feature, FeatureType, Level
from venues.core.imdf.labels import label_in
from venues.core.places import Place
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable


def feature_collection(snapshot: Snapshot, feature_type: FeatureType | None, level_id: UUID | None) -> bytes:
    """Return the GeoJSON FeatureCollection of the map's features of a type and a level, of every one where it is None."""
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "snapshot": snapshot.content_hash,
            "features": list(_records(snapshot, feature_type, level_id)),
        }
    )


def _records(snapshot: Snapshot, feature_type: FeatureType | None, level_id: UUID | None) -> Iterable[dict[str, Any]]:
    for kind in FeatureType if feature_type is None else (feature_type,):
        for id_ in snapshot.ids_of(kind):
            own_level_id = _level_of(snapshot, kind, id_)
            if level_id in (None, own_level_id):
                yield _record(snapshot, snapshot.by_id[id_], own_level_id)


def _record(snapshot: Snapshot, feature: Feature, level_id: UUID | None) -> dict[str, Any]:
    """Return the feature; id, type and level stand among its properties too, where map styles can read them."""
    extra: dict[str, Any] = {
        "id": str(feature.id),
        "feature_type": feature.feature_type.value,
        "level_id": None if level_id is None else str(level_id),
    }
    if (unit := snapshot.units.get(feature.id)) is not None:
        extra["walkable"] = is_walkable(unit)
    return {
        "id": str(feature.id),
        "type": "Feature",
        "feature_type": feature.feature_type.value,
        "geometry": feature.geometry,
        "properties": {**feature.properties, **extra},
    }


def _level_of(snapshot: Snapshot, feature_type: FeatureType, id_: UUID) -> UUID | None:
    """Return the level that the feature lies on, its own or that of the unit it belongs to; None for a whole building."""
    match feature_type:
        case FeatureType.LEVEL:
            return id_
        case FeatureType.UNIT:
            return snapshot.units[id_].level_id
        case FeatureType.OPENING:
            return snapshot.openings[id_].level_id
        case FeatureType.SECTION:
            return snapshot.sections[id_].level_id
        case FeatureType.KIOSK:
            return snapshot.kiosks[id_].level_id
        case FeatureType.FIXTURE:
            return snapshot.fixtures[id_].level_id
        case FeatureType.RELATIONSHIP:
            return snapshot.relationships[id_].level_id
        case FeatureType.ANCHOR:
            return _level_of_unit(snapshot, snapshot.anchors[id_].unit_id)
        case FeatureType.AMENITY:
            return _level_of_unit(snapshot, next(iter(snapshot.amenities[id_].unit_ids), None))
        case FeatureType.OCCUPANT:
            anchor = snapshot.anchors.get(anchor_id) if (anchor_id := snapshot.occupants[id_].anchor_id) else None
            return _level_of_unit(snapshot, anchor.unit_id if anchor else None)
        case FeatureType.DETAIL:
            return snapshot.details[id_].level_id
    return None


def _level_of_unit(snapshot: Snapshot, unit_id: UUID | None) -> UUID | None:
    unit = snapshot.units.get(unit_id) if unit_id else None
    return unit.level_id if unit else None


def place_feature(snapshot: Snapshot, place: Place, language: str) -> dict[str, Any]:
    """Return the place as a GeoJSON feature at its point: names in every language, the level's in the asked one."""
    geometry = None
    if place.point is not None:
        lng, lat = snapshot.frame.to_lng_lat(place.point.x_m, place.point.y_m)
        geometry = {"type": "Point", "coordinates": [round(lng, 7), round(lat, 7)]}
    return {
        "id": str(place.id),
        "type": "Feature",
        "feature_type": place.feature_type.value,
        "geometry": geometry,
        "properties": _place_properties(snapshot, place, language),
    }


def _place_properties(snapshot: Snapshot, place: Place, language: str) -> dict[str, Any]:
    building = snapshot.buildings.get(place.building_id) if place.building_id else None
    level = snapshot.levels.get(place.level_id) if place.level_id else None
    return {
        "id": str(place.id),
        "feature_type": place.feature_type.value,
        "name": place.name,
        "alt_names": list(place.alt_names),
        "category": place.category,
        "level": level and level_json(level, language),
        "level_id": None if place.level_id is None else str(place.level_id),
        "building": None if building is None else {"id": str(building.id), "name": building.name},
        "unit_ids": [str(unit_id) for unit_id in place.unit_ids],
        "hours": place.hours,
    }


def level_json(level: Level, language: str) -> dict[str, Any]:
    """Return the level as every answer names it: {id, ordinal, short_name}."""
    return {"id": str(level.id), "ordinal": level.ordinal, "short_name": label_in(level.short_name, language) or ""}
