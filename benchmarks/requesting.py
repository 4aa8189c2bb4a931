"""Whole requests in process: a body as POST .../routes takes it, to the JSON text of the answer."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import database
from benchmarks.districts import NODES_A_BUILDING, generated
from benchmarks.reporting import Result, spread, timed_us

SLUG = "district"
# Rooms are asked for by a point within; the first requests fill what is kept for all later ones.
WARMING = 20


def requests(nodes: int, queries: int, seed: int) -> Result:
    """Return how long a request takes on a published district of about so many nodes: snap, search, geometry, steps, JSON."""
    with tempfile.TemporaryDirectory() as folder:
        database.set_up(Path(folder))
        return _measured(max(1, nodes // NODES_A_BUILDING), queries, seed)


def _measured(buildings: int, queries: int, seed: int) -> Result:
    import orjson
    from django.utils import timezone

    from navigation.services import graphs, releases, routing
    from navigation.services.routing import RouteRequest
    from venues import selectors
    from venues.services import importing

    snapshot = generated(buildings)
    draft = importing.import_features(
        slug=SLUG, features=snapshot.features, time_zone=None, by=None, now=timezone.now()
    )
    venue = releases.release(draft=draft, by=None, now=timezone.now()).venue
    engine = graphs.engine_for(selectors.current_publication(venue))
    points = _points(engine.snapshot.features, random.Random(seed), 2 * (queries + WARMING))
    asked = list(zip(points[::2], points[1::2], strict=True))

    def request(ends: tuple[Any, Any]) -> bytes:
        return orjson.dumps(routing.routes(venue, RouteRequest(*ends)).to_json())

    for ends in asked[:WARMING]:
        request(ends)
    times_us = timed_us(request, asked[WARMING:], "request, dalil")
    return Result("dalil", "request", engine.graph.node_count, spread(times_us))


def _points(features: Sequence[Any], chance: random.Random, count: int) -> list[dict[str, Any]]:
    """Return points in rooms, as waypoints."""
    rooms = [feature for feature in features if feature.properties.get("category") == "office"]
    return [_inside(chance.choice(rooms), chance) for _ in range(count)]


def _inside(room: Any, chance: random.Random) -> dict[str, Any]:
    """Return a random point of a rectangular room."""
    (west, south), _, (east, north) = room.geometry["coordinates"][0][:3]
    lng, lat = west + chance.uniform(0.1, 0.9) * (east - west), south + chance.uniform(0.1, 0.9) * (north - south)
    return {"lng": lng, "lat": lat, "level": room.properties["level_id"]}
