"""Visits of those who let nobody measure them are kept no longer than campaigns need them."""

from datetime import datetime, timedelta

from notifications import models
from visitors.core.consent import Purpose
from visitors.selectors import consenting

UNMEASURED_FOR = timedelta(days=1)
"""The longest that a rule looks back on visits: once in 24 hours, once a day (CAMPAIGNS.md)."""


def forget_unmeasured(*, now: datetime) -> int:
    """Delete the ended visits of visitors without consent to analytics; return how many."""
    over = models.ZoneVisit.objects.filter(left_at__lt=now - UNMEASURED_FOR)
    deleted, _ = over.exclude(visitor__in=consenting(Purpose.ANALYTICS)).delete()
    return deleted
