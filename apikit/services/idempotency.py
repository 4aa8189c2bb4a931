"""The same request again gets the first answer again, whoever asks first and however many ask at once.

Answers are kept as `apikit/retention.toml` says.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from apikit import models
from apikit.errors import KeyReused

# Written out, as every batch of every visitor runs them: to build them anew takes Django longer than the database answers.
CLAIM = """
    INSERT INTO apikit_storedanswer (scope, key, body_hash, sealed_answer, created_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (scope, key) DO NOTHING
"""
ANSWER = "UPDATE apikit_storedanswer SET sealed_answer = %s WHERE scope = %s AND key = %s"

Seal = Callable[[bytes], bytes]


@transaction.atomic
def answer_once(
    *, scope: str, key: str, body: bytes, seal: Seal, unseal: Seal, compute: Callable[[], bytes], now: datetime
) -> bytes:
    """Return the answer of `compute`, or the answer that the same scope and key got first.

    `compute` runs inside this transaction: its rows and the stored answer are committed together or not at all. A second
    request that comes meanwhile waits for the first at the unique constraint. Raises KeyReused when the body differs.
    """
    body_hash = _hash(body)
    if not _claimed(scope, key, body_hash, now):
        stored = models.StoredAnswer.objects.get(scope=scope, key=key)
        if bytes(stored.body_hash) != body_hash:
            raise KeyReused(
                f"{key} was sent before with another body. Send new content under a new number.", param="sequence"
            )
        return unseal(bytes(stored.sealed_answer))
    answer = compute()
    with connection.cursor() as cursor:
        cursor.execute(ANSWER, [seal(answer), scope, key])
    return answer


def was_answered(*, scope: str, body: bytes, besides: str) -> bool:
    """Return whether this body was answered before under a key other than `besides`."""
    others = models.StoredAnswer.objects.filter(scope=scope, body_hash=_hash(body)).exclude(key=besides)
    return others.exists()


def is_answered(*, scope: str, key: str) -> bool:
    """Return whether a key was answered."""
    return models.StoredAnswer.objects.filter(scope=scope, key=key).exists()


def forget(scope_prefix: str) -> None:
    """Delete every stored answer whose scope begins so."""
    models.StoredAnswer.objects.filter(scope__startswith=scope_prefix).delete()


def _claimed(scope: str, key: str, body_hash: bytes, now: datetime) -> bool:
    """Return whether the key is ours to answer; False once somebody who was first has committed."""
    created_at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [scope, key, body_hash, b"", created_at])
        return bool(cursor.rowcount)


def _hash(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
