"""Many at once, on PostgreSQL: one visit, one decision, one message, one sender."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from notifications.models import (
    Decision,
    DecisionState,
    Delivery,
    DeliveryState,
    ProviderGate,
    VisitorMessage,
    ZoneVisit,
)
from notifications.services import delivery, notices, outbox
from notifications.services.demo import ensure_demo
from notifications.transports import TRANSPORTS
from notifications.transports.recorder import Recorder
from tests.notifications.places import NOON, after, position_at
from venues.core.snapshot import Snapshot
from venues.models import Venue
from visitors import storage
from visitors.models import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

AT_ONCE = 64


def at_once(act: Any) -> list[Any]:
    """Return what each of many threads got from `act`, all of them begun together."""
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> Any:
        barrier.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def fix(venue: Venue, visitor: Visitor, snapshot: Snapshot, seconds: float) -> list[VisitorMessage]:
    at = after(seconds)
    with transaction.atomic():
        return notices.on_positions(
            visitor=visitor,
            venue=venue,
            snapshot_hash=snapshot.content_hash,
            positions=[position_at([(0, 0)], at=at)],
            now=at,
        )


def test_many_devices_of_one_visitor_entering_at_once_make_one_decision(
    venue: Venue, visitor: Visitor, snapshot: Snapshot
) -> None:
    ensure_demo(venue=venue, now=NOON)
    fix(venue, visitor, snapshot, 0)
    assert storage.load(visitor.pk, storage.Kind.ZONES) is not None

    told = at_once(lambda number: fix(venue, visitor, snapshot, 3 + number / 100))

    assert sum(map(len, told)) == 1
    assert ZoneVisit.objects.count() == Decision.objects.count() == Delivery.objects.count() == 1


def test_many_workers_send_each_message_once(
    venue: Venue, visitor: Visitor, snapshot: Snapshot, recorder: Recorder
) -> None:
    ensure_demo(venue=venue, now=NOON)
    fix(venue, visitor, snapshot, 0)
    fix(venue, visitor, snapshot, 3)

    taken = at_once(lambda _: delivery.deliver_due(clock=lambda: after(4), draw=lambda: 0.5))

    assert sorted(taken) == [0] * (AT_ONCE - 1) + [1]
    assert len(recorder.sent) == 1


@pytest.fixture
def waiting(venue: Venue, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages for more workers than there are, by a provider that is given ten a second."""
    monkeypatch.setitem(TRANSPORTS, "fcm", Recorder("fcm", per_s=10.0))
    campaign = ensure_demo(venue=venue, now=NOON)
    for number in range(2 * AT_ONCE):
        decision = Decision.objects.create(
            campaign=campaign, visitor=visitor, window_key=f"slot:{number}", zone_id=visitor.pk, visit_id=visitor.pk,
            event_at=NOON, counts_at=NOON, decided_at=NOON, state=DecisionState.RESERVED,
        )  # fmt: skip
        message = VisitorMessage.objects.create(
            decision=decision, visitor=visitor, seq=number + 1, language="en", title="Welcome", body="",
            created_at=NOON, expires_at=after(3600),
        )  # fmt: skip
        Delivery.objects.create(
            message=message, transport="fcm", provider="fcm", endpoint=str(number), next_attempt_at=NOON
        )


@pytest.mark.usefixtures("waiting")
def test_many_workers_send_one_message_to_see_whether_a_provider_is_back() -> None:
    ProviderGate.objects.create(
        provider="fcm", tokens=10, filled_at=NOON, failures=9, shut_count=3, shut_until=after(60)
    )

    assert sum(at_once(lambda _: len(outbox.claim(now=after(59)).deliveries))) == 0
    assert sum(at_once(lambda _: len(outbox.claim(now=after(60)).deliveries))) == 1
    assert Delivery.objects.filter(state=DeliveryState.LEASED).count() == 1


@pytest.mark.usefixtures("waiting")
def test_many_workers_share_one_bucket() -> None:
    assert sum(at_once(lambda _: len(outbox.claim(now=NOON).deliveries))) == 10  # the bucket is made by one of them
    assert sum(at_once(lambda _: len(outbox.claim(now=after(0.5)).deliveries))) == 5
