"""The live flow on one screen: sightings become a position, a place, progress, messages; in that order, by plain calls.

Both doors, HTTP and WebSocket, end here; every socket of the visitor hears what came of it, whichever door it came by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import redis
import structlog
from django.db import transaction

from apikit.services import idempotency
from apikit.services.sealing import Sealer
from beacons.core.batch import SightingBatch, parse_batch
from beacons.services import health, positioning, tracks
from beacons.services.positioning import Located
from navigation import models, selectors
from navigation.core.answers import place_json, position_json
from navigation.errors import ConsentMissing, SightingsReplayed
from navigation.services import trips
from navigation.services.trips import RerouteReason, TripNews, TripRequest
from notifications.core.message import Message, to_json
from notifications.services import messages, notices
from notifications.transports.hub import Frame, hub
from notifications.transports.live import group_of_visitor
from venues import selectors as venue_selectors
from venues.core.locating import MapPlace, locate
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import has_consented
from visitors.storage import scope_of, turn

Json = dict[str, Any]

logger = structlog.get_logger()


@dataclass(frozen=True)
class Session:
    """A visitor in a venue, and the token that seals what is stored for them."""

    visitor: Visitor
    token: str
    venue: Venue


@dataclass(frozen=True)
class Guidance:
    """What one batch brought. Without a fix there is no place, and the trip stays where it was."""

    located: Located
    place: MapPlace | None
    trip: TripNews | None
    messages: Sequence[Message]


def advance(session: Session, batch: SightingBatch, now: datetime) -> Guidance:
    """Take a batch of sightings: where the visitor is, what is there, how the trip goes on, what is sent to them.

    What was sent before, or comes too late, moves nobody, leads nobody and triggers nothing. The position and the trip go by what
    came; zones hear of positions in the order in which they were walked, however their batches come.
    """
    visitor, venue = session.visitor, session.venue
    snapshot_hash = venue_selectors.current_publication(venue).snapshot_hash
    located = positioning.locate(venue=venue, visitor_id=visitor.id, batch=batch, received_at=now)
    if has_consented(visitor, Purpose.ANALYTICS):
        health.note(visitor_id=visitor.id, located=located, telemetry=batch.telemetry, now=now)
    if has_consented(visitor, Purpose.HISTORY):
        tracks.note(venue=venue, visitor=visitor, located=located)
    place = trip = None
    if (position := located.position) is not None:
        place = locate(venue_selectors.spatial_index(snapshot_hash), position.point)
        if located.is_new:
            trip = trips.follow(visitor=visitor, venue=venue, position=position, now=now)
    queued = notices.on_positions(
        visitor=visitor, venue=venue, snapshot_hash=snapshot_hash, positions=located.settled, now=now
    )
    return Guidance(located, place, trip, [message.value() for message in queued])


def take_sightings(session: Session, content: Mapping[str, Any], now: datetime, *, is_answered: bool = True) -> bytes:
    """Return the JSON answer to a batch; a repeated batch gets its first answer again. One transaction, then the frames.

    `is_answered`: the visitor gets this answer, and has the messages in it; over a socket they get frames instead.
    Raises InvalidBatch, ConsentMissing, KeyReused (the sequence number was used for another batch), SightingsReplayed.
    """
    batch = parse_batch(content, now)
    if not has_consented(session.visitor, Purpose.POSITIONING):
        raise ConsentMissing(
            "Positions need your consent: PUT /api/v1/visitors/me/consent with positioning true.", param="positioning"
        )
    sealer = Sealer(session.token, purpose="sightings")
    scope = f"{scope_of(session.visitor.id)}sightings:{session.venue.id.hex}"
    told = orjson.dumps(
        {name: part for name, part in content.items() if name not in ("sequence", "clock")}, option=orjson.OPT_SORT_KEYS
    )
    is_first, before = False, str(batch.sequence - 1)

    def first_answer() -> bytes:
        nonlocal is_first
        is_first = True
        if not positioning.knows_the_order(session.visitor.id) and idempotency.is_answered(scope=scope, key=before):
            positioning.note_answered(session.visitor.id, batch.sequence - 1)
        guidance = _guidance(session, batch, scope, told, now)
        if is_answered and guidance.messages:
            messages.note_taken(visitor_id=session.visitor.id, seqs=[each.seq for each in guidance.messages], now=now)
        return _first_answer(session, batch, guidance)

    with turn(session.visitor.id):
        answer = idempotency.answer_once(
            scope=scope,
            key=str(batch.sequence),
            body=told,
            seal=sealer.seal,
            unseal=sealer.unseal,
            compute=first_answer,
            now=now,
        )
        if not is_first:
            positioning.note_answered(session.visitor.id, batch.sequence)
        return answer


def start_trip(session: Session, request: TripRequest, now: datetime) -> TripNews:
    """Begin a trip and tell every socket of the visitor."""
    news = trips.start(visitor=session.visitor, venue=session.venue, request=request, now=now)
    _tell(session.visitor, "progress", {"trip": trips.trip_json(news)})
    return news


def stop_trip(visitor: Visitor, trip: models.Trip, now: datetime) -> TripNews:
    """End a trip and tell every socket of the visitor."""
    news = trips.stop(trip, now=now)
    _tell(visitor, "progress", {"trip": trips.trip_json(news)})
    return news


def reroute_closed(*, venue: Venue, now: datetime) -> int:
    """Lead those under way round what was closed, tell their sockets, and return how many they are.

    Each in a transaction of its own: nobody waits for the others.
    """
    led = 0
    for trip_id in list(selectors.trips_behind(venue).values_list("pk", flat=True)):
        if news := trips.heed_closures(trip_id, venue=venue, now=now):
            _tell_trip(news.trip.visitor, trips.trip_json(news), news.rerouted)
            led += 1
    return led


def _guidance(session: Session, batch: SightingBatch, scope: str, told: bytes, now: datetime) -> Guidance:
    guidance = advance(session, batch, now)
    if batch.newest_at is not None and not guidance.located.is_new:
        _refuse_replay(batch, scope, told)
    return guidance


def _first_answer(session: Session, batch: SightingBatch, guidance: Guidance) -> bytes:
    answer = _answer(session, batch, guidance)
    located = {key: answer[key] for key in ("sequence", "status", "position", "place")}
    transaction.on_commit(lambda: _tell(session.visitor, "position", located))
    if guidance.trip is not None:
        rerouted, trip = guidance.trip.rerouted, answer["trip"]
        transaction.on_commit(lambda: _tell_trip(session.visitor, trip, rerouted))
    return orjson.dumps(answer)


def _refuse_replay(batch: SightingBatch, scope: str, told: bytes) -> None:
    """Raise SightingsReplayed where the same was sent before. Asked only of who brings nothing new: it costs a query."""
    if idempotency.was_answered(scope=scope, body=told, besides=str(batch.sequence)):
        raise SightingsReplayed(
            "These sightings were sent before under another sequence. Send what was heard since then.",
            param="sightings",
        )


def _answer(session: Session, batch: SightingBatch, guidance: Guidance) -> Json:
    snapshot, language = venue_selectors.current_snapshot(session.venue), session.visitor.language
    located = guidance.located
    return {
        "sequence": batch.sequence,
        "status": located.status,
        "snapshot": snapshot.content_hash,
        "position": position_json(located.position, snapshot, language) if located.position else None,
        "place": place_json(guidance.place, snapshot, language),
        "trip": trips.trip_json(guidance.trip) if guidance.trip else None,
        "messages": [to_json(message) for message in guidance.messages],
        "unknown_beacons": located.unknown,
        "late_sightings": located.late,
    }


def _tell_trip(visitor: Visitor, trip: Json, rerouted: RerouteReason | None) -> None:
    if rerouted:
        _tell(visitor, "rerouted", {"trip": trip, "reason": rerouted})
    else:
        _tell(visitor, "progress", {"trip": trip})


def _tell(visitor: Visitor, kind: str, content: Json) -> None:
    """Send a frame to every socket of the visitor, in every process. A hint: where Redis is away, the answer has it too."""
    text = orjson.dumps({"type": kind, **content}).decode()
    try:
        hub().publish(Frame(group_of_visitor(visitor.id), kind, None, text))
    except redis.RedisError:
        logger.warning("A live frame did not leave: Redis is away", exc_info=True)
