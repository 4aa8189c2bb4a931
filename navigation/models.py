"""Trips of visitors, and what managers say of the ways: what is closed, and what the compiled graph got wrong."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from navigation.core.overrides import OverrideKind


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
    closures_revision = models.PositiveBigIntegerField(default=0)
    """That of the venue when the route was last known to lead through nothing closed."""
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


class Closure(models.Model):
    """Units, openings and relationships that nobody passes, from `starts_at` to `ends_at`, or until it is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey("venues.Venue", on_delete=models.CASCADE, related_name="+")
    feature_ids = models.JSONField()
    """Ids of IMDF features, as texts: they stay closed on every map that has them."""
    level_id = models.UUIDField(null=True)
    """The one level on which they are closed, such as where a lift does not stop; None: on all."""
    reason = models.JSONField(default=dict)
    """Text by language."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    has_begun = models.BooleanField(default=False)
    """Visitors whose way it closes have been led another way."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        indexes: ClassVar = [models.Index(fields=["starts_at"], condition=models.Q(has_begun=False), name="to_begin")]

    def __str__(self) -> str:
        return f"{len(self.feature_ids)} features from {self.starts_at:%Y-%m-%d %H:%M}"


class RoutingOverride(models.Model):
    """What a manager knows better than the compiler: a way forbidden, added or re-weighted. It holds from the next publication."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey("venues.Venue", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in OverrideKind])
    content = models.JSONField()
    """What it says, as `navigation.core.compiling.overrides` reads it."""
    note = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.created_at:%Y-%m-%d %H:%M}"


class UnmetKind(models.TextChoices):
    SEARCH = "search"
    ROUTE = "route"


class UnmetWish(models.Model):
    """What a visitor who consents to analytics looked for and did not get, once a day."""

    visitor = models.ForeignKey("visitors.Visitor", on_delete=models.CASCADE, related_name="unmet_wishes")
    venue = models.ForeignKey("venues.Venue", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=UnmetKind.choices)
    wish = models.CharField(max_length=120)
    """Words of a search, or a profile with the place or category that it was to reach."""
    day = models.DateField(db_index=True)

    class Meta:
        verbose_name_plural = "unmet wishes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["venue", "kind", "day", "wish", "visitor"], name="a_wish_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.wish}"
