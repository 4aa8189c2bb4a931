"""A round of batches: each gets what it would have got alone, whoever else is in it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from django.core.cache import cache
from django.test import Client, TestCase
from django.utils import timezone

from apikit.errors import KeyReused
from apikit.models import StoredAnswer
from beacons.errors import InvalidBatch
from navigation.errors import SightingsReplayed
from navigation.services import live, rounds
from navigation.services.rounds import Outcome, Sent
from tests.navigation.crowd import Phone
from venues.models import Venue
from visitors import storage
from visitors.selectors import visitor_by_token

pytestmark = pytest.mark.django_db

WALKS = [("Street", (10.0, 15.0)), ("Ground", (45.0, 15.0)), ("First", (45.0, 30.0))]


@pytest.fixture
def phones(client: Client, equipped: Venue) -> list[Phone]:
    return [Phone(client) for _ in WALKS]


@pytest.fixture
def sent(equipped: Venue) -> Callable[[Phone, dict[str, Any]], Sent]:
    """Return how a batch of a phone is sent."""

    def sent_by(phone: Phone, batch: dict[str, Any]) -> Sent:
        visitor = visitor_by_token(phone.token)
        assert visitor is not None
        return Sent(live.Session(visitor, phone.token, equipped), batch, timezone.now())

    return sent_by


def take(sent: Sequence[Sent]) -> list[Outcome]:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return rounds.take_all(sent)


def batches(phones: Sequence[Phone], at: datetime) -> list[dict[str, Any]]:
    return [phone.batch(level, x_m, y_m, at) for phone, (level, (x_m, y_m)) in zip(phones, WALKS, strict=True)]


def told(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, bytes), outcome
    answer: dict[str, Any] = orjson.loads(outcome)
    return answer


def test_batches_are_answered_together_as_they_are_alone(client, phones, sent):
    begin, alone = timezone.now() - timedelta(seconds=20), [Phone(client) for _ in WALKS]
    for second in range(8):
        at = begin + timedelta(seconds=second)
        together = take([sent(phone, batch) for phone, batch in zip(phones, batches(phones, at), strict=True)])
        singly = [take([sent(phone, batch)])[0] for phone, batch in zip(alone, batches(alone, at), strict=True)]
        assert [told(each) for each in together] == [told(each) for each in singly]
    assert [told(each)["status"] for each in together] == ["ok"] * 3


def test_who_is_refused_harms_nobody_and_leaves_nothing_behind(phones, sent):
    at = timezone.now() - timedelta(seconds=20)
    [first, *_] = take([sent(phone, batch) for phone, batch in zip(phones, batches(phones, at), strict=True)])
    reused, good, broken = batches(phones, at + timedelta(seconds=1))
    asked = [
        sent(phones[0], reused | {"sequence": 1}),
        sent(phones[1], good),
        sent(phones[2], broken | {"sequence": "two"}),
    ]
    refused, answered, unread = take(asked)
    assert (type(refused), type(unread)) == (KeyReused, InvalidBatch)
    assert told(answered)["status"] == "ok"
    assert StoredAnswer.objects.count() == 4
    assert told(first)["sequence"] == 1


def test_sightings_that_were_sent_before_are_refused_to_their_sender_alone(phones, sent):
    at = timezone.now() - timedelta(seconds=20)
    first = batches(phones, at)
    take([sent(phone, batch) for phone, batch in zip(phones, first, strict=True)])
    later = batches(phones, at + timedelta(seconds=1))
    outcomes = take([sent(phones[0], first[0] | {"sequence": 2}), *map(sent, phones[1:], later[1:])])
    assert isinstance(outcomes[0], SightingsReplayed)
    assert [told(each)["sequence"] for each in outcomes[1:]] == [2, 2]
    assert StoredAnswer.objects.count() == 5


def test_a_batch_that_fails_fails_alone(phones, sent, monkeypatch):
    asked = [sent(phone, batch) for phone, batch in zip(phones, batches(phones, timezone.now()), strict=True)]
    advance = live.advance

    def failing(session: live.Session, *more: Any, **named: Any) -> live.Guidance:
        if session is asked[1].session:
            raise ZeroDivisionError
        return advance(session, *more, **named)

    monkeypatch.setattr(live, "advance", failing)
    one, two, three = take(asked)
    assert (told(one)["status"], type(two), told(three)["status"]) == ("ok", ZeroDivisionError, "ok")
    assert StoredAnswer.objects.count() == 2


def test_nobody_waits_for_a_visitor_whose_turn_is_another_s(phones, sent, monkeypatch):
    """The others are answered while the turn is held: it ends when they are."""
    asked = [sent(phone, batch) for phone, batch in zip(phones, batches(phones, timezone.now()), strict=True)]
    held = asked[0].session.visitor.id
    order: list[int] = []
    other, advance = storage.turn(held), live.advance

    def noted(session: live.Session, *more: Any, **named: Any) -> live.Guidance:
        if len(order) == 1:
            cache.delete(f"{storage.scope_of(held)}turn")
        order.append(asked.index(next(each for each in asked if each.session is session)))
        return advance(session, *more, **named)

    monkeypatch.setattr(live, "advance", noted)
    monkeypatch.setattr(storage, "TURN_S", 60.0)
    other.__enter__()
    outcomes = take(asked)
    assert [told(each)["status"] for each in outcomes] == ["ok"] * 3
    assert order == [1, 2, 0]
