"""Sightings for who asks without the framework: most of what a server is asked are batches, one a second of every visitor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from django.utils import timezone

from apikit.errors import ApiError
from apikit.services import rates
from navigation.api.bodies import json_object
from navigation.services import live, pointers, rounds
from navigation.services.rounds import Sent
from visitors.models import Visitor
from visitors.services import sessions


@dataclass(frozen=True)
class Asked:
    """What POST .../sightings is asked: for which venue, with which body and Authorization header."""

    slug: str
    body: bytes
    authorization: str


def quick_answers(asked: Sequence[Asked]) -> list[bytes | None]:
    """Return what POST .../sightings answers to each, None where there is something to refuse. They are of different senders."""
    now = timezone.now()
    visitors = _visitors([one.authorization for one in asked], now.date())
    sent = {one: batch for one in asked if (batch := _sent(one, visitors, now)) is not None}
    outcomes = dict(zip(sent, rounds.take_all(list(sent.values())), strict=True))
    answers = [outcomes.get(one) for one in asked]
    return [answer if isinstance(answer, bytes) else None for answer in answers]


def _visitors(authorizations: Sequence[str], today: date) -> dict[str, tuple[Visitor, str]]:
    """Return the visitors who say by these headers who they are, with their tokens, without those who ask too often.

    Who says it in two ways is taken by one of them: a visitor has one batch in a round.
    """
    headers = {token: header for header in authorizations if (token := sessions.token_in(header)) is not None}
    known = sessions.all_recognized(list(headers), today=today)
    waits_s = rates.waits_s("sightings", [rates.sender_of(token) for token in known])
    told = zip(known.items(), waits_s, strict=True)
    return {headers[token]: (visitor, token) for (token, visitor), wait_s in told if wait_s is None}


def _sent(one: Asked, visitors: Mapping[str, tuple[Visitor, str]], now: datetime) -> Sent | None:
    if one.authorization not in visitors:
        return None
    visitor, token = visitors[one.authorization]
    try:
        return Sent(live.Session(visitor, token, pointers.venue(one.slug)), json_object(orjson.loads(one.body)), now)
    except (ApiError, orjson.JSONDecodeError):
        return None
