"""What workers do. Each task calls one service."""

from celery import shared_task
from django.utils import timezone

from navigation.services import blobs, closures, live
from venues import selectors


@shared_task
def collect_blobs() -> None:
    """Delete the blobs that nothing names."""
    blobs.collect(now=timezone.now())


@shared_task
def reroute_closed(slug: str) -> None:
    """Lead the visitors under way in a venue round what was closed: the wake-up after it was."""
    live.reroute_closed(venue=selectors.venue_by_slug(slug), now=timezone.now())


@shared_task
def begin_closures() -> None:
    """Begin the closures whose time has come."""
    closures.begin_due(now=timezone.now())
