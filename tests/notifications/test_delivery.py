"""The outbox: claimed by lease, sent, tried again, given up; nothing lost and nothing shown twice when workers die."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from notifications.core.deciding import Reason
from notifications.errors import TransportError
from notifications.models import Campaign, Decision, DecisionState, Delivery, DeliveryState, VenueRules, VisitorMessage
from notifications.services import delivery
from notifications.services import outbox as outbox_of
from notifications.services.demo import ensure_demo
from notifications.transports import TRANSPORTS
from notifications.transports.base import Endpoint
from notifications.transports.recorder import Recorder
from tests.notifications.places import NOON, after
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import consent

pytestmark = pytest.mark.django_db

TTL_S = 3600


@pytest.fixture
def outbox(venue: Venue, visitor: Visitor) -> Delivery:
    """One message for the visitor, due at noon, worth showing for an hour."""
    campaign: Campaign = ensure_demo(venue=venue, now=NOON)
    return queue(campaign, visitor)


def queue(campaign: Campaign, visitor: Visitor, number: int = 1) -> Delivery:
    decision = Decision.objects.create(
        campaign=campaign,
        visitor=visitor,
        window_key=f"visit:{number}",
        zone_id=visitor.pk,
        visit_id=visitor.pk,
        event_at=NOON,
        counts_at=NOON,
        decided_at=NOON,
        state=DecisionState.RESERVED,
    )
    message = VisitorMessage.objects.create(
        decision=decision,
        visitor=visitor,
        seq=number,
        language="en",
        title="Welcome",
        body="To the quarter",
        created_at=NOON,
        expires_at=after(TTL_S),
    )
    return Delivery.objects.create(
        message=message, transport="live", provider="live", endpoint="visitor.x", next_attempt_at=NOON
    )


def deliver(at: datetime, draw: float = 0.5) -> int:
    return delivery.deliver_due(clock=lambda: at, draw=lambda: draw)


def claimed(at: datetime) -> Sequence[Delivery]:
    return outbox_of.claim(now=at).deliveries


def standing(row: Delivery) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, Decision.objects.get(message=row.message).state


def test_what_is_due_is_sent_once(outbox: Delivery, recorder: Recorder) -> None:
    assert deliver(NOON) == 1
    assert deliver(NOON) == 0
    assert standing(outbox) == (DeliveryState.ACCEPTED, DecisionState.SENT)
    assert [endpoint for endpoint, _ in recorder.sent] == ["visitor.x"]


def test_a_failure_is_tried_again_after_its_wait_and_not_before(outbox: Delivery, recorder: Recorder) -> None:
    recorder.failures.append(TransportError("busy"))

    deliver(NOON)
    assert standing(outbox) == (DeliveryState.RETRY, DecisionState.RESERVED)
    assert outbox.next_attempt_at == after(5)  # half of the first ceiling of 10 s
    assert deliver(after(4.9)) == 0
    assert deliver(after(5)) == 1
    assert standing(outbox) == (DeliveryState.ACCEPTED, DecisionState.SENT)
    assert outbox.attempts == 2


def test_a_permanent_failure_is_never_tried_again(outbox: Delivery, recorder: Recorder) -> None:
    recorder.failures.append(TransportError("no such endpoint", permanent=True))

    deliver(NOON)
    assert standing(outbox) == (DeliveryState.DEAD, DecisionState.FAILED)
    assert deliver(after(1000)) == 0


def test_an_expired_message_is_never_sent(outbox: Delivery, recorder: Recorder) -> None:
    deliver(after(TTL_S))

    assert standing(outbox) == (DeliveryState.EXPIRED, DecisionState.EXPIRED)
    assert recorder.sent == []


def test_a_retry_that_would_come_too_late_ends_at_once(outbox: Delivery, recorder: Recorder) -> None:
    recorder.failures.append(TransportError("busy", retry_after_s=TTL_S))

    deliver(NOON)
    assert standing(outbox) == (DeliveryState.EXPIRED, DecisionState.EXPIRED)


def test_a_worker_that_dies_between_claim_and_sending_loses_nothing(outbox: Delivery, recorder: Recorder) -> None:
    claimed(NOON)  # and the worker is killed here

    assert deliver(after(59)) == 0
    assert deliver(after(60)) == 1
    assert standing(outbox) == (DeliveryState.ACCEPTED, DecisionState.SENT)


def test_a_worker_that_dies_between_sending_and_recording_sends_again_under_the_same_collapse_id(
    outbox: Delivery, recorder: Recorder
) -> None:
    [taken] = claimed(NOON)
    recorder.send(Endpoint(taken.endpoint), taken.message.value(), NOON)  # accepted, and the worker is killed here

    assert deliver(after(60)) == 1
    assert len(recorder.sent) == 2
    assert len({message.collapse_id for _, message in recorder.sent}) == 1
    assert standing(outbox) == (DeliveryState.ACCEPTED, DecisionState.SENT)


def test_a_worker_that_took_longer_than_its_lease_writes_nothing(outbox: Delivery, recorder: Recorder) -> None:
    slow = claimed(NOON)
    fast = claimed(after(60))
    recorder.failures.append(TransportError("no such endpoint", permanent=True))
    delivery.attempt(slow, clock=lambda: after(61), draw=lambda: 0.5)

    assert standing(outbox) == (DeliveryState.LEASED, DecisionState.RESERVED)
    delivery.attempt(fast, clock=lambda: after(62), draw=lambda: 0.5)
    assert standing(outbox) == (DeliveryState.ACCEPTED, DecisionState.SENT)


def test_a_claimed_delivery_is_nobody_elses(outbox: Delivery) -> None:
    assert len(claimed(NOON)) == 1
    assert claimed(NOON) == []


@pytest.mark.parametrize(("kind", "needed"), [("service", Purpose.POSITIONING), ("marketing", Purpose.MARKETING)])
def test_consent_withdrawn_after_the_decision_stops_a_queued_message(
    outbox: Delivery, recorder: Recorder, visitor: Visitor, kind: str, needed: Purpose
) -> None:
    Campaign.objects.update(kind=kind)
    consent.record(visitor=visitor, wanted=dict.fromkeys(Purpose, True) | {needed: False}, now=NOON)

    deliver(after(1))
    assert recorder.sent == []
    assert standing(outbox) == (DeliveryState.DEAD, DecisionState.SUPPRESSED)
    assert Decision.objects.get().reason == Reason.NO_CONSENT


def test_the_kill_switch_stops_a_queued_message(outbox: Delivery, recorder: Recorder, venue: Venue) -> None:
    VenueRules.objects.update_or_create(venue=venue, defaults={"stopped": True})

    deliver(after(1))
    assert recorder.sent == []
    assert Decision.objects.get().reason == Reason.KILL_SWITCH


ENDINGS: dict[str, TransportError | None] = {
    "accepted": None,
    "expired": TransportError("busy", retry_after_s=TTL_S),
    "dead": TransportError("gone", permanent=True),
}


@pytest.mark.parametrize("live", ENDINGS)
@pytest.mark.parametrize("push", ENDINGS)
def test_a_decision_is_sent_by_any_endpoint_that_took_it_else_expired_else_failed(
    outbox: Delivery, monkeypatch: pytest.MonkeyPatch, live: str, push: str
) -> None:
    Delivery.objects.create(message=outbox.message, transport="push", endpoint="phone", next_attempt_at=NOON)
    for name, ending in (("live", live), ("push", push)):
        endpoint, error = Recorder(name), ENDINGS[ending]
        endpoint.failures.extend([error] if error else [])
        monkeypatch.setitem(TRANSPORTS, name, endpoint)
    outcomes = {"accepted": DecisionState.SENT, "expired": DecisionState.EXPIRED, "dead": DecisionState.FAILED}
    expected = next(outcomes[ending] for ending in outcomes if ending in (live, push))

    deliver(NOON)
    assert Decision.objects.get().state == expected
    assert deliver(after(TTL_S)) == 0
    assert Decision.objects.get().state == expected


def test_many_messages_drain_in_one_call(outbox: Delivery, recorder: Recorder, visitor: Visitor) -> None:
    for number in range(2, 60):
        queue(outbox.message.decision.campaign, visitor, number)

    assert deliver(NOON) == 59
    assert deliver(NOON) == 0


def test_ten_minutes_without_the_provider_lose_nothing(outbox: Delivery, recorder: Recorder, visitor: Visitor) -> None:
    for number in range(2, 12):
        queue(outbox.message.decision.campaign, visitor, number)
    down: Callable[[], TransportError] = lambda: TransportError("unavailable")  # noqa: E731
    for seconds in range(0, 600, 5):
        recorder.failures.clear()
        recorder.failures.extend(down() for _ in range(20))
        deliver(after(seconds), draw=0.9)
    recorder.failures.clear()
    for seconds in range(600, 1600, 5):
        deliver(after(seconds), draw=0.9)

    assert sorted(message.seq for _, message in recorder.sent) == list(range(1, 12))


def test_the_lease_outlasts_no_expiry(outbox: Delivery) -> None:
    [taken] = claimed(NOON)
    taken.refresh_from_db()

    assert taken.next_attempt_at == NOON + timedelta(seconds=60)
