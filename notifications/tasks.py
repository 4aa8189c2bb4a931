"""What workers do. Each task calls one service; the database says what there is to do."""

from celery import shared_task
from django.utils import timezone

from notifications.services import decisions, delivery, forgetting, notices


@shared_task
def deliver_due() -> None:
    """Send what is due in the outbox: the wake-up after a message was queued, and the sweep that finds what it missed."""
    delivery.deliver_due()


@shared_task
def close_lost() -> None:
    """Close the visits of visitors who have fallen silent."""
    notices.close_lost(now=timezone.now())


@shared_task
def decide_deferred() -> None:
    """Decide again on what quiet hours have put off until now."""
    decisions.decide_deferred(now=timezone.now())


@shared_task
def forget_unmeasured() -> None:
    """Delete the past visits of those who let nobody measure them."""
    forgetting.forget_unmeasured(now=timezone.now())
