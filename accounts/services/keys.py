"""Keys by which programs act for an operator: shown once, stored as a hash, ended by deleting them."""

import hashlib
import secrets
from datetime import date, datetime
from uuid import UUID

from accounts import models
from accounts.core.roles import Role
from apikit.services.rows import rows_where

PREFIX = "dalil_"
"""Lets people and secret scanners tell what it is."""
KEY_BYTES = 32  # 256 bits: not to be guessed


def create(
    *, user: models.User, name: str, now: datetime, venue_id: UUID | None = None, role: Role | None = None
) -> str:
    """Return a new key of the operator's, which can be read this once, narrowed to a venue and to a role where given."""
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    models.ApiKey.objects.create(
        user=user, name=name, key_hash=_hash_of(key), venue_id=venue_id, role=role, created_at=now
    )
    return key


def row_of(key: str, *, today: date) -> models.ApiKey | None:
    """Return the key's row with its operator, None where it is nobody's; notes the day on which it was used."""
    for row in rows_where(models.ApiKey, key_hash=_hash_of(key)):
        if not row.user.is_active:
            return None
        if row.last_used_on != today:
            models.ApiKey.objects.filter(pk=row.pk).update(last_used_on=today)
        return row
    return None


def _hash_of(key: str) -> str:
    """A key has 256 random bits, so a plain SHA-256 can't be searched."""
    return hashlib.sha256(key.encode()).hexdigest()
