"""Codes that visitors read out, so that an operator can see why they got a message or did not: shown by them, for minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from visitors import models
from visitors.core.code import LENGTH, as_written, code_from

SHOWN_FOR = timedelta(minutes=15)
"""As long as a talk at a counter takes (our assumption). Whoever wants to be helped later shows another."""


@dataclass(frozen=True)
class Code:
    code: str
    expires_at: datetime


def show(*, visitor: models.Visitor, now: datetime) -> Code:
    """Return a new code of the visitor's. The one before it is worth nothing any more."""
    code = Code(code_from(secrets.token_bytes(LENGTH)), now + SHOWN_FOR)
    models.VisitorCode.objects.update_or_create(
        visitor=visitor, defaults={"code": code.code, "expires_at": code.expires_at}
    )
    return code


def visitor_by_code(code: str, *, now: datetime) -> models.Visitor | None:
    """Return who shows this code now, as an operator typed it; None where nobody does."""
    shown = models.VisitorCode.objects.select_related("visitor").filter(code=as_written(code), expires_at__gt=now)
    row = shown.first()
    return None if row is None else row.visitor
