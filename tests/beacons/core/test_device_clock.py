"""How far a device's clock is off: told by a pair of clocks, or by batches that are off by the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beacons.core.device_clock import UNHEARD, ClockPair, DeviceClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEGUN = timedelta(days=2)  # since the device was switched on
offs_s = st.floats(-80_000, 80_000)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def heard(
    clock: DeviceClock, sent_s: float, ahead_s: float, under_way_s: float = 0.2, *, has_pair: bool = False
) -> DeviceClock:
    """Return what is known after a batch, sent so long after noon by a device whose clock is ahead by so much."""
    shown = after(sent_s + ahead_s)
    pair = ClockPair(shown, BEGUN.total_seconds() + sent_s) if has_pair else None
    return clock.learned(pair, shown, after(sent_s + under_way_s))


@given(ahead_s=offs_s, under_way_s=st.lists(st.floats(0, 30), min_size=1, max_size=20))
def test_a_pair_tells_it_as_well_as_the_batch_that_came_soonest(ahead_s: float, under_way_s: list[float]) -> None:
    clock = UNHEARD
    for number, delay_s in enumerate(under_way_s):
        clock = heard(clock, number, ahead_s, delay_s, has_pair=True)
    soonest = timedelta(seconds=ahead_s - min(under_way_s))
    assert abs(clock.ahead - soonest) < timedelta(milliseconds=1)


@pytest.mark.parametrize("under_way_s", [0.0, 1.0, 9.9])
def test_a_clock_that_is_right_is_left_alone_however_slow_the_network_is(under_way_s: float) -> None:
    for has_pair in (False, True):
        assert heard(UNHEARD, 0, 0.0, under_way_s, has_pair=has_pair).off == timedelta(0)


@given(ahead_s=offs_s, then_s=offs_s)
def test_a_clock_that_is_set_in_mid_walk_is_followed_at_once_where_the_device_tells_both(
    ahead_s: float, then_s: float
) -> None:
    clock = heard(heard(UNHEARD, 0, ahead_s, has_pair=True), 1, then_s, has_pair=True)
    if abs(then_s - ahead_s) > 1.1:  # else it counts as corrected bit by bit
        assert abs(clock.ahead - timedelta(seconds=then_s - 0.2)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("behind_s", [1_000.0, 3_600.0, 20 * 3_600.0])
def test_a_clock_that_is_far_behind_is_known_after_two_seconds_of_batches(behind_s: float) -> None:
    clock, known = UNHEARD, []
    for second in range(4):
        clock = heard(clock, second, -behind_s)
        known.append(clock.off != timedelta(0))
    assert known == [False, False, True, True]
    assert clock.off == timedelta(seconds=-behind_s - 0.2)


@pytest.mark.parametrize("ahead_s", [30.0, 3_600.0])
def test_a_clock_that_is_ahead_goes_on_from_the_latest_that_may_be(ahead_s: float) -> None:
    clock = UNHEARD
    for second in range(6):
        clock = heard(clock, second, ahead_s)
    assert clock.off == timedelta(seconds=ahead_s - 2.2)


def test_what_is_delivered_after_an_hour_without_network_is_no_wrong_clock() -> None:
    """Minutes that were gathered come within seconds: time goes on there faster than here."""
    clock = UNHEARD
    for number in range(40):
        clock = clock.learned(None, after(60 * number - 3_600), after(0.3 * number))
        assert clock.off == timedelta(0)


def test_what_a_device_heard_just_now_between_what_it_heard_long_ago_shows_that_its_clock_is_right() -> None:
    clock = UNHEARD
    for second in range(20):
        clock = heard(clock, second, 0.0 if second % 3 == 2 else -3_600.0)
        assert clock.off == timedelta(0)


def test_one_batch_of_a_wrong_time_changes_nothing() -> None:
    clock = heard(heard(UNHEARD, 0, 7_200.0), 1, 0.0)
    assert (clock.off, clock.trail) == (timedelta(0), None)


def test_a_clock_that_is_set_right_is_followed_at_once_and_one_that_is_set_wrong_after_two_seconds() -> None:
    clock = UNHEARD
    for second in range(4):
        clock = heard(clock, second, -3_600.0)
    assert heard(clock, 4, 0.0) == UNHEARD
    for second in range(4, 7):
        clock = heard(clock, second, 3_600.0)
    assert clock.off > timedelta(0)
