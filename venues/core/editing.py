"""Editing one feature: GeoJSON in and out, and the change of some of its members."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from geo.geojson import GeometryError, read_geometry
from venues.core.imdf.features import Feature, FeatureType
from venues.errors import InvalidFeature

Json = dict[str, Any]

# An escaped NUL, not an escaped backslash before the text u0000.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
KNOWN_TYPES = ", ".join(kind.value for kind in FeatureType)


@dataclass(frozen=True)
class FeaturePatch:
    """What of a feature shall be another. Properties that are not named stay; null is a value, as in IMDF.

    `feature_type` is the type that the sender takes it for, None where they don't say.
    """

    feature_type: str | None
    has_geometry: bool
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any]
    removed_properties: Sequence[str]

    def apply(self, feature: Feature) -> Feature:
        """Return the feature, changed. Raises InvalidFeature where it is of another type."""
        if self.feature_type not in (None, feature.feature_type):
            message = f"This is a {feature.feature_type}. Delete it, and add the {self.feature_type} that it shall be."
            raise InvalidFeature(message, param="feature_type")
        kept = {name: value for name, value in feature.properties.items() if name not in self.removed_properties}
        geometry = self.geometry if self.has_geometry else feature.geometry
        return Feature(feature.id, feature.feature_type, geometry, kept | dict(self.properties))


def feature_json(feature: Feature) -> Json:
    """Return the feature as GeoJSON, as an IMDF archive has it."""
    return {"id": str(feature.id), "type": "Feature", **record_of(feature)}


def record_of(feature: Feature) -> Json:
    """Return what a row keeps of the feature beside its id."""
    return {
        "feature_type": feature.feature_type.value,
        "geometry": feature.geometry,
        "properties": dict(feature.properties),
    }


def feature_of(feature_id: UUID, record: Mapping[str, Any]) -> Feature:
    """Return the feature that `record_of` wrote."""
    return Feature(feature_id, FeatureType(record["feature_type"]), record["geometry"], record["properties"])


def read_feature(body: Any, *, new_id: UUID) -> Feature:
    """Return the feature of a GeoJSON body; `new_id` where it names none. Raises InvalidFeature, naming the member."""
    content = _object(body)
    kind = content.get("feature_type")
    if kind not in list(FeatureType):
        raise InvalidFeature(f"feature_type must be one of {KNOWN_TYPES}, got {kind!r}.", param="feature_type")
    feature_id = new_id if content.get("id") is None else _id(content["id"])
    return Feature(feature_id, FeatureType(kind), _geometry(content), _properties(content))


def read_patch(body: Any, feature_id: UUID) -> FeaturePatch:
    """Return the change that a body asks for. Raises InvalidFeature, naming the member.

    `geometry` replaces the geometry, `properties` are set one by one, `removed_properties` names those to remove.
    """
    content = _object(body)
    if content.get("id") is not None and _id(content["id"]) != feature_id:
        raise InvalidFeature("The id of a feature can't be changed. Delete it and add another.", param="id")
    removed = content.get("removed_properties", [])
    if not isinstance(removed, list) or not all(isinstance(name, str) for name in removed):
        raise InvalidFeature("removed_properties must be a list of names.", param="removed_properties")
    return FeaturePatch(
        content.get("feature_type"), "geometry" in content, _geometry(content), _properties(content), tuple(removed)
    )


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, Mapping) or body.get("type", "Feature") != "Feature":
        raise InvalidFeature("The body must be a GeoJSON Feature (RFC 7946, 3.2).", param="type")
    return _storable(body)


def _storable(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the body if every store can keep it: PostgreSQL has no NUL, JSON no lone surrogate and no endless number."""
    try:
        data = orjson.dumps(body)
    except TypeError as error:
        raise InvalidFeature(f"The feature can't be stored as JSON: {error}.") from error
    if NUL.search(data):
        raise InvalidFeature("A text has a NUL character (\\u0000). Remove it.")
    return body


def _id(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise InvalidFeature(f"id must be a UUID, got {value!r}.", param="id") from error


def _geometry(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    geometry = content.get("geometry")
    if geometry is None:
        return None
    try:
        read_geometry(geometry)
    except GeometryError as error:
        raise InvalidFeature(f"{error}. Draw it again.", param="geometry") from error
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}


def _properties(content: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = content.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise InvalidFeature("properties must be an object.", param="properties")
    return dict(properties)
