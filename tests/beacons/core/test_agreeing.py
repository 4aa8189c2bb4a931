"""Outvoting beacons that hang elsewhere, in a simulated hall."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest

from beacons.core.agreeing import agreeing
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.sighting import IBeaconId, Sighting
from beacons.core.simulator import Air, Placements, Walker, World
from geo.position import LevelPoint

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEVEL = DeployedLevel(UUID(int=1), 0.0, 0)
SIDE, STEP_M = 12, 7.0


def deployment() -> Deployment:
    """Return a square of beacons every 7 m."""
    places = [(column * STEP_M, row * STEP_M) for column in range(SIDE) for row in range(SIDE)]
    beacons = [
        DeployedBeacon(UUID(int=n), IBeaconId(UUID(int=9), 1, n), "", x_m, y_m, LEVEL.id, 3.0, -59)
        for n, (x_m, y_m) in enumerate(places, start=1)
    ]
    return Deployment.build("0" * 64, beacons, [LEVEL])


def scan(deployed: Deployment, x_m: float, y_m: float, seed: int, *, offset_db: float = 0.0) -> list[Sighting]:
    """Return what a simulated phone hears in a second."""
    rng, n = np.random.default_rng(seed), len(deployed)
    placed = Placements(
        deployed.x_m, deployed.y_m, deployed.height_m, np.zeros(n), np.zeros(n, np.intp), deployed.measured_power_dbm
    )
    world = World.draw(placed, Air(), offset_db, rng)
    heard = world.hear(Walker(x_m, y_m, 0.0, 0, 0.0), rng)
    return [Sighting(deployed.identities[index], None, rssi_dbm, NOW) for index, rssi_dbm in heard]


def clones(deployed: Deployment, count: int, rssi_dbm: float = -55.0) -> list[Sighting]:
    """Return sightings of the beacons of the far corner, as a device beside the visitor would send them."""
    return [Sighting(deployed.identities[-1 - n], None, rssi_dbm, NOW) for n in range(count)]


@pytest.mark.parametrize("offset_db", [-8.0, 0.0, 8.0])
def test_honest_beacons_agree_with_each_other(offset_db: float) -> None:
    deployed = deployment()
    scans = [scan(deployed, 20 + seed % 40, 30, seed, offset_db=offset_db) for seed in range(60)]
    kept = sum(len(agreeing(deployed, heard, None)) for heard in scans)
    assert kept >= 0.97 * sum(map(len, scans))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_up_to_three_clones_are_outvoted(count: int) -> None:
    deployed = deployment()
    for seed in range(40):
        false = clones(deployed, count)
        kept = agreeing(deployed, [*scan(deployed, 12, 12, seed), *false], None)
        assert kept
        assert not set(kept) & set(false)


def test_of_two_that_contradict_each_other_the_one_near_the_last_place_is_believed() -> None:
    deployed = deployment()
    here, there = Sighting(deployed.identities[0], None, -60.0, NOW), clones(deployed, 1)[0]
    last = LevelPoint(3.0, 3.0, LEVEL.id)
    assert agreeing(deployed, [here, there], last) == [here]
    assert agreeing(deployed, [here, there], None) == [here, there]


def test_nothing_heard_is_nothing_agreed() -> None:
    assert agreeing(deployment(), [], None) == []
