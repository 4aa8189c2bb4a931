import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues.core.osm.levels import LevelError, is_on_the_ground, level_refs, levels_given, parse_levels


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("0", (0.0,)),
        ("0;1", (0.0, 1.0)),
        ("-1;0", (-1.0, 0.0)),
        ("-1-3", (-1.0, 0.0, 1.0, 2.0, 3.0)),
        ("-1--3", (-3.0, -2.0, -1.0)),
        ("0.5", (0.5,)),
        ("0.5-2.5", (0.5, 1.5, 2.5)),
        ("1; 0-2 ;2", (0.0, 1.0, 2.0)),
        ("-0", (0.0,)),
        ("0,1", (0.0, 1.0)),
    ],
)
def test_lists_and_ranges_of_levels_are_read(text, levels):
    assert parse_levels(text) == levels


@pytest.mark.parametrize("text", ["", "G", "1st", "--1", "0-", "1-2-3", ";", "0-100000", "0;roof"])
def test_what_is_no_level_is_refused_with_the_text_that_came(text):
    with pytest.raises(LevelError, match="level"):
        parse_levels(text)


@given(st.sets(st.integers(-9, 99), min_size=1))
def test_a_list_names_its_levels_whatever_their_order(levels):
    assert parse_levels(";".join(map(str, levels))) == tuple(sorted(map(float, levels)))


@given(st.integers(-9, 50), st.integers(0, 40))
def test_a_range_holds_both_ends_and_all_between_in_either_direction(low, count):
    high = low + count
    assert parse_levels(f"{low}-{high}") == parse_levels(f"{high}-{low}") == tuple(map(float, range(low, high + 1)))


def test_a_space_lies_on_its_level_and_on_those_that_it_is_repeated_on():
    assert levels_given({"level": "0", "repeat_on": "2-3"}) == (0.0, 2.0, 3.0)


def test_a_level_that_is_not_given_is_not_zero():
    assert levels_given({"indoor": "room"}) == ()


def test_names_of_levels_count_only_where_there_is_one_for_each():
    assert level_refs({"level:ref": "G"}, (0.0, 1.0)) == {}


@pytest.mark.parametrize(
    "tags", [{"layer": "1"}, {"bridge": "yes"}, {"tunnel": "yes"}, {"indoor": "yes"}, {"location": "underground"}]
)
def test_what_is_lifted_or_sunk_is_not_on_the_ground_by_convention(tags):
    assert not is_on_the_ground({"highway": "footway", **tags})
