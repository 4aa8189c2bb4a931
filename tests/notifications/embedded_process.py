"""A process as `make run` has it: SQLite, process memory, worker and beat in threads. test_embedded_worker.py starts it.

It prints one JSON object: what a socket in the event loop got, how long after the commit, and what came from the sweep.
"""

import asyncio
import json
import time
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from config import embedded_worker
from notifications.events import message_queued
from notifications.models import Decision
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


async def received(venue: Venue, content_hash: str) -> tuple[dict[str, Any], float]:
    """Return the frame that a new visitor's socket gets, and the seconds after the commit."""
    visitor = await sync_to_async(new_visitor)()
    frames: asyncio.Queue[Frame] = asyncio.Queue()
    hub().join(group_of_visitor(visitor.pk), frames.put_nowait)
    await sync_to_async(walk_in)(venue, content_hash, visitor)
    committed_s = time.monotonic()
    frame = await asyncio.wait_for(frames.get(), timeout=20)
    taken_s = time.monotonic()
    assert frame.seq is not None  # it is a message
    await sync_to_async(messages.note_taken)(visitor_id=visitor.pk, seqs=[frame.seq], now=timezone.now())
    return json.loads(frame.text), taken_s - committed_s


def main() -> None:
    """Queue one message and wake the worker, queue another and leave it to the sweep; print what came of it."""
    call_command("migrate", verbosity=0)
    venue, content_hash = published_venue()
    ensure_demo(venue=venue, now=timezone.now() - timedelta(hours=1))
    embedded_worker.start()
    embedded_worker.start()
    woken, woken_s = asyncio.run(received(venue, content_hash))
    message_queued.disconnect(dispatch_uid="notifications.wake_workers")
    swept, swept_s = asyncio.run(received(venue, content_hash))
    time.sleep(0.5)  # the worker writes what it has sent
    stopping_s = time.monotonic()
    embedded_worker.stop()
    embedded_worker.stop()
    outcome = {
        "woken": woken,
        "woken_s": woken_s,
        "swept": swept,
        "swept_s": swept_s,
        "stopped_s": time.monotonic() - stopping_s,
        "decisions": list(Decision.objects.values_list("state", "message__deliveries__state")),
    }
    print(json.dumps(outcome))  # noqa: T201
