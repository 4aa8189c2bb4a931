"""Batches have their turns in order, whatever order they arrive in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from beacons.core.arrivals import ALLOWED_LATENESS, MOST_HELD, Arrival, Queue, take

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def batch(sequence: int, at_s: float | None = None) -> Arrival[int]:
    """Return the batch of a second, or of another instant; its content is its number."""
    return Arrival(sequence, NOON + timedelta(seconds=sequence if at_s is None else at_s), sequence)


def turns(arrivals: Iterable[Arrival[int]], queue: Queue[int] | None = None) -> tuple[Queue[int], list[list[int]]]:
    """Return the queue after these, and the numbers whose turn came with each."""
    queue, came = queue or Queue(), []
    for arrival in arrivals:
        queue, ready = take(queue, arrival)
        came.append([each.content for each in ready])
    return queue, came


def test_in_order_nobody_waits() -> None:
    for first in (0, 1):
        queue, came = turns(batch(number) for number in range(first, 30))
        assert came == [[number] for number in range(first, 30)]
        assert (queue.awaited, queue.held) == (30, ())


@st.composite
def late_arrivals(draw: st.DrawFn) -> list[Arrival[int]]:
    """Some batches, each a while later than it was sent, but no later than is allowed, and some of them twice."""
    numbers = range(1, draw(st.integers(2, 40)))
    lateness_s = st.floats(0, ALLOWED_LATENESS.total_seconds(), exclude_max=True)
    first = [(number + draw(lateness_s), number) for number in numbers]
    again = [(at_s + draw(lateness_s), number) for at_s, number in first if draw(st.booleans())]
    return [batch(number) for _, number in sorted(first + again)]


@given(late_arrivals())
def test_within_the_lateness_every_batch_has_its_turn_once_and_in_order(arrivals: list[Arrival[int]]) -> None:
    queue, came = turns(arrivals)
    assert [*chain(*came)] == sorted({each.sequence for each in arrivals})
    assert queue.held == ()


def test_what_never_comes_holds_the_others_up_for_the_lateness_alone() -> None:
    _, came = turns(batch(number) for number in range(1, 20) if number != 3)
    assert came[:2] == [[1], [2]]
    assert came[2:13] == [[]] * 11, "4 to 14"
    assert came[13:15] == [list(range(4, 16)), [16]]


def test_a_batch_may_be_ten_seconds_late() -> None:
    _, came = turns([batch(1, 0), batch(3, 1), batch(4, 11)])
    assert came == [[1], [], []]
    _, came = turns([batch(1, 0), batch(3, 1), batch(4, 11.1)])
    assert came == [[1], [], [3, 4]]


def test_who_numbers_with_gaps_for_ever_is_as_late_and_no_later() -> None:
    queue, came = turns(batch(number) for number in range(10, 400, 2))
    assert [*chain(*came)] == [number for number in range(10, 400, 2) if number < 398 - 10]
    assert len(queue.held) <= MOST_HELD


def test_what_comes_after_its_turn_was_over_changes_nothing() -> None:
    queue, _ = turns(batch(number) for number in range(1, 30) if number != 3)
    assert take(queue, batch(3)) == (queue, ())
    assert take(queue, batch(29)) == (queue, ())


def test_a_device_that_numbers_anew_goes_on_at_once() -> None:
    queue, _ = turns([batch(1), batch(2), batch(5)])
    _, came = turns([batch(1, at_s=6), batch(2, at_s=7)], queue)
    assert came == [[5, 1], [2]]


def test_a_batch_without_a_time_waits_for_its_turn_and_ends_nobodys() -> None:
    silent = Arrival(3, None, 3)
    _, came = turns([batch(1), silent, batch(12), batch(2)])
    assert came == [[1], [], [], [2, 3]]


def test_no_more_than_so_many_are_held() -> None:
    queue, came = turns(batch(number, at_s=0.1 * number) for number in range(2, 50))
    assert came[MOST_HELD - 1 : MOST_HELD + 1] == [[], list(range(2, MOST_HELD + 3))]
    assert queue.held == ()
