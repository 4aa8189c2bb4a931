"""Which map of a venue visitors see: asked by every request, so kept for a moment.

A map that is published in this process is seen at once, one that another process publishes after POINTER_AGE_S at the latest.
"""

from dataclasses import dataclass
from time import monotonic

from django.conf import settings

from venues import selectors
from venues.models import Venue


@dataclass(frozen=True)
class _Read:
    venue: Venue
    at_s: float


_read: dict[str, _Read] = {}


def venue(slug: str) -> Venue:
    """Return the venue with its current publication, to be read only. Raises VenueNotFound."""
    read = _read.get(slug)
    now_s = monotonic()
    if read is None or now_s - read.at_s >= settings.POINTER_AGE_S:
        read = _read[slug] = _Read(selectors.venue_by_slug(slug), now_s)
    return read.venue


def forget() -> None:
    """Read every venue again when it is next asked for."""
    _read.clear()
