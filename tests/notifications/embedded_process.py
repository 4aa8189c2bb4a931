"""A process as `make run` has it: SQLite, process memory, worker and beat in threads. test_embedded_worker.py starts it.

It prints one JSON object: what a socket in the event loop got from the wake-up alone, what from the sweep alone, and what
is left in the end.
"""

import asyncio
import json
import threading
import time
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from config import embedded_worker
from config.celery import app
from notifications.events import message_queued
from notifications.models import Decision, Delivery, DeliveryState
from notifications.services import messages, notices
from notifications.services.demo import ensure_demo
from notifications.transports.hub import Frame, hub
from notifications.transports.live import group_of_visitor
from tests.notifications.conftest import FEATURES, new_visitor
from tests.notifications.places import position_at
from venues.core.snapshot import canonical_bytes
from venues.models import Publication, Venue
from venues.storage import put_blob
from visitors.models import Visitor

SWEEP = "sweep-outbox"
WAIT_S = 30.0


def published_venue() -> tuple[Venue, str]:
    content_hash = put_blob(canonical_bytes(FEATURES))
    venue = Venue.objects.create(slug="quarter", name={"en": "Msheireb"}, time_zone="Asia/Qatar")
    venue.current_publication = Publication.objects.create(
        venue=venue, number=1, snapshot_hash=content_hash, published_at=timezone.now()
    )
    venue.save()
    return venue, content_hash


def walk_in(venue: Venue, content_hash: str, visitor: Visitor) -> None:
    """Take two fixes inside the quarter, three seconds apart; the message is queued when the second is committed."""
    now = timezone.now()
    for seconds in (-3, 0):
        at = now + timedelta(seconds=seconds)
        with transaction.atomic():
            notices.on_positions(
                visitor=visitor,
                venue=venue,
                snapshot_hash=content_hash,
                positions=[position_at([(0, 0)], at=at)],
                now=now,
            )


async def received(venue: Venue, content_hash: str) -> dict[str, Any]:
    """Return the frame that a new visitor's socket gets."""
    visitor = await sync_to_async(new_visitor)()
    frames: asyncio.Queue[Frame] = asyncio.Queue()
    hub().join(group_of_visitor(visitor.pk), frames.put_nowait)
    await sync_to_async(walk_in)(venue, content_hash, visitor)
    frame = await asyncio.wait_for(frames.get(), timeout=WAIT_S)
    assert frame.seq is not None  # it is a message
    await sync_to_async(messages.note_taken)(visitor_id=visitor.pk, seqs=[frame.seq], now=timezone.now())
    told: dict[str, Any] = json.loads(frame.text)
    return told


def states_of(count: int) -> list[Any]:
    """Return the states of the decisions and their deliveries: once so many are accepted, or as they are after a long wait."""
    deadline_s = time.monotonic() + WAIT_S
    while Delivery.objects.filter(state=DeliveryState.ACCEPTED).count() < count and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return list(Decision.objects.values_list("state", "message__deliveries__state"))


def workers_left() -> int:
    """Return how many threads of workers go on although they were told to stop."""
    workers = [thread for thread in threading.enumerate() if thread.name == "embedded-worker"]
    for worker in workers:
        worker.join(WAIT_S)
    return sum(worker.is_alive() for worker in workers)


def main() -> None:
    """Queue one message and wake the worker without a sweep, queue another and leave it to the sweep; print what came of it."""
    call_command("migrate", verbosity=0)
    venue, content_hash = published_venue()
    ensure_demo(venue=venue, now=timezone.now() - timedelta(hours=1))
    sweep = app.conf.beat_schedule.pop(SWEEP)
    embedded_worker.start()
    embedded_worker.start()
    woken = asyncio.run(received(venue, content_hash))
    embedded_worker.stop()
    app.conf.beat_schedule[SWEEP] = sweep
    message_queued.disconnect(dispatch_uid="notifications.wake_workers")
    embedded_worker.start()
    swept = asyncio.run(received(venue, content_hash))
    decisions = states_of(2)
    embedded_worker.stop()
    embedded_worker.stop()
    print(json.dumps({"woken": woken, "swept": swept, "decisions": decisions, "workers": workers_left()}))  # noqa: T201
