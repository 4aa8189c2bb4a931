"""A message over the live door is a hint: it was sent when somebody has it, and expires where nobody does."""

from datetime import timedelta

import pytest
from django.test import Client

from notifications.errors import TransportError
from notifications.models import Campaign, Decision, DecisionState, Delivery, DeliveryState, VisitorMessage
from notifications.services import delivery, messages
from notifications.services.demo import ensure_demo
from notifications.transports import TRANSPORTS
from notifications.transports.recorder import Recorder
from tests.notifications.conftest import new_visitor
from tests.notifications.places import NOON, after
from tests.notifications.test_delivery import TTL_S, queue
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import consent, sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(venue: Venue, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """A message that was published to sockets, and nobody is known to have taken."""
    monkeypatch.setitem(TRANSPORTS, "live", Recorder("live", is_hint=True))
    campaign: Campaign = ensure_demo(venue=venue, now=NOON)
    row = queue(campaign, visitor)
    deliver()
    return row


def deliver(seconds: float = 0) -> int:
    return delivery.deliver_due(clock=lambda: after(seconds), draw=lambda: 0.5)


def standing() -> tuple[str, str]:
    return Delivery.objects.get(transport="live").state, Decision.objects.get().state


WAITS = (DeliveryState.RETRY, DecisionState.RESERVED)
TAKEN = (DeliveryState.ACCEPTED, DecisionState.SENT)


def test_what_nobody_takes_waits_is_published_once_and_expires(waiting: Delivery) -> None:
    assert standing() == WAITS
    assert [deliver(seconds) for seconds in (60, 600, TTL_S - 1)] == [0, 0, 0]

    assert deliver(TTL_S) == 1
    assert standing() == (DeliveryState.EXPIRED, DecisionState.EXPIRED)


def test_what_a_socket_takes_was_sent_once_and_for_all(waiting: Delivery, visitor: Visitor) -> None:
    for seconds in (1, 5):
        messages.note_taken(visitor_id=visitor.pk, seqs=[1], now=after(seconds))

    assert standing() == TAKEN
    assert VisitorMessage.objects.get().taken_at == after(1)
    assert deliver(TTL_S) == 0


def test_what_is_taken_before_it_was_published_is_published_all_the_same(
    venue: Venue, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a batch has it; the visitor's other screens hear of it too."""
    live = Recorder("live", is_hint=True)
    monkeypatch.setitem(TRANSPORTS, "live", live)
    queue(ensure_demo(venue=venue, now=NOON), visitor)
    messages.note_taken(visitor_id=visitor.pk, seqs=[1], now=NOON)
    assert standing() == (DeliveryState.PENDING, DecisionState.SENT)

    deliver()

    assert (len(live.sent), standing()) == (1, TAKEN)


@pytest.mark.parametrize("what", ["displayed", "opened"])
def test_what_is_shown_was_sent(waiting: Delivery, visitor: Visitor, what: str) -> None:
    note = {"displayed": messages.note_displayed, "opened": messages.note_opened}[what]
    note(visitor=visitor, message_id=waiting.message_id, now=after(2))

    assert standing() == TAKEN


def test_nobody_takes_the_message_of_another(waiting: Delivery) -> None:
    messages.note_taken(visitor_id=new_visitor().pk, seqs=[1], now=NOON)

    assert standing() == WAITS


def test_a_push_that_is_accepted_sends_it_whoever_takes_the_hint(
    waiting: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TRANSPORTS, "push", Recorder("push"))
    Delivery.objects.create(message=waiting.message, transport="push", endpoint="phone", next_attempt_at=NOON)
    deliver(1)
    assert standing() == (DeliveryState.RETRY, DecisionState.SENT)

    deliver(TTL_S)
    assert standing() == (DeliveryState.EXPIRED, DecisionState.SENT)


def test_where_every_push_fails_it_waits_to_be_read(waiting: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    push = Recorder("push")
    push.failures.append(TransportError("gone", permanent=True))
    monkeypatch.setitem(TRANSPORTS, "push", push)
    Delivery.objects.create(message=waiting.message, transport="push", endpoint="phone", next_attempt_at=NOON)
    deliver(1)
    assert standing() == WAITS

    deliver(TTL_S)
    assert standing() == (DeliveryState.EXPIRED, DecisionState.FAILED)


def test_reading_messages_takes_them(venue: Venue, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TRANSPORTS, "live", Recorder("live", is_hint=True))
    visitor, token = sessions.create(language="en", profile="walk", granted={Purpose.POSITIONING: True}, now=NOON)
    row = queue(ensure_demo(venue=venue, now=NOON), visitor)
    VisitorMessage.objects.update(expires_at=NOON + timedelta(days=20_000))
    deliver()

    bearer = {"Authorization": f"Bearer {token}"}
    assert len(client.get("/api/v1/visitors/me/messages", headers=bearer).json()["messages"]) == 1
    assert standing() == TAKEN
    row.message.refresh_from_db()
    first = row.message.taken_at
    client.get("/api/v1/visitors/me/messages", headers=bearer)
    row.message.refresh_from_db()
    assert row.message.taken_at == first


def test_who_withdraws_consent_takes_nothing_and_it_expires(venue: Venue, waiting: Delivery, visitor: Visitor) -> None:
    consent.record(visitor=visitor, wanted={Purpose.POSITIONING: False}, now=after(1))
    deliver(TTL_S)

    assert standing() == (DeliveryState.EXPIRED, DecisionState.EXPIRED)
