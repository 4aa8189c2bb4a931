"""Trips, as read from the database."""

from uuid import UUID

from django.db.models import QuerySet

from navigation import models
from navigation.errors import TripNotFound
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
