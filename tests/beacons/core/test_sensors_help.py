"""Simulated walks with a phone that feels as well as hears: nothing that it tells makes positions worse, most makes them better."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from beacons.core import tracking
from beacons.core.evidence import Moved, Spot
from beacons.core.sensing import STEP_M
from beacons.core.simulator import Air
from beacons.core.terrain import Terrain
from benchmarks.positioning.worlds import STAIRS_S, Scenario, Second, building, walk

SECONDS, SEEDS = 80, 8
STOREY_M = 4.0
BEACON_EVERY_M2 = 150.0  # few enough to leave something to tell


@dataclass(frozen=True)
class Walked:
    """A walk, and what the phone's sensors would say of it, with their errors."""

    terrain: Terrain
    seconds: list[Second]
    steps: np.ndarray
    bearing_deg: np.ndarray
    height_m: np.ndarray
    gnss_m: np.ndarray


Told = tuple[tuple[Spot, ...], tuple[Moved, ...]]


@cache
def walks() -> list[Walked]:
    return [walked(seed) for seed in range(SEEDS)]


def walked(seed: int) -> Walked:
    rng = np.random.default_rng(seed)
    scenario = Scenario(BEACON_EVERY_M2, Air())
    terrain = building(scenario, rng)
    seconds = list(walk(terrain, scenario, SECONDS, rng))
    place_m = np.array([(one.walker.x_m, one.walker.y_m) for one in seconds])
    stepped = np.hypot(*np.diff(place_m, axis=0, prepend=place_m[:1]).T) / STEP_M * rng.uniform(0.9, 1.1)
    return Walked(
        terrain,
        seconds,
        np.diff(np.floor(np.cumsum(stepped)), prepend=0.0),
        np.array([one.walker.bearing_deg for one in seconds]) + rng.normal(0, 8, SECONDS),
        STOREY_M * storeys(seconds) + rng.normal(0, 0.3, SECONDS),
        place_m + rng.normal(0, 5, place_m.shape),
    )


def storeys(seconds: list[Second]) -> np.ndarray:
    """Return how high the walker is, in storeys: stairs are climbed evenly."""
    ordinal = np.array([one.walker.ordinal for one in seconds])
    even = np.ones(int(STAIRS_S)) / STAIRS_S
    return np.convolve(np.pad(ordinal, int(STAIRS_S), mode="edge"), even, mode="same")[int(STAIRS_S) : -int(STAIRS_S)]


def nothing(own: Walked, i: int) -> Told:
    return (), ()


def steps(own: Walked, i: int) -> Told:
    return (), (Moved(own.seconds[i - 1].at, own.seconds[i].at, walked_m=float(own.steps[i]) * STEP_M),)


def turns(own: Walked, i: int) -> Told:
    turned_deg = float((own.bearing_deg[i] - own.bearing_deg[i - 1] + 180) % 360 - 180)
    return (), (Moved(own.seconds[i - 1].at, own.seconds[i].at, turned_deg=turned_deg),)


def air(own: Walked, i: int) -> Told:
    climbed_m = float(own.height_m[i] - own.height_m[max(0, i - 6)])
    return (), (Moved(own.seconds[i - 1].at, own.seconds[i].at, climbed_m=climbed_m),)


def satellites(own: Walked, i: int) -> Told:
    x_m, y_m = own.gnss_m[i].tolist()
    return ((Spot(own.seconds[i].at, x_m, y_m, 5.0),) if i % 3 == 0 else ()), ()


def codes(own: Walked, i: int) -> Told:
    walker = own.seconds[i].walker
    spot = Spot(own.seconds[i].at, walker.x_m, walker.y_m, 1.5, frozenset({int(walker.ordinal)}))
    return ((spot,) if i % 20 == 0 else ()), ()


@cache
def errors(feel: Callable[[Walked, int], Told]) -> tuple[np.ndarray, float]:
    """Return the mean error of each walk in metres, and the share of right levels over all of them."""
    mean_m, hits = [], []
    for own in walks():
        track, off_m = None, []
        for i, second in enumerate(own.seconds):
            spots, moved = feel(own, i) if i else ((), ())
            track = tracking.follow(own.terrain, track, second.sightings, spots=spots, moved=moved)
            point = tracking.position(own.terrain, track).point
            off_m.append(np.hypot(point.x_m - second.walker.x_m, point.y_m - second.walker.y_m))
            hits.append(own.terrain.cells.level_ids.index(point.level_id) == second.walker.ordinal)
        mean_m.append(np.mean(off_m))
    return np.array(mean_m), float(np.mean(hits))


@pytest.mark.parametrize(
    ("feel", "at_most"), [(steps, 1.0), (turns, 1.0), (air, 1.02), (satellites, 0.95), (codes, 0.97)]
)
def test_what_a_phone_feels_makes_positions_no_worse(feel: Callable[[Walked, int], Told], at_most: float) -> None:
    alone_m, alone_hits = errors(nothing)
    with_it_m, with_it_hits = errors(feel)
    # Of one walk the noise of a few scans makes more than that, either way.
    assert np.median(with_it_m / alone_m) <= at_most
    assert with_it_hits >= alone_hits - 0.005
