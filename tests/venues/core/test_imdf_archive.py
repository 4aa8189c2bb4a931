import io
import json
import zipfile
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.venues.small_map import id_of, small_map
from venues.core.imdf.features import Feature, FeatureType
from venues.core.imdf.manifest import with_manifest
from venues.core.imdf.reading import read_archive
from venues.core.imdf.writing import archive_files, write_archive
from venues.core.records import features_from
from venues.core.snapshot import canonical_bytes

DEMO = Path("fixtures/venues/msheireb/imdf.zip")

# PostgreSQL keeps no NUL, and no file of UTF-8 has half of a surrogate pair.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
FEATURES = st.lists(
    st.builds(
        Feature,
        id=st.uuids(),
        feature_type=st.sampled_from(FeatureType),
        geometry=st.none() | st.just({"type": "Point", "coordinates": [51.5257001, 25.28]}),
        properties=st.dictionaries(TEXT, JSON, max_size=4),
    ),
    unique_by=lambda feature: feature.id,
    max_size=6,
)


def by_id(features: list[Feature]) -> dict[UUID, Feature]:
    return {feature.id: feature for feature in features}


@given(FEATURES)
def test_reading_what_was_written_loses_no_property_known_or_not(features):
    archive = read_archive(archive_files(features))
    assert by_id(list(archive.features)) == by_id(features)
    assert (archive.findings, archive.ignored) == ((), ())


@given(FEATURES)
def test_writing_what_was_read_gives_the_same_bytes(features):
    first = write_archive(features)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    again = read_archive(files)
    assert write_archive(again.features) == first


MANIFEST = {
    "version": "1.0.0",
    "created": "2021-05-01T08:00:00Z",
    "language": "ar",
    "extensions": ["acme:parking#1.2.3"],
}


def test_a_manifest_is_carried_along_and_written_back():
    first = archive_files(with_manifest(small_map(), MANIFEST))
    again = read_archive(first)
    assert again.manifest == MANIFEST
    assert archive_files(again.features) == first
    stored = features_from(canonical_bytes(again.features))
    assert archive_files(stored) == first


@pytest.mark.parametrize("manifest", [None, MANIFEST])
def test_the_demo_district_loses_nothing_between_import_and_export(manifest):
    with zipfile.ZipFile(DEMO) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if manifest is not None:
        files["manifest.json"] = json.dumps(manifest).encode()
    read = read_archive(files)
    stored = features_from(canonical_bytes(read.features))
    written = archive_files(stored)
    for name in files:
        assert sorted_features(written[name]) == sorted_features(files[name]), name
    assert (read.findings, read.ignored) == ((), ())
    assert write_archive(read_archive(written).features) == write_archive(stored)
    if manifest is None:
        assert write_archive(stored) == DEMO.read_bytes()


def sorted_features(data: bytes) -> object:
    document = json.loads(data)
    return sorted(document["features"], key=lambda record: record["id"]) if "features" in document else document


def test_files_that_are_not_imdf_are_reported_and_passed_over():
    archive = read_archive({**archive_files(small_map()), "notes.txt": b"hello", "layer.geojson": b"{}"})
    assert [ignored.what for ignored in archive.ignored] == ["layer.geojson", "notes.txt"]
    assert len(archive.features) == len(small_map())


def test_every_unusable_file_and_feature_is_a_finding_and_none_is_fatal():
    archive = read_archive(
        {
            "unit.geojson": json.dumps(
                {"features": [{"id": "nine"}, 7, {"id": str(uuid4()), "geometry": []}, record("unit", name="ok")]}
            ).encode(),
            "level.geojson": b"{",
            "venue.geojson": b'{"features": [{"id": NaN}]}',
            "opening.geojson": b'["\\u0000"]',
            "anchor.geojson": b"[]",
            "section.geojson": b'{"type": "FeatureCollection", "features": []}\xff',
        }
    )
    assert [finding.code for finding in archive.findings] == [
        "file_unreadable", "file_unreadable", "file_unreadable", "file_unreadable",
        "id_unreadable", "feature_unreadable", "feature_unreadable", "file_unreadable", "manifest_missing",
    ]  # fmt: skip
    assert [feature.properties for feature in archive.features] == [{"name": "ok"}]


def record(feature_type: str, **properties: object) -> dict[str, object]:
    return {"id": str(id_of("record")), "feature_type": feature_type, "geometry": None, "properties": properties}


def test_a_feature_in_the_wrong_file_is_read_as_what_it_says_and_an_unknown_one_passed_over():
    archive = read_archive(
        {
            "manifest.json": b"{}",
            "unit.geojson": json.dumps({"features": [record("level"), record("spaceship") | {"bbox": []}]}).encode(),
        }
    )
    assert [feature.feature_type for feature in archive.features] == [FeatureType.LEVEL]
    assert [finding.code for finding in archive.findings] == ["wrong_file"]
    assert "spaceship" in archive.ignored[0].reason
