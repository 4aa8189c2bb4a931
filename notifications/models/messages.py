"""Messages as visitors read them, whatever was pushed."""

import uuid
from typing import ClassVar

from django.db import models

from notifications.core.message import Message, Text
from notifications.models.decisions import Decision


class VisitorMessage(models.Model):
    """A message in the visitor's language, numbered for the visitor. It is read by GET and replay, whatever was pushed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(Decision, models.CASCADE, related_name="message")
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    language = models.CharField(max_length=35)
    title = models.TextField()
    body = models.TextField()
    image = models.TextField(blank=True)
    link = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    """When somebody first had it otherwise than by push: in the answer to a batch, over an open socket, or by asking for it."""
    displayed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["visitor", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["visitor", "seq"], name="message_number_once")]

    def __str__(self) -> str:
        return self.title

    def value(self) -> Message:
        """Return the message as transports and answers write it. Its collapse id is the decision's."""
        return Message(
            id=self.id,
            visitor_id=self.visitor_id,
            seq=self.seq,
            campaign_id=self.decision.campaign_id,
            campaign_name=self.decision.campaign.name,
            language=self.language,
            text=Text(self.title, self.body, self.image, self.link),
            collapse_id=self.decision_id.hex,
            created_at=self.created_at,
            expires_at=self.expires_at,
        )
