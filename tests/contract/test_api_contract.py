"""Every operation of the OpenAPI document, with generated requests: no failure of ours, and answers as the document has them."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from navigation.services import releases
from tests.venues.conftest import NOW
from tests.venues.small_map import small_map
from venues.services import importing

pytestmark = pytest.mark.django_db

EXAMPLES = 15
# What the document can't say (one of several members, a waypoint on the map) is refused with reason; hence not the checks of
# what ought to be accepted.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CSRF = "c" * 32


schema = schemathesis.openapi.from_wsgi("/api/schema", get_wsgi_application())


@pytest.fixture
def small(db: None, blobs: Any) -> None:
    """The small map, published."""
    draft = importing.import_features(slug="small", features=small_map(), time_zone="Asia/Qatar", by=None, now=NOW)
    releases.release(draft=draft, by=None, now=NOW)


@pytest.fixture
def headers(client: Client, small: None, django_user_model: Any) -> Iterator[dict[str, str]]:
    """What makes a request both a visitor's and an operator's."""
    body = {"language": "en", "profile": "walk", "consent": {"positioning": True}}
    token = client.post("/api/v1/visitors", body, content_type="application/json").json()["token"]
    client.force_login(django_user_model.objects.create_user("operator", is_staff=True))
    session = client.cookies["sessionid"].value
    # A request ends by closing its connection, and with it the test's transaction, unless Django's own client asks.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {
        "Authorization": f"Bearer {token}",
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
    }
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_is_answered_as_documented(case: Case, headers: dict[str, str]) -> None:
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = "small"
    case.call_and_validate(headers=headers, checks=CHECKS)
