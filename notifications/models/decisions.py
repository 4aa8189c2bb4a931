"""What was decided, once for each campaign, visitor and window."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.core.deciding import Reason
from notifications.models.campaigns import Campaign
from notifications.models.choices import choices_of


class DecisionState(models.TextChoices):
    """Reserved and deferred are the states that are not final."""

    DEFERRED = "deferred", _("deferred")
    RESERVED = "reserved", _("reserved")
    SENT = "sent", _("sent")
    EXPIRED = "expired", _("expired")
    SUPPRESSED = "suppressed", _("suppressed")
    FAILED = "failed", _("failed")


MEANT_STATES = (DecisionState.RESERVED, DecisionState.SENT, DecisionState.EXPIRED, DecisionState.FAILED)
"""The states of a message that it was decided to send, whatever became of it on its way."""


class Decision(models.Model):
    """What was decided about one campaign, visitor and window; where it is suppressed, for which reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="decisions", verbose_name=_("campaign"))
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="decisions", verbose_name=_("visitor"))
    window_key = models.CharField(_("window"), max_length=80)
    zone_id = models.UUIDField(_("zone"))
    visit_id = models.UUIDField()
    event_at = models.DateTimeField(_("happened at"))
    counts_at = models.DateTimeField()
    """When it counts for caps: when it happened, or the end of the quiet hours that put it off."""
    occasion = models.JSONField(null=True, editable=False)
    """What a deferred one is about, to be decided again; nothing for the others."""
    decided_at = models.DateTimeField(_("decided at"))
    state = models.CharField(_("state"), max_length=10, choices=DecisionState.choices)
    reason = models.CharField(_("reason"), max_length=20, blank=True, choices=choices_of(Reason))
    walked_in_at = models.DateTimeField(null=True)
    """When the visitor entered what the campaign promotes: of those who got the message, and of the control group."""

    class Meta:
        verbose_name, verbose_name_plural = _("decision"), _("decisions")
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
