"""What navigation does when something has happened below."""

from typing import Any

import orjson
import structlog
from django.dispatch import receiver
from redis import RedisError

from notifications.transports.hub import Frame, hub
from notifications.transports.live import group_of_venue
from venues.events import snapshot_published
from venues.models import Publication

logger = structlog.get_logger()


@receiver(snapshot_published)
def tell_sockets(sender: type[Publication], publication: Publication, **kwargs: Any) -> None:
    """Tell every open socket of the venue that there is another map. Trips find out by themselves."""
    snapshot = {"hash": publication.snapshot_hash, "number": publication.number}
    text = orjson.dumps({"type": "map_changed", "snapshot": snapshot}).decode()
    try:
        hub().publish(Frame(group_of_venue(publication.venue_id), "map_changed", None, text))
    except RedisError:
        logger.warning("A live frame did not leave: Redis is away", exc_info=True)
