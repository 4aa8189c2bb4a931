from hypothesis import given
from hypothesis import strategies as st

from tests.venues.small_map import box, changed, id_of, redrawn, small_map, unit, without
from venues.core.diff import PropertyChange, diff, feature_diff, is_same
from venues.core.imdf.features import Feature, FeatureType

values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 0.5, "", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
features = st.builds(
    Feature,
    id=st.sampled_from([id_of(name) for name in "abcd"]),
    feature_type=st.sampled_from([FeatureType.UNIT, FeatureType.OPENING]),
    geometry=st.none() | st.just(box(0, 0, 1, 1)) | st.just(box(0, 0, 2, 2)),
    properties=st.dictionaries(st.sampled_from(["name", "category"]), values, max_size=2),
)
maps = st.lists(features, unique_by=lambda feature: feature.id, max_size=4)


def test_what_was_added_removed_and_changed_is_told_property_by_property():
    before = small_map()
    after = redrawn(
        changed(without(before, "fountain"), "hall", category="walkway", **{"dalil:cooled": True}),
        "cafe room",
        box(30, 20, 44, 40),
    )
    difference = diff(before, [*after, unit("kiosk room", "Ground", box(55, 5, 60, 10))])
    assert [feature.id for feature in difference.added] == [id_of("kiosk room")]
    assert [feature.id for feature in difference.removed] == [id_of("fountain")]
    by_id = {each.after.id: each for each in difference.changed}
    assert by_id.keys() == {id_of("hall"), id_of("cafe room")}
    assert by_id[id_of("hall")].properties == (
        PropertyChange("category", "lobby", "walkway", True, True),
        PropertyChange("dalil:cooled", None, True, False, True),
    )
    assert not by_id[id_of("hall")].geometry_changed
    assert (by_id[id_of("cafe room")].geometry_changed, by_id[id_of("cafe room")].properties) == (True, ())


@given(maps)
def test_a_map_is_not_different_from_itself(features):
    difference = diff(features, reversed(features))
    assert (difference.added, difference.removed, difference.changed) == ((), (), ())


@given(maps, maps)
def test_a_difference_read_backwards_is_the_difference_of_the_way_back(one, other):
    there, back = diff(one, other), diff(other, one)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert [(each.before, each.after) for each in there.changed] == [(each.after, each.before) for each in back.changed]


@given(maps, maps)
def test_a_difference_says_all_that_leads_from_one_map_to_the_other(one, other):
    difference = diff(one, other)
    patched = {feature.id: feature for feature in one}
    for feature in difference.removed:
        del patched[feature.id]
    for feature in (*difference.added, *(each.after for each in difference.changed)):
        patched[feature.id] = feature
    assert patched.keys() == {feature.id for feature in other}
    assert all(is_same(patched[feature.id], feature) for feature in other)


def test_true_is_not_one_and_null_is_not_absent():
    one = unit("a", "Ground", box(0, 0, 1, 1), name=None, flag=True)
    other = Feature(one.id, one.feature_type, one.geometry, {**one.properties, "flag": 1})
    assert [change.name for change in feature_diff(one, other).properties] == ["flag"]
    unnamed = Feature(one.id, one.feature_type, one.geometry, {k: v for k, v in one.properties.items() if k != "name"})
    assert feature_diff(one, unnamed).properties == (PropertyChange("name", None, None, True, False),)
