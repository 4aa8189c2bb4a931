"""The hub wakes sockets in their own event loop, whoever publishes."""

import asyncio
import gc
import threading
import weakref
from uuid import UUID

import pytest
from pytest_django import Settings

from notifications.core.message import Message, Text
from notifications.errors import TransportError
from notifications.transports import live
from notifications.transports.base import Endpoint
from notifications.transports.hub import Frame, Hub
from tests.notifications.places import NOON, after
from tests.servers import free_port

MESSAGE = Message(
    id=UUID(int=1),
    visitor_id=UUID(int=2),
    seq=1,
    campaign_id=UUID(int=3),
    campaign_name="Lunch",
    language="en",
    text=Text("Lunch", "Now"),
    collapse_id=UUID(int=4).hex,
    created_at=NOON,
    expires_at=after(60),
)


async def joined(hub: Hub, group: str) -> asyncio.Queue[Frame]:
    queue: asyncio.Queue[Frame] = asyncio.Queue()
    hub.join(group, queue.put_nowait)
    return queue


def frame(group: str, text: str = "{}") -> Frame:
    return Frame(group, "message", 1, text)


async def test_a_frame_published_in_another_thread_wakes_the_socket_at_once() -> None:
    hub = Hub()
    queue = await joined(hub, "visitor.a")
    threading.Timer(0.05, hub.publish, [frame("visitor.a")]).start()

    assert await asyncio.wait_for(queue.get(), timeout=2) == frame("visitor.a")


async def test_a_frame_goes_to_every_socket_of_its_group_and_to_no_other() -> None:
    hub = Hub()
    phone, watch, other = [await joined(hub, group) for group in ("visitor.a", "visitor.a", "visitor.b")]
    hub.publish(frame("visitor.a"))
    await asyncio.sleep(0)

    assert (phone.qsize(), watch.qsize(), other.qsize()) == (1, 1, 0)


async def test_who_has_left_gets_nothing_and_leaving_twice_does_nothing() -> None:
    hub = Hub()
    queue: asyncio.Queue[Frame] = asyncio.Queue()
    membership = hub.join("visitor.a", queue.put_nowait)
    hub.leave(membership)
    hub.leave(membership)
    hub.publish(frame("visitor.a"))
    await asyncio.sleep(0)

    assert queue.empty()


async def test_frames_keep_their_order() -> None:
    hub = Hub()
    queue = await joined(hub, "visitor.a")
    for number in range(100):
        hub.publish(frame("visitor.a", str(number)))
    await asyncio.sleep(0)

    assert [queue.get_nowait().text for _ in range(100)] == [str(number) for number in range(100)]


async def test_a_socket_that_fails_keeps_nobody_else_from_the_frame(caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub()

    def fail(_: Frame) -> None:
        raise RuntimeError("socket closed")

    hub.join("visitor.a", fail)
    queue = await joined(hub, "visitor.a")
    hub.publish(frame("visitor.a"))
    await asyncio.sleep(0)

    assert queue.qsize() == 1
    assert "A socket did not take a live frame" in caplog.text


def test_sockets_whose_loop_has_closed_are_forgotten() -> None:
    hub = Hub()

    async def join_and_go() -> weakref.ref[asyncio.AbstractEventLoop]:
        await joined(hub, "visitor.a")
        return weakref.ref(asyncio.get_running_loop())

    closed = asyncio.run(join_and_go())
    hub.publish(frame("visitor.a"))
    gc.collect()

    assert closed() is None


@pytest.mark.services
async def test_frames_cross_from_one_process_to_another_through_redis(settings: Settings) -> None:
    worker, server = Hub(settings.REDIS_URL), Hub(settings.REDIS_URL)
    queue = await joined(server, "visitor.a")
    try:
        assert await asyncio.to_thread(server.listening.wait, 5)
        await asyncio.to_thread(worker.publish, frame("visitor.a", '{"type": "message"}'))

        assert await asyncio.wait_for(queue.get(), timeout=5) == frame("visitor.a", '{"type": "message"}')
    finally:
        await asyncio.to_thread(server.stop)


def test_without_redis_the_live_transport_says_that_trying_again_may_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "hub", lambda: Hub(f"redis://127.0.0.1:{free_port()}/0"))

    with pytest.raises(TransportError, match="Redis did not take the frame") as caught:
        live.LiveTransport().send(Endpoint("visitor.a"), MESSAGE, NOON)
    assert not caught.value.permanent
