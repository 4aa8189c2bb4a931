"""The same request again gets the first answer again, whoever asks first and however many ask at once.

Answers are kept as `apikit/retention.toml` says.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from apikit import models
from apikit.errors import KeyReused

Seal = Callable[[bytes], bytes]


@transaction.atomic
def answer_once(
    *, scope: str, key: str, body: bytes, seal: Seal, unseal: Seal, compute: Callable[[], bytes], now: datetime
) -> bytes:
    """Return the answer of `compute`, or the answer that the same scope and key got first.

    `compute` runs inside this transaction: its rows and the stored answer are committed together or not at all. A second
    request that comes meanwhile waits for the first at the unique constraint. Raises KeyReused when the body differs.
    """
    claim = models.StoredAnswer(scope=scope, key=key, body_hash=_hash(body), sealed_answer=b"", created_at=now)
    models.StoredAnswer.objects.bulk_create([claim], ignore_conflicts=True)
    stored = models.StoredAnswer.objects.get(scope=scope, key=key)
    if stored.pk != claim.pk:
        if bytes(stored.body_hash) != claim.body_hash:
            raise KeyReused(
                f"{key} was sent before with another body. Send new content under a new number.", param="sequence"
            )
        return unseal(bytes(stored.sealed_answer))
    answer = compute()
    models.StoredAnswer.objects.filter(pk=claim.pk).update(sealed_answer=seal(answer))
    return answer


def was_answered(*, scope: str, body: bytes, besides: str) -> bool:
    """Return whether this body was answered before under a key other than `besides`."""
    others = models.StoredAnswer.objects.filter(scope=scope, body_hash=_hash(body)).exclude(key=besides)
    return others.exists()


def forget(scope_prefix: str) -> None:
    """Delete every stored answer whose scope begins so."""
    models.StoredAnswer.objects.filter(scope__startswith=scope_prefix).delete()


def _hash(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
