"""Tracks of visitors who consented to history: what their phones heard, for the nights that learn from it.

The minutes that are going on wait in the cache; what is over becomes a row without an instant. A row goes with its visitor,
with the consent, and after the age that `beacons/retention.toml` says.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from beacons import models, selectors
from beacons.core.learning.recording import GAP, LONGEST, SHORTEST, recorded, sightings_of
from beacons.core.learning.walks import Walk
from beacons.services.positioning import Located
from geo.position import PositionStatus
from venues.models import Venue
from visitors import storage
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import has_consented

# Of a venue's newest tracks no more teach: a day of thirty visitors at a time.
MOST_TRACKS = 20_000


@dataclass(frozen=True)
class _Going:
    """The walk that is going on: since when, up to when, and what was heard."""

    deployment_hash: str
    begun: datetime
    newest: datetime
    heard: bytes


def note(*, venue: Venue, visitor: Visitor, located: Located) -> None:
    """Add what was heard to the visitor's walk, and make a row of a walk that is over. Ask for consent to history first."""
    if located.status is not PositionStatus.OK or not located.is_new or not located.heard:
        return
    going: _Going | None = storage.load(visitor.pk, storage.Kind.WALK)
    at = located.newest_at
    if going and (going.deployment_hash != located.deployment_hash or not _goes_on(going, at)):
        _store(venue, visitor, going)
        going = None
    begun = going.begun if going else min(one.heard_at for one in located.heard)
    heard = recorded(selectors.deployment(located.deployment_hash), begun, located.heard)
    kept = _Going(located.deployment_hash, begun, at, (going.heard if going else b"") + heard)
    transaction.on_commit(lambda: storage.save(visitor.pk, storage.Kind.WALK, kept, expires_s=LONGEST.total_seconds()))


def walks(venue: Venue, deployment_hash: str) -> Iterator[Walk]:
    """Yield the newest tracks over a deployment of visitors who consent to history still."""
    deployment = selectors.deployment(deployment_hash)
    rows = models.VisitorTrack.objects.filter(venue=venue, deployment_hash=deployment_hash).select_related("visitor")
    consent: dict[object, bool] = {}
    for row in rows.order_by("-recorded_on", "id")[:MOST_TRACKS].iterator():
        if row.visitor_id not in consent:
            consent[row.visitor_id] = has_consented(row.visitor, Purpose.HISTORY)
        if consent[row.visitor_id]:
            heard = sightings_of(deployment, zlib.decompress(bytes(row.heard)))
            yield Walk(row.pk, f"visitor {row.visitor_id}", heard)


def purge() -> int:
    """Delete the tracks of visitors who withdrew their consent to history; return how many."""
    owners = Visitor.objects.filter(tracks__isnull=False).distinct()
    withdrawn = [visitor.pk for visitor in owners.iterator() if not has_consented(visitor, Purpose.HISTORY)]
    return models.VisitorTrack.objects.filter(visitor__in=withdrawn).delete()[0]


def _goes_on(going: _Going, at: datetime) -> bool:
    return at - going.newest <= GAP and at - going.begun <= LONGEST


def _store(venue: Venue, visitor: Visitor, over: _Going) -> None:
    if over.newest - over.begun >= SHORTEST:
        models.VisitorTrack.objects.create(
            venue=venue,
            visitor=visitor,
            recorded_on=over.begun.date(),
            deployment_hash=over.deployment_hash,
            heard=zlib.compress(over.heard),
        )
