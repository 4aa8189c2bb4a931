"""What a rehearsed visitor meets between two fixes comes at its own moment, as it does where a sweep looks every few seconds."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

from notifications.core.campaign import Campaign, Cap, CapKind, Hours, Trigger, TriggerKind, watched
from notifications.core.deciding import Deferred, Reason, Reserved, Rules, Suppressed
from notifications.core.rehearsal import Rehearsal
from notifications.core.sense import Sense
from tests.notifications.places import after
from tests.notifications.test_deciding import CAMPAIGN, DOHA, OTHER_ZONE, RECIPIENT, ZONE

GOODBYE = replace(CAMPAIGN, trigger=Trigger(TriggerKind.EXIT, on_lost=True), ttl_s=600.0)
LATER = replace(CAMPAIGN, defers=True, ttl_s=7_200.0)
OTHER = replace(CAMPAIGN, id=UUID(int=2), zone_ids=frozenset({OTHER_ZONE}), cap=Cap(CapKind.DAY))
QUIET_UNTIL_HALF_PAST = Hours(time(11), time(12, 30))


def rehearse(*campaigns: Campaign, quiet: Hours | None = None) -> Rehearsal:
    return Rehearsal(campaigns, Rules(DOHA, quiet=quiet), RECIPIENT, watched(campaigns, DOHA))


def walk(rehearsal: Rehearsal, zone_id: UUID, *seconds: float) -> None:
    for second in seconds:
        rehearsal.pass_time(after(second))
        rehearsal.take({zone_id: Sense.IN}, after(second), watermark=after(second), now=after(second))


def test_who_falls_silent_for_an_hour_was_lost_after_a_minute() -> None:
    rehearsal = rehearse(GOODBYE)

    walk(rehearsal, ZONE, 0, 3, 3_600)

    [lost] = rehearsal.decided
    assert (lost.case.occasion.at, lost.case.now, lost.verdict) == (after(63), after(63), Reserved("ever"))


def test_what_quiet_hours_put_off_is_sent_when_they_end_and_counts_against_what_follows() -> None:
    rehearsal = rehearse(LATER, OTHER, quiet=QUIET_UNTIL_HALF_PAST)

    walk(rehearsal, ZONE, 0, 3)
    walk(rehearsal, OTHER_ZONE, 2_400, 2_403)  # ten minutes after the end of the quiet hours

    verdicts = [each.verdict for each in rehearsal.decided]
    assert [type(verdict) for verdict in verdicts] == [Deferred, Reserved, Suppressed]
    assert rehearsal.decided[1].case.now == after(0) + timedelta(minutes=30)
    assert isinstance(verdicts[2], Suppressed)
    assert verdicts[2].reason is Reason.GLOBAL_CAP


def test_all_that_waits_is_decided_in_the_end() -> None:
    rehearsal = rehearse(LATER, quiet=QUIET_UNTIL_HALF_PAST)
    walk(rehearsal, ZONE, 0, 3)

    rehearsal.pass_time()

    assert rehearsal.waiting == []
    assert [type(each.verdict) for each in rehearsal.decided] == [Deferred, Reserved]
