"""What is remembered of a visitor between two requests: in the cache, for minutes, and lost without harm.

Every such value goes through here under a key that names the visitor, so that erasing a visitor finds them all.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.cache import cache


class Kind(StrEnum):
    """Every kind of state kept in the cache for a visitor; a package that keeps another adds its line here."""

    TRACK = "track"  # beacons: what is believed of where the visitor is
    WATERMARK = "watermark"  # beacons: the newest event time that came in
    PASS = "pass"  # beacons: the newest fixes and what was heard there, for the health of beacons
    WALK = "walk"  # beacons: what was heard in the last minutes, of who consents to history
    ZONES = "zones"  # notifications: where the visitor stands in each zone
    PROGRESS = "progress"  # navigation: how far along the trip


def scope_of(visitor_id: UUID) -> str:
    """Return what begins every key and every idempotency scope (such as `visitor:<hex>:sightings`) of the visitor."""
    return f"visitor:{visitor_id.hex}:"


def key_of(visitor_id: UUID, kind: Kind) -> str:
    return scope_of(visitor_id) + kind.value


def load(visitor_id: UUID, kind: Kind) -> Any:
    """Return what was last saved, None where there is nothing any more."""
    return cache.get(key_of(visitor_id, kind))


def save(visitor_id: UUID, kind: Kind, value: Any, *, expires_s: float) -> None:
    cache.set(key_of(visitor_id, kind), value, timeout=expires_s)


def forget(visitor_id: UUID) -> None:
    """Delete everything that the cache holds of the visitor."""
    cache.delete_many([key_of(visitor_id, kind) for kind in Kind])
