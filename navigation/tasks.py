"""What workers do. Each task calls one service."""

from celery import shared_task
from django.utils import timezone

from navigation.services import blobs


@shared_task
def collect_blobs() -> None:
    """Delete the blobs that nothing names."""
    blobs.collect(now=timezone.now())
