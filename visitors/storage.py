"""What is remembered of a visitor between two requests: in the cache, for minutes, and lost without harm.

Every such value goes through here under a key that names the visitor, so that erasing a visitor finds them all. What a batch
changes is read and written in a turn of the visitor's: a second device's batch begins where the first one's ended.
"""

from collections.abc import Collection, Iterator
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
    """What is remembered of visitors while their turns last: what was found, and what is to be saved for how many seconds."""

    visitor_ids: frozenset[UUID]
    found: dict[str, Any]
    saved: dict[str, tuple[Any, float]] = field(default_factory=dict)


_open: ContextVar[_Memory | None] = ContextVar("open", default=None)


@contextmanager
def turns(visitor_ids: Collection[UUID]) -> Iterator[frozenset[UUID]]:
    """Hold all that is remembered of visitors for one at a time: read at once, and saved at once when it ends well.

    The value is whose turn it is: at least one of them. The others are another's now, and nobody who holds a turn waits for one.
    Whoever loses the cache meanwhile, or takes longer than TURN_S, loses the turns with it, without harm.
    """
    memory, is_over_s = _begun(visitor_ids), monotonic() + TURN_S
    token = _open.set(memory)
    try:
        yield memory.visitor_ids
    except BaseException:
        memory.saved.clear()
        raise
    finally:
        _open.reset(token)
        ours = memory.visitor_ids if monotonic() < is_over_s else ()
        turn_cache().end_turns([_lock_of(visitor_id) for visitor_id in ours], memory.saved)


@contextmanager
def turn(visitor_id: UUID) -> Iterator[None]:
    """Hold the turn of one visitor."""
    with turns([visitor_id]):
        yield


def scope_of(visitor_id: UUID) -> str:
    """Return what begins every key and every idempotency scope (such as `visitor:<hex>:sightings`) of the visitor."""
    return f"visitor:{visitor_id.hex}:"


def key_of(visitor_id: UUID, kind: Kind) -> str:
    return scope_of(visitor_id) + kind.value


def load(visitor_id: UUID, kind: Kind) -> Any:
    """Return what was last saved, None where there is nothing any more."""
    memory, key = _open.get(), key_of(visitor_id, kind)
    return memory.found.get(key) if memory and visitor_id in memory.visitor_ids else cache.get(key)


def save(visitor_id: UUID, kind: Kind, value: Any, *, expires_s: float) -> None:
    memory, key = _open.get(), key_of(visitor_id, kind)
    if memory and visitor_id in memory.visitor_ids:
        memory.found[key], memory.saved[key] = value, (value, expires_s)
    else:
        cache.set(key, value, timeout=expires_s)


def forget(visitor_id: UUID) -> None:
    """Delete everything that the cache holds of the visitor, whose turn it is."""
    cache.delete_many([key_of(visitor_id, kind) for kind in Kind])


def _begun(visitor_ids: Collection[UUID]) -> _Memory:
    keys_of = {_lock_of(visitor_id): [key_of(visitor_id, kind) for kind in Kind] for visitor_id in visitor_ids}
    while not (found := turn_cache().begin_turns(keys_of, expires_s=TURN_S)):
        sleep(ASKED_EVERY_S)
    ours = frozenset(visitor_id for visitor_id in visitor_ids if _lock_of(visitor_id) in found)
    return _Memory(ours, {key: value for kept in found.values() for key, value in kept.items()})


def _lock_of(visitor_id: UUID) -> str:
    return f"{scope_of(visitor_id)}turn"
