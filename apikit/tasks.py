"""What is done from time to time."""

from celery import shared_task
from django.utils import timezone

from apikit.services import retention


@shared_task
def purge_expired() -> None:
    """Delete every row that is older than its table's `retention.toml` allows."""
    retention.purge(timezone.now())
