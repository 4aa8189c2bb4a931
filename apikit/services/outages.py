"""What a client is told while the database or Redis is locked, full, restarting or away."""

import redis
from django.db import InterfaceError, OperationalError

from apikit.errors import CacheBusy, DatabaseBusy


def as_refusal(error: Exception) -> DatabaseBusy | CacheBusy | None:
    """Return the refusal that asks for the same again, None where the error tells of no outage."""
    match error:
        case OperationalError() | InterfaceError():  # InterfaceError: the connection was closed behind our back
            return DatabaseBusy()
        case redis.RedisError():
            return CacheBusy()
    return None
