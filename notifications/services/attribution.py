"""Walking in: a visitor enters what a campaign promotes, within its attribution window."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from notifications import models
from notifications.core.deciding import Reason
from visitors.models import Visitor

IN_ONE_GROUP = Q(state__in=(models.DecisionState.RESERVED, models.DecisionState.SENT)) | Q(reason=Reason.HELD_OUT)
"""The decisions that a campaign's effect is measured by: those who got the message, and the control group."""


def note_entries(*, visitor: Visitor, zone_ids: Collection[UUID], at: datetime) -> int:
    """Note on the visitor's decisions that they walked in where they entered one of these zones; return on how many.

    For visitors who consent to analytics. A decision is noted once; what was decided at the same instant doesn't count.
    """
    promoting = models.Decision.objects.select_related("campaign").filter(
        IN_ONE_GROUP, visitor=visitor, campaign__promoted_id__in=zone_ids, walked_in_at__isnull=True, event_at__lt=at
    )
    within = [
        decision.pk
        for decision in promoting
        if at <= decision.event_at + timedelta(seconds=decision.campaign.attribution_s)
    ]
    return models.Decision.objects.filter(pk__in=within, walked_in_at__isnull=True).update(walked_in_at=at)
