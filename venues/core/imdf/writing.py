"""Features to an IMDF archive: the same features give the same bytes, whoever writes them and whenever."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from venues.core.imdf.features import Feature, FeatureType
from venues.core.imdf.manifest import without_manifest

MANIFEST_FILE = "manifest.json"
# The first instant that a zip entry can hold (APPNOTE.TXT 6.3.10, 4.4.6).
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3  # APPNOTE.TXT 4.4.2: who made the entry; zipfile would put the system that runs
FILE_MODE = 0o100644


def archive_files(features: Iterable[Feature]) -> dict[str, bytes]:
    """Return the files of the archive by name: the manifest that the features were read with, or ours, and one GeoJSON
    file for each of the sixteen types."""
    features, manifest = without_manifest(features)
    by_type: dict[FeatureType, list[Feature]] = {feature_type: [] for feature_type in FeatureType}
    for feature in features:
        by_type[feature.feature_type].append(feature)
    files = {MANIFEST_FILE: _json(manifest) + b"\n"}
    for feature_type, group in by_type.items():
        files[f"{feature_type.value}.geojson"] = _collection(sorted(group, key=lambda feature: feature.id))
    return files


def write_archive(features: Iterable[Feature]) -> bytes:
    """Return the archive as the bytes of a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in archive_files(features).items():
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
