"""Landmarks are true: seen from the unit that one walks through, and called like nothing else there."""

from types import SimpleNamespace

import numpy as np
import pytest

from navigation.core.graph import EdgeKind
from navigation.core.guiding.landmarks import Landmarks
from navigation.core.guiding.maneuvers import Side
from navigation.core.guiding.seeing import sights_of
from navigation.core.guiding.sights import Sight, Sights, Standing, Turning
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import HALL, PHARMACY, id_of
from tests.navigation.core.walks import MAP, PHARMACY_NAME, SEEN, walls_of
from venues.core.spatial_index import SpatialIndex

NORTH, EAST = (0.0, 1.0), (1.0, 0.0)


def sights(*seen: Sight) -> Sights:
    return Sights({HALL: seen} if seen else SEEN, walls_of)


def sight(x_m: float, y_m: float, standing: Standing = Standing.SHOP, name: str = "it") -> Sight:
    return Sight(x_m, y_m, id_of(name), {"en": name}, None, False, standing)


def at(x_m: float, y_m: float, heading: tuple[float, float] = NORTH, straight_m: float = 30.0) -> Turning:
    return Turning(HALL, (x_m, y_m), heading, straight_m)


def test_what_lies_just_before_the_turn_is_passed() -> None:
    seen = sights(sight(14, 20)).at(at(10, 25), without=())
    assert seen
    assert (seen.side, seen.passed) == (Side.RIGHT, True)


def test_what_lies_beside_the_turn_is_not_passed() -> None:
    seen = sights(sight(6, 24)).at(at(10, 25), without=())
    assert seen
    assert (seen.side, seen.passed) == (Side.LEFT, False)


@pytest.mark.parametrize(("x_m", "y_m"), [(14, 5), (14, 31), (30, 20)], ids=["far back", "beyond", "far aside"])
def test_what_is_not_at_the_turn_is_not_said(x_m: float, y_m: float) -> None:
    assert sights(sight(x_m, y_m)).at(at(10, 25), without=()) is None


def test_what_was_passed_before_the_last_maneuver_is_not_said() -> None:
    assert sights(sight(14, 16)).at(at(10, 25, straight_m=6.0), without=()) is None


def test_what_a_wall_hides_is_not_said() -> None:
    assert sights(sight(44, 20)).at(at(38, 25), without=()) is None


def test_the_most_striking_is_said_and_of_two_the_nearest() -> None:
    room, shop, far = sight(11, 24, Standing.ROOM, "room"), sight(14, 20, name="shop"), sight(14, 16, name="far")
    seen = sights(room, far, shop).at(at(10, 25), without=())
    assert seen
    assert seen.feature_id == id_of("shop")


def test_where_one_is_going_is_no_landmark() -> None:
    assert sights(sight(14, 20)).at(at(10, 25), without={id_of("it")}) is None


def test_the_fronts_of_a_map_are_seen_from_the_units_before_them() -> None:
    found = sights_of(Landmarks(MAP), doors_of_the_small_map(), SpatialIndex(MAP))  # type: ignore[arg-type]  # what it reads
    assert {(seen.feature_id, seen.standing) for seen in found[HALL]} == {(PHARMACY, Standing.SHOP)}
    [hotel] = found[here.SQUARE]
    assert (hotel.feature_id, hotel.entrance) == (id_of("hotel"), True)
    assert [seen.name for seen in found[HALL]] == [PHARMACY_NAME]


def test_what_is_called_like_something_else_there_is_no_landmark() -> None:
    doors = doors_of_the_small_map(twice=True)
    assert HALL not in sights_of(Landmarks(MAP), doors, SpatialIndex(MAP))  # type: ignore[arg-type]  # as above


def doors_of_the_small_map(*, twice: bool = False) -> SimpleNamespace:
    """Return the doors of the hall to the pharmacy and of the square to the hotel, as a graph has them."""
    units = [
        (HALL, PHARMACY, here.GROUND, here.GROUND),
        (here.SQUARE, here.HOTEL_LOBBY, here.STREET_LEVEL, here.HOTEL_LEVEL),
    ]
    units += units[:1] if twice else []
    features = (HALL, PHARMACY, here.SQUARE, here.HOTEL_LOBBY)
    levels = (here.GROUND, here.STREET_LEVEL, here.HOTEL_LEVEL)
    count = len(units)
    return SimpleNamespace(
        kind=np.full(count, EdgeKind.DOOR),
        tail=np.arange(0, 2 * count, 2),
        head=np.arange(1, 2 * count, 2),
        node_unit=np.array([features.index(unit) for row in units for unit in row[:2]]),
        node_level=np.array([levels.index(level) for row in units for level in row[2:]]),
        node_x_m=np.array([x for _ in units for x in (39.6, 40.4)]),
        node_y_m=np.array([y for number in range(count) for y in (20.0 + number, 20.0 + number)]),
        edge_feature=np.arange(count),
        feature_ids=features,
        level_ids=levels,
    )
