"""Visitors who walk their route are followed whatever the radio makes of it: laws over simulated walks, by seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import dist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.position import LevelPoint, Position, PositionStatus, Posterior
from navigation.core.following.matching import match
from navigation.core.following.progress import (
    Arrived,
    Event,
    OffRoute,
    Progress,
    arrives_at,
    begin,
    remaining_m,
    remaining_s,
    step,
)
from navigation.core.following.walk import Truth, Walk, WalkedStep
from navigation.core.guiding.stretches import Stretch
from navigation.core.route import Route
from tests.navigation.core import small_map as here
from tests.navigation.core.walks import (
    concourse_to_upper,
    hotel_to_mall,
    pharmacy_to_concourse,
    restroom_to_lift,
    street_to_hotel,
    told,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WALKS = [street_to_hotel, hotel_to_mall, pharmacy_to_concourse, concourse_to_upper, restroom_to_lift]
FLOORS = [here.GROUND, here.UPPER, here.CONCOURSE]

walks = st.sampled_from(WALKS)
seeds = st.integers(0, 10**6)
CORNER_AND_RIDE_M = 30.0  # a fix beyond a corner, or on the floor to which a ride leads, takes back so much
few = settings(max_examples=12, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Radio:
    """How wrong fixes are: their spread, how long errors last, how often the level is wrong, and a tunnel of bad fixes."""

    spread_m: float = 3.0
    memory: float = 0.8
    wrong_level: float = 0.0
    tunnel_s: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Followed:
    truth: Truth
    progress: Progress
    events: list[Event]
    at: datetime


def walked(route: Route, pace: float = 1.0, stand_s: int = 5) -> Iterator[Truth]:
    """Yield where the walker truly is at every second; `pace` multiplies the planned time of everything but lifts."""
    steps = [
        WalkedStep(
            s.points_m, s.duration_s * (1 if s.maneuver.type == "take_lift" else pace), s.level_id, s.end_level_id
        )
        for s in route.steps
    ]
    walk = Walk(steps)
    for second in range(int(walk.duration_s) + 1 + stand_s):
        yield walk.at(second)


def heard(truths: Iterator[Truth], radio: Radio, seed: int) -> Iterator[tuple[Truth, Position]]:
    rng = np.random.default_rng(seed)
    error_m, spread_now_m = np.zeros(2), radio.spread_m
    for second, truth in enumerate(truths):
        spread_m = 25.0 if radio.tunnel_s[0] <= second < radio.tunnel_s[1] else radio.spread_m
        fresh_m = rng.normal(0, spread_m, 2)
        error_m = radio.memory * error_m + (1 - radio.memory**2) ** 0.5 * fresh_m
        level = FLOORS[rng.integers(len(FLOORS))] if rng.random() < radio.wrong_level else truth.level_id
        x_m, y_m = truth.x_m + float(error_m[0]), truth.y_m + float(error_m[1])
        posterior = Posterior(np.array([x_m]), np.array([y_m]), np.array([0]), np.array([1.0]), (level,))
        spread_now_m = float(np.hypot(radio.memory * spread_now_m, (1 - radio.memory**2) ** 0.5 * spread_m))
        accuracy_m = 2 * spread_now_m  # positions say rather too little than too much of themselves
        yield (
            truth,
            Position(LevelPoint(x_m, y_m, level), accuracy_m, 1.6 * accuracy_m, NOON, PositionStatus.OK, posterior),
        )


def followed(route: Route, radio: Radio, seed: int, pace: float = 1.0, stand_s: int = 5) -> list[Followed]:
    progress, story = begin(route), []
    for second, (truth, position) in enumerate(heard(walked(route, pace, stand_s), radio, seed)):
        now = NOON + timedelta(seconds=second)
        progress, events = step(route, progress, match(route, position, progress.place), now)
        story.append(Followed(truth, progress, events, now))
    return story


def moments(story: list[Followed], kind: type[Event]) -> list[Followed]:
    return [moment for moment in story if any(isinstance(event, kind) for event in moment.events)]


@few
@given(walks, seeds)
def test_who_walks_the_route_arrives_once_and_near_the_goal(path: Callable[[], list[Stretch]], seed: int) -> None:
    route = told(path())
    arrivals = moments(followed(route, Radio(), seed, stand_s=30), Arrived)
    assert len(arrivals) == 1
    [arrival] = arrivals
    assert dist((arrival.truth.x_m, arrival.truth.y_m), route.steps[-1].points_m[-1]) < 25
    assert route.ordinals[arrival.truth.level_id] == route.ordinals[route.steps[-1].end_level_id]


@few
@given(walks, seeds, st.floats(0.7, 2.5))
def test_who_keeps_to_the_route_is_never_sent_another_way(
    path: Callable[[], list[Stretch]], seed: int, pace: float
) -> None:
    assert not moments(followed(told(path()), Radio(), seed, pace), OffRoute)


@few
@given(walks, seeds)
def test_what_remains_shrinks_but_for_the_error_of_the_fixes(path: Callable[[], list[Stretch]], seed: int) -> None:
    route = told(path())
    left_m = [remaining_m(route, moment.progress) for moment in followed(route, Radio(), seed)]
    assert all(later <= min(left_m[: i + 1]) + CORNER_AND_RIDE_M for i, later in enumerate(left_m[1:]))


@few
@given(walks, seeds)
def test_a_level_claimed_away_from_every_connector_moves_nobody(path: Callable[[], list[Stretch]], seed: int) -> None:
    route = told(path())
    rides = [s for s in route.steps if s.to_level_id is not None]
    for moment in followed(route, Radio(wrong_level=0.3), seed):
        place = moment.progress.place
        ends = [point for s in rides for point in (s.points_m[0], s.points_m[-1])]
        far = all(dist((moment.truth.x_m, moment.truth.y_m), end) > 45 for end in ends)
        if far and place is not None and moment.at > NOON:
            assert route.ordinals[place.level_id] == route.ordinals[moment.truth.level_id]


@few
@given(seeds, st.integers(5, 60))
def test_a_tunnel_of_bad_fixes_neither_ends_nor_diverts_a_walk(seed: int, begins_s: int) -> None:
    route = told(street_to_hotel())
    story = followed(route, Radio(tunnel_s=(begins_s, begins_s + 20)), seed)
    assert not moments(story, OffRoute)
    for arrival in moments(story, Arrived):
        assert dist((arrival.truth.x_m, arrival.truth.y_m), route.steps[-1].points_m[-1]) < 40


@few
@given(st.sampled_from([street_to_hotel, hotel_to_mall]), seeds, st.floats(0.7, 2.5))
def test_the_time_of_arrival_comes_to_be_the_visitors_own(
    path: Callable[[], list[Stretch]], seed: int, pace: float
) -> None:
    route = told(path())
    story = followed(route, Radio(spread_m=1.5), seed, pace, stand_s=0)
    late = story[int(len(story) * 0.7)]
    truly_left_s = (story[-1].at - late.at).total_seconds()
    assert remaining_s(route, late.progress) == pytest.approx(truly_left_s, rel=0.35, abs=12)
    assert arrives_at(route, late.progress) == late.at + timedelta(seconds=round(remaining_s(route, late.progress)))


def test_waiting_for_a_lift_makes_nobody_slow() -> None:
    route = told(restroom_to_lift())
    before: list[Position] = []
    waiting: list[Position] = []
    after: list[Position] = []
    for truth, position in heard(walked(route, stand_s=0), Radio(spread_m=0.5), 1):
        stage = waiting if (truth.x_m, truth.y_m) == (5.0, 35.0) else after if waiting else before
        stage.append(position)
    progress = begin(route)
    for second, position in enumerate([*before, *[waiting[0]] * 120, *waiting, *after]):
        now = NOON + timedelta(seconds=second)
        progress, _ = step(route, progress, match(route, position, progress.place), now)
    assert progress.pace.factor == pytest.approx(1.0, abs=0.3)
