"""The same request again gets the first answer again, whoever asks first and however many ask at once.

Requests are claimed and answered many at once, each with one statement, in the caller's transaction: its rows and the stored answers
are committed together or not at all. Answers are kept as `apikit/retention.toml` says.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from django.db import connection

from apikit import models
from apikit.errors import KeyReused

# Written out, as every batch of every visitor runs them: to build them anew takes Django longer than the database answers.
CLAIM = """
    INSERT INTO apikit_storedanswer (scope, key, body_hash, sealed_answer, created_at) VALUES {rows}
    ON CONFLICT (scope, key) DO NOTHING RETURNING scope, key
"""
ANSWER = """
    UPDATE apikit_storedanswer SET sealed_answer = told.column3 FROM (VALUES {rows}) AS told
    WHERE scope = told.column1 AND key = told.column2
"""


class Seal(Protocol):
    """How an answer is kept, so that only who asked can read it."""

    def seal(self, content: bytes) -> bytes: ...

    def unseal(self, sealed: bytes) -> bytes: ...


@dataclass(frozen=True)
class Request:
    """What is answered once: whose key it is and for what (`scope`), the key, and the body that goes with it."""

    scope: str
    key: str
    body: bytes
    sealer: Seal

    @cached_property
    def body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()

    @property
    def name(self) -> tuple[str, str]:
        return self.scope, self.key


def claimed(requests: Sequence[Request], now: datetime) -> list[bytes | KeyReused | None]:
    """Return of each request its first answer; None where it is ours to answer now, and `keep` the answer.

    KeyReused where it was another body that was answered. No two are the same. Whoever claims one that another transaction has claimed
    waits for its end at the unique constraint; all claim in the same order, so nobody waits for each other.
    """
    created_at = connection.ops.adapt_datetimefield_value(now)
    rows = [[*each.name, each.body_hash, b"", created_at] for each in sorted(requests, key=lambda each: each.name)]
    ours = set(_run(CLAIM, rows))
    return [None if each.name in ours else _first_answer(each) for each in requests]


def keep(answers: Sequence[tuple[Request, bytes]]) -> None:
    """Store the answers of requests that were claimed."""
    if answers:
        _run(ANSWER, [[*request.name, request.sealer.seal(answer)] for request, answer in answers])


def was_answered(request: Request) -> bool:
    """Return whether the body was answered before under another key."""
    others = models.StoredAnswer.objects.filter(scope=request.scope, body_hash=request.body_hash)
    return others.exclude(key=request.key).exists()


def is_answered(*, scope: str, key: str) -> bool:
    """Return whether a key was answered."""
    return models.StoredAnswer.objects.filter(scope=scope, key=key).exists()


def forget(scope_prefix: str) -> None:
    """Delete every stored answer whose scope begins so."""
    models.StoredAnswer.objects.filter(scope__startswith=scope_prefix).delete()


def _first_answer(request: Request) -> bytes | KeyReused:
    stored = models.StoredAnswer.objects.get(scope=request.scope, key=request.key)
    if bytes(stored.body_hash) == request.body_hash:
        return request.sealer.unseal(bytes(stored.sealed_answer))
    return KeyReused(
        f"{request.key} was sent before with another body. Send new content under a new number.", param="sequence"
    )


def _run(statement: str, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return what a statement over rows of values returns, if it does."""
    row = f"({', '.join(['%s'] * len(rows[0]))})"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=", ".join([row] * len(rows))), [value for each in rows for value in each])
        return cursor.fetchall() if cursor.description else []
