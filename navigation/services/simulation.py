"""A simulated visitor: walks a route that a running server gave, sends what a phone would hear, listens to the answers.

It is a client like any other: HTTP and WebSocket, a bearer token, batches with sequence numbers. From our own storage it takes only
what the real world would bring: where the beacons hang.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import hypot
from statistics import mean, median, quantiles

import httpx
import numpy as np
import websockets

from apikit.errors import CacheBusy, DatabaseBusy
from beacons.core.deployment import Deployment
from navigation.core.following.walk import Truth, Walk
from navigation.services.simulated_phone import BATCH_S, STAND_S, Phone, walk_of
from navigation.services.simulation_client import Json, Server
from venues.core.snapshot import Snapshot

# Event times older than this are clipped by the server (CAMPAIGNS.md, Time); a faster walk starts that long ago.
MOST_PAST_S = 14 * 60.0
# How long a busy server may take to answer what was sent, and a worker to deliver the last message.
ANSWERS_WITHIN_S = 60.0
LAST_MESSAGE_S = 2.0
# A server whose database is busy asks for the same again in a second (docs/api/live.md).
AGAIN_AFTER_S = 1.0


@dataclass(frozen=True)
class Behaviour:
    """What is asked of a simulated visitor. `duplicate` and `reorder` are shares of batches sent twice or late."""

    origin: str
    destination: str
    profile: str = "walk"
    language: str = "en"
    seed: int = 1
    speed: float = 1.0
    duplicate: float = 0.0
    reorder: float = 0.0
    token: str | None = None


@dataclass
class Report:
    """What was seen on the way. `errors_m` has one entry for each position that came back."""

    arrived: bool = False
    batches: int = 0
    reroutes: int = 0
    errors_m: list[float] = field(default_factory=list)
    level_hits: list[bool] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)

    def summary(self) -> Json:
        """Return the object that `--json` prints."""
        return {
            "arrived": self.arrived,
            "positions": len(self.errors_m),
            "error_m": _spread(self.errors_m),
            "level_hit": round(mean(self.level_hits), 4) if self.level_hits else None,
            "messages": list(self.messages.values()),
            "reroutes": self.reroutes,
            "batches": self.batches,
        }


def _spread(errors_m: Sequence[float]) -> Json:
    if not errors_m:
        return {"mean": None, "median": None, "p90": None}
    p90_m = quantiles(errors_m, n=10, method="inclusive")[-1] if len(errors_m) > 1 else errors_m[0]
    return {"mean": round(mean(errors_m), 2), "median": round(median(errors_m), 2), "p90": round(p90_m, 2)}


async def walk(
    *,
    slug: str,
    url: str,
    behaviour: Behaviour,
    snapshot: Snapshot,
    deployment: Deployment,
    tell: Callable[[str, Json], None],
) -> Report:
    """Walk from the origin to the destination; return what was seen.

    `tell` is called with each frame's type and content, as it comes. Raises SimulationFailed.
    """
    async with httpx.AsyncClient(timeout=30) as client:
        server = Server(url, slug, client)
        preferences = {"profile": behaviour.profile, "language": behaviour.language}
        token = behaviour.token or await server.new_visitor(preferences)
        tell("visitor", {"follow": f"{server.url}/#follow={token}"})
        origin = await server.waypoint(behaviour.origin, behaviour.language)
        destination = await server.waypoint(behaviour.destination, behaviour.language)
        route = await server.route(origin, destination, preferences)
        tell("route", route)
        visitor = _Visitor(behaviour, snapshot, deployment, walk_of(route, snapshot), tell)
        async with server.live(token) as socket:
            await socket.send(json.dumps({"type": "start_trip", "destination": destination, **preferences}))
            listening = asyncio.create_task(visitor.listen(socket))
            try:
                await visitor.walk(socket)
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening
        return visitor.report


class _Visitor:
    """One visitor's state on the way."""

    def __init__(
        self,
        behaviour: Behaviour,
        snapshot: Snapshot,
        deployment: Deployment,
        walk: Walk,
        tell: Callable[[str, Json], None],
    ) -> None:
        self.report = Report()
        self._behaviour = behaviour
        self._snapshot = snapshot
        self._walk = walk
        self._tell = tell
        self._rng = np.random.default_rng(behaviour.seed)
        self._phone = Phone(snapshot, deployment, walk, self._rng)
        self._truths: dict[int, Truth] = {}
        self._unanswered: dict[int, Json] = {}
        self._was_refused = False

    async def walk(self, socket: websockets.ClientConnection) -> None:
        """Send a batch for every second of the walk, at the chosen speed, then stand a little at the end.

        Event times run at walking pace whatever the speed: a faster walk starts that much in the past.
        """
        steps = int((self._walk.duration_s + STAND_S) / BATCH_S) + 1
        wall_s = steps * BATCH_S / self._behaviour.speed
        past_s = min(max(steps * BATCH_S - wall_s, 0.0), MOST_PAST_S)
        began, started_at = time.monotonic(), datetime.now(UTC) - timedelta(seconds=past_s)
        late: Json | None = None
        for sequence in range(1, steps + 1):
            elapsed_s = sequence * BATCH_S
            due_s = max(elapsed_s / self._behaviour.speed, elapsed_s - past_s)
            await asyncio.sleep(max(0.0, began + due_s - time.monotonic()))
            batch = self._batch(sequence, elapsed_s, started_at + timedelta(seconds=elapsed_s))
            if late is None and self._rng.random() < self._behaviour.reorder:
                late = batch
                continue
            for ready in [batch, *([late] if late else [])]:
                await self._send(socket, ready)
            late = None
            await self._send_again(socket)
        if late:
            await self._send(socket, late)
        await self._wait_for_answers(socket)

    async def _wait_for_answers(self, socket: websockets.ClientConnection) -> None:
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while self._unanswered and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            await self._send_again(socket)
        await asyncio.sleep(LAST_MESSAGE_S)

    async def _send_again(self, socket: websockets.ClientConnection) -> None:
        """Send what has no answer once more, where the server could not take something: what it has, it answers again."""
        if not self._was_refused:
            return
        self._was_refused = False
        await asyncio.sleep(AGAIN_AFTER_S)
        for batch in list(self._unanswered.values()):
            await self._send(socket, batch)

    async def _send(self, socket: websockets.ClientConnection, batch: Json) -> None:
        if not batch["sightings"]:
            return  # a phone that heard nothing has nothing to say, and no time to say it for
        self._unanswered[batch["sequence"]] = batch
        times = 2 if self._rng.random() < self._behaviour.duplicate else 1
        for _ in range(times):
            await socket.send(json.dumps({"type": "sightings", **batch}))
            self.report.batches += 1

    def _batch(self, sequence: int, elapsed_s: float, heard_at: datetime) -> Json:
        self._truths[sequence], heard = self._phone.hear(elapsed_s)
        sightings = [
            {"beacon": beacon, "rssi_dbm": rssi_dbm, "heard_at": heard_at.isoformat()} for beacon, rssi_dbm in heard
        ]
        return {"sequence": sequence, "sightings": sightings}

    async def listen(self, socket: websockets.ClientConnection) -> None:
        """Take every frame that comes."""
        async for text in socket:
            frame: Json = json.loads(text)
            taker = self._TAKERS.get(frame["type"])
            if taker is not None:
                taker(self, frame)
            self._tell(frame["type"], frame)

    def _position(self, frame: Json) -> None:
        position, sequence = frame["position"], frame["sequence"]
        is_first = sequence in self._unanswered
        self._unanswered.pop(sequence, None)
        if position is None or not is_first:
            return
        truth = self._truths[sequence]
        x_m, y_m = self._snapshot.frame.to_metres(position["lng"], position["lat"])
        frame["error_m"] = hypot(x_m - truth.x_m, y_m - truth.y_m)
        self.report.errors_m.append(frame["error_m"])
        self.report.level_hits.append(position["level"]["ordinal"] == self._snapshot.levels[truth.level_id].ordinal)

    def _progress(self, frame: Json) -> None:
        self.report.arrived = self.report.arrived or frame["trip"]["state"] == "arrived"

    def _rerouted(self, frame: Json) -> None:
        self.report.reroutes += 1

    def _error(self, frame: Json) -> None:
        self._was_refused = self._was_refused or frame["code"] in (DatabaseBusy.code, CacheBusy.code)

    def _message(self, frame: Json) -> None:
        message = frame["message"]
        self.report.messages[message["id"]] = {
            "campaign": message["campaign"],
            "title": message["title"],
            "at": message["created_at"],
        }

    _TAKERS: Mapping[str, Callable[["_Visitor", Json], None]] = {
        "position": _position,
        "progress": _progress,
        "rerouted": _rerouted,
        "message": _message,
        "error": _error,
    }
