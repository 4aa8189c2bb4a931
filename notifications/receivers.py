"""Messages were queued and committed: wake a worker. Where that fails, the sweep sends them a few seconds later."""

import logging
from typing import Any

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from notifications.events import message_queued

logger = logging.getLogger(__name__)


@receiver(message_queued, dispatch_uid="notifications.wake_workers")
def wake_workers(**_: Any) -> None:
    from notifications.tasks import (
        deliver_due,  # with every service: a server that starts answers routes before it has them
    )

    try:
        deliver_due.apply_async(retry=False)
    except OperationalError as error:
        logger.warning("No worker could be woken, the sweep will send: %s", error)
