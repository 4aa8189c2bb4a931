"""The features of GeoJSON files, and which rule takes each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geojson import GeometryError, read_geometry
from venues.core.geojson_mapping.mapping import GeojsonMapping, Properties, Rule, texts_of
from venues.core.imdf.features import FeatureType
from venues.core.validation.finding import Finding, warning

# How each type is drawn, by the dimension of its shape; amenities may be drawn anyhow, and openings as points too.
AREA, LINE, POINT = 2, 1, 0
DRAWN_AS: Mapping[FeatureType, frozenset[int]] = {
    FeatureType.LEVEL: frozenset({AREA}),
    FeatureType.UNIT: frozenset({AREA}),
    FeatureType.SECTION: frozenset({AREA}),
    FeatureType.KIOSK: frozenset({AREA}),
    FeatureType.FIXTURE: frozenset({AREA}),
    FeatureType.OPENING: frozenset({LINE, POINT}),
    FeatureType.DETAIL: frozenset({LINE}),
    FeatureType.AMENITY: frozenset({AREA, LINE, POINT}),
}
DIMENSION_NAMES = ("a point", "a line", "an area")
# JSON may carry it, PostgreSQL can't keep it, and no name needs it.
NUL = b"\\u0000"


class GeojsonError(ValueError):
    """The file holds no GeoJSON; the message says what was expected and what came."""


@dataclass(frozen=True, eq=False)
class Taken:
    """A feature that a rule takes. `shape` is in degrees and valid.

    `key` names it for people, by file and id or index; `identity`, its own id where it is the first to have it, for programs.
    """

    key: str
    identity: str
    file: str
    rule: Rule
    shape: BaseGeometry
    properties: Properties


@dataclass
class Notes:
    """What a reading leaves behind: what was passed over and why, by file and id or index, and what was found."""

    ignored: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def unusable(self, key: str, reason: str) -> None:
        """Note that a feature that a rule takes can't be used."""
        self.ignored[key] = reason
        self.findings.append(warning("feature_unusable", None, f"{key}: {reason}. Correct it and import again."))


def taken_features(files: Mapping[str, bytes], mapping: GeojsonMapping, notes: Notes) -> list[Taken]:
    """Return the features that rules take and that can be drawn. Raises GeojsonError for a file without features."""
    return [taken for record in _records(files) if (taken := _taken(record, mapping, notes)) is not None]


@dataclass(frozen=True, eq=False)
class _Record:
    """A feature as the file has it, whatever that is."""

    key: str
    identity: str
    file: str
    value: Any


def _records(files: Mapping[str, bytes]) -> Iterator[_Record]:
    seen: set[str] = set()
    for file, data in sorted(files.items()):
        for index, value in enumerate(_features_in(file, data)):
            own = _source_id(value)
            if own is None or own in seen:
                yield _Record(f"{file}#{index}", f"{file}#{index}", file, value)
            else:
                yield _Record(f"{file}#{own}", own, file, value)
                seen.add(own)


def _features_in(file: str, data: bytes) -> Iterable[Any]:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise GeojsonError(f"{file} is not JSON in UTF-8: {error}") from error
    if NUL in data:
        raise GeojsonError(f"{file} has a NUL character (\\u0000) in a text")
    if isinstance(document, dict) and document.get("type") == "Feature":
        return [document]
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise GeojsonError(f"{file} must hold a GeoJSON FeatureCollection or Feature (RFC 7946)")
    return features


def _source_id(record: Any) -> str | None:
    """Return the feature's own id: the member that RFC 7946 has for it, else a property of that name."""
    if not isinstance(record, dict):
        return None
    properties = record.get("properties")
    found = record.get("id", properties.get("id") if isinstance(properties, dict) else None)
    return next(iter(texts_of(found)), None)


def _taken(record: _Record, mapping: GeojsonMapping, notes: Notes) -> Taken | None:
    properties = record.value.get("properties") or {} if isinstance(record.value, dict) else None
    if not isinstance(properties, dict):
        notes.unusable(record.key, "it is no GeoJSON feature with an object of properties")
        return None
    rule = mapping.rule_for(properties)
    if rule is None or rule.ignore is not None:
        notes.ignored[record.key] = "no rule of the mapping takes it" if rule is None else str(rule.ignore)
        return None
    try:
        shape = _drawn(record.value.get("geometry"), DRAWN_AS[rule.feature_type])
    except GeometryError as error:
        notes.unusable(record.key, str(error))
        return None
    return Taken(record.key, record.identity, record.file, rule, shape, properties)


def _drawn(geometry: Any, dimensions: frozenset[int]) -> BaseGeometry:
    """Return the shape, made valid. Raises GeometryError where it is of none of the dimensions."""
    shape = read_geometry(geometry)
    dimension = int(shapely.get_dimensions(shape))
    if dimension not in dimensions:
        wanted = " or ".join(DIMENSION_NAMES[each] for each in sorted(dimensions))
        raise GeometryError(f"it must be drawn as {wanted}, got {shape.geom_type}")
    if shape.is_valid or dimension != AREA:
        return shape
    parts = [p for p in shapely.get_parts(shapely.make_valid(shape)) if int(shapely.get_dimensions(p)) == AREA]
    if not parts:
        raise GeometryError(f"its {shape.geom_type} has no area")
    return shapely.union_all(parts)
