"""Which features of a map may be zones, and the zone that each of them makes."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import shapely

from notifications.core.zones import Zone
from venues.core.imdf.features import FeatureType, Geofence, Labels
from venues.core.snapshot import Snapshot

ZONE_TYPES = (
    FeatureType.SECTION,
    FeatureType.GEOFENCE,
    FeatureType.BUILDING,
    FeatureType.LEVEL,
    FeatureType.UNIT,
)
"""The feature types that may be zones, in the order in which a manager is offered them."""

# Two ends of a width, each rounded to 7 decimals of a degree: 1 cm.
DRAWN_TO_M = 0.02


def zones_of(snapshot: Snapshot, feature_ids: Iterable[UUID]) -> tuple[Zone, ...]:
    """Return the zones of these features. Those that the map lacks, or that have no area, are left out."""
    found = (zone_of(snapshot, feature_id) for feature_id in sorted(feature_ids))
    return tuple(zone for zone in found if zone is not None)


def zone_of(snapshot: Snapshot, feature_id: UUID) -> Zone | None:
    """Return the zone that a feature makes, None where it makes none."""
    feature = snapshot.by_id.get(feature_id)
    if feature is None or feature.feature_type not in ZONE_TYPES:
        return None
    if feature.feature_type is FeatureType.BUILDING:
        return _building_zone(snapshot, feature_id)
    shape_m = snapshot.shapes_m.get(feature_id)
    level_ids = _levels_of(snapshot, feature_id)
    return Zone(feature_id, shape_m, level_ids) if shape_m is not None and level_ids else None


def is_narrower_than(zone: Zone, width_m: float) -> bool:
    """Return whether no circle of that width fits into the zone, to the accuracy with which maps are drawn."""
    return bool(shapely.buffer(zone.shape_m, (DRAWN_TO_M - width_m) / 2).is_empty)


def name_of(snapshot: Snapshot, feature_id: UUID) -> Labels:
    """Return the names of a zone's feature, empty where it has none."""
    name = snapshot.by_id[feature_id].properties.get("name") if feature_id in snapshot.by_id else None
    return name if isinstance(name, Mapping) else {}


def named_zone_features(snapshot: Snapshot) -> list[UUID]:
    """Return the features with a name that can be zones, by type and name in English."""
    named = [
        (number, labels.get("en", next(iter(labels.values()))), feature_id)
        for number, feature_type in enumerate(ZONE_TYPES)
        for feature_id in snapshot.ids_of(feature_type)
        if (labels := name_of(snapshot, feature_id))
    ]
    return [feature_id for _, _, feature_id in sorted(named)]


def _levels_of(snapshot: Snapshot, feature_id: UUID) -> frozenset[UUID]:
    if feature_id in snapshot.levels:
        return frozenset({feature_id})
    if (geofence := snapshot.geofences.get(feature_id)) is not None:
        return _geofence_levels(snapshot, geofence)
    if (unit := snapshot.units.get(feature_id)) is not None:
        return frozenset({unit.level_id})
    return _floor_of(snapshot, snapshot.sections[feature_id].level_id)


def _floor_of(snapshot: Snapshot, level_id: UUID) -> frozenset[UUID]:
    """Return the levels of the same height: who is in a house of a quarter at street level is in the quarter."""
    ordinal = snapshot.levels[level_id].ordinal
    return frozenset(level.id for level in snapshot.levels.values() if level.ordinal == ordinal)


def _geofence_levels(snapshot: Snapshot, geofence: Geofence) -> frozenset[UUID]:
    """Return the levels that a geofence names, else those of its buildings, else every level (IMDF 1.0.0, Geofence)."""
    if geofence.level_ids:
        return frozenset(geofence.level_ids)
    if geofence.building_ids:
        return frozenset().union(*(_building_levels(snapshot, building_id) for building_id in geofence.building_ids))
    return frozenset(snapshot.levels)


def _building_zone(snapshot: Snapshot, building_id: UUID) -> Zone | None:
    """Return the union of the building's levels; a building has no geometry of its own in IMDF."""
    level_ids = _building_levels(snapshot, building_id)
    shapes_m = [snapshot.shapes_m[level_id] for level_id in sorted(level_ids) if level_id in snapshot.shapes_m]
    return Zone(building_id, shapely.union_all(shapes_m), level_ids) if shapes_m else None


def _building_levels(snapshot: Snapshot, building_id: UUID) -> frozenset[UUID]:
    return frozenset(level.id for level in snapshot.levels.values() if building_id in level.building_ids)
