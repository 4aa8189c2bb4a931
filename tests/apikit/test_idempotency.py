"""The same request again gets the first answer again."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from apikit.errors import KeyReused
from apikit.models import StoredAnswer
from apikit.services import idempotency
from apikit.services.idempotency import Request

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Reversed:
    """Stands in for a seal."""

    def seal(self, content: bytes) -> bytes:
        return content[::-1]

    unseal = seal


def request(body: bytes, key: str = "17") -> Request:
    return Request("visitor:1:sightings", key, body, Reversed())


@transaction.atomic
def ask(body: bytes, compute: Callable[[], bytes]) -> bytes:
    [known] = idempotency.claimed([request(body)], NOW)
    if isinstance(known, Exception):
        raise known
    if known is None:
        known = compute()
        idempotency.keep([(request(body), known)])
    return known


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


@pytest.mark.django_db
def test_of_many_asked_at_once_each_gets_what_is_its_own() -> None:
    ask(b"first", lambda: b"known")
    asked = [request(b"third", key="19"), request(b"first"), request(b"second", key="18"), request(b"other")]
    third, first, second, other = idempotency.claimed(asked, NOW)
    assert (third, first, second, type(other)) == (None, b"known", None, KeyReused)
    idempotency.keep([(asked[2], b"two"), (asked[0], b"three")])
    assert idempotency.claimed(asked[:3], NOW) == [b"three", b"known", b"two"]


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

    def send() -> None:
        try:
            answers.append(ask(b"body", slowly))
        finally:
            connection.close()

    first = threading.Thread(target=send, name="first")
    first.start()
    assert computing.wait(5)
    second = threading.Thread(target=send, name="second")
    second.start()
    first.join()
    second.join()
    assert (answers, computed) == ([b"first", b"first"], ["first"])
