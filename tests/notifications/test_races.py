"""Many at once, on PostgreSQL: one visit, one decision, one message, one sender."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from notifications.models import Decision, Delivery, VisitorMessage, ZoneVisit
from notifications.services import delivery, notices
from notifications.services.demo import ensure_demo
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
