"""What requests are told while the database or Redis fails for a moment: come again in a second."""

import pytest
import redis
from django.db import InterfaceError, OperationalError
from django.test import Client

from apikit.services import outages, rates

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("the database system is shutting down"), "database_busy"),
        (InterfaceError("the connection is closed"), "database_busy"),
        (redis.ConnectionError("connection refused"), "cache_busy"),
        (redis.TimeoutError("timeout reading from socket"), "cache_busy"),
        (redis.OutOfMemoryError("command not allowed when used memory > 'maxmemory'"), "cache_busy"),
    ],
)
def test_an_outage_is_a_problem_that_says_when_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(rates, "waits_s", failing)
    answer = client.post("/api/v1/visitors", {}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "1"


def test_a_mistake_of_ours_is_no_outage() -> None:
    assert outages.as_refusal(ValueError("ours")) is None
