"""What is done from time to time."""

from celery import shared_task
from django.utils import timezone

from apikit.services import idempotency


@shared_task
def purge_answers() -> None:
    """Delete the stored answers that nobody may ask for again."""
    idempotency.purge(timezone.now())
