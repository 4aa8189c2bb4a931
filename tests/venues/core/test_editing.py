from uuid import uuid4

import pytest

from tests.venues.small_map import box, id_of, unit
from venues.core.editing import feature_json, feature_of, read_feature, read_patch, record_of
from venues.core.imdf.features import Feature
from venues.errors import InvalidFeature

HALL = unit("hall", "Ground", box(0, 0, 5, 5), "lobby", name=None, **{"com.example:paint": "green"})


def test_a_feature_comes_back_as_it_was_written():
    assert read_feature(feature_json(HALL), new_id=uuid4()) == HALL
    assert feature_of(HALL.id, record_of(HALL)) == HALL


def test_a_feature_without_an_id_is_given_one():
    new_id = uuid4()
    assert read_feature({"feature_type": "unit"}, new_id=new_id) == Feature(new_id, HALL.feature_type, None, {})


def test_a_patch_sets_what_it_names_and_leaves_the_rest():
    patched = read_patch(
        {"properties": {"category": "walkway", "restriction": None}, "removed_properties": ["name"]}, HALL.id
    ).apply(HALL)
    assert patched.geometry == HALL.geometry
    assert patched.properties == {
        "level_id": str(id_of("Ground")),
        "category": "walkway",
        "restriction": None,
        "com.example:paint": "green",
    }


def test_a_patch_without_a_geometry_keeps_it_and_one_with_null_removes_it():
    assert read_patch({}, HALL.id).apply(HALL) == HALL
    assert read_patch({"geometry": None}, HALL.id).apply(HALL).geometry is None


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ([], "type"),
        ({"type": "FeatureCollection"}, "type"),
        ({"feature_type": "room"}, "feature_type"),
        ({"feature_type": ["unit"]}, "feature_type"),
        ({"feature_type": "unit", "id": 7}, "id"),
        ({"feature_type": "unit", "geometry": {"type": "Polygon", "coordinates": [[[0, 0]]]}}, "geometry"),
        ({"feature_type": "unit", "geometry": {"type": "Point", "coordinates": [200, 0]}}, "geometry"),
        ({"feature_type": "unit", "geometry": "here"}, "geometry"),
        ({"feature_type": "unit", "properties": "lobby"}, "properties"),
        ({"feature_type": "unit", "properties": {"name": {"en": "a\0b"}}}, None),
        ({"feature_type": "unit", "properties": {"name": {"en": "\ud800"}}}, None),
        ({"feature_type": "unit", "properties": {"big": 10**30}}, None),
    ],
)
def test_what_is_no_feature_is_refused_by_name(body, param):
    with pytest.raises(InvalidFeature) as refused:
        read_feature(body, new_id=uuid4())
    assert refused.value.param == param


def test_text_about_a_nul_is_no_nul():
    feature = read_feature({"feature_type": "unit", "properties": {"note": "\\u0000"}}, new_id=uuid4())
    assert feature.properties["note"] == "\\u0000"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"id": str(uuid4())}, "id"),
        ({"feature_type": "opening"}, "feature_type"),
        ({"removed_properties": "name"}, "removed_properties"),
        ({"removed_properties": [1]}, "removed_properties"),
    ],
)
def test_a_patch_of_something_else_is_refused(body, param):
    with pytest.raises(InvalidFeature) as refused:
        read_patch(body, HALL.id).apply(HALL)
    assert refused.value.param == param
