"""One frame to a thousand sockets: the real server on PostgreSQL and Redis, and a client that holds all the sockets.

python -m benchmarks.fanout [--sockets 1000] [--frames 30] [--json]

`fanout` publishes a frame for the whole venue twice a second, from another process as workers do, and takes the time until
each socket has it. `fanout_burst` publishes as many as fit at once and counts how many arrive a second. The client runs on the
same machine and reads every frame, so its work is in the figures.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Any

import orjson
from rich.console import Console
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import database
from benchmarks.reporting import Result, report, spread
from benchmarks.serving import Server

SEED = 20_261_123
SLUG = "msheireb"
EVERY_S = 0.5
OPENED_AT_ONCE = 50
LONGEST_S = 60.0


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--frames", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        with Console(stderr=True).status("starting PostgreSQL and Redis, loading the demo district"):
            group = _prepare(stack)
            tokens = _tokens(options.sockets)
        server = stack.enter_context(Server.started())
        server.wait_until_ready()
        results = asyncio.run(_measured(server, tokens, group, options.frames))
    report(results, seed=SEED, packages=("django", "channels", "uvicorn", "websockets", "redis"), as_json=options.json)


def _prepare(stack: ExitStack) -> str:
    """Start the databases, which end with the stack, and load the demo district; return the group of its sockets."""
    database.set_up_servers(stack)
    from django.core.management import call_command

    call_command("load_demo", stdout=sys.stderr)
    from notifications.transports.live import group_of_venue
    from venues.selectors import venue_by_slug

    return group_of_venue(venue_by_slug(SLUG).id)


def _tokens(count: int) -> list[str]:
    from django.utils import timezone

    from visitors.services import sessions

    now = timezone.now()
    return [sessions.create(language="en", profile="walk", granted={}, now=now)[1] for _ in range(count)]


async def _measured(server: Server, tokens: Sequence[str], group: str, frames: int) -> list[Result]:
    audience = await Audience.opened(server.port, tokens)
    try:
        publisher = _Publisher(group)
        await _round(audience, publisher, first=0, frames=2, every_s=EVERY_S)  # not counted
        cpu_s = server.cpu_s()
        spaced = await _round(audience, publisher, first=2, frames=frames, every_s=EVERY_S)
        spaced_us, begin = (server.cpu_s() - cpu_s) / len(spaced) * 1e6, perf_counter()
        cpu_s = server.cpu_s()
        burst = await _round(audience, publisher, first=2 + frames, frames=frames, every_s=0.0)
        took_s = perf_counter() - begin
        burst_us = (server.cpu_s() - cpu_s) / len(burst) * 1e6
    finally:
        await audience.close()
    memory = {"memory_mb": round(server.memory_mb(), 1)}
    per_second = {"per_second": round(len(burst) / took_s, 1)}
    return [
        Result("dalil", "fanout", len(tokens), spread(spaced) | {"cpu_us": round(spaced_us, 1)} | memory),
        Result("dalil", "fanout_burst", len(tokens), spread(burst) | per_second | {"cpu_us": round(burst_us, 1)}),
    ]


class _Publisher:
    """Publishes numbered frames through Redis, as another process of the service does."""

    def __init__(self, group: str) -> None:
        from django.conf import settings

        from notifications.transports.hub import Hub

        self._hub, self._group = Hub(settings.REDIS_URL), group
        self.published_s: dict[int, float] = {}

    def publish(self, number: int) -> None:
        from notifications.transports.hub import Frame

        self.published_s[number] = perf_counter()
        text = orjson.dumps({"type": "map_changed", "snapshot": {"hash": "0" * 64, "number": number}}).decode()
        self._hub.publish(Frame(self._group, "map_changed", None, text))


class Audience:
    """The sockets, and when each frame reached each of them."""

    def __init__(self) -> None:
        self.arrived: list[tuple[int, float]] = []
        self._sockets: list[ClientConnection] = []
        self._readers: list[asyncio.Task[None]] = []

    @classmethod
    async def opened(cls, port: int, tokens: Sequence[str]) -> "Audience":
        """Return an audience of one socket for each token, all of them told that they are in."""
        audience, url = cls(), f"ws://127.0.0.1:{port}/ws/v1/venues/{SLUG}/live"
        for begin in range(0, len(tokens), OPENED_AT_ONCE):
            opening = (audience._open(url, token) for token in tokens[begin : begin + OPENED_AT_ONCE])
            audience._sockets += await asyncio.gather(*opening)
        audience._readers = [asyncio.create_task(audience._read(socket)) for socket in audience._sockets]
        return audience

    @staticmethod
    async def _open(url: str, token: str) -> ClientConnection:
        protocols: Any = ["dalil.v1", f"token.{token}"]
        socket = await connect(url, subprotocols=protocols, ping_interval=None, compression=None, open_timeout=60)
        await socket.send(b'{"type":"ready?"}')  # the answer, an error, comes after the socket has joined its groups
        await socket.recv()
        return socket

    async def _read(self, socket: ClientConnection) -> None:
        async for text in socket:
            self.arrived.append((orjson.loads(text)["snapshot"]["number"], perf_counter()))

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*(socket.close() for socket in self._sockets))


async def _round(audience: Audience, publisher: _Publisher, *, first: int, frames: int, every_s: float) -> list[float]:
    """Publish frames; return the microseconds that each took to each socket. Raises SystemExit where one is missing."""
    before, expected = len(audience.arrived), len(audience._sockets) * frames
    for number in range(first, first + frames):
        publisher.publish(number)
        await asyncio.sleep(every_s)
    deadline = perf_counter() + LONGEST_S
    while len(audience.arrived) - before < expected:
        if perf_counter() > deadline:
            raise SystemExit(f"{len(audience.arrived) - before} of {expected} frames arrived.")
        await asyncio.sleep(0.01)
    return [(at_s - publisher.published_s[number]) * 1e6 for number, at_s in audience.arrived[before:]]


if __name__ == "__main__":
    main()
