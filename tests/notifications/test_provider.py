"""A provider's gate: never more than its rate, nothing while it is down, and slowly again when it is back."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core import provider
from notifications.core.provider import Gate, Outcome, admit, note, provider_of, wait_s
from tests.notifications.places import NOON, after

FULL_PER_S = 100.0
OPEN = Gate(tokens=FULL_PER_S, filled_at=NOON)
DOWN = Outcome(failed=provider.OUTAGE_FAILURES)


def passed(gate: Gate, wanted: int, seconds: float) -> tuple[Gate, int]:
    return admit(gate, wanted, after(seconds), FULL_PER_S)


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 300)), max_size=40))
def test_no_stretch_of_time_sees_more_than_its_rate_and_one_bucket(calls: list[tuple[float, int]]) -> None:
    gate, at_s, taken = OPEN, 0.0, []
    for gap_s, wanted in calls:
        at_s += gap_s
        gate, granted = passed(gate, wanted, at_s)
        taken.append((at_s, granted))
        assert granted <= wanted
    for first, (begin_s, _) in enumerate(taken):
        for end_s, _ in taken[first:]:
            total = sum(granted for at_s, granted in taken if begin_s <= at_s <= end_s)
            assert total <= FULL_PER_S * (end_s - begin_s + provider.BUCKET_S) + 1e-6


def test_an_empty_bucket_tells_when_it_has_something_again() -> None:
    gate, granted = passed(OPEN, 1000, 0)
    assert granted == 100
    wait = wait_s(gate, NOON, FULL_PER_S)
    assert wait == pytest.approx(0.01)
    assert passed(gate, 5, wait + 1e-6)[1] == 1


def test_single_failures_shut_nothing() -> None:
    gate = OPEN
    for _ in range(20):
        gate = note(gate, Outcome(failed=provider.OUTAGE_FAILURES - 1), NOON, 0.5)
        gate = note(gate, Outcome(answered=1), NOON, 0.5)
    assert passed(gate, 10, 0)[1] == 10


def test_failures_in_a_row_shut_the_gate_and_then_one_message_goes_to_see() -> None:
    gate = note(OPEN, DOWN, NOON, 0.0)
    assert passed(gate, 10, 2.4)[1] == 0  # half of the first 5 s at the least
    gate, granted = passed(gate, 10, 2.5)
    assert granted == 1
    assert passed(gate, 10, 3)[1] == 0  # nobody else goes while that one is under way


def test_whoever_went_to_see_and_died_is_followed_by_another() -> None:
    gate, _ = passed(note(OPEN, DOWN, NOON, 0.0), 10, 3)
    assert passed(gate, 10, 3 + provider.PROBE_S)[1] == 1


def test_asking_for_nothing_uses_up_no_probe() -> None:
    gate = note(OPEN, DOWN, NOON, 0.0)
    assert passed(gate, 0, 10) == (gate, 0)


@given(st.lists(st.floats(0, 0.999), min_size=1, max_size=30))
def test_a_provider_that_stays_down_is_asked_ever_more_seldom_but_every_minute(draws: list[float]) -> None:
    gate, at_s = OPEN, 0.0
    for draw in draws:
        gate = note(gate, DOWN, after(at_s), draw)
        wait = wait_s(gate, after(at_s), FULL_PER_S)
        assert provider.SHUT_BASE_S / 2 <= wait <= provider.SHUT_CEILING_S
        at_s += wait
        gate, granted = passed(gate, 50, at_s)
        assert granted == 1


def test_a_provider_that_asks_for_time_gets_it_from_everybody() -> None:
    gate = note(OPEN, Outcome(failed=1, retry_after_s=120), NOON, 0.5)
    assert wait_s(gate, NOON, FULL_PER_S) == 120


def test_after_an_outage_the_rate_goes_up_over_a_minute() -> None:
    gate = note(note(OPEN, DOWN, NOON, 0.5), Outcome(answered=1), NOON, 0.5)
    sent = []
    for second in range(90):
        gate, granted = passed(gate, 1000, second)
        sent.append(granted)
    assert sent[0] == 0
    assert max(sent[:5]) <= 20
    assert all(later >= earlier - 1 for earlier, later in pairwise(sent))
    assert sent[75] == 100


def test_a_clock_that_runs_back_gives_nothing() -> None:
    gate, _ = passed(OPEN, 100, 10)
    assert passed(gate, 10, 0)[1] == 0
    assert passed(replace(gate), 10, 10)[1] == 0


@pytest.mark.parametrize(
    ("transport", "address", "expected"),
    [
        ("fcm", "token", "fcm"),
        ("live", "visitor.1", "live"),
        ("webpush", "https://fcm.googleapis.com/fcm/send/abc", "webpush-google"),
        ("webpush", "https://web.push.apple.com/abc", "webpush-apple"),
        ("webpush", "https://wns2-par02p.notify.windows.com/w/?token=abc", "webpush-windows"),
        ("webpush", "https://notfcm.googleapis.com.example/abc", "webpush-other"),
        ("webpush", "https://evil-push.apple.com/abc", "webpush-other"),
    ],
)
def test_whose_service_it_is_is_told_by_the_host(transport: str, address: str, expected: str) -> None:
    assert provider_of(transport, address) == expected


def test_outcomes_add_up() -> None:
    outcome = Outcome().and_one(failed=False).and_one(failed=True, retry_after_s=5).and_one(failed=True)
    assert outcome == Outcome(answered=1, failed=2, retry_after_s=5)
