"""Random routes over HTTP: the real server on a generated district, asked over kept connections by one client process.

python -m benchmarks.serve [--buildings 160] [--seconds 10] [--json]

`serve_cold` are the first requests after the start, each to rooms that nobody has asked for; `serve_warm` are those after.
Every answer must be a route. The map is published into a SQLite file and a blob folder of its own, which are thrown away.
"""

import json
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any

from rich.console import Console

from benchmarks import database
from benchmarks.districts import generated
from benchmarks.import_district import SLUG
from benchmarks.reporting import Result, report, spread
from venues.core.imdf.features import Unit
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

SEED = 20_261_123
CONNECTIONS = 4
COLD_REQUESTS = 500
WARM_REQUESTS = 5_000  # different ones, asked in turns
START_LIMIT_S = 300.0
Waypoint = Mapping[str, Any]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--buildings", type=int, default=160)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with Console(stderr=True).status("publishing the district"):
            snapshot, nodes = _published(Path(folder), options.buildings)
        requests = [_request(origin, destination) for origin, destination in _pairs(snapshot)]
        with _Server.started() as server:
            results = list(_measured(server, requests, nodes, options.seconds))
    report(results, seed=SEED, packages=("django", "uvicorn", "uvloop", "httptools", "orjson"), as_json=options.json)


def _published(folder: Path, buildings: int) -> tuple[Snapshot, int]:
    """Publish a district into the folder; return its map and the nodes of its graph."""
    database.set_up(folder)
    from django.utils import timezone

    from navigation.services import graphs, releases
    from venues import selectors as venue_selectors
    from venues.services import importing

    features = generated(buildings).features
    draft = importing.import_features(slug=SLUG, features=features, time_zone=None, by=None, now=timezone.now())
    publication = releases.release(draft=draft, by=None, now=timezone.now())
    engine = graphs.engine_for(publication)
    return venue_selectors.snapshot(publication.snapshot_hash), engine.graph.node_count


def _pairs(snapshot: Snapshot) -> Iterator[tuple[Waypoint, Waypoint]]:
    """Yield random origins and destinations: points anywhere in a walkable unit."""
    chance = random.Random(SEED)
    units = [unit for unit in snapshot.units.values() if is_walkable(unit)]
    for _ in range(COLD_REQUESTS + WARM_REQUESTS):
        origin, destination = (_point(chance, snapshot, unit) for unit in chance.sample(units, 2))
        yield origin, destination


def _point(chance: random.Random, snapshot: Snapshot, unit: Unit) -> Waypoint:
    """Return a random point of a rectangular unit."""
    west, south, east, north = snapshot.shapes_m[unit.id].bounds
    lng, lat = snapshot.frame.to_lng_lat(chance.uniform(west, east), chance.uniform(south, north))
    return {"lng": round(lng, 7), "lat": round(lat, 7), "level": str(unit.level_id)}


def _request(origin: Waypoint, destination: Waypoint) -> bytes:
    body = json.dumps({"origin": origin, "destination": destination}).encode()
    head = (
        f"POST /api/v1/venues/{SLUG}/routes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _measured(server: "_Server", requests: Sequence[bytes], nodes: int, seconds: float) -> Iterator[Result]:
    first_us = next(_answered_us(server.port, requests[:1], connections=1))
    start_s = perf_counter() - server.began_s
    yield Result("dalil", "serve_start", nodes, {"build_s": round(start_s, 3), "first_us": round(first_us, 1)})
    cold, warm = requests[1:COLD_REQUESTS], cycle(requests[COLD_REQUESTS:])
    for op, asked, limit_s in (("serve_cold", iter(cold), START_LIMIT_S), ("serve_warm", warm, seconds)):
        cpu_s, begin = server.cpu_s(), perf_counter()
        times_us = list(_answered_us(server.port, asked, connections=CONNECTIONS, limit_s=limit_s))
        took_s = perf_counter() - begin
        figures = spread(times_us) | {
            "per_second": round(len(times_us) / took_s, 1),
            "cpu_us": round((server.cpu_s() - cpu_s) / len(times_us) * 1e6, 1),
            "memory_mb": round(server.memory_mb(), 1),
        }
        yield Result("dalil", op, nodes, figures)


def _answered_us(
    port: int, requests: Sequence[bytes] | Iterator[bytes], *, connections: int, limit_s: float = START_LIMIT_S
) -> Iterator[float]:
    """Yield how long each answer took, over connections that are kept, each with one request at a time.

    Raises SystemExit for any answer but a route.
    """
    waiting = iter(requests)
    begin = monotonic()
    with selectors.DefaultSelector() as selector:
        for request in islice(waiting, connections):
            asked = _Asked(socket.create_connection(("127.0.0.1", port)), request)
            selector.register(asked.connection, selectors.EVENT_READ, asked)
        while selector.get_map():
            for key, _ in selector.select():
                if (took_us := key.data.read()) is None:
                    continue
                yield took_us
                following = next(waiting, None) if monotonic() - begin < limit_s else None
                if following is None:
                    selector.unregister(key.data.connection)
                    key.data.connection.close()
                else:
                    key.data.ask(following)


class _Asked:
    """A connection with one request on its way."""

    def __init__(self, connection: socket.socket, request: bytes) -> None:
        self.connection = connection
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ask(request)

    def ask(self, request: bytes) -> None:
        self._answer, self._began_s = b"", perf_counter()
        self.connection.sendall(request)

    def read(self) -> float | None:
        """Return the microseconds that the answer took, or None while it is not whole. Raises SystemExit."""
        received = self.connection.recv(1 << 18)
        self._answer += received
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if not received or (end and not head.startswith(b"HTTP/1.1 200")):
            raise SystemExit(f"This is no route: {self._answer[:500]!r}")
        if not end or len(body) < _content_length(head):
            return None
        return (perf_counter() - self._began_s) * 1e6


def _content_length(head: bytes) -> int:
    (length,) = [line.partition(b":")[2] for line in head.splitlines() if line.lower().startswith(b"content-length:")]
    return int(length)


@dataclass
class _Server:
    """The server as `make run` starts it, on a free port."""

    port: int
    process: "subprocess.Popen[bytes]"
    began_s: float = field(default_factory=perf_counter)

    @classmethod
    def started(cls) -> "_Server":
        """Return the server when it accepts connections. Raises SystemExit when it does not."""
        port = _free_port()
        command = ["-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
        server = cls(port, subprocess.Popen([sys.executable, *command, "--log-level", "warning", "--lifespan", "on"]))
        while not _listens(port):
            if server.process.poll() is not None or perf_counter() - server.began_s > START_LIMIT_S:
                raise SystemExit("The server does not start.")
            sleep(0.005)
        return server

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def cpu_s(self) -> float:
        """Return the processor time that it has taken (proc_pid_stat(5): utime and stime)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return its resident memory (proc_pid_statm(5))."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
