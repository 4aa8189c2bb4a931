"""The live door: one WebSocket, both ways. docs/api/live.md is its contract."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.utils import timezone

from apikit.errors import ApiError, InvalidRequest
from apikit.services import json_bodies
from apikit.services.outages import as_refusal
from navigation import selectors
from navigation.api.bodies import trip_request
from navigation.services import live, rounds
from notifications import selectors as notification_selectors
from notifications.services import messages
from notifications.transports.hub import Frame, Membership, hub
from notifications.transports.live import group_of_venue, group_of_visitor, message_frame
from venues import selectors as venue_selectors
from visitors.errors import VisitorErased
from visitors.selectors import visitor_by_token

logger = logging.getLogger(__name__)

PROTOCOL = "dalil.v1"
TOKEN_PREFIX = "token."
AUTHENTICATE_WITHIN_S = 10.0
# Frames that wait for a slow client. Whoever is further behind is disconnected and resumes: messages are kept, positions are old.
MOST_WAITING = 256
MOST_BYTES = 256 * 1024  # of one frame, as of one body over HTTP

# Close codes: 4000-4999 are for applications (RFC 6455, section 7.4.2); these follow the HTTP status.
NOT_AUTHENTICATED, NOT_FOUND, TOO_SLOW, TOO_BIG = 4401, 4404, 4408, 4413


class LiveConsumer(AsyncWebsocketConsumer):
    """One socket of a visitor in a venue. What it says goes to `services.live`; what it hears comes from the hub."""

    async def connect(self) -> None:
        self.session: live.Session | None = None
        self.seq = 0
        self._memberships: list[Membership] = []
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue(MOST_WAITING)
        self._tasks: list[asyncio.Task[None]] = []
        offered: list[str] = self.scope["subprotocols"]
        await self.accept(PROTOCOL if PROTOCOL in offered else None)
        token = next((name.removeprefix(TOKEN_PREFIX) for name in offered if name.startswith(TOKEN_PREFIX)), None)
        if token is not None:
            await self._authenticate(token)
        else:
            self._start(self._close_unless_authenticated())

    async def disconnect(self, code: int) -> None:
        self._leave()
        for task in self._tasks:
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        data = text_data.encode() if text_data is not None else bytes_data or b""
        if len(data) > MOST_BYTES:
            await self.close(TOO_BIG)
            return
        try:
            await self._take(_object(data))
        except VisitorErased as error:
            await self._refuse(error)
            await self.close(NOT_AUTHENTICATED)
        except ApiError as error:
            await self._refuse(error)
        except Exception as error:  # an outage costs no socket: the batch's sequence makes a second try safe
            if (busy := as_refusal(error)) is None:
                raise
            logger.warning("A frame was refused with %s: %s", busy.code, error)
            await self._refuse(busy)

    async def _take(self, frame: Mapping[str, Any]) -> None:
        kind = frame.get("type")
        if self.session is None:
            if kind != "authenticate" or not isinstance(frame.get("token"), str):
                raise InvalidRequest('Send {"type": "authenticate", "token": ...} first.', param="type")
            await self._authenticate(frame["token"])
        elif kind == "resume":
            await self._resume(frame)
        elif isinstance(kind, str) and kind in TAKERS:
            content = {key: value for key, value in frame.items() if key != "type"}
            for frame_again in await database_sync_to_async(TAKERS[kind])(self.session, content):
                await self._send_frame(frame_again)
        else:
            raise InvalidRequest(f"type must be one of {', '.join(TAKERS)}, resume; got {kind!r}.", param="type")

    async def _authenticate(self, token: str) -> None:
        try:
            session = await database_sync_to_async(_session)(self.scope["url_route"]["kwargs"]["slug"], token)
        except ApiError as error:
            await self._say("error", {"code": error.code, "detail": error.detail, "param": error.param})
            await self.close(NOT_FOUND)
            return
        if session is None:
            await self.close(NOT_AUTHENTICATED)
            return
        self.seq = session.visitor.message_seq
        self._memberships = [
            hub().join(group_of_visitor(session.visitor.id), self._deliver),
            hub().join(group_of_venue(session.venue.id), self._deliver),
        ]
        self.session = session
        self._start(self._write())

    async def _resume(self, frame: Mapping[str, Any]) -> None:
        seq = frame.get("seq")
        if not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
            raise InvalidRequest("seq must be the greatest number you saw, 0 for none.", param="seq")
        assert self.session is not None  # _take asks
        for missed in await database_sync_to_async(_messages_after)(self.session, seq):
            await self._send_frame(missed)

    async def _refuse(self, error: ApiError) -> None:
        await self._say("error", {"code": error.code, "detail": error.detail, "param": error.param, **error.members})

    def _deliver(self, frame: Frame) -> None:
        """Take a frame from the hub, in this socket's event loop, without waiting."""
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull:
            self._leave()
            self._start(self.close(TOO_SLOW))

    def _leave(self) -> None:
        for membership in self._memberships:
            hub().leave(membership)

    async def _write(self) -> None:
        while True:
            await self._send_frame(await self._waiting.get())

    async def _send_frame(self, frame: Frame) -> None:
        if frame.seq is not None:
            self.seq = max(self.seq, frame.seq)
            await self.send(text_data=frame.text)
            self._start(self._note_taken(frame.seq))
        else:  # encoded once for many sockets, so each adds its own number
            await self.send(text_data=f'{{"seq":{self.seq},{frame.text[1:]}')

    async def _note_taken(self, seq: int) -> None:
        """Note that the visitor has a message. Where that fails, it is noted when they ask for it, show it or open it."""
        assert self.session is not None  # messages come to those who have said who they are
        try:
            await database_sync_to_async(messages.note_taken)(
                visitor_id=self.session.visitor.id, seqs=[seq], now=timezone.now()
            )
        except DatabaseError as error:
            logger.warning("It was not noted that a message was taken: %s", error)

    async def _say(self, kind: str, content: Mapping[str, Any]) -> None:
        told = {key: value for key, value in content.items() if value is not None}
        await self.send(text_data=orjson.dumps({"type": kind, "seq": self.seq, **told}, default=str).decode())

    async def _close_unless_authenticated(self) -> None:
        await asyncio.sleep(AUTHENTICATE_WITHIN_S)
        if self.session is None:
            await self.close(NOT_AUTHENTICATED)

    def _start(self, work: Any) -> None:
        async def quietly() -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await work

        self._tasks.append(asyncio.get_running_loop().create_task(quietly()))


def _session(slug: str, token: str) -> live.Session | None:
    """Return the session of the token's visitor in a published venue, None where the token is nobody's."""
    venue = venue_selectors.venue_by_slug(slug)
    venue_selectors.current_publication(venue)
    visitor = visitor_by_token(token)
    return live.Session(visitor, token, venue) if visitor else None


def _fresh(session: live.Session) -> live.Session:
    """Return the session with the visitor and the venue as they are now: a socket may be open for hours."""
    current = _session(session.venue.slug, session.token)
    if current is None:
        raise VisitorErased
    return current


def _take_sightings(session: live.Session, content: Mapping[str, Any]) -> Sequence[Frame]:
    current = _fresh(session)
    answer = rounds.take_sightings(current, content, timezone.now(), is_answered=False)
    if not isinstance(answer, rounds.Again):
        return ()
    return live.frames_of(current.visitor, orjson.loads(bytes(answer)))  # orjson takes bytes, and no kind of them


def _start_trip(session: live.Session, content: Mapping[str, Any]) -> Sequence[Frame]:
    current = _fresh(session)
    live.start_trip(current, trip_request(current.visitor, content), timezone.now())
    return ()


def _stop_trip(session: live.Session, content: Mapping[str, Any]) -> Sequence[Frame]:
    current = _fresh(session)
    if trip := selectors.active_trips(current.visitor, current.venue).first():
        live.stop_trip(current.visitor, trip, timezone.now())
    return ()


# What each frame does, and what this socket alone hears of it: what came of a batch that was answered before.
TAKERS: Mapping[str, Callable[[live.Session, Mapping[str, Any]], Sequence[Frame]]] = {
    "sightings": _take_sightings,
    "start_trip": _start_trip,
    "stop_trip": _stop_trip,
}


def _messages_after(session: live.Session, seq: int) -> list[Frame]:
    group = group_of_visitor(session.visitor.id)
    found = notification_selectors.messages_after(_fresh(session).visitor, seq, timezone.now())
    return [message_frame(group, message.value()) for message in found]


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        frame = json_bodies.read(data)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"A frame must be a JSON object: {error}") from error
    if not isinstance(frame, dict):
        raise InvalidRequest(f"A frame must be a JSON object, got {type(frame).__name__}.")
    return frame
