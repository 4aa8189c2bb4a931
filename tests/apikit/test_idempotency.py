"""The same request again gets the first answer again."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from apikit.errors import KeyReused
from apikit.models import StoredAnswer
from apikit.services import idempotency

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def reverse(content: bytes) -> bytes:
    """Stand in for a seal."""
    return content[::-1]


def ask(body: bytes, compute: Callable[[], bytes], key: str = "17", now: datetime = NOW) -> bytes:
    return idempotency.answer_once(
        scope="visitor:1:sightings", key=key, body=body, seal=reverse, unseal=reverse, compute=compute, now=now
    )


@pytest.mark.django_db
def test_the_second_request_gets_the_first_answer_and_computes_nothing() -> None:
    assert ask(b"body", lambda: b"first") == b"first"
    assert ask(b"body", lambda: pytest.fail("computed twice")) == b"first"
    assert bytes(StoredAnswer.objects.get().sealed_answer) == b"tsrif"


@pytest.mark.django_db
def test_the_same_sequence_with_another_body_is_a_conflict() -> None:
    ask(b"body", lambda: b"first")
    with pytest.raises(KeyReused) as refused:
        ask(b"other", lambda: b"second")
    assert (refused.value.status, refused.value.code, refused.value.param) == (409, "sequence_reused", "sequence")


@pytest.mark.django_db
def test_a_request_that_failed_may_be_sent_again() -> None:
    def fail() -> bytes:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        ask(b"body", fail)
    assert ask(b"body", lambda: b"now") == b"now"


@pytest.mark.services
@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads share the tests' in-memory SQLite as one connection")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_compute_one_answer() -> None:
    """Whoever comes second waits for the first, and gets its answer."""
    computing, computed = threading.Event(), []

    def slowly() -> bytes:
        computing.set()
        threading.Event().wait(0.2)  # long enough for the other to reach the constraint
        computed.append(threading.current_thread().name)
        return computed[-1].encode()

    answers: list[bytes] = []

    def request() -> None:
        try:
            answers.append(ask(b"body", slowly))
        finally:
            connection.close()

    first = threading.Thread(target=request, name="first")
    first.start()
    assert computing.wait(5)
    second = threading.Thread(target=request, name="second")
    second.start()
    first.join()
    second.join()
    assert (answers, computed) == ([b"first", b"first"], ["first"])
