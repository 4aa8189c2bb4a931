"""The state machine of a beacon's health."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, lists

from beacons.core.health import Health, Observation, Verdict, step

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def after(*seen: Observation) -> Health:
    health = Health()
    for one in seen:
        health = step(health, one, NOW)
    return health


def missed(mark: int) -> Observation:
    return Observation(mark, None)


def heard(mark: int, deviation: float, x_m: float = 0.0, level: str = "G", distance_m: float = 5.0) -> Observation:
    return Observation(mark, deviation, x_m, 0.0, level, distance_m, rssi_dbm=-60.0)


def test_a_beacon_missed_six_times_by_three_devices_is_silent() -> None:
    assert after(*(missed(n % 3) for n in range(6))).verdict is Verdict.SILENT


def test_five_misses_or_two_devices_are_too_few() -> None:
    assert after(*(missed(n) for n in range(5))).verdict is Verdict.WELL
    assert after(*(missed(n % 2) for n in range(60))).verdict is Verdict.WELL


def test_one_hearing_ends_a_silence() -> None:
    silent = after(*(missed(n) for n in range(6)))
    assert step(silent, heard(9, 0.0), NOW).verdict is Verdict.WELL


def test_a_beacon_heard_too_strongly_far_from_its_place_has_moved_and_its_new_place_is_known() -> None:
    found = after(*(heard(n, 3.0, x_m=40.0 + n, distance_m=40) for n in range(5)))
    assert found.verdict is Verdict.MOVED
    assert found.seems_at is not None
    assert 40 <= found.seems_at.x_m <= 44


def test_a_beacon_heard_at_its_place_and_elsewhere_is_cloned() -> None:
    pairs = [(heard(n, 4.0, x_m=40.0, distance_m=40), heard(9, 0.2)) for n in range(6)]
    assert after(*(one for pair in pairs for one in pair)).verdict is Verdict.CLONED


def test_a_clone_that_few_pass_is_found_among_many_who_pass_the_beacon() -> None:
    rng = np.random.default_rng(5)
    crowd = [
        heard(n, 6.0, x_m=60.0, distance_m=60) if n % 12 == 0 else heard(n, rng.normal(0.0, 0.7)) for n in range(60)
    ]
    assert after(*crowd).verdict is Verdict.CLONED


def test_wrong_fixes_now_and_then_make_no_clone() -> None:
    crowd = [heard(n, 6.0, x_m=60.0, distance_m=60) if n % 80 == 0 else heard(n, 0.1) for n in range(2000)]
    assert after(*crowd).verdict is Verdict.WELL


def test_a_beacon_moved_far_is_moved_though_a_wrong_fix_came_before() -> None:
    before = [heard(99, 6.0, x_m=60.0, distance_m=60), *(heard(n, 0.1) for n in range(10))]
    moved = [heard(n, 6.0, x_m=60.0, distance_m=60) for n in range(5)]
    assert after(*before, *moved).verdict is Verdict.MOVED


def test_one_device_accuses_nobody() -> None:
    assert after(*(heard(1, 4.0) for _ in range(100))).verdict is Verdict.WELL


def test_a_fading_beacon_is_weak() -> None:
    assert after(*(heard(n, -3.0) for n in range(6))).verdict is Verdict.WEAK


def test_noise_and_an_error_of_power_accuse_nobody_for_long() -> None:
    rng = np.random.default_rng(11)
    assert all(after(*(heard(n, rng.normal(0.4, 1.0)) for n in range(200))).verdict is Verdict.WELL for _ in range(20))


@given(lists(floats(-1, 1), min_size=1, max_size=40))
def test_whoever_is_heard_as_expected_is_well(deviations: list[float]) -> None:
    found = after(*(heard(n, deviation) for n, deviation in enumerate(deviations)))
    assert (found.verdict, found.passes, found.missed) == (Verdict.WELL, len(deviations), 0)
