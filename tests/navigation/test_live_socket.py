"""The live door: the same flow over a WebSocket, frames to every socket of the visitor, replay after a reconnect."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest
import redis
from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from navigation import consumers
from navigation.services import rounds
from notifications.models import Campaign, Decision, DecisionState, VisitorMessage
from notifications.transports.hub import Frame, hub
from notifications.transports.live import group_of_visitor
from tests.navigation.crowd import Phone
from tests.navigation.sockets import Socket
from tests.venues.small_map import id_of
from venues.models import Venue
from visitors.models import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

WAIT_S = 30.0  # a first batch may wait for kernels to be compiled


def socket_of(token: str | None, slug: str = "small") -> Socket:
    offered = ["dalil.v1", f"token.{token}"] if token else []
    return Socket(f"/ws/v1/venues/{slug}/live", offered)


async def receive(socket: Socket, kind: str) -> dict[str, Any]:
    """Return the next frame of a kind, leaving out others."""
    while True:
        frame: dict[str, Any] = orjson.loads(await socket.receive_from(WAIT_S))
        if frame["type"] == kind:
            return frame


async def send(socket: Socket, **frame: Any) -> None:
    await socket.send_to(orjson.dumps(frame).decode())


def just_now() -> Any:
    return timezone.now() - timedelta(seconds=5)


async def test_a_batch_sent_over_one_socket_moves_the_dot_on_every_socket(phone: Phone) -> None:
    telephone, screen = socket_of(phone.token), socket_of(phone.token)
    assert await telephone.connect() == (True, "dalil.v1")
    assert await screen.connect() == (True, "dalil.v1")
    await send(telephone, type="sightings", **phone.batch("First", 45.0, 30.0, just_now()))
    for socket in (telephone, screen):
        frame = await receive(socket, "position")
        assert frame["sequence"] == 1
        assert frame["seq"] == 0
        assert frame["position"]["level"]["ordinal"] == 1
        assert frame["place"]["unit"]["name"] == "Heritage Museum"
        await socket.disconnect()


async def test_a_batch_that_comes_again_is_told_again_to_who_sent_it_alone(phone: Phone) -> None:
    telephone, screen = socket_of(phone.token), socket_of(phone.token)
    await telephone.connect()
    await screen.connect()
    batch = phone.batch("First", 45.0, 30.0, just_now())
    await send(telephone, type="sightings", **batch)
    first = await receive(telephone, "position")
    assert await receive(screen, "position") == first
    await send(telephone, type="sightings", **batch)
    assert await receive(telephone, "position") == first
    assert await screen.receive_nothing(timeout=0.2)
    for socket in (telephone, screen):
        await socket.disconnect()


async def test_a_trip_started_over_the_socket_brings_its_route_with_the_first_position(phone: Phone) -> None:
    socket = socket_of(phone.token)
    await socket.connect()
    await send(socket, type="start_trip", destination={"place": str(id_of("hall"))}, profile="walk", language="ar")
    waiting = await receive(socket, "progress")
    assert waiting["trip"]["state"] == "active"
    await send(socket, type="sightings", **phone.batch("Street", 10.0, 15.0, just_now()))
    frame = await receive(socket, "progress")
    assert frame["trip"]["route"]["legs"][0]["steps"][0]["instruction"]
    assert frame["trip"]["progress"]["distance_remaining_m"] > 20
    await send(socket, type="stop_trip")
    assert (await receive(socket, "progress"))["trip"]["state"] == "stopped"
    await socket.disconnect()


async def test_a_token_may_come_as_the_first_frame(phone: Phone) -> None:
    socket = socket_of(None)
    assert (await socket.connect())[0]
    await send(socket, type="sightings", sequence=1)
    assert (await receive(socket, "error"))["param"] == "type"
    await send(socket, type="authenticate", token=phone.token)
    await send(socket, type="sightings", **phone.batch("Ground", 40.0, 15.0, just_now()))
    assert (await receive(socket, "position"))["position"] is not None
    await socket.disconnect()


async def test_a_bad_frame_is_answered_and_the_socket_stays_open(phone: Phone) -> None:
    socket = socket_of(phone.token)
    await socket.connect()
    await socket.send_to("no json")
    assert (await receive(socket, "error"))["code"] == "invalid_request"
    await send(socket, type="dance")
    assert "sightings" in (await receive(socket, "error"))["detail"]
    batch = phone.batch("Ground", 40.0, 15.0, just_now())
    batch["sightings"][0]["rssi_dbm"] = 1000
    await send(socket, type="sightings", **batch)
    assert (await receive(socket, "error"))["param"] == "sightings[0].rssi_dbm"
    await send(socket, type="resume", seq=-1)
    assert (await receive(socket, "error"))["param"] == "seq"
    await send(socket, type="sightings", **phone.batch("Ground", 40.0, 15.0, just_now()))
    assert (await receive(socket, "position"))["status"] == "ok"
    await socket.disconnect()


@pytest.mark.parametrize(("seen", "missed"), [(0, [1, 2, 3]), (1, [2, 3]), (3, [])])
async def test_after_a_reconnect_the_messages_that_were_missed_come_in_their_order(
    phone: Phone, seen: int, missed: list[int]
) -> None:
    await database_sync_to_async(_three_messages)(phone)
    socket = socket_of(phone.token)
    await socket.connect()
    await send(socket, type="resume", seq=seen)
    frames = [await receive(socket, "message") for _ in missed]
    assert [(frame["seq"], frame["message"]["title"]) for frame in frames] == [(seq, f"No. {seq}") for seq in missed]
    await send(socket, type="dance")
    error: dict[str, Any] = orjson.loads(await socket.receive_from(WAIT_S))
    assert (error["type"], error["seq"]) == ("error", 3)  # nothing else came
    await _until_sent(missed)
    await socket.disconnect()


async def _until_sent(seqs: list[int]) -> None:
    """Wait until these messages alone are sent: the socket has taken them."""
    deadline = asyncio.get_running_loop().time() + WAIT_S
    sent = Decision.objects.filter(state=DecisionState.SENT).order_by("message__seq")
    while [seq async for seq in sent.values_list("message__seq", flat=True)] != seqs:
        assert asyncio.get_running_loop().time() < deadline, "what the socket has taken was never sent"
        await asyncio.sleep(0.02)


def _three_messages(phone: Phone) -> None:
    """Write three messages that no socket was told of."""
    visitor, now = Visitor.objects.get(pseudonym=phone.id), timezone.now()
    campaign = Campaign.objects.create(
        venue=Venue.objects.get(), name="Lunch", kind="service", trigger="enter", created_at=now
    )
    for seq in (1, 2, 3):
        decision = Decision.objects.create(
            campaign=campaign, visitor=visitor, window_key=f"slot:{seq}", zone_id=campaign.pk, visit_id=campaign.pk,
            event_at=now, counts_at=now, decided_at=now, state=DecisionState.RESERVED,
        )  # fmt: skip
        VisitorMessage.objects.create(
            decision=decision, visitor=visitor, seq=seq, language="en", title=f"No. {seq}", body="Now",
            created_at=now, expires_at=now + timedelta(hours=1),
        )  # fmt: skip
    Visitor.objects.filter(pk=visitor.pk).update(message_seq=3)


@pytest.mark.parametrize(
    ("token", "slug", "code"),
    [("wrong", "small", consumers.NOT_AUTHENTICATED), (None, "atlantis", consumers.NOT_FOUND)],
)
async def test_who_may_not_come_in_is_told_why(phone: Phone, token: str | None, slug: str, code: int) -> None:
    socket = socket_of(token or phone.token, slug)
    await socket.connect()
    output = await socket.receive_output(WAIT_S)
    while output["type"] != "websocket.close":
        output = await socket.receive_output(WAIT_S)
    assert output["code"] == code


async def test_a_socket_of_who_was_erased_ends_with_its_next_frame(phone: Phone) -> None:
    socket = socket_of(phone.token)
    await socket.connect()
    await database_sync_to_async(phone.call)("DELETE", "/visitors/me")
    await send(socket, type="sightings", sequence=1, sightings=[])
    assert (await receive(socket, "error"))["code"] == "authentication_failed"
    assert (await socket.receive_output(WAIT_S))["code"] == 4401


async def test_who_says_nothing_is_let_go(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "AUTHENTICATE_WITHIN_S", 0.1)
    socket = socket_of(None)
    await socket.connect()
    assert (await socket.receive_output(WAIT_S))["code"] == consumers.NOT_AUTHENTICATED


async def test_a_client_that_reads_too_slowly_is_disconnected_instead_of_filling_the_memory(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MOST_WAITING", 2)
    socket = socket_of(phone.token)
    await socket.connect()
    await send(socket, type="dance")
    await receive(socket, "error")
    visitor = await Visitor.objects.aget(pseudonym=phone.id)
    for _ in range(50):
        hub().publish(Frame(group_of_visitor(visitor.pk), "position", None, '{"type":"position"}'))
    output = await socket.receive_output(WAIT_S)
    while output["type"] == "websocket.send":
        output = await socket.receive_output(WAIT_S)
    assert (output["type"], output["code"]) == ("websocket.close", consumers.TOO_SLOW)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("database is locked"), "database_busy"),
        (InterfaceError("the connection is closed"), "database_busy"),
        (redis.ConnectionError("refused"), "cache_busy"),
        (redis.OutOfMemoryError("used memory > 'maxmemory'"), "cache_busy"),
    ],
)
async def test_an_outage_costs_no_socket_and_the_batch_is_sent_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    take, answers = rounds.take_sightings, iter([error])

    def failing_once(*given: Any, **named: Any) -> None:
        for error in answers:
            raise error
        take(*given, **named)

    monkeypatch.setattr(rounds, "take_sightings", failing_once)
    socket, batch = socket_of(phone.token), phone.batch("First", 45.0, 30.0, just_now())
    await socket.connect()
    await send(socket, type="sightings", **batch)
    assert (await receive(socket, "error"))["code"] == code
    await send(socket, type="sightings", **batch)
    assert (await receive(socket, "position"))["sequence"] == 1
    await socket.disconnect()
