"""An IMDF archive to features. What can't be read is a finding, what isn't IMDF's is reported and passed over."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from venues.core.imdf.features import Feature, FeatureType
from venues.core.imdf.manifest import with_manifest
from venues.core.imdf.writing import MANIFEST_FILE
from venues.core.validation.finding import Finding, error, warning

FILE_TYPES = {f"{feature_type.value}.geojson": feature_type for feature_type in FeatureType}
KNOWN_TYPES = [feature_type.value for feature_type in FeatureType]
FEATURE_MEMBERS = frozenset({"id", "type", "feature_type", "geometry", "properties"})
# JSON may carry it, PostgreSQL can't keep it, and no name needs it.
NUL = b"\\u0000"


@dataclass(frozen=True)
class Ignored:
    """A file, feature or member that was passed over, and why."""

    what: str
    reason: str


@dataclass(frozen=True)
class Archive:
    """What an archive holds; the venue among its features carries the manifest along (see imdf.manifest).

    `findings` tells what could not be read: with errors among them the archive is unusable.
    """

    features: tuple[Feature, ...]
    manifest: Mapping[str, Any]
    ignored: tuple[Ignored, ...]
    findings: tuple[Finding, ...]


def read_archive(files: Mapping[str, bytes]) -> Archive:
    """Return what these files of an archive, by name, hold; of a single folder in it without that folder's name."""
    files = _without_top_folder(files)
    features: list[Feature] = []
    ignored: list[Ignored] = []
    findings: list[Finding] = []
    for name in sorted(files):
        if name in FILE_TYPES:
            for item in _read_file(name, files[name]):
                match item:
                    case Feature():
                        features.append(item)
                    case Ignored():
                        ignored.append(item)
                    case Finding():
                        findings.append(item)
        elif name != MANIFEST_FILE:
            ignored.append(Ignored(name, "it is none of the files of IMDF"))
    manifest, problem = _manifest(files.get(MANIFEST_FILE))
    return Archive(with_manifest(features, manifest), manifest, tuple(ignored), (*findings, *problem))


def _without_top_folder(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files under the folder that holds `venue.geojson`, wherever that is, by their names below it."""
    tops = [PurePosixPath(name).parent for name in files if PurePosixPath(name).name == "venue.geojson"]
    if len(tops) != 1 or str(tops[0]) == ".":
        return files
    top = f"{tops[0]}/"
    return {name.removeprefix(top): data for name, data in files.items()}


def _manifest(data: bytes | None) -> tuple[Mapping[str, Any], list[Finding]]:
    if data is None:
        return {}, [warning("manifest_missing", None, "The archive has no manifest.json. Add one, as IMDF asks.")]
    try:
        manifest = json.loads(data)
    except ValueError as failure:
        return {}, [warning("manifest_unreadable", None, f"manifest.json is not JSON: {failure}. Correct it.")]
    if not isinstance(manifest, dict):
        return {}, [warning("manifest_unreadable", None, "manifest.json must hold an object.")]
    return manifest, []


def _read_file(name: str, data: bytes) -> Iterator[Feature | Ignored | Finding]:
    try:
        collection = json.loads(data, parse_constant=_refuse_constant)
    except ValueError as failure:  # both malformed JSON and malformed UTF-8
        yield error("file_unreadable", None, f"{name} is not JSON in UTF-8: {failure}. Export it again.")
        return
    if NUL in data and _holds_nul(collection):
        yield error("file_unreadable", None, f"{name} has a NUL character (\\u0000) in a text. Remove it.")
        return
    records = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(records, list):
        yield error("file_unreadable", None, f"{name} must hold a GeoJSON FeatureCollection.")
        return
    for position, record in enumerate(records):
        yield from _read_record(f"{name}, feature {position}", FILE_TYPES[name], record)


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON (RFC 8259) does not have."""
    raise ValueError(f"{name} is no JSON number")


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_nul, value))


def _read_record(where: str, file_type: FeatureType, record: Any) -> Iterator[Feature | Ignored | Finding]:
    if not isinstance(record, dict):
        yield error("feature_unreadable", None, f"{where} must be an object, got {type(record).__name__}.")
        return
    try:
        feature_id = UUID(str(record.get("id")))
    except ValueError:
        yield error("id_unreadable", None, f"{where} has the id {record.get('id')!r}. IMDF ids are UUIDs; give it one.")
        return
    declared = record.get("feature_type", file_type.value)
    if declared not in KNOWN_TYPES:
        yield Ignored(str(feature_id), f"{where} has the feature_type {declared!r}, which IMDF does not know")
        return
    geometry, properties = record.get("geometry"), record.get("properties")
    if not isinstance(geometry, dict | None) or not isinstance(properties, dict | None):
        yield error(
            "feature_unreadable", feature_id, f"{where} must have an object or null as geometry and properties."
        )
        return
    feature_type = FeatureType(declared)
    if feature_type is not file_type:
        message = f"{where} says that it is a {feature_type.value}; it was read as one. Move it to its own file."
        yield warning("wrong_file", feature_id, message)
    for member in sorted(record.keys() - FEATURE_MEMBERS):
        yield Ignored(str(feature_id), f"{where} has a member {member!r} outside its properties")
    yield Feature(feature_id, feature_type, geometry, properties or {})
