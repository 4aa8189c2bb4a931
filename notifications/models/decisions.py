"""What was decided, once for each campaign, visitor and window."""

import uuid
from typing import ClassVar

from django.db import models

from notifications.core.deciding import Reason
from notifications.models.campaigns import Campaign
from notifications.models.choices import choices_of


class DecisionState(models.TextChoices):
    """Reserved and deferred are the states that are not final."""

    DEFERRED = "deferred"
    RESERVED = "reserved"
    SENT = "sent"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


MEANT_STATES = (DecisionState.RESERVED, DecisionState.SENT, DecisionState.EXPIRED, DecisionState.FAILED)
"""The states of a message that it was decided to send, whatever became of it on its way."""


class Decision(models.Model):
    """What was decided about one campaign, visitor and window; where it is suppressed, for which reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="decisions")
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="decisions")
    window_key = models.CharField(max_length=80)
    zone_id = models.UUIDField()
    visit_id = models.UUIDField()
    event_at = models.DateTimeField()
    counts_at = models.DateTimeField()
    """When it counts for caps: when it happened, or the end of the quiet hours that put it off."""
    occasion = models.JSONField(null=True, editable=False)
    """What a deferred one is about, to be decided again; nothing for the others."""
    decided_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DecisionState.choices)
    reason = models.CharField(max_length=20, blank=True, choices=choices_of(Reason))
    walked_in_at = models.DateTimeField(null=True)
    """When the visitor entered what the campaign promotes: of those who got the message, and of the control group."""

    class Meta:
        ordering: ClassVar = ["-decided_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "visitor", "window_key"], name="one_decision_a_window")
        ]
        indexes: ClassVar = [
            models.Index(fields=["visitor", "-counts_at"], name="decisions_of_visitor"),
            models.Index(
                fields=["counts_at"], condition=models.Q(state=DecisionState.DEFERRED), name="deferred_decisions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.state}"
