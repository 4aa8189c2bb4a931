"""Following visitors through a made-up building, by the simulator's rules; and what the bench itself may not claim."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beacons.core import tracking
from beacons.core.evidence import Spot
from beacons.core.sighting import IBeaconId
from beacons.core.simulator import Air
from beacons.core.states import HALTED, LAG_S, MODES, STANDING
from beacons.core.terrain import Terrain
from benchmarks.positioning import snapshots
from benchmarks.positioning.worlds import FLEET, SCENARIOS, Scenario, Second, building, walk
from geo.position import PositionStatus

SECONDS = 60


def walked(every_m2: float, seed: int, stops: float = 0.0) -> tuple[Terrain, list[Second]]:
    rng = np.random.default_rng(seed)
    scenario = Scenario(every_m2, Air(), stops=stops)
    terrain = building(scenario, rng)
    return terrain, list(walk(terrain, scenario, SECONDS, rng))


@pytest.fixture(scope="module")
def dense() -> tuple[Terrain, list[Second]]:
    return walked(50.0, 1)


def errors_m(terrain: Terrain, seconds: list[Second]) -> list[float]:
    track, found = None, []
    for second in seconds:
        track = tracking.follow(terrain, track, second.sightings)
        point = tracking.position(terrain, track).point
        found.append(float(np.hypot(point.x_m - second.walker.x_m, point.y_m - second.walker.y_m)))
    return found[5:]


def test_a_walk_is_followed_on_its_level_within_the_radii(dense) -> None:
    terrain, seconds = dense
    track, hits, held = None, [], []
    for second in seconds:
        track = tracking.follow(terrain, track, second.sightings)
        position = tracking.position(terrain, track)
        point = position.point
        hits.append(terrain.cells.level_ids.index(point.level_id) == second.walker.ordinal)
        held.append(np.hypot(point.x_m - second.walker.x_m, point.y_m - second.walker.y_m) <= position.accuracy_95_m)
    assert np.mean(errors_m(terrain, seconds)) < 3.0
    assert np.mean(hits) > 0.95
    assert np.mean(held) > 0.85
    assert position.posterior.weight.sum() == pytest.approx(1.0)


def test_who_stops_before_windows_and_goes_on_is_within_the_radii() -> None:
    held = list[bool]()
    for seed in range(6):
        terrain, seconds = walked(50.0, seed, stops=0.08)
        track = None
        for second in seconds:
            track = tracking.follow(terrain, track, second.sightings)
            place = tracking.position(terrain, track)
            off_m = np.hypot(place.point.x_m - second.walker.x_m, place.point.y_m - second.walker.y_m)
            held.append(bool(off_m <= place.accuracy_95_m))
    assert np.mean(held) > 0.88


def test_who_halts_is_believed_to_face_on_and_then_anyhow(dense) -> None:
    terrain, seconds = dense
    track = tracking.follow(terrain, None, seconds[0].sightings)
    for second in range(1, 25):
        heard = [replace(one, heard_at=seconds[0].at + timedelta(seconds=second)) for one in seconds[0].sightings]
        track = tracking.follow(terrain, track, heard)
    mode = track.belief.key % MODES
    assert track.belief.weight[mode >= HALTED].sum() > 0.5
    assert (mode == STANDING).any()


def test_more_beacons_are_never_worse_in_the_mean() -> None:
    means_m = [
        np.mean([np.mean(errors_m(*walked(every_m2, seed))) for seed in range(4)]) for every_m2 in (225.0, 100.0, 36.0)
    ]
    assert means_m == sorted(means_m, reverse=True)


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_order_and_repetition_of_a_batch_change_nothing(dense, data: st.DataObject) -> None:
    terrain, seconds = dense
    batch = [one for second in seconds[:3] for one in second.sightings]
    mixed = data.draw(st.permutations([*batch, *batch[:4]]))
    one, other = (tracking.position(terrain, tracking.follow(terrain, None, each)) for each in (batch, mixed))
    assert (one.point, one.accuracy_m) == (other.point, other.accuracy_m)


def test_the_same_seed_walks_the_same_way_to_the_same_fixes() -> None:
    assert errors_m(*walked(100.0, 3)) == errors_m(*walked(100.0, 3)) != errors_m(*walked(100.0, 4))


def test_nothing_known_is_no_track_and_late_sightings_change_nothing(dense) -> None:
    terrain, seconds = dense
    foreign = replace(seconds[0].sightings[0], identity=IBeaconId(FLEET, 9, 9))
    assert tracking.follow(terrain, None, []) is None
    assert tracking.follow(terrain, None, [foreign]) is None
    track = tracking.follow(terrain, None, seconds[10].sightings)
    assert tracking.follow(terrain, track, seconds[5].sightings) is track


def test_who_turns_up_elsewhere_is_found_again(dense) -> None:
    terrain, seconds = dense
    track = tracking.follow(terrain, None, seconds[0].sightings)
    begun = seconds[0].walker
    other_end = max(seconds, key=lambda one: np.hypot(one.walker.x_m - begun.x_m, one.walker.y_m - begun.y_m))
    for second in range(1, 13):
        heard = [replace(one, heard_at=seconds[0].at + timedelta(seconds=second)) for one in other_end.sightings]
        track = tracking.follow(terrain, track, heard)
    point = tracking.position(terrain, track).point
    assert np.hypot(point.x_m - other_end.walker.x_m, point.y_m - other_end.walker.y_m) < 10


def test_many_visitors_at_once_are_where_each_would_be_alone(dense) -> None:
    terrain, seconds = dense
    heard = [seconds[begin : begin + 6] for begin in (0, 15, 30)]
    together: list[tracking.Track | None] = [None] * len(heard)
    for second in range(6):
        together = tracking.follow_all(terrain, together, [tracking.Observed(own[second].sightings) for own in heard])
    for track, own in zip(together, heard, strict=True):
        alone = None
        for second in own:
            alone = tracking.follow(terrain, alone, second.sightings)
        assert tracking.position(terrain, track).point == tracking.position(terrain, alone).point


def test_the_place_five_seconds_ago_is_known_better_than_it_was_then(dense) -> None:
    terrain, seconds = dense
    track, live_m, later_m = None, list[float](), list[float]()
    for number, second in enumerate(seconds):
        track = tracking.follow(terrain, track, second.sightings)
        settled = tracking.smoothed(terrain, track)
        if number < LAG_S:
            assert settled is None, "nothing was known then"
        elif number >= 2 * LAG_S:
            assert settled.at == second.at - timedelta(seconds=LAG_S)
            for position, walker, into in (
                (tracking.position(terrain, track), second.walker, live_m),
                (settled, seconds[number - LAG_S].walker, later_m),
            ):
                into.append(np.hypot(position.point.x_m - walker.x_m, position.point.y_m - walker.y_m))
    assert np.mean(later_m) < np.mean(live_m)


def test_a_scanned_code_begins_a_track_and_moves_one(dense) -> None:
    terrain, seconds = dense
    here = seconds[0].walker
    code = Spot(seconds[0].at, here.x_m, here.y_m, 1.0, frozenset({int(here.ordinal)}))
    point = tracking.position(terrain, tracking.follow(terrain, None, [], spots=[code])).point
    assert np.hypot(point.x_m - here.x_m, point.y_m - here.y_m) < 2
    assert terrain.cells.level_ids.index(point.level_id) == here.ordinal


def test_one_beacon_alone_is_not_trusted(dense) -> None:
    terrain, seconds = dense
    track = tracking.follow(terrain, None, seconds[0].sightings[:1])
    assert tracking.position(terrain, track).status is PositionStatus.LOW_CONFIDENCE


@pytest.mark.proof
def test_no_method_beats_the_bound() -> None:
    """A simulator in which a weighted centroid does, lies (POSITIONING.md)."""
    for row in snapshots.results("D50", SCENARIOS["D50"].beacon_every_m2, seed=1):
        assert row.figures["times_bound"] >= 1.0, row.engine
