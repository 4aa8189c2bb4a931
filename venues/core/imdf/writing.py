"""Features to an IMDF archive: the same features give the same bytes, whoever writes them and whenever."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from venues.core.imdf.features import Feature, FeatureType

MANIFEST_FILE = "manifest.json"
# The archive is named by its content, so it may not tell the hour at which it was written. IMDF requires `created`.
DEFAULT_MANIFEST: Mapping[str, Any] = {
    "version": "1.0.0",
    "created": "2026-01-01T00:00:00Z",
    "generated_by": "Dalil",
    "language": "en",
    "extensions": None,
}
# The first instant that a zip entry can hold (APPNOTE.TXT 6.3.10, 4.4.6).
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3  # APPNOTE.TXT 4.4.2: who made the entry; zipfile would put the system that runs
FILE_MODE = 0o100644


def archive_files(features: Iterable[Feature], manifest: Mapping[str, Any] = DEFAULT_MANIFEST) -> dict[str, bytes]:
    """Return the files of the archive by name: the manifest, and one GeoJSON file for each of the sixteen types."""
    by_type: dict[FeatureType, list[Feature]] = {feature_type: [] for feature_type in FeatureType}
    for feature in features:
        by_type[feature.feature_type].append(feature)
    files = {MANIFEST_FILE: _json(manifest) + b"\n"}
    for feature_type, group in by_type.items():
        files[f"{feature_type.value}.geojson"] = _collection(sorted(group, key=lambda feature: feature.id))
    return files


def write_archive(features: Iterable[Feature], manifest: Mapping[str, Any] = DEFAULT_MANIFEST) -> bytes:
    """Return the archive as the bytes of a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in archive_files(features, manifest).items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.create_system, entry.external_attr = UNIX, FILE_MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def feature_json(feature: Feature) -> dict[str, Any]:
    """Return the feature as IMDF writes it: `feature_type` beside `type`, not among the properties."""
    return {
        "id": str(feature.id),
        "type": "Feature",
        "feature_type": feature.feature_type.value,
        "geometry": feature.geometry,
        "properties": feature.properties,
    }


def _collection(features: Iterable[Feature]) -> bytes:
    """Return a FeatureCollection with one feature a line, so that versions of a map can be compared line by line."""
    lines = b",\n".join(_json(feature_json(feature)) for feature in features)
    return b'{"type":"FeatureCollection","features":[\n' + lines + b"\n]}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
