"""A visitor on a route: matched with patience, told what happens once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import dist
from uuid import UUID

import numpy as np
import pytest

from geo.position import LevelPoint, Position, PositionStatus, Posterior
from navigation.core.following.connectors import NO_CONNECTORS, Connectors
from navigation.core.following.matching import LEVEL_STRIKES, LOST_STRIKES, MatchedPlace, match
from navigation.core.following.progress import (
    Arrived,
    BackOnRoute,
    Event,
    LevelChanged,
    ManeuverAhead,
    OffRoute,
    Progress,
    begin,
    progress_json,
    remaining_m,
    remaining_s,
    step,
)
from navigation.core.route import Route
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import CONCOURSE, GROUND, UPPER, walk
from tests.navigation.core.walks import pharmacy_to_concourse, street_to_pharmacy, told

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(x_m: float, y_m: float, level: UUID = GROUND, error_m: float = 3.0) -> Position:
    posterior = Posterior(np.array([x_m]), np.array([y_m]), np.array([0]), np.array([1.0]), (level,))
    return Position(LevelPoint(x_m, y_m, level), error_m, 2 * error_m, NOON, PositionStatus.OK, posterior)


def follow(
    route: Route, positions: list[Position], seconds: float = 1.0, connectors: Connectors = NO_CONNECTORS
) -> tuple[Progress, list[Event]]:
    progress, happened = begin(route), []
    for number, position in enumerate(positions):
        place = match(route, position, progress.place, connectors)
        progress, events = step(route, progress, place, NOON + timedelta(seconds=number * seconds))
        happened += events
    return progress, happened


def positions_along(route: Route, every_m: float = 1.0) -> list[Position]:
    found = []
    for s in route.steps:
        for (ax, ay), (bx, by) in zip(s.points_m, s.points_m[1:], strict=False):
            count = max(1, int(dist((ax, ay), (bx, by)) / every_m))
            found += [at(ax + (bx - ax) * i / count, ay + (by - ay) * i / count, s.level_id) for i in range(count)]
        found.append(at(*s.points_m[-1], s.end_level_id))
    return found


def test_a_visitor_on_a_street_is_placed_on_it() -> None:
    place = match(told(street_to_pharmacy()), at(15, 7), None)
    assert (place.along_m, place.off_m, place.step_index) == pytest.approx((10.0, 2.0, 0), abs=1e-3)


def test_where_the_route_passes_twice_the_visitor_stays_where_they_were() -> None:
    there_and_back = told(walk([(2, 12), (38, 12), (38, 14), (2, 14)], here.HALL))
    early = match(there_and_back, at(20, 13.2), match(there_and_back, at(19, 12), None))
    late = match(there_and_back, at(20, 12.8), match(there_and_back, at(21, 14), replace(early, along_m=54.0)))
    assert early.along_m == pytest.approx(18)
    assert late.along_m == pytest.approx(36 + 2 + 18)


def test_a_level_is_believed_at_the_lift_and_nowhere_else() -> None:
    route = told(pharmacy_to_concourse())
    far = match(route, at(38, 25, CONCOURSE), match(route, at(38, 25), None))
    near = match(route, at(9, 33, CONCOURSE), match(route, at(8, 33), None))
    assert (far.level_id, far.level_strikes) == (GROUND, 1)
    assert near.level_id == CONCOURSE


STAIRS_UP = Connectors(np.array([38.0]), np.array([20.0]), np.array([0.0]), np.array([1.0]))


@pytest.mark.parametrize(("connectors", "strikes"), [(STAIRS_UP, LEVEL_STRIKES), (NO_CONNECTORS, LOST_STRIKES)])
def test_who_keeps_to_a_wrong_level_is_off_the_route_soon_only_where_stairs_lead_there(
    connectors: Connectors, strikes: int
) -> None:
    route = told(pharmacy_to_concourse())
    upstairs = [at(38, 25, UPPER)] * (strikes - 1)
    still, _ = follow(route, [at(38, 25), *upstairs], connectors=connectors)
    left, events = follow(route, [at(38, 25), *upstairs, at(38, 25, UPPER)], connectors=connectors)
    assert (still.off_route, left.off_route) == (False, True)
    assert any(isinstance(event, OffRoute) for event in events)
    assert left.place
    assert left.place.level_id == GROUND, "nobody is put on a level of which the route knows nothing"


def test_one_bad_fix_re_routes_nobody_and_three_do() -> None:
    route = told(street_to_pharmacy())
    once, nothing = follow(route, [at(6, 5), at(10, 60)])
    assert not once.off_route
    assert not [event for event in nothing if isinstance(event, OffRoute)]
    thrice, events = follow(route, [at(6, 5), *[at(10, 60)] * 3, at(10, 60)])
    assert thrice.off_route
    assert len([event for event in events if isinstance(event, OffRoute)]) == 1


def test_coming_back_is_said_once() -> None:
    progress, events = follow(told(street_to_pharmacy()), [*[at(10, 60)] * 3, at(10, 5), at(11, 5)])
    assert not progress.off_route
    assert events.count(BackOnRoute()) == 1


def test_an_uncertain_fix_is_given_more_room() -> None:
    route = told(street_to_pharmacy())
    progress, _ = follow(route, [at(10, 35, error_m=20.0)] * 5)
    assert not progress.off_route


@pytest.mark.parametrize("path", [street_to_pharmacy, pharmacy_to_concourse])
def test_who_walks_the_route_hears_every_maneuver_once_in_order_and_arrives(path) -> None:
    route = told(path())
    progress, events = follow(route, positions_along(route))
    ahead = [event.step_index for event in events if isinstance(event, ManeuverAhead)]
    assert progress.arrived
    assert events.count(Arrived()) == 1
    assert ahead == sorted(set(ahead))
    assert not [event for event in events if isinstance(event, OffRoute)]


def test_a_walk_down_changes_level_once() -> None:
    route = told(pharmacy_to_concourse())
    _, events = follow(route, positions_along(route))
    assert [event for event in events if isinstance(event, LevelChanged)] == [LevelChanged(CONCOURSE)]


def test_what_remains_never_grows_on_the_way() -> None:
    route = told(street_to_pharmacy())
    progress, left = begin(route), []
    for number, position in enumerate(positions_along(route)):
        progress, _ = step(route, progress, match(route, position, progress.place), NOON + timedelta(seconds=number))
        left.append(remaining_m(route, progress))
    assert left == sorted(left, reverse=True)


def test_a_slow_walker_is_given_more_time() -> None:
    route = told(street_to_pharmacy())
    street = [at(x, 5) for x in range(5, 25)]
    slow, _ = follow(route, street, seconds=1.6)
    usual, _ = follow(route, street)
    assert slow.pace.factor > 1.1
    assert remaining_s(route, slow) > remaining_s(route, usual) * 1.1


def test_progress_survives_its_json() -> None:
    route = told(street_to_pharmacy())
    progress, _ = follow(route, [at(6, 5), at(8, 5)])
    assert Progress.from_json(json.loads(json.dumps(progress.to_json()))) == progress
    assert Progress.from_json(begin(route).to_json()) == begin(route)


def test_the_frame_says_what_to_do_now_and_next() -> None:
    route = told(street_to_pharmacy())
    progress, _ = follow(route, [at(15, 5)])
    frame = progress_json(route, progress)
    assert frame["instruction"] == "Head east along Al Kahraba Street for 30 m"
    assert frame["next_instruction"] == "Turn left and enter Msheireb Galleria, then walk 15 m"
    assert frame["distance_to_maneuver_m"] == 18.7
    assert frame["arrives_at"] == (NOON + timedelta(seconds=frame["duration_remaining_s"])).isoformat()
    assert not frame["arrived"]


def test_nobody_sets_out_on_a_route_of_no_length() -> None:
    route = told(walk([(5, 12), (5, 12)], here.HALL))
    assert begin(route).arrived
    assert progress_json(route, begin(route))["distance_remaining_m"] == 0


def test_a_place_keeps_its_level_through_json() -> None:
    place = MatchedPlace(1.0, 2.0, 0, GROUND, 3.0, 4.0, 5.0)
    assert MatchedPlace.from_json(json.loads(json.dumps(place.to_json()))) == place
