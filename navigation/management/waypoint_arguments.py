"""Waypoints as arguments of commands: a feature's id, a name, or `lng,lat,level`."""

from uuid import UUID

from django.core.management.base import CommandError

from navigation.services.waypoints import Waypoint
from venues import selectors
from venues.models import Venue


def waypoint_of(venue: Venue, text: str, language: str) -> Waypoint:
    """Return the waypoint that an argument means: a point, a feature, or the place that its name finds first."""
    return _point(text) or _feature(text) or _named(venue, text, language)


def _point(text: str) -> Waypoint | None:
    try:
        lng, lat, level = text.split(",")
        return {"lng": float(lng), "lat": float(lat), "level": level.strip()}
    except ValueError:
        return None


def _feature(text: str) -> Waypoint | None:
    try:
        return {"place": str(UUID(text))}
    except ValueError:
        return None


def _named(venue: Venue, text: str, language: str) -> Waypoint:
    content_hash = selectors.current_publication(venue).snapshot_hash
    matches = selectors.place_search(content_hash).find(text, language=language, limit=1)
    if not matches:
        raise CommandError(
            f'Nothing in "{venue.slug}" is called "{text}". Give a name, a feature id, or lng,lat,level.'
        )
    return {"place": str(matches[0].place.id)}
