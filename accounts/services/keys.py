"""Keys by which programs act for an operator: shown once, stored as a hash, ended by deleting them."""

import hashlib
import secrets
from datetime import date, datetime

from accounts import models
from apikit.services.rows import rows_where

PREFIX = "dalil_"
"""Lets people and secret scanners tell what it is."""
KEY_BYTES = 32  # 256 bits: not to be guessed


def create(*, user: models.User, name: str, now: datetime) -> str:
    """Return a new key of the operator's, which can be read this once."""
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    models.ApiKey.objects.create(user=user, name=name, key_hash=_hash_of(key), created_at=now)
    return key


def user_by_key(key: str, *, today: date) -> models.User | None:
    """Return who the key acts for, None where it is nobody's; notes the day on which it was used."""
    for row in rows_where(models.ApiKey, key_hash=_hash_of(key)):
        if row.last_used_on != today:
            models.ApiKey.objects.filter(pk=row.pk).update(last_used_on=today)
        return row.user
    return None


def _hash_of(key: str) -> str:
    """A key has 256 random bits, so a plain SHA-256 can't be searched."""
    return hashlib.sha256(key.encode()).hexdigest()
