"""CAMPAIGNS.md, Laws: a crash at any step and a replay equal no crash.

Two visitors walk the same way. The process of one dies at whatever query hypothesis chooses, or right after its commit, before
anything was kept in the cache; then what was not answered is sent again. Workers die likewise. In the end nothing tells them apart.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from notifications.models import VisitorMessage
from notifications.transports.recorder import Recorder
from tests.notifications.conftest import QUARTER, new_visitor
from tests.notifications.machines import RowsMachine, nothing_is_left_open, seen_by, started
from venues.core.snapshot import Snapshot
from venues.models import Venue

pytestmark = pytest.mark.django_db

INSIDE, OUTSIDE = (0.0, 0.0), (150.0, 150.0)
HOURS_S = 6 * 3600
# More than any step makes.
MOST_QUERIES = 60


class CrashedError(Exception):
    """The process died."""


@contextmanager
def dying_at(query: int | None) -> Iterator[None]:
    """Die at that query, counted from 0, of those that are not about transactions; where it is None, never."""
    left = -1 if query is None else query

    def ask(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal left
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            if left == 0:
                raise CrashedError
            left -= 1
        return execute(sql, *rest)

    with connection.execute_wrapper(ask):
        yield


class TwoWalks(RowsMachine):
    recorder: Recorder

    def __init__(self) -> None:
        super().__init__()
        self.calm, self.dying = new_visitor(marketing=True), new_visitor(marketing=True)
        self.recorder.sent.clear()

    @rule(
        place=st.sampled_from([INSIDE, OUTSIDE]),
        gap_s=st.sampled_from([1.0, 3.0, 11.0, 70.0, 130.0]),
        dies_at=st.integers(0, MOST_QUERIES),
        keeps=st.booleans(),
    )
    def fix(self, place: tuple[float, float], gap_s: float, dies_at: int, keeps: bool) -> None:
        self.seconds += gap_s
        self.take(self.calm, place)
        try:
            with dying_at(dies_at):
                self.take(self.dying, place, keeps=keeps)
        except CrashedError:
            keeps = False
        if not keeps:
            self.take(self.dying, place)

    @rule(dies_at=st.integers(0, MOST_QUERIES))
    def work(self, dies_at: int) -> None:
        try:
            with dying_at(dies_at):
                self.deliver()
        except CrashedError:
            self.seconds += 1

    def hold(self) -> None:
        self.seconds += 61  # every lease has ended
        self.deliver()
        nothing_is_left_open()
        shown = {message.collapse_id for _, message in self.recorder.sent}
        assert shown == {key.hex for key in VisitorMessage.objects.values_list("decision_id", flat=True)}
        assert seen_by(self.dying) == seen_by(self.calm)


def test_a_crash_at_any_step_and_a_replay_equal_no_crash(venue: Venue, snapshot: Snapshot, recorder: Recorder) -> None:
    place = {"zones": [str(QUARTER)], "ttl_s": HOURS_S}
    started(venue, "service", "enter", cap="visit", **place)
    started(venue, "service", "exit", cap="rolling", cap_count=2, **place)
    started(venue, "service", "dwell", cap="visit", dwell_s=6, **place)
    started(venue, "marketing", "enter", cap="ever", **place)

    here = {"venue": venue, "snapshot_hash": snapshot.content_hash, "recorder": recorder}
    run_state_machine_as_test(
        type("TwoWalksHere", (TwoWalks,), here),
        settings=settings(max_examples=max(settings().max_examples // 2, 10), stateful_step_count=15),
    )
