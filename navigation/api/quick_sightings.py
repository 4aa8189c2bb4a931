"""Sightings for who asks without the framework: most of what a server is asked are batches, one a second of every visitor."""

import orjson
from django.utils import timezone

from apikit.services import rates
from navigation.api.bodies import json_object
from navigation.services import live, pointers
from visitors.services import sessions


def quick_answer(slug: str, body: bytes, authorization: str) -> bytes | None:
    """Return what POST .../sightings answers, None where who asks is nobody or asks too often.

    Raises orjson.JSONDecodeError, InvalidRequest or what `live.take_sightings` raises.
    """
    now = timezone.now()
    token = sessions.token_in(authorization)
    visitor = None if token is None else sessions.recognized(token, today=now.date())
    if token is None or visitor is None or rates.wait_s("sightings", rates.sender_of(token)) is not None:
        return None
    session = live.Session(visitor, token, pointers.venue(slug))
    return live.take_sightings(session, json_object(orjson.loads(body)), now)
