"""The quick door says what Django's view says, and leaves to that all that is to be refused."""

import io
import json
from typing import Any

import pytest
from django.utils import timezone

from config.http import HttpApplication
from config.quick import Question, answer_headers, answers
from tests.navigation.crowd import Phone
from tests.navigation.test_routes_api import ROUTES, place, point

# The door closes connections behind it, as a server does: nothing may hang in a transaction of the test.
pytestmark = pytest.mark.django_db(transaction=True)

BODY = {
    "origin": point(5, 20),
    "destination": place("museum room"),
    "depart_at": "2026-11-23T12:00:00+03:00",
}
HEADERS = {"host": "localhost:8000", "content-type": "application/json"}


@pytest.fixture(scope="module")
def application() -> HttpApplication:
    return HttpApplication()


def scope(body: bytes, path: str = ROUTES, method: str = "POST", **headers: str) -> dict[str, Any]:
    said = (
        HEADERS | {"content-length": str(len(body))} | {name.replace("_", "-"): text for name, text in headers.items()}
    )
    return {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": b"", "scheme": "http",
        "headers": [(name.encode(), text.encode()) for name, text in said.items()],
    }  # fmt: skip


def answered(application: HttpApplication, scope: dict[str, Any], body: bytes) -> Any:
    """Return what the quick door answers, else Django's response."""
    content = io.BytesIO(body)
    question = Question.of(scope, content)
    quick = None if question is None else answers([question])[0]
    return application._response(scope, content) if quick is None else quick


def test_both_doors_say_the_same(application, released):
    body = json.dumps(BODY).encode()
    quick = answered(application, scope(body), body)
    assert isinstance(quick, bytes)
    response = application._response(scope(body), io.BytesIO(body))
    assert quick == response.content
    said = {name.decode(): value.decode() for name, value in answer_headers(quick)}
    assert said.pop("Content-Length") == str(len(quick))
    assert said.items() <= dict(response.items()).items()
    assert said.keys() >= {"Content-Type", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 422),
        (b'{"origin": 5}', {}, 422),
        (json.dumps(BODY).encode(), {"host": "elsewhere.example"}, 400),
        (json.dumps(BODY).encode(), {"accept": "text/html"}, 406),
        (json.dumps(BODY).encode(), {"content_type": "text/plain"}, 415),
        (json.dumps(BODY | {"destination": point(-900, 0)}).encode(), {}, 422),
        (b" " * (256 * 1024 + 1), {}, 413),
    ],
)
def test_what_is_refused_is_refused_by_the_view(application, released, body, headers, status):
    response = answered(application, scope(body, **headers), body)
    assert not isinstance(response, bytes)
    assert response.status_code == status


def test_other_addresses_and_methods_are_django_s(application, released):
    assert answered(application, scope(b"", method="GET"), b"").status_code == 405
    assert answered(application, scope(b"{}", path=ROUTES + "/matrix"), b"{}").status_code == 422
    unknown = "/api/v1/venues/nowhere/routes"
    body = json.dumps(BODY).encode()
    assert answered(application, scope(body, path=unknown), body).status_code == 404


def batch(phone: Phone, sequence: int) -> bytes:
    return json.dumps(phone.batch("Ground", 40.0, 15.0, timezone.now()) | {"sequence": sequence}).encode()


def ask_sightings(application: HttpApplication, body: bytes, token: str) -> Any:
    asked = scope(body, path="/api/v1/venues/small/sightings", authorization=f"Bearer {token}")
    return answered(application, asked, body)


def test_sightings_get_the_same_answer_at_both_doors(application, phone):
    body = batch(phone, 1)
    quick = ask_sightings(application, body, phone.token)
    assert isinstance(quick, bytes)
    assert json.loads(quick)["status"] == "ok"
    asked = scope(body, path="/api/v1/venues/small/sightings", authorization=f"Bearer {phone.token}")
    assert application._response(asked, io.BytesIO(body)).content == quick


def test_sightings_that_are_refused_are_refused_by_the_view(application, phone, settings):
    body = batch(phone, 1)
    assert ask_sightings(application, body, "nobody's").status_code == 401
    assert ask_sightings(application, b'{"sequence": "one"}', phone.token).status_code == 422
    ask_sightings(application, body, phone.token)
    assert ask_sightings(application, batch(phone, 1), phone.token).status_code == 409
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"sightings": "0/d"}}
    assert ask_sightings(application, batch(phone, 2), phone.token).status_code == 429


def test_who_says_who_they_are_in_two_ways_is_answered_once_in_a_round(application, phone):
    body, path = batch(phone, 1), "/api/v1/venues/small/sightings"
    asked = [scope(body, path=path, authorization=f"{scheme} {phone.token}") for scheme in ("Bearer", "bearer")]
    questions = [question for each in asked if (question := Question.of(each, io.BytesIO(body))) is not None]
    assert sorted(answers(questions), key=bool) == [None, ask_sightings(application, body, phone.token)]
