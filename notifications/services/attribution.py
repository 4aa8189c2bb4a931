"""Walking in: a visitor enters what a campaign promotes, within its attribution window."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from notifications import models
from notifications.core.deciding import Reason
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import has_consented

IN_ONE_GROUP = Q(state__in=(models.DecisionState.RESERVED, models.DecisionState.SENT)) | Q(reason=Reason.HELD_OUT)
"""The decisions that a campaign's effect is measured by: those who got the message, and the control group."""


def note_entry(*, visitor: Visitor, zone_id: UUID, at: datetime) -> int:
    """Note on the visitor's decisions that they walked in where these promoted the zone; return on how many.

    Of visitors who consent to analytics alone. A decision is noted once; what was decided at the same instant doesn't count.
    """
    if not has_consented(visitor, Purpose.ANALYTICS):
        return 0
    promoting = models.Decision.objects.select_related("campaign").filter(
        IN_ONE_GROUP, visitor=visitor, campaign__promoted_id=zone_id, walked_in_at__isnull=True, event_at__lt=at
    )
    within = [
        decision.pk
        for decision in promoting
        if at <= decision.event_at + timedelta(seconds=decision.campaign.attribution_s)
    ]
    return models.Decision.objects.filter(pk__in=within, walked_in_at__isnull=True).update(walked_in_at=at)
