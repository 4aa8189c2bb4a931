"""The manifest of an archive, kept with its map: the venue feature carries it from import to export."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from venues.core.imdf.features import Feature, FeatureType

Manifest = Mapping[str, Any]
# The archive is named by its content, so it may not tell the hour at which it was written. IMDF requires `created`.
DEFAULT_MANIFEST: Manifest = {
    "version": "1.0.0",
    "created": "2026-01-01T00:00:00Z",
    "generated_by": "Dalil",
    "language": "en",
    "extensions": None,
}
PROPERTY = "dalil:manifest"


def with_manifest(features: Iterable[Feature], manifest: Manifest) -> tuple[Feature, ...]:
    """Return the features, the manifest kept in the venue's properties; one that says no more than ours is not kept."""
    if not manifest or manifest == DEFAULT_MANIFEST:
        return tuple(features)
    return tuple(
        replace(feature, properties={**feature.properties, PROPERTY: manifest})
        if feature.feature_type is FeatureType.VENUE
        else feature
        for feature in features
    )


def without_manifest(features: Iterable[Feature]) -> tuple[tuple[Feature, ...], Manifest]:
    """Return the features as their archive had them, and its manifest; ours where it had none."""
    plain: list[Feature] = []
    manifest = DEFAULT_MANIFEST
    for feature in features:
        if feature.feature_type is FeatureType.VENUE and PROPERTY in feature.properties:
            manifest = feature.properties[PROPERTY]
            own = {name: value for name, value in feature.properties.items() if name != PROPERTY}
            plain.append(replace(feature, properties=own))
        else:
            plain.append(feature)
    return tuple(plain), manifest
