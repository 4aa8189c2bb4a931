"""Messages as visitors meet them."""

from datetime import datetime
from uuid import UUID

from notifications import models
from notifications.errors import MessageNotFound
from visitors.models import Visitor


def note_opened(*, visitor: Visitor, message_id: UUID, now: datetime) -> None:
    """Note that the visitor has opened the message, the first time. Raises MessageNotFound where it is not theirs."""
    own = models.VisitorMessage.objects.filter(pk=message_id, visitor=visitor)
    if not own.exists():
        raise MessageNotFound(f"You have no message {message_id}.", param="id")
    own.filter(opened_at__isnull=True).update(opened_at=now)
