"""Ephemeral identifiers: as the specification computes them, resolved by key while clocks drift."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from beacons.core.eid import DRIFT_S_PER_S, GIVEN_WITHIN_S, EidClock, EidKey, EidTable, ephemeral_identifier

CASES = json.loads((Path(__file__).parents[3] / "fixtures" / "advertisements" / "eid.json").read_text())["cases"]
NOW_S = 1_795_000_000.0
YEAR_S = 365 * 86_400.0

keys = st.builds(EidKey, st.binary(min_size=16, max_size=16), st.integers(0, 15))
counters_s = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden_identifiers_are_made_of_their_keys_and_counters(case):
    key = EidKey(bytes.fromhex(case["identity_key"]), case["rotation_exponent"])
    assert ephemeral_identifier(key, case["counter_s"]) == case["eid"]


@given(keys, counters_s)
def test_an_identifier_lasts_one_rotation(key: EidKey, counter_s: int):
    start_s = counter_s - counter_s % key.rotation_s
    eid = ephemeral_identifier(key, start_s)
    assert ephemeral_identifier(key, start_s + key.rotation_s - 1) == eid
    assert ephemeral_identifier(key, (start_s + key.rotation_s) % 2**32) != eid


@given(keys, st.integers(0, 2**32 - 1), st.floats(-1, 1), st.floats(0, 1), st.floats(0, 3 * 86_400))
def test_a_beacon_is_known_however_its_clock_has_run_and_its_rotation_falls(
    key: EidKey, offset_s: int, drift: float, late: float, since_s: float
):
    clock = EidClock(float(offset_s), NOW_S)
    heard_at_s = NOW_S + since_s
    counter_s = heard_at_s + offset_s + drift * DRIFT_S_PER_S * since_s
    sent_s = int(counter_s - late * key.rotation_s) % 2**32  # changed late, within its window
    table = EidTable.of([("mine", key, clock)], from_s=heard_at_s - 1, until_s=heard_at_s + 1)
    found = table.resolve(ephemeral_identifier(key, sent_s))
    assert found == ("mine", sent_s - sent_s % key.rotation_s)


@given(keys, st.floats(-40_000, 40_000), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_offset_is_learnt_from_what_is_heard_and_never_leaves_it(key: EidKey, skew_s: float, lates: list[float]):
    clock, true_offset_s = EidClock(0.0, NOW_S, within_s=40_000.0), skew_s
    for step, late in enumerate(lates):
        heard_at_s = NOW_S + 977.0 * step
        counter_s = heard_at_s + true_offset_s - late * key.rotation_s
        rotation_s = int(counter_s // key.rotation_s * key.rotation_s)
        learnt = clock.learn(key, rotation_s % 2**32, heard_at_s)
        assert abs(learnt.offset_s - true_offset_s) <= max(abs(clock.offset_s - true_offset_s), 2 * key.rotation_s)
        clock = learnt
    assert abs(clock.offset_s - true_offset_s) <= 2 * key.rotation_s + 1


@given(keys, st.floats(-900, 900), st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 3 * 86_400))
def test_what_was_learnt_once_finds_every_later_identifier(
    key: EidKey, skew_s: float, first_late: float, later_late: float, drift: float, since_s: float
):
    def heard(at_s: float, late: float, ran_s: float) -> int:
        counter_s = at_s + skew_s + ran_s - late * key.rotation_s
        return int(counter_s // key.rotation_s * key.rotation_s) % 2**32

    clock = EidClock(0.0, NOW_S, GIVEN_WITHIN_S).learn(key, heard(NOW_S, first_late, 0.0), NOW_S)
    later_s = NOW_S + since_s
    sent_s = heard(later_s, later_late, drift * DRIFT_S_PER_S * since_s)
    table = EidTable.of([("mine", key, clock)], from_s=later_s, until_s=later_s)
    assert table.resolve(ephemeral_identifier(key, sent_s)) == ("mine", sent_s)


@given(keys, st.floats(-1, 1), st.floats(60, 30 * 86_400))
def test_an_identifier_of_long_ago_says_nothing_of_the_clock(key: EidKey, drift: float, since_s: float):
    clock, now_s = EidClock(0.0, NOW_S), NOW_S + since_s
    true_s = now_s + drift * DRIFT_S_PER_S * since_s
    old_s = int((true_s - 4 * key.rotation_s - 2 * DRIFT_S_PER_S * since_s - 1) // key.rotation_s * key.rotation_s)
    assert clock.learn(key, old_s % 2**32, now_s) == clock


@given(keys, keys, counters_s)
def test_another_key_sends_another_identifier(key: EidKey, other: EidKey, counter_s: int):
    assume(key != other)
    assert ephemeral_identifier(key, counter_s) != ephemeral_identifier(other, counter_s)


def test_a_clock_not_heard_for_a_year_is_looked_for_further_away():
    key = EidKey(bytes(16), 10)
    near, far = (
        EidTable.of([("mine", key, EidClock(0.0, NOW_S - age_s))], from_s=NOW_S, until_s=NOW_S)
        for age_s in (0.0, YEAR_S)
    )
    off_s = int(NOW_S + 4_000)  # 150 ppm of a year are 4,730 s
    assert near.resolve(ephemeral_identifier(key, off_s)) is None
    assert far.resolve(ephemeral_identifier(key, off_s)) is not None
    assert len(near) < len(far) < 20


def test_the_identifiers_of_others_are_nobodys():
    table = EidTable.of([("mine", EidKey(bytes(16), 10), EidClock(0.0, NOW_S))], from_s=NOW_S, until_s=NOW_S)
    assert table.resolve("0011223344556677") is None


def test_a_counter_that_starts_again_at_zero_is_followed():
    key, clock = EidKey(bytes(16), 10), EidClock(2.0**32 - NOW_S - 5, NOW_S)
    table = EidTable.of([("mine", key, clock)], from_s=NOW_S, until_s=NOW_S + 60)
    assert table.resolve(ephemeral_identifier(key, 2**32 - 5)) == ("mine", 2**32 - 1024)
    assert table.resolve(ephemeral_identifier(key, 3)) == ("mine", 0)


@pytest.mark.parametrize(
    ("identity_key", "exponent"), [(bytes(15), 10), (bytes(17), 10), (bytes(16), -1), (bytes(16), 16)]
)
def test_a_key_that_is_none_is_refused(identity_key: bytes, exponent: int):
    with pytest.raises(ValueError, match="not"):
        EidKey(identity_key, exponent)


def test_a_key_is_not_printed():
    assert "abab" not in repr(EidKey(b"\xab" * 16, 10)).lower()
