"""Units, openings and relationships by the names that managers know them by."""

from collections.abc import Iterable
from uuid import UUID

from venues.core.imdf.features import FeatureType
from venues.core.imdf.labels import label_in
from venues.core.places import Place
from venues.core.snapshot import Snapshot

WAYS = (FeatureType.UNIT, FeatureType.OPENING, FeatureType.RELATIONSHIP)
"""The types of what one walks through."""


def title_of(snapshot: Snapshot, feature_id: UUID) -> str:
    """Return what a manager reads for a feature: its name and level, else its category; the bare id where the map lacks it."""
    feature = snapshot.by_id.get(feature_id)
    if feature is None:
        return f"{feature_id}, not on this map"
    kind = f"{feature.feature_type} {str(feature_id)[:8]}"
    name = (
        label_in(feature.properties.get("name") or {}, "en")
        or f"{feature.properties.get('category') or ''} {kind}".strip()
    )
    unit = snapshot.units.get(feature_id)
    level = snapshot.levels[unit.level_id] if unit else None
    return f"{name} ({label_in(level.name, 'en') or f'level {level.ordinal:g}'})" if level else name


def ways_named(snapshot: Snapshot, places: Iterable[Place], text: str) -> tuple[UUID, ...]:
    """Return what one walks through that has this id, or this name in any language, its own or that of who is there."""
    try:
        feature = snapshot.by_id.get(UUID(text))
    except ValueError:
        wanted = text.casefold()
        named = [place for place in places if wanted in {name.casefold() for name in place.name.values()}]
        return tuple(dict.fromkeys(id_ for place in named for id_ in _ways_of(place)))
    return (feature.id,) if feature is not None and feature.feature_type in WAYS else ()


def _ways_of(place: Place) -> tuple[UUID, ...]:
    return (place.id,) if place.feature_type in WAYS else place.unit_ids
