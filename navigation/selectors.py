"""Trips, closures and overrides, as read from the database."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet

from apikit.services.rows import values_where
from navigation import models
from navigation.core.overrides import Override, OverrideKind, read_override
from navigation.core.timing.closing import Closing
from navigation.errors import ClosureNotFound, OverrideNotFound, TripNotFound
from venues.models import Venue
from visitors.models import Visitor

# Venues whose closures a process knows, and a few changes of each.
KEPT_CLOSINGS = 64


def active_trips(visitor: Visitor, venue: Venue) -> QuerySet[models.Trip]:
    """Return the trip that the visitor is on in the venue, if any: there is at most one."""
    return models.Trip.objects.filter(visitor=visitor, venue=venue, state=models.TripState.ACTIVE)


def travellers(visitor_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these visitors are on a trip in any venue: asked for every batch, of which few are."""
    state = models.TripState.ACTIVE
    return frozenset(values_where(models.Trip, "visitor", visitor=frozenset(visitor_ids), state=state))


def trips_behind(venue: Venue) -> QuerySet[models.Trip]:
    """The trips under way whose routes were found before the last change of the venue's closures."""
    return models.Trip.objects.select_related("visitor").filter(
        venue=venue, state=models.TripState.ACTIVE, route__isnull=False, closures_revision__lt=venue.closures_revision
    )


def trip_of(visitor: Visitor, trip_id: UUID) -> models.Trip:
    """Return one of the visitor's trips. Raises TripNotFound."""
    trip = models.Trip.objects.select_related("venue__current_publication").filter(visitor=visitor, pk=trip_id).first()
    if trip is None:
        raise TripNotFound(f"You have no trip {trip_id}.", param="id")
    return trip


def closures_of(venue: Venue, *, at: datetime) -> QuerySet[models.Closure]:
    """The venue's closures that hold then or will, by their beginning."""
    ending = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return models.Closure.objects.filter(ending, venue=venue).select_related("author")


def closure_by_id(venue: Venue, closure_id: UUID) -> models.Closure:
    """Return one of the venue's closures. Raises ClosureNotFound."""
    closure = models.Closure.objects.filter(venue=venue, pk=closure_id).first()
    if closure is None:
        raise ClosureNotFound(f'Venue "{venue.slug}" has no closure {closure_id}.', param="closure_id")
    return closure


def closings(venue: Venue) -> tuple[Closing, ...]:
    """Return the closures of a venue as it was read: asked of the database once a process for each of their changes."""
    return _closings(venue.pk, venue.closures_revision)


@lru_cache(maxsize=KEPT_CLOSINGS)
def _closings(venue_id: UUID, revision: int) -> tuple[Closing, ...]:
    # Those that have ended since the last change are in it: they close nothing.
    rows = models.Closure.objects.filter(venue_id=venue_id)
    return tuple(
        Closing(row.id, frozenset(map(UUID, row.feature_ids)), row.level_id, row.starts_at, row.ends_at, row.reason)
        for row in rows
    )


def overrides_of(venue: Venue) -> QuerySet[models.RoutingOverride]:
    """The venue's overrides of the compiled graph, in the order in which they are applied."""
    return models.RoutingOverride.objects.filter(venue=venue).select_related("author")


def override_by_id(venue: Venue, override_id: UUID) -> models.RoutingOverride:
    """Return one of the venue's overrides. Raises OverrideNotFound."""
    override = overrides_of(venue).filter(pk=override_id).first()
    if override is None:
        raise OverrideNotFound(f'Venue "{venue.slug}" has no override {override_id}.', param="override_id")
    return override


def said_of(venue: Venue) -> tuple[Override, ...]:
    """Return what the venue's overrides say, as the compiler takes it."""
    return tuple(read_override(row.id, OverrideKind(row.kind), row.content) for row in overrides_of(venue))
