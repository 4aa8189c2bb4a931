"""Paths in words: few steps, at the places where a walker would ask."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.graph import EdgeKind
from navigation.core.guiding.maneuvers import ManeuverType as Type
from navigation.core.guiding.maneuvers import Modifier
from navigation.core.guiding.phrases import LANGUAGES
from navigation.core.guiding.stretches import Stretch
from navigation.core.route import Route
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import CONCOURSE, GROUND, STREET_LEVEL, UPPER, door, ride, walk
from tests.navigation.core.walks import (
    BANK_NAME,
    CAFE_NAME,
    LOBBY_NAME,
    PHARMACY_NAME,
    RESTROOM_NAME,
    along_the_ramp,
    concourse_to_upper,
    hall_to_restroom,
    hotel_to_mall,
    joined,
    pharmacy_to_concourse,
    pharmacy_to_street,
    restroom_to_lift,
    round_the_block,
    street_to_hotel,
    street_to_pharmacy,
    told,
    words,
)

FIXTURES = Path(__file__).parents[3] / "fixtures" / "instructions"
GOLDEN: Mapping[str, tuple[Callable[[], list[Stretch]], Mapping[str, str], str]] = {
    "street_to_pharmacy": (street_to_pharmacy, PHARMACY_NAME, "walk"),
    "pharmacy_to_concourse": (pharmacy_to_concourse, {}, "walk"),
    "pharmacy_to_street": (pharmacy_to_street, {}, "walk"),
    "street_to_hotel": (street_to_hotel, LOBBY_NAME, "walk"),
    "hotel_to_mall": (hotel_to_mall, {}, "walk"),
    "concourse_to_upper": (concourse_to_upper, {}, "walk"),
    "hall_to_restroom": (hall_to_restroom, RESTROOM_NAME, "walk"),
    "restroom_to_lift": (restroom_to_lift, {}, "wheelchair"),
    "round_the_block": (round_the_block, BANK_NAME, "walk"),
    "along_the_ramp": (along_the_ramp, CAFE_NAME, "stroller"),
    "street_to_pharmacy_by_touch": (street_to_pharmacy, PHARMACY_NAME, "low_vision"),
    "hall_to_restroom_by_touch": (hall_to_restroom, RESTROOM_NAME, "low_vision"),
    "round_the_block_by_touch": (round_the_block, BANK_NAME, "low_vision"),
}
WALKS = {name: walk_ for name, (walk_, _, profile) in GOLDEN.items() if profile != "low_vision"}


def types(route: Route) -> list[Type]:
    return [step.maneuver.type for step in route.steps]


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_golden_texts_are_said(name: str, language: str) -> None:
    path, goal, profile = GOLDEN[name]
    route = told(path(), language, goal, profile)
    golden = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    assert [{"instruction": s.instruction, "spoken": s.spoken} for s in route.steps] == golden[language]


def test_a_corridor_that_bends_is_one_step() -> None:
    bend = walk([(2, 12), (20, 12), (26, 14), (31, 18), (34, 24), (34, 38)], here.HALL)
    assert types(told(bend)) == [Type.DEPART, Type.ARRIVE]


def test_a_corridor_with_corners_is_a_step_for_each() -> None:
    corners = told(walk([(2, 12), (20, 12), (20, 38), (38, 38)], here.HALL))
    assert [s.maneuver.modifier for s in corners.steps[1:-1]] == [Modifier.LEFT, Modifier.RIGHT]


def test_a_rounded_corner_is_one_turn() -> None:
    corner = told(walk([(2, 12), (20, 12), (21, 12.5), (21.5, 13.5), (21.5, 38)], here.HALL))
    assert types(corner) == [Type.DEPART, Type.TURN, Type.ARRIVE]


def test_a_zigzag_round_a_column_is_no_turn() -> None:
    zigzag = walk([(2, 12), (15, 12), (16, 13.5), (17, 12), (35, 12)], here.HALL)
    assert types(told(zigzag)) == [Type.DEPART, Type.ARRIVE]


def test_turning_behind_a_door_is_said_after_the_door() -> None:
    path = [
        *walk([(30, 0), (30, 9.6)], here.STREET, STREET_LEVEL),
        *door([(30, 9.6), (30, 10.4)], here.GATE, STREET_LEVEL, GROUND),
        *walk([(30, 10.4), (30, 12), (5, 12)], here.HALL),
    ]
    route = told(path)
    assert types(route) == [Type.DEPART, Type.ENTER, Type.ARRIVE]
    assert route.steps[1].instruction == "Enter Msheireb Galleria and turn left, then walk 25 m"


def test_two_escalators_with_a_landing_between_are_one_ride() -> None:
    path = [
        *walk([(30, 12), (20, 12)], here.CONCOURSE_HALL, CONCOURSE),
        *ride(EdgeKind.ESCALATOR, [(20, 12), (12, 12)], here.FLIGHT, CONCOURSE, GROUND),
        *walk([(12, 12), (12, 15)], here.HALL),
        *ride(EdgeKind.ESCALATOR, [(12, 15), (20, 15)], here.FLIGHT, GROUND, UPPER),
        *walk([(20, 15), (50, 15)], here.UPPER_HALL, UPPER),
    ]
    route = told(path)
    assert types(route) == [Type.DEPART, Type.TAKE_ESCALATOR, Type.CONTINUE, Type.ARRIVE]
    assert route.steps[1].to_level_id == UPPER
    assert route.steps[1].instruction == "Take the escalator up to level 1"


def test_going_into_a_lift_is_no_leaving_of_the_hall() -> None:
    path = [
        *walk([(20, 25), (7, 34)], here.CONCOURSE_HALL, CONCOURSE),
        *walk([(7, 34), (5, 35)], here.LIFT_BELOW, CONCOURSE),
        *ride(EdgeKind.LIFT, [(5, 35), (5, 35)], here.RIDE, CONCOURSE, GROUND),
        *walk([(5, 35), (7, 34)], here.LIFT),
        *walk([(7, 34), (20, 25)], here.HALL),
    ]
    assert types(told(path)) == [Type.DEPART, Type.TAKE_LIFT, Type.CONTINUE, Type.ARRIVE]


def test_a_leg_that_begins_with_a_lift_still_departs() -> None:
    path = ride(EdgeKind.LIFT, [(5, 35), (5, 35)], here.RIDE, GROUND, CONCOURSE)
    assert types(told(path)) == [Type.DEPART, Type.TAKE_LIFT, Type.ARRIVE]


def test_being_there_already_is_a_departure_and_an_arrival() -> None:
    assert words(told(walk([(5, 12), (5, 12)], here.HALL))) == ["Head north", "You have arrived"]


@pytest.mark.parametrize("path", WALKS.values(), ids=WALKS)
def test_steps_join_and_sum_to_the_path_exactly(path) -> None:
    route = told(path())
    assert joined(route)
    assert sum(s.length_mm for s in route.steps) == sum(s.length_mm for s in path())
    assert sum(s.duration_ms for s in route.steps) == sum(s.duration_ms for s in path())


points = st.tuples(st.floats(0, 40), st.floats(10, 40))


@given(st.lists(points, min_size=2, max_size=12))
def test_any_walk_joins_sums_and_survives_its_json(corners) -> None:
    path = walk(corners, here.HALL)
    route = told(path)
    assert joined(route)
    assert sum(s.length_mm for s in route.steps) == sum(s.length_mm for s in path)
    assert Route.from_json(json.loads(json.dumps(route.to_json()))) == route
    assert types(route)[0] is Type.DEPART
    assert types(route)[-1] is Type.ARRIVE
