"""CAMPAIGNS.md, Zones: one test for each line, and the laws."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.core.schedule import Schedule
from notifications.core.sense import Sense, sensed, sensed_near
from notifications.core.visits import (
    OUTSIDE,
    PROXIMITY,
    Dwelt,
    Entered,
    Left,
    LeftBecause,
    Reopened,
    Struck,
    Watch,
    ZoneEvent,
    ZoneState,
    step,
    step_all,
    step_silence,
)
from tests.notifications.places import after

Fixes = list[tuple[float, float]]

WALK_IN: Fixes = [(0, 0.9), (3, 0.9)]


def run(
    fixes: Fixes, dwells_s: tuple[float, ...] = (), state: ZoneState = OUTSIDE
) -> tuple[ZoneState, list[ZoneEvent]]:
    """Take fixes of (seconds, probability); return the last state and all events."""
    events: list[ZoneEvent] = []
    for seconds, probability in fixes:
        state, happened = step(state, sensed(probability), after(seconds), Watch(frozenset(dwells_s)))
        events += happened
    return state, events


def events_of(fixes: Fixes, *dwells_s: float) -> list[ZoneEvent]:
    return run(fixes, dwells_s)[1]


def test_three_seconds_and_two_fixes_at_the_threshold_enter_at_the_first_instant() -> None:
    assert events_of([(0, 0.7), (1, 0.7), (2.9, 0.7)]) == []
    assert events_of([(0, 0.7), (1, 0.7), (3, 0.7)]) == [Entered(after(0))]


def test_one_fix_never_enters() -> None:
    assert events_of([(0, 1.0)]) == []


def test_a_fix_below_the_threshold_starts_the_run_to_enter_anew() -> None:
    assert events_of([(0, 0.9), (2, 0.69), (3, 0.9), (5, 0.9)]) == []
    assert events_of([(0, 0.9), (2, 0.69), (3, 0.9), (6, 0.9)]) == [Entered(after(3))]


def test_ten_seconds_and_two_fixes_at_the_lower_threshold_leave_at_the_first_instant() -> None:
    assert events_of([*WALK_IN, (4, 0.3), (13.9, 0.3)]) == [Entered(after(0))]
    assert events_of([*WALK_IN, (4, 0.3), (14, 0.3)])[1:] == [Left(after(4), LeftBecause.EXIT, 4.0)]


@pytest.mark.parametrize("probability", [0.31, 0.5, 0.69])
def test_between_the_thresholds_the_state_keeps(probability: float) -> None:
    between = [(float(seconds), probability) for seconds in range(4, 60)]

    assert events_of([*WALK_IN, *between]) == [Entered(after(0))]
    assert events_of(between) == []


def test_sixty_seconds_without_a_fix_lose_the_visitor() -> None:
    state, _ = run(WALK_IN)

    assert step_silence(state, after(62.9))[1] == ()
    assert step_silence(state, after(63))[1] == (Left(after(63), LeftBecause.LOST, 3.0),)


def test_the_first_fix_after_silence_tells_that_the_visitor_was_lost() -> None:
    assert events_of([*WALK_IN, (100, 0.0)])[1:] == [Left(after(63), LeftBecause.LOST, 3.0)]


def test_a_run_to_enter_does_not_reach_across_silence() -> None:
    assert events_of([(0, 0.9), (61, 0.9)]) == []


def test_coming_back_within_two_minutes_goes_on_with_the_visit() -> None:
    gone: Fixes = [*WALK_IN, (4, 0.0), (14, 0.0)]
    away: Fixes = [(float(seconds), 0.0) for seconds in range(24, 124, 10)]

    assert events_of([*gone, *away, (124, 0.9), (127, 0.9)])[-1] == Reopened(after(124))
    assert events_of([*gone, *away, (124, 0.0), (125, 0.9), (128, 0.9)])[-1] == Entered(after(125))


def test_a_lost_visit_re_opens_too() -> None:
    assert events_of([*WALK_IN, (100, 0.9), (103, 0.9)])[1:] == [
        Left(after(63), LeftBecause.LOST, 3.0),
        Reopened(after(100)),
    ]


def test_dwell_is_told_once_at_the_instant_at_which_it_is_reached() -> None:
    inside: Fixes = [(float(seconds), 0.9) for seconds in range(0, 100, 4)]

    assert events_of(inside, 30.0, 60.0) == [Entered(after(0)), Dwelt(after(30), 30.0), Dwelt(after(60), 60.0)]


def test_dwell_leaves_out_gaps_of_more_than_fifteen_seconds() -> None:
    assert events_of([*WALK_IN, (18, 0.9), (34, 0.9), (46, 0.9)], 30.0) == [Entered(after(0)), Dwelt(after(46), 30.0)]


def test_dwell_goes_on_in_a_visit_that_re_opens_and_is_not_told_twice() -> None:
    first: Fixes = [(float(seconds), 0.9) for seconds in range(0, 21, 5)]
    away: Fixes = [(25, 0.0), (35, 0.0), (45, 0.0)]
    again: Fixes = [(float(seconds), 0.9) for seconds in range(50, 81, 5)]

    told = [event for event in events_of([*first, *away, *again], 20.0, 40.0) if isinstance(event, Dwelt)]

    assert told == [Dwelt(after(20), 20.0), Dwelt(after(65), 40.0)]  # 25 s before 25, 15 s after 50


def test_time_near_the_door_counts_once_the_visitor_has_turned_round() -> None:
    state, _ = run([*WALK_IN, (5, 0.1), (10, 0.1), (13, 0.9)])

    assert state.visit is not None
    assert state.visit.dwell_s == 13.0


def test_a_fix_that_comes_late_or_twice_changes_nothing() -> None:
    state, _ = run(WALK_IN)

    assert step(state, Sense.OUT, after(3)) == (state, ())
    assert step(state, Sense.OUT, after(1)) == (state, ())


def test_zones_that_the_visitor_is_nowhere_near_have_no_state() -> None:
    watched = dict.fromkeys((UUID(int=number) for number in range(5000)), Watch())

    states, events = step_all({}, {UUID(int=3): Sense.IN, UUID(int=4): Sense.OUT}, after(0), watched)

    assert set(states) == {UUID(int=3)}
    assert events == []


@pytest.mark.parametrize(("back_s", "event"), [(124, Reopened), (125, Entered)])
def test_a_zone_that_is_not_named_is_out_of_reach_and_remembered_as_long_as_a_visit_may_open_again(
    back_s: int, event: type[ZoneEvent]
) -> None:
    zone_id = UUID(int=3)
    states, told = dict[UUID, ZoneState](), list[ZoneEvent]()
    for seconds in [0, 3, *range(4, back_s, 5), back_s, back_s + 3]:
        said = {zone_id: Sense.IN} if seconds in (0, 3, back_s, back_s + 3) else {}
        states, events = step_all(states, said, after(seconds), {zone_id: Watch()})
        told += [each for _, each in events]

    assert isinstance(told[-1], event)
    assert step_all(states, {}, after(1_000), {zone_id: Watch()})[0] == {}


def test_each_visit_reaches_its_dwell_anew() -> None:
    again: Fixes = [(4, 0.0), (14, 0.0), (70, 0.0), (125, 0.0), (180, 0.9), (183, 0.9)]

    assert [event for event in events_of([*WALK_IN, *again], 2.0) if isinstance(event, Dwelt)] == [
        Dwelt(after(2), 2.0),
        Dwelt(after(182), 2.0),
    ]


def test_while_the_map_lacks_the_zone_the_visit_goes_on_and_nothing_is_counted() -> None:
    state, _ = run(WALK_IN)
    for seconds in range(4, 400):
        state, events = step(state, Sense.UNKNOWN, after(seconds), Watch(frozenset({10.0})))
        assert events == ()

    state, events = step(state, Sense.IN, after(400), Watch(frozenset({10.0})))

    assert state.is_inside
    assert (events, state.visit.dwell_s) == ((), 4.0)


@pytest.mark.parametrize(("before", "says"), [(OUTSIDE, Sense.IN), (run(WALK_IN)[0], Sense.OUT)])
def test_no_run_goes_on_over_a_map_that_lacks_the_zone(before: ZoneState, says: Sense) -> None:
    state, told = before, list[ZoneEvent]()
    for seconds, sense in ((10, says), (12, Sense.UNKNOWN), (21, says)):
        state, events = step(state, sense, after(seconds))
        told += events

    assert told == []


def test_a_visitor_who_falls_silent_while_the_map_lacks_the_zone_is_lost() -> None:
    state, _ = step(run(WALK_IN)[0], Sense.UNKNOWN, after(5))

    assert step(state, Sense.UNKNOWN, after(65))[1] == (Left(after(65), LeftBecause.LOST, 3.0),)


NOON_BELL = Watch(schedule=Schedule(frozenset({time(12, 0, 30)}), ZoneInfo("Asia/Qatar")))
"""Half a minute after `NOON`, which is noon in Doha."""


def strikes(fixes: Fixes) -> list[datetime]:
    state, found = OUTSIDE, []
    for seconds, probability in fixes:
        state, events = step(state, sensed(probability), after(seconds), NOON_BELL)
        found += [event.at for event in events if isinstance(event, Struck)]
    return found


def test_a_schedule_strikes_for_who_is_inside_then() -> None:
    assert strikes([(float(seconds), 0.9) for seconds in range(0, 60, 4)]) == [after(30)]
    assert strikes([(float(seconds), 0.9) for seconds in range(0, 28, 4)]) == []
    assert strikes([(float(seconds), 0.9) for seconds in range(31, 60, 4)]) == []


def test_a_schedule_that_strikes_in_the_moment_of_a_fix_strikes_once() -> None:
    assert strikes([*WALK_IN, (28.0, 0.9), (30.0, 0.9), (32.0, 0.9)]) == [after(30)]


def test_a_schedule_strikes_for_who_had_just_come_in() -> None:
    assert strikes([(29.0, 0.9), (31.0, 0.9), (32.0, 0.9)]) == [after(30)]


def test_a_schedule_waits_until_it_is_known_whether_the_visitor_was_leaving() -> None:
    leaving: Fixes = [*WALK_IN, (25.0, 0.9), (28.0, 0.1), (31.0, 0.1)]

    assert strikes([*leaving, (38.0, 0.1)]) == []
    assert strikes([*leaving, (36.0, 0.9)]) == [after(30)]


def test_a_schedule_strikes_for_who_seemed_to_leave_only_afterwards() -> None:
    came_back: Fixes = [*WALK_IN, (29.0, 0.9), (31.0, 0.1), (33.0, 0.9)]
    left: Fixes = [*WALK_IN, (29.0, 0.9), (31.0, 0.1), (41.0, 0.1)]

    assert strikes(came_back) == [after(30)]
    assert strikes(left) == [after(30)]
    assert strikes([*WALK_IN, (29.0, 0.9), (30.0, 0.1), (40.0, 0.1)]) == []  # the visit ended in that moment


def test_proximity_fires_below_x_and_again_only_after_beyond_one_and_a_half_x() -> None:
    near, between, far = Sense.IN, Sense.BETWEEN, Sense.OUT
    state, fired = OUTSIDE, []
    for second, sense in enumerate([far, between, near, between, near, far, between, near, near]):
        state, events = step(state, sense, after(second), Watch(pace=PROXIMITY))
        fired += [event.at for event in events if isinstance(event, Entered)]

    assert fired == [after(2), after(7)]


@pytest.mark.parametrize(("seconds", "event"), [(180, Reopened), (180.1, Entered)])
def test_who_was_lost_near_a_beacon_and_is_back_within_two_minutes_fires_it_no_second_time(
    seconds: float, event: type[ZoneEvent]
) -> None:
    state, _ = step(OUTSIDE, Sense.IN, after(0), Watch(pace=PROXIMITY))
    _, events = step(state, Sense.IN, after(seconds), Watch(pace=PROXIMITY))

    assert [type(each) for each in events] == [Left, event]


def test_the_filtered_distance_is_the_median_under_the_posterior() -> None:
    assert sensed_near(within=0.5, within_beyond=0.9) is Sense.IN
    assert sensed_near(within=0.49, within_beyond=0.5) is Sense.BETWEEN
    assert sensed_near(within=0.2, within_beyond=0.49) is Sense.OUT


steps = st.lists(
    st.tuples(st.floats(0.1, 200), st.sampled_from([0.0, 0.3, 0.31, 0.5, 0.69, 0.7, 1.0])), min_size=1, max_size=60
)


def as_fixes(gaps: list[tuple[float, float]]) -> Fixes:
    fixes, seconds = [], 0.0
    for gap_s, probability in gaps:
        seconds += gap_s
        fixes.append((seconds, probability))
    return fixes


@settings(max_examples=300)
@given(steps)
def test_enter_and_exit_alternate(gaps: list[tuple[float, float]]) -> None:
    events = [event for event in events_of(as_fixes(gaps)) if not isinstance(event, Dwelt)]

    assert [isinstance(event, Left) for event in events] == [index % 2 == 1 for index in range(len(events))]


@settings(max_examples=300)
@given(steps)
def test_events_come_in_the_order_of_their_times_and_dwell_at_most_once_a_visit(
    gaps: list[tuple[float, float]],
) -> None:
    visits: list[list[float]] = [[]]
    events = events_of(as_fixes(gaps), 5.0, 30.0)
    for event in events:
        if isinstance(event, Entered):
            visits.append([])
        elif isinstance(event, Dwelt):
            visits[-1].append(event.dwell_s)

    assert all(told == sorted(set(told)) for told in visits)
    crossings = [event.at for event in events if not isinstance(event, Dwelt)]
    assert crossings == sorted(crossings)


@settings(max_examples=100)
@given(steps)
def test_repeating_any_fix_changes_nothing(gaps: list[tuple[float, float]]) -> None:
    fixes = as_fixes(gaps)

    assert run([fix for fix in fixes for _ in range(2)], (30.0,)) == run(fixes, (30.0,))


@pytest.mark.parametrize("seed", range(50))
def test_ten_minutes_of_jitter_on_the_boundary_enter_at_most_once(seed: int) -> None:
    """Who stands on the boundary is in the zone with Phi(error / deviation), which is uniform where errors are normal.

    Draws, not a search for the worst: a sequence that is chosen to enter twice is somebody who walks out and in.
    """
    jitter = np.random.default_rng(seed).uniform(0.0, 1.0, 600)
    fixes = [(float(seconds), float(probability)) for seconds, probability in enumerate(jitter)]

    assert sum(isinstance(event, Entered) for event in events_of(fixes)) <= 1


def test_time_stands_still_for_nobody() -> None:
    assert step_silence(OUTSIDE, after(0) + timedelta(days=1)) == (OUTSIDE, ())
