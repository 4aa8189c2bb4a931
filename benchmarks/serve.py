"""Random routes over HTTP: the real server on a generated district, asked over kept connections by one client process.

python -m benchmarks.serve [--buildings 160] [--seconds 10] [--json]

`serve_start` is the first route after the server listens. `serve_cold` are the first requests after it has loaded the rest, each to
rooms that nobody has asked for; `serve_warm` are those after.
Every answer must be a route. The map is published into a SQLite file and a blob folder of its own, which are thrown away.
"""

import json
import random
import selectors
import socket
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from rich.console import Console

from benchmarks import database
from benchmarks.districts import generated
from benchmarks.import_district import SLUG
from benchmarks.reporting import Result, report, spread
from benchmarks.serving import START_LIMIT_S, Asked, Server, post
from venues.core.imdf.features import Unit
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

SEED = 20_261_123
CONNECTIONS = 4
COLD_REQUESTS = 500
WARM_REQUESTS = 5_000  # different ones, asked in turns
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
        with Server.started() as server:
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
    return post(f"/api/v1/venues/{SLUG}/routes", body)


def _measured(server: Server, requests: Sequence[bytes], nodes: int, seconds: float) -> Iterator[Result]:
    first_us = next(_answered_us(server.port, requests[:1], connections=1))
    start_s = perf_counter() - server.began_s
    yield Result("dalil", "serve_start", nodes, {"build_s": round(start_s, 3), "first_us": round(first_us, 1)})
    server.wait_until_ready()
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
            asked = Asked(socket.create_connection(("127.0.0.1", port)), request)
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


if __name__ == "__main__":
    main()
