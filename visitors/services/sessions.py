"""Anonymous sessions: begun with a token, changed, handed out whole, erased without a trace."""

import secrets
import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from apikit.services import idempotency, retention
from visitors import models, selectors, storage
from visitors.core.consent import Purpose
from visitors.services import consent

SCHEME = "Bearer"
TOKEN_BYTES = 32  # 256 bits: not to be guessed (OWASP Session Management Cheat Sheet asks for 64 at least)


@transaction.atomic
def create(
    *, language: str, profile: str, granted: Mapping[Purpose, bool], now: datetime, **more: Any
) -> tuple[models.Visitor, str]:
    """Return a new visitor and the token that only its bearer will ever know; `more` are tags and time zone."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    visitor = models.Visitor.objects.create(
        token_hash=selectors.hash_of(token),
        language=language,
        profile=profile,
        created_at=now,
        last_seen_on=now.date(),
        **more,
    )
    consent.record(visitor=visitor, wanted=granted, now=now)
    return visitor, token


@transaction.atomic
def change(*, visitor: models.Visitor, values: Mapping[str, Any]) -> models.Visitor:
    """Return the visitor with these of language, profile, tags and time zone changed."""
    for name, value in values.items():
        setattr(visitor, name, value)
    visitor.save(update_fields=list(values))
    return visitor


def token_in(authorization: str) -> str | None:
    """Return the bearer token of an Authorization header (RFC 6750), None where it bears none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == SCHEME.lower() else None


def recognized(token: str, *, today: date) -> models.Visitor | None:
    """Return who bears the token, and note that they were here today; None where nobody does."""
    return all_recognized([token], today=today).get(token)


def all_recognized(tokens: Collection[str], *, today: date) -> dict[str, models.Visitor]:
    """Return who bears these tokens, by token, and note that they were here today."""
    visitors = selectors.visitors_by_token(tokens)
    for visitor in visitors.values():
        touch(visitor, today=today)
    return visitors


def touch(visitor: models.Visitor, *, today: date) -> None:
    """Note that the visitor was here today, under a pseudonym of today's: one write a day."""
    if visitor.last_seen_on < today:
        unseen = models.Visitor.objects.filter(pk=visitor.pk, last_seen_on__lt=today)
        unseen.update(last_seen_on=today, pseudonym=uuid.uuid4())
        visitor.refresh_from_db(fields=["last_seen_on", "pseudonym"])


def export(visitor: models.Visitor) -> dict[str, Any]:
    """Return everything that is kept about the visitor, in every package: `visitors.Device` rows as `devices`, and so on."""
    own = {"id": visitor.pseudonym, "consent": selectors.current_consent(visitor)}
    return retention.columns_of(visitor) | own | retention.records_of(visitor)


def erase(visitor: models.Visitor) -> None:
    """Erase the visitor: their rows in every package (by cascade), stored answers, and what the cache holds.

    In a turn of theirs: the batch under way ends before, and those that wait find nobody.
    """
    visitor_id = visitor.id
    with storage.turn(visitor_id):
        with transaction.atomic():
            idempotency.forget(storage.scope_of(visitor_id))
            visitor.delete()
        storage.forget(visitor_id)
