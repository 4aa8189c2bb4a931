"""Bodies that are no JSON, or only nearly, are refused with a sentence and never end the request."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ["[" * 200_000, "{", "\x00", '{"a": "\\ud800"}'])
def test_what_is_no_json_is_refused(client: Client, body: str) -> None:
    answer = client.post("/api/v1/visitors", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert "JSON" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "param"),
    [('{"language": NaN}', "language"), ('{"a": [1, {"b": -Infinity}]}', "a[1].b"), ("1e999", "body")],
)
def test_a_number_that_json_does_not_have_is_named(client: Client, body: str, param: str) -> None:
    answer = client.post("/api/v1/visitors", body, content_type="application/json")
    assert (answer.status_code, answer.json()["param"]) == (422, param)


def test_a_body_over_the_limit_is_refused(client: Client) -> None:
    answer = client.post("/api/v1/visitors", "x" * 300_000, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
