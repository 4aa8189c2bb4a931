"""The live flow on one screen: sightings become a position, a place, progress, messages; in that order, by plain calls.

Batches come here in rounds (`rounds.py`); every socket of the visitor hears what came of one, whichever door it came by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import redis
import structlog

from beacons.core.batch import SightingBatch
from beacons.services import health, positioning, tracks
from beacons.services.positioning import Located
from navigation import models, selectors
from navigation.core.answers import place_json, position_json
from navigation.services import trips
from navigation.services.trips import RerouteReason, TripNews, TripRequest
from notifications.core.message import Message, to_json
from notifications.services import notices
from notifications.transports.hub import Frame, hub
from notifications.transports.live import group_of_visitor
from venues import selectors as venue_selectors
from venues.core.locating import MapPlace, locate
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import has_consented

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


def advance(session: Session, batch: SightingBatch, now: datetime, *, travels: bool) -> Guidance:
    """Take a batch of sightings: where the visitor is, what is there, how the trip goes on, what is sent to them.

    What was sent before, or comes too late, moves nobody, leads nobody and triggers nothing. The position and the trip go by what
    came; zones hear of positions in the order in which they were walked, however their batches come. `travels`: whether the visitor is
    on a trip.
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
        if located.is_new and travels:
            trip = trips.follow(visitor=visitor, venue=venue, position=position, now=now)
    queued = notices.on_positions(
        visitor=visitor, venue=venue, snapshot_hash=snapshot_hash, positions=located.settled, now=now
    )
    return Guidance(located, place, trip, [message.value() for message in queued])


def answer_json(session: Session, batch: SightingBatch, guidance: Guidance) -> Json:
    """Return what a batch is answered."""
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


def frames_of(visitor: Visitor, answer: Json, rerouted: RerouteReason | None = None) -> list[Frame]:
    """Return what sockets of the visitor hear of an answer."""
    located = {key: answer[key] for key in ("sequence", "status", "position", "place")}
    frames = [_frame(visitor, "position", located)]
    if answer["trip"] is not None:
        frames.append(_trip_frame(visitor, answer["trip"], rerouted))
    return frames


def start_trip(session: Session, request: TripRequest, now: datetime) -> TripNews:
    """Begin a trip and tell every socket of the visitor."""
    news = trips.start(visitor=session.visitor, venue=session.venue, request=request, now=now)
    tell([_trip_frame(session.visitor, trips.trip_json(news), None)])
    return news


def stop_trip(visitor: Visitor, trip: models.Trip, now: datetime) -> TripNews:
    """End a trip and tell every socket of the visitor."""
    news = trips.stop(trip, now=now)
    tell([_trip_frame(visitor, trips.trip_json(news), None)])
    return news


def reroute_closed(*, venue: Venue, now: datetime) -> int:
    """Lead those under way round what was closed, tell their sockets, and return how many they are.

    Each in a transaction of its own: nobody waits for the others.
    """
    led = 0
    for trip_id in list(selectors.trips_behind(venue).values_list("pk", flat=True)):
        if news := trips.heed_closures(trip_id, venue=venue, now=now):
            tell([_trip_frame(news.trip.visitor, trips.trip_json(news), news.rerouted)])
            led += 1
    return led


def tell(frames: Sequence[Frame]) -> None:
    """Send frames to the sockets they are for, in every process. A hint: where Redis is away, the answer has it too."""
    try:
        hub().publish(*frames)
    except redis.RedisError:
        logger.warning("Live frames did not leave: Redis is away", exc_info=True)


def _trip_frame(visitor: Visitor, trip: Json, rerouted: RerouteReason | None) -> Frame:
    if rerouted:
        return _frame(visitor, "rerouted", {"trip": trip, "reason": rerouted})
    return _frame(visitor, "progress", {"trip": trip})


def _frame(visitor: Visitor, kind: str, content: Json) -> Frame:
    text = orjson.dumps({"type": kind, **content}).decode()
    return Frame(group_of_visitor(visitor.id), kind, None, text)
