"""Messages as visitors meet them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notifications import models
from notifications.errors import MessageNotFound
from notifications.services.outbox import settle
from visitors.models import Visitor


@transaction.atomic
def note_taken(*, visitor_id: UUID, seqs: Iterable[int], now: datetime) -> None:
    """Note that the visitor has these messages, by their numbers, the first time: so they were sent."""
    fresh = models.VisitorMessage.objects.filter(visitor=visitor_id, seq__in=list(seqs), taken_at__isnull=True)
    decisions = models.Decision.objects.filter(pk__in=list(fresh.values_list("decision_id", flat=True)))
    if not list(decisions.select_for_update().order_by("pk").values_list("pk")):
        return
    fresh.update(taken_at=now)
    settle(decisions)


def note_displayed(*, visitor: Visitor, message_id: UUID, now: datetime) -> None:
    """Note that the visitor's device has shown the message, the first time. Raises MessageNotFound where it is not theirs."""
    own = _own(visitor, message_id)
    own.filter(displayed_at__isnull=True).update(displayed_at=now)
    note_taken(visitor_id=visitor.pk, seqs=own.values_list("seq", flat=True), now=now)


def note_opened(*, visitor: Visitor, message_id: UUID, now: datetime) -> None:
    """Note that the visitor has opened the message, the first time. Who opens it has been shown it.

    Raises MessageNotFound where it is not theirs.
    """
    note_displayed(visitor=visitor, message_id=message_id, now=now)
    _own(visitor, message_id).filter(opened_at__isnull=True).update(opened_at=now)


def _own(visitor: Visitor, message_id: UUID) -> QuerySet[models.VisitorMessage]:
    own = models.VisitorMessage.objects.filter(pk=message_id, visitor=visitor)
    if not own.exists():
        raise MessageNotFound(f"You have no message {message_id}.", param="id")
    return own
