"""What a fix costs: with a hundred to fifty thousand beacons, one walker in ever larger halls; and with many walkers at once."""

from collections.abc import Iterator
from datetime import timedelta
from time import process_time
from uuid import UUID

import numpy as np
import shapely

from beacons.core import tracking
from beacons.core.cells import Area, lay
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.hearing import Ether
from beacons.core.sighting import IBeaconId, Sighting
from beacons.core.simulator import Air, Placements, Walker, World
from beacons.core.terrain import SPACING_M, Terrain
from benchmarks.positioning import goals
from benchmarks.positioning.worlds import FLEET, T0, placements
from benchmarks.reporting import Result

BEACONS = (100, 500, 5_000, 50_000)
VISITORS = (1, 32, 256)
EVERY_M2, AUDIBLE_M = 50.0, 40.0  # farther beacons are left out of what is simulated, not of the deployment
SECONDS, WARM_UP_S, ROUNDS = 40, 5, 6
LEVEL = DeployedLevel(UUID(int=10), 0.0, 0)


def results(seed: int) -> Iterator[Result]:
    """Yield what a fix costs for each number of beacons and of visitors at once; then the goals."""
    rows = list(_measured(seed))
    yield from rows
    yield from goals.of_cost(rows)


def _measured(seed: int) -> Iterator[Result]:
    """Yield the least CPU microseconds of a fix; the halls take turns."""
    halls = [_hall(count) for count in BEACONS]
    walks = [_walk(terrain, side_m, np.random.default_rng(seed)) for terrain, side_m in halls]
    cpu_us = [
        min(costs)
        for costs in zip(
            *(
                [_cost_us(terrain, walk) for (terrain, _), walk in zip(halls, walks, strict=True)]
                for _ in range(ROUNDS)
            ),
            strict=True,
        )
    ]
    for (terrain, _), own_us in zip(halls, cpu_us, strict=True):
        figures = {"cpu_us_per_fix": round(own_us, 1), "times_500": round(own_us / cpu_us[BEACONS.index(500)], 3)}
        yield Result("dalil", "scale", len(terrain.ether.deployment), figures)
    terrain, side_m = halls[BEACONS.index(500)]
    for visitors in VISITORS:
        walks_at_once = [_walk(terrain, side_m, np.random.default_rng((seed, one))) for one in range(visitors)]
        least_us = min(_batch_cost_us(terrain, walks_at_once) for _ in range(2))
        yield Result("dalil", "batch", visitors, {"cpu_us_per_fix": round(least_us, 1)})


def _batch_cost_us(terrain: Terrain, walks: list[list[list[Sighting]]]) -> float:
    """Return the CPU microseconds of a fix where all visitors of a second are computed in one call."""
    tracks: list[tracking.Track | None] = [None] * len(walks)
    began = process_time()
    for second in range(SECONDS):
        if second == WARM_UP_S:
            began = process_time()
        tracks = tracking.follow_all(terrain, tracks, [tracking.Observed(walk[second]) for walk in walks])
        for track in tracks:
            if track is not None:
                tracking.position(terrain, track)
    return 1e6 * (process_time() - began) / (SECONDS - WARM_UP_S) / len(walks)


def _hall(count: int) -> tuple[Terrain, float]:
    """Return a square hall with so many beacons, or a few more, and its side in metres."""
    step_m = EVERY_M2**0.5
    side = int(np.ceil(count**0.5))
    places = [(step_m * (i % side + 0.5), step_m * (i // side + 0.5)) for i in range(side * side)]
    beacons = [
        DeployedBeacon(UUID(int=100 + i), IBeaconId(FLEET, i >> 16, i & 0xFFFF), "", x_m, y_m, LEVEL.id, 3.0, -59.0)
        for i, (x_m, y_m) in enumerate(places)
    ]
    deployment = Deployment.build("hall", beacons, [LEVEL])
    cells = lay([Area(shapely.box(0, 0, side * step_m, side * step_m), 0)], (LEVEL.id,), spacing_m=SPACING_M)
    ether = Ether(deployment, np.zeros(1), np.zeros(1, np.int32))
    return Terrain(cells, ether), side * step_m


def _walk(terrain: Terrain, side_m: float, rng: np.random.Generator) -> list[list[Sighting]]:
    deployment = terrain.ether.deployment
    near = np.flatnonzero(np.hypot(deployment.x_m - side_m / 2, deployment.y_m - side_m / 2) < AUDIBLE_M)
    world = World.draw(Placements(*(column[near] for column in vars(placements(deployment)).values())), Air(), 0.0, rng)
    found = []
    for second in range(SECONDS):
        walker = Walker(side_m / 2 - SECONDS / 2 + second, side_m / 2, 0.0, 0, 90.0)
        at = T0 + timedelta(seconds=second)
        found.append([Sighting(deployment.identities[near[i]], None, dbm, at) for i, dbm in world.hear(walker, rng)])
    return found


def _cost_us(terrain: Terrain, walk: list[list[Sighting]]) -> float:
    track: tracking.Track | None = None
    began = process_time()
    for second, sightings in enumerate(walk):
        if second == WARM_UP_S:
            began = process_time()
        track = tracking.follow(terrain, track, sightings)
        if track is not None:
            tracking.position(terrain, track)
    return 1e6 * (process_time() - began) / (SECONDS - WARM_UP_S)
