import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.position import LevelPoint
from tests.venues.small_map import FRAME, box, changed, id_of, small_map, unit
from venues.core.locating import level_from, locate
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex

COLUMN = unit("column", "Ground", box(44, 14, 46, 16), "column")
INDEX = SpatialIndex(Snapshot.from_features([*small_map(), COLUMN]))


def at(x_m: float, y_m: float, level: str) -> LevelPoint:
    """Return the place x_m east and y_m north of the square's corner, on the level that tests call so."""
    return LevelPoint(*INDEX.snapshot.frame.to_metres(*FRAME.to_lng_lat(x_m, y_m)), id_of(level))


def test_a_point_is_in_the_unit_of_its_own_level():
    assert INDEX.unit_at(at(50, 15, "Ground")).id == id_of("hall")
    assert INDEX.unit_at(at(50, 15, "First")).id == id_of("corridor")
    assert INDEX.unit_at(at(50, 15, "Street")) is None


def test_a_walkable_unit_goes_before_the_column_that_stands_in_it():
    assert INDEX.unit_at(at(45, 15, "Ground")).id == id_of("hall")


def test_units_are_found_over_all_levels_or_those_of_one_ordinal():
    here = at(50, 15, "Ground")
    assert {found.id for found in INDEX.units_at(here.x_m, here.y_m)} == {id_of("hall"), id_of("corridor")}
    assert [found.id for found in INDEX.units_at(here.x_m, here.y_m, 1)] == [id_of("corridor")]


def test_the_nearest_walkable_unit_says_how_far_it_is():
    unit_, distance_m = INDEX.nearest_walkable(at(-3, 10, "Street"))
    assert (unit_.id, round(distance_m, 2)) == (id_of("square"), 3.0)
    assert INDEX.nearest_walkable(at(10, 10, "Street"))[1] == 0
    assert INDEX.nearest_walkable(LevelPoint(0, 0, id_of("nothing"))) is None


@given(st.floats(-20, 80), st.floats(-20, 60))
def test_a_point_in_a_walkable_unit_is_at_no_distance_from_it(x_m, y_m):
    point = at(x_m, y_m, "First")
    inside = INDEX.unit_at(point)
    nearest, distance_m = INDEX.nearest_walkable(point)
    assert (inside is not None) == (distance_m == 0)
    assert nearest.level_id == point.level_id


def test_a_place_is_told_with_its_section_and_building():
    outside, inside = locate(INDEX, at(10, 10, "Street")), locate(INDEX, at(50, 15, "Ground"))
    assert (outside.unit.id, outside.building, outside.section_ids) == (id_of("square"), None, (id_of("west section"),))
    assert (inside.unit.id, inside.building.id, inside.level.id) == (id_of("hall"), id_of("house"), id_of("Ground"))
    assert locate(INDEX, at(500, 500, "Street")) is None
    assert locate(INDEX, LevelPoint(0, 0, id_of("nothing"))) is None


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        (0, "Ground"), ("0", "Ground"), (1.0, "First"), ("1", "First"), (id_of("First"), "First"),
        (str(id_of("Street")), "Street"), ({"ordinal": 1}, "First"), ({"id": str(id_of("Ground"))}, "Ground"),
        (9, None), ("roof", None), (str(id_of("hall")), None), (True, None), (None, None), ({}, None),
    ],
)  # fmt: skip
def test_a_level_is_meant_by_id_ordinal_or_object(asked, level):
    here = at(50, 15, "Ground")
    found = level_from(INDEX, asked, here.x_m, here.y_m)
    assert (found and found.id) == (level and id_of(level))


def test_an_ordinal_means_the_level_whose_floor_is_there_or_nearest():
    for x_m, name in ((10, "Street"), (50, "Ground"), (-5, "Street"), (70, "Ground")):
        here = at(x_m, 15, "Street")
        assert level_from(INDEX, 0, here.x_m, here.y_m).id == id_of(name)


def test_staff_rooms_are_not_for_visitors():
    index = SpatialIndex(Snapshot.from_features(changed(small_map(), "museum room", restriction="employeesonly")))
    unit_, distance_m = index.nearest_walkable(at(50, 30, "First"))
    assert unit_.id == id_of("corridor")
    assert distance_m == pytest.approx(10, abs=0.05)
