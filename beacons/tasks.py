"""What workers do. Each task calls one service."""

from celery import shared_task
from django.utils import timezone

from beacons.services import health, learning


@shared_task
def fold_observations() -> None:
    """Fold what passers-by said of beacons into their health."""
    health.fold(now=timezone.now())


@shared_task
def learn() -> None:
    """Learn from surveys and tracks how strongly beacons are heard where."""
    learning.learn_by_night(now=timezone.now())
