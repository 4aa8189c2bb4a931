"""Who asks too often waits; who shares an address with nobody is not confused with others."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apikit.api.throttling import Throttle, network_of

VIEW = SimpleNamespace(throttle_scope="sightings")


@pytest.fixture(autouse=True)
def three_a_minute(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    cache.clear()
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"sightings": "3/min"}}
    monkeypatch.setattr(time, "time", lambda: 600.0)


def allowed(address: str, token: str | None = None, view: Any = VIEW) -> bool:
    request = Request(APIRequestFactory().get("/", REMOTE_ADDR=address))
    request.auth = token
    return Throttle().allow_request(request, view)


def test_the_fourth_request_of_a_minute_waits() -> None:
    assert [allowed("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert allowed("192.0.2.2")


def test_a_token_counts_for_itself_wherever_it_comes_from() -> None:
    assert [allowed(f"192.0.2.{i}", token="one") for i in range(4)] == [True, True, True, False]
    assert allowed("192.0.2.1", token="two")


def test_the_last_minute_still_counts_for_the_share_that_is_not_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        allowed("192.0.2.1")
    monkeypatch.setattr(time, "time", lambda: 610.0 + 60)
    assert not allowed("192.0.2.1") or not allowed("192.0.2.1")
    monkeypatch.setattr(time, "time", lambda: 780.0)
    assert allowed("192.0.2.1")


def test_a_scope_without_a_rate_is_not_limited() -> None:
    assert all(allowed("192.0.2.1", view=SimpleNamespace(throttle_scope="places")) for _ in range(9))


def test_neighbours_in_one_ipv6_subscription_are_one_sender() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db8:0:1::1")
    assert network_of("not an address") == "unknown"
