"""A visitor who walked, was guided, got a message and had devices is handed out whole, and erased without a trace."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.utils import timezone

from apikit.models import StoredAnswer
from apikit.services.retention import catalogue
from navigation.services import rounds
from navigation.services.live import Session
from notifications.core.campaign import CampaignKind, CampaignState, CapKind, TriggerKind
from notifications.models import Campaign
from tests.navigation.crowd import Phone
from tests.venues.small_map import id_of
from venues.models import Venue
from visitors import storage
from visitors.errors import VisitorErased
from visitors.models import Visitor

pytestmark = pytest.mark.django_db
CONSENT = {"analytics": True, "history": True, "marketing": True}


@pytest.fixture
def welcome(equipped: Venue) -> Campaign:
    return Campaign.objects.create(
        venue=equipped,
        name="Welcome",
        kind=CampaignKind.MARKETING,
        trigger=TriggerKind.ENTER,
        zones=[str(id_of("hall"))],
        cap=CapKind.EVER,
        content={"en": {"title": "Welcome", "body": "Come in"}},
        state=CampaignState.ACTIVE,
        created_at=timezone.now(),
        active_since=timezone.now() - timedelta(days=1),
    )


@pytest.fixture
def busy(client: Client, welcome: Campaign, django_capture_on_commit_callbacks: Any) -> Phone:
    """A visitor about whom there is something to keep everywhere."""
    phone = Phone(client, **CONSENT)
    phone.call("POST", "/visitors/me/devices", {"kind": "fcm", "token": "registration"})
    phone.call("POST", "/visitors/me/code")
    phone.call("GET", "/venues/small/places?q=submarine")
    phone.call("POST", "/trips", {"venue": "small", "destination": {"place": str(id_of("museum room"))}})
    with django_capture_on_commit_callbacks(execute=True):
        phone.walk("Ground", [(45.0, 15.0)] * 8, timezone.now() - timedelta(seconds=30))
    return phone


def stored_texts() -> Iterator[tuple[str, str]]:
    """Yield every row of every table as text, with the table's name."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values_list():
            yield model._meta.label, " ".join(map(str, row))


def cached_keys() -> list[str]:
    if settings.REDIS_URL:
        return [key.decode() for key in cache._cache.get_client().scan_iter("*")]  # type: ignore[attr-defined]  # Redis has no list of keys in Django's API
    return list(cache._cache)  # type: ignore[attr-defined]  # nor has process memory


def blobs_with(needle: bytes) -> list[str]:
    root = Path(storages["blobs"].path(""))
    return [path.name for path in root.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_the_export_holds_a_row_of_every_table_that_keeps_something(busy: Phone) -> None:
    export = busy.call("GET", "/visitors/me/export").json()
    kept = {name for name, rows in export.items() if isinstance(rows, list) and rows}
    assert kept >= {
        "consent_ledger", "devices", "code", "trips", "zone_visits", "decisions", "messages", "deliveries", "unmet_wishes",
    }  # fmt: skip
    assert export["id"] == busy.id
    assert export["devices"][0]["token"] == "registration"
    assert busy.token not in str(export)


def test_erasing_leaves_nothing_anywhere(
    busy: Phone, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    visitor = Visitor.objects.get()
    names = [str(visitor.pk), visitor.pk.hex, str(visitor.pseudonym), visitor.token_hash, busy.token, "registration"]
    assert any(visitor.pk.hex in key for key in cached_keys())
    assert any(storage.scope_of(visitor.pk) in text for _, text in stored_texts())
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        assert busy.call("DELETE", "/visitors/me").status_code == 204
        assert busy.call("GET", "/visitors/me").status_code == 401
    for name in names:
        assert [label for label, text in stored_texts() if name in text] == []
        assert [key for key in cached_keys() if name in key] == []
        assert blobs_with(name.encode()) == []
        assert name not in caplog.text
    personal = [model for model, kept in catalogue().items() if kept.lives_with in {"visitor", "message"}]
    assert len(personal) >= 8
    assert [model._meta.label for model in personal if model._default_manager.exists()] == []
    assert not StoredAnswer.objects.exists()


def test_a_batch_that_waited_while_its_visitor_was_erased_leaves_nothing(busy: Phone) -> None:
    """It was let in as the visitor's own before; what it would keep is nobody's now."""
    visitor = Visitor.objects.get()
    waiting = Session(visitor, busy.token, Venue.objects.get())
    batch = busy.batch("Ground", 45.0, 15.0, timezone.now())
    assert busy.call("DELETE", "/visitors/me").status_code == 204

    with pytest.raises(VisitorErased):
        rounds.take_sightings(waiting, batch, timezone.now())

    assert not StoredAnswer.objects.exists()
    assert [key for key in cached_keys() if visitor.pk.hex in key] == []


def test_an_erasure_waits_for_the_batch_under_way(busy: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    deleted = Visitor.delete

    def delete(visitor: Visitor, *given: Any, **named: Any) -> Any:
        held.append(cache.get(f"{storage.scope_of(visitor.pk)}turn") is not None)
        return deleted(visitor, *given, **named)

    monkeypatch.setattr(Visitor, "delete", delete)
    assert busy.call("DELETE", "/visitors/me").status_code == 204
    assert held == [True]


def test_a_whole_walk_writes_no_name_of_the_visitor_into_the_logs(
    client: Client, equipped: Venue, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        phone = Phone(client, **CONSENT)
        phone.walk("Ground", [(45.0, 15.0)] * 3, timezone.now() - timedelta(seconds=30))
        phone.call("POST", "/venues/small/sightings", {"sequence": 1, "sightings": []})
    visitor = Visitor.objects.get()
    for name in (phone.token, str(visitor.pk), visitor.pk.hex, str(visitor.pseudonym)):
        assert name not in caplog.text
    assert connection.queries_logged is False, "a log of statements would hold what they were asked with"
