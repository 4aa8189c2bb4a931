"""CAMPAIGNS.md, Laws: jitter of the 95 % radius at a boundary for ten minutes gives at most one enter.

Not by chance: hypothesis moves the position about the boundary as it likes, as far as the radius reaches, for as long as it likes.
"""

from statistics import NormalDist

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from notifications.core.sense import Sense, sensed
from notifications.core.visits import JITTER_S, OUTSIDE, Dwelt, Entered, Left, Reopened, ZoneEvent, step
from tests.notifications.places import after

# The 95 % radius of a normal distribution in two dimensions, in deviations: (-2 ln 0.05)^(1/2).
RADIUS_DEVIATIONS = 2.4477


def sense_at(share: float) -> Sense:
    """Return what is sensed where the mean lies a share of the 95 % radius inside a straight boundary; below 0 outside."""
    return sensed(NormalDist().cdf(RADIUS_DEVIATIONS * share))


class JitterOnABoundary(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state, self.seconds, self.crossings = OUTSIDE, 0.0, list[ZoneEvent]()

    @rule(share=st.floats(-1, 1), gap_s=st.floats(0.5, 20), times=st.integers(1, 60))
    def stands(self, share: float, gap_s: float, times: int) -> None:
        for _ in range(times):
            if self.seconds + gap_s > JITTER_S:
                return  # the ten minutes are over
            self.seconds += gap_s
            self.state, events = step(self.state, sense_at(share), after(self.seconds))
            self.crossings += [event for event in events if not isinstance(event, Dwelt)]

    @invariant()
    def enters_at_most_once(self) -> None:
        assert sum(isinstance(event, Entered) for event in self.crossings) <= 1

    @invariant()
    def enter_and_exit_alternate(self) -> None:
        assert all(isinstance(event, Left) is (number % 2 == 1) for number, event in enumerate(self.crossings))


TestJitterOnABoundary = JitterOnABoundary.TestCase
TestJitterOnABoundary.settings = settings(max_examples=20 * settings().max_examples, stateful_step_count=20)


def last_of(away: float, until_s: int) -> object:
    """Return the last event of who goes in, out as far as that share of the radius, and in again after so many seconds."""
    state, told = OUTSIDE, list[ZoneEvent]()
    shares = [1.0] * 5 + [away] * (until_s - 5) + [1.0] * 5
    for seconds, share in enumerate(shares):
        state, events = step(state, sense_at(share), after(seconds))
        told += events
    return told[-1]


def last_after(*stays: tuple[Sense, int], silent_s: int = 1) -> ZoneEvent:
    """Return the last event of who goes in, of whom then so many fixes say each, a second apart, and who comes back after silence."""
    senses = [sense for sense, fixes in [(Sense.IN, 5), *stays] for _ in range(fixes)]
    back = len(senses) - 1 + silent_s
    state, told = OUTSIDE, list[ZoneEvent]()
    for seconds, sense in [*enumerate(senses), *((back + number, Sense.IN) for number in range(5))]:
        state, events = step(state, sense, after(seconds))
        told += events
    return told[-1]


@pytest.mark.parametrize(
    "stays",
    [
        [(Sense.AWAY, 1), (Sense.OUT, 150)],
        [(Sense.OUT, 5), (Sense.AWAY, 1), (Sense.OUT, 145)],
        [(Sense.OUT, 10), (Sense.AWAY, 1), (Sense.OUT, 140)],
        [(Sense.OUT, 100), (Sense.AWAY, 1), (Sense.OUT, 50)],
    ],
)
def test_one_fix_clearly_elsewhere_since_the_end_of_the_visit_makes_it_no_jitter(
    stays: list[tuple[Sense, int]],
) -> None:
    assert isinstance(last_after(*stays), Entered)
    assert isinstance(last_after((Sense.OUT, 151)), Reopened)


def test_a_minute_without_a_fix_makes_it_no_jitter() -> None:
    assert isinstance(last_after((Sense.OUT, 80), silent_s=59), Reopened)
    assert isinstance(last_after((Sense.OUT, 80), silent_s=60), Entered)


def test_a_visit_that_went_on_after_jitter_and_was_lost_opens_again_for_two_minutes_alone() -> None:
    went_on = [(Sense.OUT, 20), (Sense.IN, 4)]

    assert isinstance(last_after(*went_on, silent_s=180), Reopened)
    assert isinstance(last_after(*went_on, silent_s=181), Entered)


def test_who_was_clearly_elsewhere_enters_anew_after_two_minutes_and_who_was_not_after_ten() -> None:
    assert last_of(-1.5, 120) == Reopened(after(120))
    assert last_of(-1.5, 130) == Entered(after(130))
    assert last_of(-1.0, 600) == Reopened(after(600))
    assert last_of(-1.0, 610) == Entered(after(610))
