"""A push service on loopback that Dalil is set up to send to, and messages for it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.core.message import Message, Text
from notifications.transports import vapid
from notifications.transports.base import Endpoint
from tests.standins import push


@pytest.fixture(scope="session")
def standin() -> Iterator[push.PushServices]:
    with push.serving() as server:
        yield server


@pytest.fixture(scope="session")
def key_file(standin: push.PushServices, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("firebase") / "service-account.json"
    standin.google.write_credentials(path, standin.url)
    return path


@pytest.fixture
def services(standin: push.PushServices, settings: Settings, key_file: Path) -> Iterator[push.PushServices]:
    """Both push services, behaving well to begin with, with an empty ledger; the settings lead to them."""
    standin.ledger.entries.clear()
    settings.FCM_CREDENTIALS = str(key_file)
    settings.FCM_URL = standin.url
    settings.VAPID_PRIVATE_KEY = vapid.new_private_key()
    settings.VAPID_KEY_FILE = None
    settings.PUSH_PRIVATE_HOSTS = ["127.0.0.1"]
    yield standin
    standin.everybody, standin.ledger.clock_s = None, time.time
    standin.of_service.clear()


def subscribed(services: push.PushServices, behaviour: str = "ok") -> dict[str, Any]:
    """Return the subscription of a browser whose push service behaves so."""
    return services.subscribe(vapid.public_key(), behaviour)


def endpoint_of(subscription: dict[str, Any]) -> Endpoint:
    return Endpoint(subscription["endpoint"], subscription["keys"]["p256dh"], subscription["keys"]["auth"])


def message(**changed: Any) -> Message:
    now = timezone.now()
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "visitor_id": UUID(int=2),
        "seq": 7,
        "campaign_id": UUID(int=3),
        "campaign_name": "Welcome",
        "language": "ar",
        "text": Text("مرحبًا", "أهلاً بكم", "https://dalil.example/a.png", "/#place=7"),
        "collapse_id": UUID(int=4).hex,
        "created_at": now,
        "expires_at": now + timedelta(hours=1),
    }
    return Message(**(values | changed))
