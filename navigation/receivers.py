"""What navigation does when something has happened below."""

from typing import Any

import orjson
import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError
from redis import RedisError

from navigation.events import closures_changed
from navigation.services import pointers
from notifications.transports.hub import Frame, hub
from notifications.transports.live import group_of_venue
from venues.events import snapshot_published
from venues.models import Publication

logger = structlog.get_logger()


@receiver([snapshot_published, closures_changed])
def forget_pointers(**kwargs: Any) -> None:
    """Let the next request see what was published or closed."""
    pointers.forget()


@receiver(snapshot_published)
def tell_sockets(sender: type[Publication], publication: Publication, **kwargs: Any) -> None:
    """Tell every open socket of the venue that there is another map. Trips find out by themselves."""
    snapshot = {"hash": publication.snapshot_hash, "number": publication.number}
    text = orjson.dumps({"type": "map_changed", "snapshot": snapshot}).decode()
    try:
        hub().publish(Frame(group_of_venue(publication.venue_id), "map_changed", None, text))
    except RedisError:
        logger.warning("A live frame did not leave: Redis is away", exc_info=True)


@receiver(closures_changed, dispatch_uid="navigation.wake_workers")
def wake_workers(slug: str, **kwargs: Any) -> None:
    """Let a worker lead those under way another way. Where none can be woken, their next position does."""
    from navigation.tasks import (
        reroute_closed,  # with every service: a server that starts answers routes before it has them
    )

    try:
        reroute_closed.apply_async((slug,), retry=False)
    except OperationalError as error:
        logger.warning(
            "No worker could be woken for a closure: trips find it with their next position", error=str(error)
        )
