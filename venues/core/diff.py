"""What is different between two maps: features added, removed and changed, property by property."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from venues.core.imdf.features import Feature


@dataclass(frozen=True)
class PropertyChange:
    """A property before and after; `was_there` and `is_there` tell null from absent."""

    name: str
    before: Any
    after: Any
    was_there: bool
    is_there: bool


@dataclass(frozen=True)
class FeatureDiff:
    """A feature that both maps have, and that is not the same in them."""

    before: Feature
    after: Feature
    geometry_changed: bool
    properties: tuple[PropertyChange, ...]


@dataclass(frozen=True)
class MapDiff:
    """Each in the order of the ids."""

    added: tuple[Feature, ...]
    removed: tuple[Feature, ...]
    changed: tuple[FeatureDiff, ...]


def diff(before: Iterable[Feature], after: Iterable[Feature]) -> MapDiff:
    """Return what leads from one map to the other."""
    old, new = ({feature.id: feature for feature in features} for features in (before, after))
    return MapDiff(
        added=_those(new, new.keys() - old.keys()),
        removed=_those(old, old.keys() - new.keys()),
        changed=tuple(
            feature_diff(old[id_], new[id_])
            for id_ in sorted(old.keys() & new.keys())
            if not is_same(old[id_], new[id_])
        ),
    )


def feature_diff(before: Feature, after: Feature) -> FeatureDiff:
    """Return how the feature differs."""
    names = sorted(before.properties.keys() | after.properties.keys())
    changes = (
        PropertyChange(
            name,
            before.properties.get(name),
            after.properties.get(name),
            name in before.properties,
            name in after.properties,
        )
        for name in names
    )
    return FeatureDiff(
        before,
        after,
        _bytes(before.geometry) != _bytes(after.geometry),
        tuple(
            change
            for change in changes
            if change.was_there != change.is_there or _bytes(change.before) != _bytes(change.after)
        ),
    )


def is_same(one: Feature, other: Feature) -> bool:
    """Return whether both are written alike. In JSON true is not 1 and 1 is not 1.0, as Python would have it."""
    return one.feature_type is other.feature_type and _content(one) == _content(other)


def _content(feature: Feature) -> bytes:
    return _bytes([feature.geometry, feature.properties])


def _bytes(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _those(features: Mapping[UUID, Feature], ids: Iterable[UUID]) -> tuple[Feature, ...]:
    return tuple(features[id_] for id_ in sorted(ids))
