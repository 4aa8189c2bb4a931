"""Messages over the visitor's open sockets. A hint, never the record: who has no socket reads the message later."""

from datetime import datetime
from uuid import UUID

import orjson
import redis

from notifications.core.message import Message, to_json
from notifications.errors import TransportError
from notifications.transports.base import Endpoint
from notifications.transports.hub import Frame, hub


def group_of_visitor(visitor_id: UUID) -> str:
    """Return the group that all sockets of a visitor join."""
    return f"visitor.{visitor_id.hex}"


def group_of_venue(venue_id: UUID) -> str:
    """Return the group that all sockets of a venue join."""
    return f"venue.{venue_id.hex}"


def message_frame(group: str, message: Message) -> Frame:
    """Return the live frame of a message (docs/api/live.md)."""
    body = {"type": "message", "seq": message.seq, "message": to_json(message)}
    return Frame(group, "message", message.seq, orjson.dumps(body).decode())


class LiveTransport:
    name = "live"
    per_s = None
    is_hint = True

    def is_ready(self) -> bool:
        return True

    def send(self, endpoint: Endpoint, message: Message, now: datetime) -> None:
        try:
            hub().publish(message_frame(endpoint.address, message))
        except redis.RedisError as error:
            raise TransportError(f"Redis did not take the frame: {error}") from error
