"""What is remembered of a visitor between two requests: in the cache, for minutes, and lost without harm.

Every such value goes through here under a key that names the visitor, so that erasing a visitor finds them all. What a batch
changes is read and written in a turn of the visitor's: a second device's batch begins where the first one's ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from django.core.cache import cache

from apikit.services.caches import turn_cache


class Kind(StrEnum):
    """Every kind of state kept in the cache for a visitor; a package that keeps another adds its line here."""

    TRACK = "track"  # beacons: what is believed of where the visitor is
    WATERMARK = "watermark"  # beacons: the newest event time that came in
    PASS = "pass"  # beacons: the newest fixes and what was heard there, for the health of beacons
    WALK = "walk"  # beacons: what was heard in the last minutes, of who consents to history
    ZONES = "zones"  # notifications: where the visitor stands in each zone
    PROGRESS = "progress"  # navigation: how far along the trip


# A turn is over after this at the latest, whoever died in it: a hundred times what a batch takes, and less than a phone waits for
# an answer. Who waits asks this often.
TURN_S, ASKED_EVERY_S = 3.0, 0.003


@dataclass
class _Memory:
    """What is remembered of a visitor while their turn lasts: what was found, and what is to be saved for how many seconds."""

    visitor_id: UUID
    found: dict[str, Any]
    saved: dict[str, tuple[Any, float]] = field(default_factory=dict)


_open: ContextVar[_Memory | None] = ContextVar("open", default=None)


@contextmanager
def turn(visitor_id: UUID) -> Iterator[None]:
    """Hold all that is remembered of the visitor for one at a time: read at once, and saved at once when it ends well.

    Whoever loses the cache meanwhile, or takes longer than TURN_S, loses the turn with it, without harm.
    """
    lock = f"{scope_of(visitor_id)}turn"
    memory, is_over_s = _begun(visitor_id, lock), monotonic() + TURN_S
    token = _open.set(memory)
    try:
        yield
    except BaseException:
        memory.saved.clear()
        raise
    finally:
        _open.reset(token)
        turn_cache().end_turn(lock if monotonic() < is_over_s else None, memory.saved)


def scope_of(visitor_id: UUID) -> str:
    """Return what begins every key and every idempotency scope (such as `visitor:<hex>:sightings`) of the visitor."""
    return f"visitor:{visitor_id.hex}:"


def key_of(visitor_id: UUID, kind: Kind) -> str:
    return scope_of(visitor_id) + kind.value


def load(visitor_id: UUID, kind: Kind) -> Any:
    """Return what was last saved, None where there is nothing any more."""
    memory, key = _open.get(), key_of(visitor_id, kind)
    return memory.found.get(key) if memory and memory.visitor_id == visitor_id else cache.get(key)


def save(visitor_id: UUID, kind: Kind, value: Any, *, expires_s: float) -> None:
    memory, key = _open.get(), key_of(visitor_id, kind)
    if memory and memory.visitor_id == visitor_id:
        memory.found[key], memory.saved[key] = value, (value, expires_s)
    else:
        cache.set(key, value, timeout=expires_s)


def forget(visitor_id: UUID) -> None:
    """Delete everything that the cache holds of the visitor, after the batch that is under way."""
    with turn(visitor_id):
        cache.delete_many([key_of(visitor_id, kind) for kind in Kind])


def _begun(visitor_id: UUID, lock: str) -> _Memory:
    keys = [key_of(visitor_id, kind) for kind in Kind]
    while (found := turn_cache().begin_turn(lock, keys, expires_s=TURN_S)) is None:
        sleep(ASKED_EVERY_S)
    return _Memory(visitor_id, found)
