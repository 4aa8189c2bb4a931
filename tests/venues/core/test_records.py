"""Features decoded one by one from the bytes of a map are the features of that map."""

import pytest

from geo.geojson import GeometryError, read_geometries, read_geometry
from tests.venues.small_map import id_of, small_map
from venues.core.imdf.features import Feature, FeatureType
from venues.core.records import features_from, spans_and_features
from venues.core.snapshot import Snapshot, canonical_bytes


def test_each_feature_is_the_one_that_was_written():
    data = canonical_bytes(small_map())
    snapshot = Snapshot.from_bytes(data)
    assert snapshot.features == features_from(data)
    assert all(snapshot.by_id[feature.id] == feature for feature in snapshot.features)
    assert list(snapshot.ids_of(FeatureType.UNIT)) == list(snapshot.units)
    assert id_of("nobody") not in snapshot.by_id


def test_a_property_may_look_like_a_feature():
    alike = {"feature_type": "unit", "geometry": None, "text": ',{"feature_type":"unit","geometry":'}
    features = [
        Feature(feature.id, feature.feature_type, feature.geometry, {**feature.properties, "like": [alike, alike]})
        for feature in small_map()
    ]
    data = canonical_bytes(features)
    assert tuple(feature for _, feature in spans_and_features(data)) == features_from(data)


def test_many_geometries_are_read_as_one_by_one():
    geometries = [feature.geometry for feature in small_map() if feature.geometry is not None]
    raised = {"type": "Point", "coordinates": [51.5, 25.3, 4.0]}
    unclosed = {"type": "Polygon", "coordinates": [[[51.5, 25.3], [51.6, 25.3], [51.6, 25.4]]]}
    for given in ([], geometries, [*geometries, raised], [*geometries, unclosed]):
        assert [shape.wkb for shape in read_geometries(given)] == [read_geometry(one).wkb for one in given]


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Circle", "coordinates": [51.5, 25.3]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [51.5, 25.3]}]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [251.5, 25.3]},
        {"type": "LineString"},
    ],
)
def test_a_geometry_among_many_that_can_not_be_read_is_told(wrong):
    with pytest.raises(GeometryError) as alone:
        read_geometry(wrong)
    with pytest.raises(GeometryError) as among:
        read_geometries([{"type": "Point", "coordinates": [51.5, 25.3]}, wrong])
    assert str(among.value) == str(alone.value)
