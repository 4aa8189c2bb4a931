"""Walks along routes through the demo district, from any unit to any other: streets, halls, stairs and lifts.

Phones hear what those of simulated visitors do, and the filter is called as the service calls it.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from beacons.core import tracking
from beacons.core.batch import parse_batch
from beacons.core.terrain import Terrain
from benchmarks import database
from benchmarks.demo_routes import SLUG, routes_between_units
from benchmarks.positioning import goals
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.reporting import Result
from geo.position import Position

if TYPE_CHECKING:
    from navigation.core.following.walk import Walk
    from navigation.services.simulated_phone import Phone

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEAST_S, WARM_UP_S = 120.0, 5
Ordinals = dict[UUID, float]


def results(seed: int, walks: int) -> Iterator[Result]:
    """Yield errors and radii over so many walks, live and with the filter's lag; then whether radii hold what they say."""
    fixes: dict[str, list[Fix]] = {"live": [], "lag": []}
    with tempfile.TemporaryDirectory() as folder:
        database.set_up(Path(folder))
        terrain, ordinals, walked = _loaded(seed)
        for walk, phone in islice(walked, walks):
            for op, found in _followed(terrain, phone, walk.duration_s):
                fixes[op].append(_fix(found, walk, ordinals))
    rows = [
        Result("dalil", op, len(own), figures_of(own, len(own)), {"scenario": "district"}) for op, own in fixes.items()
    ]
    yield from rows
    yield from goals.of_district(rows)


def _loaded(seed: int) -> tuple[Terrain, Ordinals, Iterator[tuple["Walk", "Phone"]]]:
    """Return the terrain of the demo district, the ordinals of its levels, and walks without end, each with a phone of its own."""
    from django.core.management import call_command

    from beacons.selectors import current_deployment, current_terrain
    from navigation.services.simulated_phone import Phone, walk_of
    from venues.selectors import current_snapshot, venue_by_slug

    call_command("load_demo", json=True, stdout=sys.stderr)
    venue = venue_by_slug(SLUG)
    snapshot, deployment = current_snapshot(venue), current_deployment(venue)
    walks = (walk_of(route, snapshot) for route in routes_between_units(seed, least_s=LEAST_S))
    walked = (
        (walk, Phone(snapshot, deployment, walk, np.random.default_rng((seed, number))))
        for number, walk in enumerate(walks)
    )
    return current_terrain(venue), {level.id: level.ordinal for level in snapshot.levels.values()}, walked


def _followed(terrain: Terrain, phone: "Phone", duration_s: float) -> Iterator[tuple[str, Position]]:
    """Yield the positions of a walk, second by second, each with how it came about."""
    track: tracking.Track | None = None
    for second in range(int(duration_s)):
        at = T0 + timedelta(seconds=second)
        heard = [
            {"beacon": beacon, "rssi_dbm": rssi_dbm, "heard_at": at.isoformat()}
            for beacon, rssi_dbm in phone.hear(float(second))[1]
        ]
        track = tracking.follow(terrain, track, parse_batch({"sequence": second, "sightings": heard}, at).sightings)
        if track is None or second < WARM_UP_S or track.at < at:
            continue
        yield "live", tracking.position(terrain, track)
        if (settled := tracking.smoothed(terrain, track)) is not None:
            yield "lag", settled


def _fix(found: Position, walk: "Walk", ordinals: Ordinals) -> Fix:
    truth, point = walk.at((found.at - T0).total_seconds()), found.point
    error_m = hypot(point.x_m - truth.x_m, point.y_m - truth.y_m)
    levels_off = abs(ordinals[point.level_id] - ordinals[truth.level_id])
    return Fix(error_m, levels_off, found.accuracy_m, found.accuracy_95_m, found.status)
