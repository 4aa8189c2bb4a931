"""A visitor shows a code, and an operator who hears it finds them, for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from visitors.core.code import ALPHABET, as_written
from visitors.models import Visitor, VisitorCode
from visitors.services import codes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor.objects.create(
        token_hash="x", language="en", profile="walk", created_at=NOW, last_seen_on=NOW.date()
    )


def test_who_hears_the_code_finds_the_visitor_however_it_is_typed(visitor: Visitor) -> None:
    shown = codes.show(visitor=visitor, now=NOW)
    for typed in (shown.code, shown.code.lower(), shown.code.replace("-", " "), f" {shown.code.replace('0', 'o')} "):
        assert codes.visitor_by_code(typed, now=NOW) == visitor


def test_a_code_ends_by_itself_and_with_the_next_one(visitor: Visitor) -> None:
    first = codes.show(visitor=visitor, now=NOW)
    assert codes.visitor_by_code(first.code, now=NOW + timedelta(minutes=15)) is None
    second = codes.show(visitor=visitor, now=NOW)
    assert codes.visitor_by_code(first.code, now=NOW) is None
    assert codes.visitor_by_code(second.code, now=NOW) == visitor


@pytest.mark.parametrize("typed", ["", "----", "0123-4567", "' OR 1=1", "é" * 300])
def test_what_nobody_shows_finds_nobody(typed: str, visitor: Visitor) -> None:
    assert codes.visitor_by_code(typed, now=NOW) is None


def test_no_letter_of_the_alphabet_is_taken_for_another() -> None:
    assert as_written(ALPHABET[:8]) == "0123-4567"
    assert {as_written(letter * 8)[0] for letter in ALPHABET} == set(ALPHABET)


def test_a_visitor_asks_for_their_code(client: Client) -> None:
    token = client.post("/api/v1/visitors", {}, content_type="application/json").json()["token"]
    answer = client.post("/api/v1/visitors/me/code", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 201
    assert answer.json()["code"] == VisitorCode.objects.get().code
