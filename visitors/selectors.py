"""Visitors and their consent, as read from the database."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from apikit.services.rows import rows_where
from visitors import models
from visitors.core.consent import Consent, LedgerLine, Purpose, consent_of


def hash_of(token: str) -> str:
    """Return what is stored of a bearer token. A token has 256 random bits, so a plain SHA-256 can't be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def visitor_by_token(token: str) -> models.Visitor | None:
    """Return the visitor who bears the token, None where there is none (erased, or never was)."""
    return visitors_by_token([token]).get(token)


def visitors_by_token(tokens: Collection[str]) -> dict[str, models.Visitor]:
    """Return the visitors who bear these tokens, by token; nobody bears those that are not in it."""
    token_of = {hash_of(token): token for token in tokens}
    found = rows_where(models.Visitor, token_hash=frozenset(token_of)) if token_of else []
    return {token_of[visitor.token_hash]: visitor for visitor in found}


def ledger(visitor: models.Visitor) -> list[LedgerLine]:
    """Return every line of the visitor's consent ledger, oldest first."""
    return [_line(entry) for entry in models.ConsentEntry.objects.filter(visitor=visitor).order_by("id")]


def current_consent(visitor: models.Visitor) -> Consent:
    """Return the consent that stood when the visitor was read."""
    return {purpose: purpose in visitor.granted for purpose in Purpose}


def consents_of(visitor_ids: Collection[UUID]) -> dict[UUID, Consent]:
    """Return the consent that stands of each of these visitors, by their key; of those erased meanwhile, none."""
    standing = {visitor.pk: current_consent(visitor) for visitor in models.Visitor.objects.filter(pk__in=visitor_ids)}
    return {visitor_id: standing.get(visitor_id, consent_of([])) for visitor_id in visitor_ids}


def has_consented(visitor: models.Visitor, purpose: Purpose) -> bool:
    return current_consent(visitor)[purpose]


def consenting(purpose: Purpose) -> QuerySet[models.Visitor]:
    """Return the visitors who consent to a purpose now, by their ledgers."""
    lines = models.ConsentEntry.objects.filter(visitor=OuterRef("pk"), purpose=purpose).order_by("-id")
    return models.Visitor.objects.annotate(newest=Subquery(lines.values("granted")[:1])).filter(newest=True)


def devices(visitor: models.Visitor) -> list[models.Device]:
    return list(models.Device.objects.filter(visitor=visitor))


def _line(entry: models.ConsentEntry) -> LedgerLine:
    return LedgerLine(Purpose(entry.purpose), entry.granted, entry.at)


def present(visitor_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the visitors who have not been erased."""
    return frozenset(models.Visitor.objects.filter(pk__in=visitor_ids).values_list("pk", flat=True))
