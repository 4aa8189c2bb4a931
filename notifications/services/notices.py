"""The way in: a visitor's positions, or silence, become visits, decisions and messages in the outbox."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from geo.position import Position, PositionStatus
from notifications import models, selectors
from notifications.core.campaign import TriggerKind
from notifications.core.sensing import senses
from notifications.services import attribution, decisions, visits
from venues.models import Venue
from visitors.models import Visitor

NO_FIX = frozenset({PositionStatus.STALE, PositionStatus.NO_COVERAGE})
"""Positions that no new measurement stands behind: to zones they are silence."""


def on_positions(
    *, visitor: Visitor, venue: Venue, snapshot_hash: str, positions: Sequence[Position], now: datetime
) -> list[models.VisitorMessage]:
    """Take a visitor's newest positions, the oldest first; return the messages that they led to.

    Each is decided about as if it had come alone. It runs inside the batch's transaction and commits nothing; what it keeps in
    the cache is saved after commit.
    """
    listens = selectors.listening(venue)
    fixes = [position for position in positions if position.status not in NO_FIX]
    if not listens.watched or not fixes:
        return []
    standing = visits.standing(visitor=visitor, venue=venue, at=fixes[0].at)
    messages: list[models.VisitorMessage] = []
    for position in fixes:
        standing, occasions = visits.advance(
            standing,
            visitor=visitor,
            venue=venue,
            senses=senses(selectors.zone_set(snapshot_hash, listens), position),
            watched=listens.watched,
            at=position.at,
            accuracy_m=position.accuracy_m,
        )
        for occasion in occasions:
            if occasion.trigger is TriggerKind.ENTER and occasion.zone_id in listens.promoted:
                attribution.note_entry(visitor=visitor, zone_id=occasion.zone_id, at=occasion.at)
        messages += decisions.decide_all(
            visitor=visitor, venue=venue, listens=listens, occasions=occasions, snapshot_hash=snapshot_hash, now=now
        )
    visits.keep(visitor=visitor, standing=standing)
    return messages


def close_lost(*, now: datetime) -> int:
    """Close the visits of those who have fallen silent, tell the campaigns that asked for it, return how many."""
    silent = visits.silent(now=now)
    return sum(_close(visit, now) for visit in silent)


@transaction.atomic
def _close(visit: models.ZoneVisit, now: datetime) -> bool:
    """Close a visit; return False where it has gone on meanwhile. As a batch does it locks the visitor first, then the visit."""
    list(Visitor.objects.select_for_update().filter(pk=visit.visitor_id).values_list("pk"))
    occasion = visits.close_lost(visit=visit, now=now)
    if occasion is None:
        return False
    publication = visit.venue.current_publication
    if publication is not None:
        decisions.decide_all(
            visitor=visit.visitor,
            venue=visit.venue,
            listens=selectors.listening(visit.venue),
            occasions=[occasion],
            snapshot_hash=publication.snapshot_hash,
            now=now,
        )
    return True
