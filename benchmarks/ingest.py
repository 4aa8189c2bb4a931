"""Batches of sightings through the whole server, on PostgreSQL and Redis: visitors walk the demo district and report each second.

python -m benchmarks.ingest [--rate 200] [--seconds 20] [--processes 1] [--json]

Every visitor sends a batch a second with the 12 beacons heard best; `--rate` is how many visitors there are, and their batches
are spread over the second. Visitors join over some seconds before anything is counted, as where one is located for the first time
costs several times what it costs to follow them; `joining_cpu_us` is what a visitor costs the server until then. Latency counts from
when a batch was due, so a server that falls behind shows it. `cpu_us` is all that a batch costs: `cpu_server_us`, `cpu_postgres_us` and
`cpu_redis_us` are its parts.
"""

import os
import selectors
import socket
import sys
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import numpy as np
import orjson
from rich.console import Console
from rich.progress import Progress

from benchmarks import database
from benchmarks.demo_routes import SLUG, routes_between_units
from benchmarks.reporting import Result, report, spread
from benchmarks.serving import Asked, Server, cpu_s, family, name_of, post

SEED = 20_261_123
SIGHTINGS = 12
"""Of a batch, by the goal that this is measured for."""
JOIN_S, WARM_UP_S = 10, 15
"""Visitors join in the first seconds; those of the warm-up are not counted: every visitor is located and every kernel loaded after them."""
LONGEST_S = 600
TIME = b"@heard_at@"


@dataclass(frozen=True)
class Walker:
    """A visitor, the second in which they join, and the sightings of each second as JSON, with TIME for when they are heard."""

    token: str
    joins_s: int
    heard: Sequence[bytes]

    def batch(self, second: int) -> bytes:
        """Return the request with a second's sightings, heard now."""
        now = datetime.now(UTC).isoformat().encode()
        sequence, heard = second - self.joins_s + 1, self.heard[second].replace(TIME, now)
        body = b'{"sequence":%d,"sightings":%b}' % (sequence, heard)
        return post(f"/api/v1/venues/{SLUG}/sightings", body, {"Authorization": f"Bearer {self.token}"})


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200, help="batches a second, which is visitors")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=1, help="of the server")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not 0 < options.seconds <= LONGEST_S:
        raise SystemExit(f"--seconds is between 1 and {LONGEST_S}.")
    with ExitStack() as stack:
        with Console(stderr=True).status("starting PostgreSQL and Redis, loading the demo district"):
            _prepare(stack)
            walkers = _walkers(options.rate, WARM_UP_S + options.seconds)
        server = stack.enter_context(Server.started(processes=options.processes))
        server.wait_until_ready()
        result = Result(
            "dalil",
            "ingest",
            options.rate,
            _measured(server, walkers, options.seconds),
            {"processes": str(options.processes)},
        )
    report([result], seed=SEED, packages=("django", "uvicorn", "psycopg", "orjson"), as_json=options.json)


def _prepare(stack: ExitStack) -> None:
    """Start the databases, which end with the stack, and load the demo district into them."""
    database.set_up_servers(stack)
    from django.core.management import call_command

    call_command("load_demo", stdout=sys.stderr)


def _walkers(count: int, seconds: int) -> list[Walker]:
    """Return visitors who consent to everything, each on a walk of their own."""
    from django.utils import timezone

    from beacons.selectors import current_deployment
    from navigation.services.simulated_phone import Phone, walk_of
    from venues.selectors import current_snapshot, venue_by_slug
    from visitors.core.consent import Purpose
    from visitors.services import sessions

    venue = venue_by_slug(SLUG)
    snapshot, deployment, routes = (
        current_snapshot(venue),
        current_deployment(venue),
        routes_between_units(SEED, least_s=seconds),
    )
    granted = dict.fromkeys(Purpose, True)
    walkers = []
    for number in range(count):
        _, token = sessions.create(language="en", profile="walk", granted=granted, now=timezone.now())
        phone = Phone(snapshot, deployment, walk_of(next(routes), snapshot), np.random.default_rng([SEED, number]))
        heard = (phone.hear(float(second))[1][:SIGHTINGS] for second in range(seconds))
        walkers.append(Walker(token, number * JOIN_S // count, [_sightings(batch) for batch in heard]))
    return walkers


def _sightings(heard: Sequence[tuple[Mapping[str, Any], float]]) -> bytes:
    sightings = [{"beacon": beacon, "rssi_dbm": rssi_dbm, "heard_at": TIME.decode()} for beacon, rssi_dbm in heard]
    return orjson.dumps(sightings)


def _measured(server: Server, walkers: Sequence[Walker], seconds: int) -> dict[str, float]:
    """Let the walkers report; return the figures of all seconds but the first."""
    warm_up, counted = range(WARM_UP_S), range(WARM_UP_S, WARM_UP_S + seconds)
    begun_cpu_s = server.cpu_s()
    list(_latencies_us(server.port, walkers, warm_up))
    joining_s = (server.cpu_s() - begun_cpu_s) / len(walkers)
    before_s, begin = _cpu_s(server), perf_counter()
    latencies_us = list(_latencies_us(server.port, walkers, counted))
    took_s, batches = perf_counter() - begin, len(latencies_us)
    cost_us = {name: (after_s - before_s[name]) / batches * 1e6 for name, after_s in _cpu_s(server).items()}
    return {
        **spread(latencies_us),
        "per_second": round(batches / took_s, 1),
        "cpu_us": round(sum(cost_us.values()), 1),
        **{f"cpu_{name}_us": round(each_us, 1) for name, each_us in cost_us.items()},
        "joining_cpu_us": round(joining_s * 1e6, 1),
        "memory_mb": round(server.memory_mb(), 1),
    }


def _latencies_us(port: int, walkers: Sequence[Walker], seconds: range) -> Iterator[float]:
    """Yield how long after it was due each batch was answered. A visitor's batches go one after the other."""
    begin_s = perf_counter()
    due = deque(
        (begin_s + second - seconds[0] + number / len(walkers), number, second)
        for second in seconds
        for number in range(len(walkers))
        if second >= walkers[number].joins_s
    )
    with selectors.DefaultSelector() as selector, ExitStack() as stack, Progress(console=Console(stderr=True)) as shown:
        task = shown.add_task(f"{len(walkers)} batches a second", total=len(due))
        lines = [_Line(stack.enter_context(socket.create_connection(("127.0.0.1", port)))) for _ in walkers]
        for line in lines:
            selector.register(line.connection, selectors.EVENT_READ, line)
        while due or any(line.is_busy for line in lines):
            while due and due[0][0] <= perf_counter():
                due_s, number, second = due.popleft()
                lines[number].send(due_s, walkers[number].batch(second))
            wait_s = max(0.0, due[0][0] - perf_counter()) if due else None
            for key, _ in selector.select(wait_s):
                if not key.data.is_busy:  # the server has closed it, as who has asked all waits for those who have not
                    selector.unregister(key.fileobj)
                elif (latency_us := key.data.read()) is not None:
                    shown.advance(task)
                    yield latency_us


class _Line:
    """A visitor's connection: batches wait on it for the answer to the one before."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._asked: Asked | None = None
        self._waiting: deque[tuple[float, bytes]] = deque()

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def send(self, due_s: float, request: bytes) -> None:
        self._waiting.append((due_s, request))
        if len(self._waiting) == 1:
            self._ask(request)

    def read(self) -> float | None:
        """Return the microseconds since the answered batch was due, or None while its answer is not whole."""
        if self._asked is None or self._asked.read() is None:
            return None
        due_s, _ = self._waiting.popleft()
        if self._waiting:
            self._ask(self._waiting[0][1])
        return (perf_counter() - due_s) * 1e6

    def _ask(self, request: bytes) -> None:
        if self._asked is None:
            self._asked = Asked(self.connection, request)
        else:
            self._asked.ask(request)


def _cpu_s(server: Server) -> dict[str, float]:
    """Return the processor time of the server's processes, and of those of PostgreSQL and Redis that this one has started."""
    own = family(os.getpid())
    databases = {"postgres": "postgres", "redis": "redis-server"}
    return {"server": server.cpu_s()} | {
        name: sum(cpu_s(pid) for pid in own if name_of(pid) == program) for name, program in databases.items()
    }


if __name__ == "__main__":
    main()
