"""Walking in: a visitor enters what a campaign promotes, within its attribution window."""

from datetime import datetime, timedelta
from uuid import UUID

from notifications import models
from notifications.selectors import USES_WINDOW
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import has_consented


def note_entry(*, visitor: Visitor, zone_id: UUID, at: datetime) -> int:
    """Note on the visitor's decisions that they walked in where these promoted the zone; return on how many.

    A campaign's effect is measured by those whom its message was meant for, whatever became of it, and by the control group,
    each of those alone who consent to analytics. A decision is noted once; what was decided at the same instant doesn't count.
    """
    if not has_consented(visitor, Purpose.ANALYTICS):
        return 0
    promoting = models.Decision.objects.select_related("campaign").filter(
        USES_WINDOW, visitor=visitor, campaign__promoted_id=zone_id, walked_in_at__isnull=True, event_at__lt=at
    )
    within = [
        decision.pk
        for decision in promoting
        if at <= decision.event_at + timedelta(seconds=decision.campaign.attribution_s)
    ]
    return models.Decision.objects.filter(pk__in=within, walked_in_at__isnull=True).update(walked_in_at=at)
