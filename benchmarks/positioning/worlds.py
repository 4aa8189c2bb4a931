"""Made-up buildings, and walks through them by the rules of beacons.core.simulator.

Each level is 60 m wide: a lattice of corridors of 3 m, and a hall in the middle that reaches over all levels on the map.
Stairs in two corners. Beacons hang on a jittered grid over the whole floor, in shops as well as over corridors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from beacons.core.cells import Area, lay
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.hearing import Ether
from beacons.core.sighting import IBeaconId, Sighting
from beacons.core.simulator import Air, Placements, Walker, World
from beacons.core.terrain import SPACING_M, Terrain

Floats = NDArray[np.float64]

SIDE_M, LEVELS = 60.0, 3
LINES_M = (1.5, 20.5, 39.5, 58.5)  # the middles of corridors
CORRIDOR_M, LATERAL_M = 3.0, 0.8
SPEED_MPS, STAIRS_S = 1.2, 10.0
DEAD_DBM = -200.0  # nothing hears it
HALL = (1, 2)  # between these lines lies the hall
STAIRS = ((0, 0), (3, 3))
TURN_BACK, CROSS_HALL, TAKE_STAIRS = 0.03, 0.25, 0.4
STOP_S = (3, 20)
FLEET = UUID(int=7)
T0 = datetime(2026, 11, 23, tzinfo=UTC)

Node = tuple[int, int]


@dataclass(frozen=True)
class Scenario:
    """How dense beacons hang, what the air does to their signals, how phones read and send them, and how visitors walk.

    `dead`: the share of beacons that are silent though the registry has them. `batch_s`: how often the phone sends.
    `stops`: how probably a walker stops in a second, for STOP_S, before a window.
    """

    beacon_every_m2: float
    air: Air
    phone_spread_db: float = 4.0
    phone_db: float = 0.0
    dead: float = 0.0
    batch_s: int = 1
    stops: float = 0.0


SCENARIOS: Mapping[str, Scenario] = {
    "D30": Scenario(30.0, Air()),
    "D50": Scenario(50.0, Air()),
    "D100": Scenario(100.0, Air()),
    "D50-noisy": Scenario(50.0, Air(fast_db=5.0, static_db=5.0)),
    "D50-dead20": Scenario(50.0, Air(), dead=0.2),
    "D50-dead40": Scenario(50.0, Air(), dead=0.4),
    "D50-loss60": Scenario(50.0, Air(packet_loss=0.6)),
    "D50-hot": Scenario(50.0, Air(), phone_db=8.0, phone_spread_db=0.0),
    "D50-deaf": Scenario(50.0, Air(), phone_db=-8.0, phone_spread_db=0.0),
    "D50-batch5": Scenario(50.0, Air(), batch_s=5),
    "D50-stops": Scenario(50.0, Air(), stops=0.08),
}


@dataclass(frozen=True)
class Second:
    """Where the walker truly is, and what the phone hears."""

    at: datetime
    walker: Walker
    sightings: list[Sighting]
    in_hall: bool


def building(scenario: Scenario, rng: np.random.Generator) -> Terrain:
    """Return the terrain that an estimator is given."""
    levels = [DeployedLevel(UUID(int=10 + number), float(number), 0) for number in range(LEVELS)]
    deployment = Deployment.build("simulated", list(_beacons(scenario.beacon_every_m2, levels, rng)), levels)
    shape = _floor()
    landings = [_about(*(LINES_M[k] for k in node)) for node in STAIRS]
    rides = [(Area(one, at), Area(one, at + 1)) for one in landings for at in range(LEVELS - 1)]
    cells = lay(
        [Area(shape, number) for number in range(LEVELS)],
        tuple(level.id for level in levels),
        spacing_m=SPACING_M,
        links=rides,
    )
    ordinal = np.array([level.ordinal for level in levels])
    return Terrain(cells, Ether(deployment, ordinal, np.zeros(LEVELS, np.int32)))


def walk(terrain: Terrain, scenario: Scenario, seconds: int, rng: np.random.Generator) -> Iterator[Second]:
    """Yield a walk of somebody with a phone of their own, second by second."""
    yield from walk_in(terrain, drawn(terrain, scenario, rng), seconds, rng, stops=scenario.stops)


def drawn(terrain: Terrain, scenario: Scenario, rng: np.random.Generator) -> World:
    """Return a world of a scenario, with a phone and the dead beacons."""
    offset_db = float(rng.normal(scenario.phone_db, scenario.phone_spread_db))
    world = World.draw(placements(terrain.ether.deployment), scenario.air, offset_db, rng)
    dead = rng.random(len(terrain.ether.deployment)) < scenario.dead
    power_dbm = np.where(dead, DEAD_DBM, world.true.measured_power_dbm)
    return replace(world, true=replace(world.true, measured_power_dbm=power_dbm))


def walk_in(
    terrain: Terrain, world: World, seconds: int, rng: np.random.Generator, *, stops: float = 0.0
) -> Iterator[Second]:
    """Yield a walk through a world that is drawn already, with its phone."""
    deployment = terrain.ether.deployment
    for second, walker in zip(range(seconds), _stopping(_walkers(rng), stops, rng), strict=False):
        at = T0 + timedelta(seconds=second)
        heard = [Sighting(deployment.identities[i], None, dbm, at) for i, dbm in world.hear(walker, rng)]
        inside = all(LINES_M[1] + 1.5 < value < LINES_M[2] - 1.5 for value in (walker.x_m, walker.y_m))
        yield Second(at, walker, heard, inside)


def placements(deployment: Deployment) -> Placements:
    """Return the beacons as the registry has them, for the simulator to draw true ones."""
    return Placements(
        deployment.x_m, deployment.y_m, deployment.height_m, deployment.beacon_ordinal,
        deployment.beacon_building.astype(np.intp), deployment.measured_power_dbm,
    )  # fmt: skip


def walkable(places_m: Floats) -> NDArray[np.bool_]:
    """Return which of (n, 2) places lie on a floor."""
    return np.asarray(shapely.contains_xy(_floor(), places_m[:, 0], places_m[:, 1]))


def _floor() -> BaseGeometry:
    half = CORRIDOR_M / 2
    strips = [shapely.box(line - half, 0, line + half, SIDE_M) for line in LINES_M]
    strips += [shapely.box(0, line - half, SIDE_M, line + half) for line in LINES_M]
    hall = shapely.box(LINES_M[HALL[0]], LINES_M[HALL[0]], LINES_M[HALL[1]], LINES_M[HALL[1]])
    return shapely.union_all([*strips, hall])


def _about(x_m: float, y_m: float) -> shapely.Polygon:
    return shapely.box(x_m - 1.5, y_m - 1.5, x_m + 1.5, y_m + 1.5)


def _beacons(every_m2: float, levels: list[DeployedLevel], rng: np.random.Generator) -> Iterator[DeployedBeacon]:
    in_a_row = round(SIDE_M / float(np.sqrt(every_m2)))
    step_m = SIDE_M / in_a_row
    lines_m = step_m * (np.arange(in_a_row) + 0.5)
    number = 0
    for level in levels:
        for x_m in lines_m:
            for y_m in lines_m:
                x, y = np.array([x_m, y_m]) + rng.uniform(-step_m / 4, step_m / 4, 2)
                identity = IBeaconId(FLEET, 0, number)
                yield DeployedBeacon(UUID(int=100 + number), identity, "", float(x), float(y), level.id, 3.0, -59.0)
                number += 1


def _walkers(rng: np.random.Generator) -> Iterator[Walker]:
    """Yield where somebody is at each second, for ever."""
    node: Node = (int(rng.integers(4)), int(rng.integers(4)))
    before, ordinal = node, float(rng.integers(LEVELS))
    place = np.array([LINES_M[k] for k in node]) + rng.uniform(-LATERAL_M, LATERAL_M, 2)
    bearing = 0.0
    while True:
        if node in STAIRS and rng.random() < TAKE_STAIRS:
            beyond = [other for other in (ordinal - 1, ordinal + 1) if 0 <= other < LEVELS]
            other = float(rng.choice(beyond))
            for second in range(int(STAIRS_S)):
                yield Walker(float(place[0]), float(place[1]), ordinal if second < STAIRS_S / 2 else other, 0, bearing)
            ordinal = other
        node, before = _next(node, before, rng), node
        goal = np.array([LINES_M[k] for k in node]) + rng.uniform(-LATERAL_M, LATERAL_M, 2)
        while (left_m := float(np.hypot(*(goal - place)))) > SPEED_MPS:
            bearing = float(np.degrees(np.arctan2(*(goal - place))))
            place = place + SPEED_MPS * (goal - place) / left_m
            yield Walker(float(place[0]), float(place[1]), ordinal, 0, bearing)


def _stopping(walkers: Iterator[Walker], stops: float, rng: np.random.Generator) -> Iterator[Walker]:
    """Yield where somebody is at each second who stops now and then; nothing is drawn for who never stops."""
    for walker in walkers:
        yield walker
        if stops > 0 and rng.random() < stops:
            yield from repeat(walker, int(rng.integers(*STOP_S)))


def _next(node: Node, before: Node, rng: np.random.Generator) -> Node:
    if set(node) <= set(HALL) and rng.random() < CROSS_HALL:
        return (sum(HALL) - node[0], sum(HALL) - node[1])
    beside = [(node[0] + east, node[1] + north) for east, north in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    ways = [one for one in beside if all(0 <= k < len(LINES_M) for k in one)]
    onward = [one for one in ways if one != before]
    return before if before in ways and rng.random() < TURN_BACK else onward[int(rng.integers(len(onward)))]
