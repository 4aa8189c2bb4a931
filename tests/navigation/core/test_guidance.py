"""Paths in words: few steps, at the places where a walker would ask."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.graph import EdgeKind
from navigation.core.maneuvers import ManeuverType as Type
from navigation.core.maneuvers import Modifier
from navigation.core.phrases import LANGUAGES
from navigation.core.route import Route
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import CONCOURSE, GROUND, STREET_LEVEL, UPPER, door, ride, walk
from tests.navigation.core.walks import (
    PHARMACY_NAME,
    joined,
    pharmacy_to_concourse,
    pharmacy_to_street,
    street_to_pharmacy,
    told,
    words,
)

GOLDEN = Path(__file__).parents[3] / "fixtures" / "instructions"
WALKS = {
    "street_to_pharmacy": street_to_pharmacy,
    "pharmacy_to_concourse": pharmacy_to_concourse,
    "pharmacy_to_street": pharmacy_to_street,
}


def types(route: Route) -> list[Type]:
    return [step.maneuver.type for step in route.steps]


@pytest.mark.parametrize("name", WALKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_golden_texts_are_said(name: str, language: str) -> None:
    goal = PHARMACY_NAME if name.endswith("pharmacy") else {}
    route = told(WALKS[name](), language, goal)
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
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


def test_turning_right_behind_a_door_is_said_with_the_door() -> None:
    path = [
        *walk([(30, 0), (30, 9.6)], here.STREET, STREET_LEVEL),
        *door([(30, 9.6), (30, 10.4)], here.GATE, STREET_LEVEL, GROUND),
        *walk([(30, 10.4), (30, 12), (5, 12)], here.HALL),
    ]
    route = told(path)
    assert types(route) == [Type.DEPART, Type.ENTER, Type.ARRIVE]
    assert route.steps[1].instruction == "Turn left and enter Msheireb Galleria, then walk 25 m"


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
