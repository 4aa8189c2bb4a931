"""Stays of visitors in zones."""

import uuid
from typing import ClassVar

from django.db import models

from notifications.core.visits import LeftBecause
from notifications.models.choices import choices_of


class ZoneVisit(models.Model):
    """A stay of a visitor in a zone that some campaign listens to. It is open until `left_at` is known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="zone_visits")
    venue = models.ForeignKey("venues.Venue", models.CASCADE, related_name="+")
    zone_id = models.UUIDField()
    entered_at = models.DateTimeField()
    last_fix_at = models.DateTimeField()
    """Behind the newest fix by VISIT_NOTED_S at most (services/visits.py)."""
    accuracy_m = models.FloatField()
    """The radius of 68 % of the position that it began with: tells how narrow a zone may be there."""
    dwell_s = models.FloatField(default=0.0)
    left_at = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=10, blank=True, choices=choices_of(LeftBecause))
    resumed_at = models.DateTimeField(null=True)
    """When it went on again after its last end."""
    scheduled_to = models.DateTimeField(null=True)
    """The newest strike of a schedule that was told of this visit."""

    class Meta:
        ordering: ClassVar = ["-entered_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visitor", "zone_id"], condition=models.Q(left_at__isnull=True), name="one_open_visit"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["visitor", "zone_id", "-entered_at"], name="visits_of_visitor"),
            models.Index(fields=["last_fix_at"], condition=models.Q(left_at__isnull=True), name="open_visits"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} from {self.entered_at:%Y-%m-%d %H:%M:%S}"
