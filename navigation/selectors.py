"""Trips, closures and overrides, as read from the database."""

from uuid import UUID

from django.db.models import QuerySet

from navigation import models
from navigation.core.compiling.overrides import Override, OverrideKind, read_override
from navigation.errors import OverrideNotFound, TripNotFound
from venues.models import Venue
from visitors.models import Visitor


def active_trips(visitor: Visitor, venue: Venue) -> QuerySet[models.Trip]:
    """Return the trip that the visitor is on in the venue, if any: there is at most one."""
    return models.Trip.objects.filter(visitor=visitor, venue=venue, state=models.TripState.ACTIVE)


def trip_of(visitor: Visitor, trip_id: UUID) -> models.Trip:
    """Return one of the visitor's trips. Raises TripNotFound."""
    trip = models.Trip.objects.select_related("venue__current_publication").filter(visitor=visitor, pk=trip_id).first()
    if trip is None:
        raise TripNotFound(f"You have no trip {trip_id}.", param="id")
    return trip


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
