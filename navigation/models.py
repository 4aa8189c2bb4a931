"""Trips: a visitor under way to a destination."""

import uuid
from typing import ClassVar

from django.db import models


class TripState(models.TextChoices):
    """`active` until the visitor arrives, stops, or another trip takes its place."""

    ACTIVE = "active"
    ARRIVED = "arrived"
    STOPPED = "stopped"


class Trip(models.Model):
    """A visitor on a route. How far they are is progress, which lives in the cache and may vanish."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey("visitors.Visitor", on_delete=models.CASCADE, related_name="trips")
    venue = models.ForeignKey("venues.Venue", on_delete=models.CASCADE, related_name="+")
    destination = models.JSONField()
    """The waypoint as the visitor sent it: a place, a point or a category."""
    profile = models.CharField(max_length=40)
    language = models.CharField(max_length=35)
    state = models.CharField(max_length=10, choices=TripState.choices, default=TripState.ACTIVE)
    snapshot_hash = models.CharField(max_length=64)
    route = models.JSONField(null=True)
    """The route as `navigation.core.route` writes it; None while no position is known yet, and again once the trip ended."""
    reroutes = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visitor", "venue"], condition=models.Q(state="active"), name="one_active_trip_per_venue"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"
