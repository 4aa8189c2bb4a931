"""CAMPAIGNS.md, Laws: a crash at any step and a replay equal no crash.

Two visitors walk the same way. The process of one dies at whatever query hypothesis chooses, or right after its commit, before
anything was kept in the cache; then what was not answered is sent again. Workers die likewise. In the end nothing tells them apart.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TestCase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from notifications.models import OPEN_DELIVERY_STATES, Decision, DecisionState, Delivery, VisitorMessage, ZoneVisit
from notifications.services import campaigns, delivery, notices
from notifications.transports.recorder import Recorder
from tests.notifications.conftest import QUARTER, new_visitor
from tests.notifications.places import after, position_at
from venues.core.snapshot import Snapshot
from venues.models import Venue
from visitors.models import Visitor

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


def test_a_crash_at_any_step_and_a_replay_equal_no_crash(venue: Venue, snapshot: Snapshot, recorder: Recorder) -> None:
    content = {language: {"title": "Lunch", "body": "Now"} for language in ("en", "ar")}
    for kind, trigger, more in (
        ("service", "enter", {"cap": "visit"}),
        ("service", "exit", {"cap": "rolling", "cap_count": 2}),
        ("service", "dwell", {"cap": "visit", "dwell_s": 6}),
        ("marketing", "enter", {"cap": "ever"}),
    ):
        values: dict[str, Any] = {
            "name": f"{kind} {trigger}",
            "kind": kind,
            "trigger": trigger,
            "zones": [str(QUARTER)],
        }
        values |= {"content": content, "ttl_s": HOURS_S} | more
        campaigns.start(
            campaign=campaigns.create(venue=venue, values=values, by=None, now=after(-60)), by=None, now=after(-60)
        )

    class TwoWalks(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.example = transaction.atomic()
            self.example.__enter__()
            self.seconds = 0.0
            self.calm, self.dying = new_visitor(marketing=True), new_visitor(marketing=True)
            recorder.sent.clear()

        @rule(
            place=st.sampled_from([INSIDE, OUTSIDE]),
            gap_s=st.sampled_from([1.0, 3.0, 11.0, 70.0, 130.0]),
            dies_at=st.integers(0, MOST_QUERIES),
            keeps=st.booleans(),
        )
        def fix(self, place: tuple[float, float], gap_s: float, dies_at: int, keeps: bool) -> None:
            self.seconds += gap_s
            self._take(self.calm, place)
            try:
                with dying_at(dies_at):
                    self._take(self.dying, place, keeps=keeps)
            except CrashedError:
                keeps = False
            if not keeps:
                self._take(self.dying, place)

        @rule(dies_at=st.integers(0, MOST_QUERIES))
        def work(self, dies_at: int) -> None:
            try:
                with dying_at(dies_at):
                    self._deliver()
            except CrashedError:
                self.seconds += 1

        def _take(self, visitor: Visitor, place: tuple[float, float], *, keeps: bool = True) -> None:
            at = after(self.seconds)
            with TestCase.captureOnCommitCallbacks(execute=keeps), transaction.atomic():
                notices.on_positions(
                    visitor=visitor,
                    venue=venue,
                    snapshot_hash=snapshot.content_hash,
                    positions=[position_at([place], at=at)],
                    now=at,
                )

        def _deliver(self) -> None:
            delivery.deliver_due(clock=lambda: after(self.seconds), draw=lambda: 0.5)

        def teardown(self) -> None:
            try:
                self.seconds += 61  # every lease has ended
                self._deliver()
                self.nothing_is_left_open_and_everything_was_shown()
                assert seen_by(self.dying) == seen_by(self.calm)
            finally:
                transaction.set_rollback(True)
                self.example.__exit__(None, None, None)

        def nothing_is_left_open_and_everything_was_shown(self) -> None:
            assert not Delivery.objects.filter(state__in=OPEN_DELIVERY_STATES).exists()
            assert not Decision.objects.filter(state=DecisionState.RESERVED).exists()
            shown = {message.collapse_id for _, message in recorder.sent}
            assert shown == {key.hex for key in VisitorMessage.objects.values_list("decision_id", flat=True)}

    run_state_machine_as_test(
        TwoWalks, settings=settings(max_examples=max(settings().max_examples // 2, 10), stateful_step_count=15)
    )


def seen_by(visitor: Visitor) -> tuple[list[Any], list[Any]]:
    """Return what was decided about a visitor and how it ended, and their visits, whose ids differ."""
    visits = list(ZoneVisit.objects.filter(visitor=visitor).order_by("entered_at"))
    number = {visit.pk: index for index, visit in enumerate(visits)}
    decided = Decision.objects.filter(visitor=visitor).select_related("campaign")
    return sorted(
        (each.campaign.name, number[each.visit_id], each.event_at, each.state, each.reason) for each in decided
    ), [
        (each.entered_at, each.left_at, each.left_because, each.dwell_s, each.reopened, each.last_fix_at)
        for each in visits
    ]
