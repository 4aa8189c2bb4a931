"""Messages as visitors meet them."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from notifications import models
from notifications.errors import MessageNotFound
from visitors.models import Visitor


def note_displayed(*, visitor: Visitor, message_id: UUID, now: datetime) -> None:
    """Note that the visitor's device has shown the message, the first time. Raises MessageNotFound where it is not theirs."""
    _own(visitor, message_id).filter(displayed_at__isnull=True).update(displayed_at=now)


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
