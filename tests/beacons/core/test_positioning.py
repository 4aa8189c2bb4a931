"""Positions from what was heard: on simulated worlds that keep the simulator's rules, and on a real recording."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beacons.core import positioning
from beacons.core.deployment import OUTDOORS, DeployedBeacon, DeployedLevel, Deployment
from beacons.core.emission import Heard
from beacons.core.sighting import IBeaconId, Sighting
from beacons.core.simulator import Air, Placements, Walker, World
from beacons.core.window import WINDOW, recent
from geo.position import Position, PositionStatus

T0 = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLEET = UUID(int=7)
UJI = Path(__file__).parents[4] / "shared" / "data" / "ble" / "uji-library"
STREET, CELLAR, GROUND, UPPER = (UUID(int=number) for number in range(1, 5))
LEVELS = [
    DeployedLevel(STREET, 0.0, OUTDOORS),
    DeployedLevel(CELLAR, -1.0, 0),
    DeployedLevel(GROUND, 0.0, 0),
    DeployedLevel(UPPER, 1.0, 0),
]


def deployed(places: Sequence[tuple[float, float, UUID]], height_m: float = 3.0) -> Deployment:
    beacons = [
        DeployedBeacon(UUID(int=100 + i), IBeaconId(FLEET, 0, i), "", x_m, y_m, on, height_m, -59.0)
        for i, (x_m, y_m, on) in enumerate(places)
    ]
    return Deployment.build("snapshot", beacons, LEVELS)


def hall(spacing_m: float = 7.0) -> Deployment:
    """Return a building of three levels, 60 x 40 m, with a beacon every 7 m (1 / 49 m2), and a street with a few."""
    inside = [(float(x), float(y), on) for on in (CELLAR, GROUND, UPPER)
              for x in np.arange(4, 60, spacing_m) for y in np.arange(4, 40, spacing_m)]  # fmt: skip
    outside = [(float(x), float(y), STREET) for x in range(6, 60, 12) for y in (-16, -5)]
    return deployed(inside + outside)


@dataclass(frozen=True)
class Walk:
    truth: Sequence[tuple[float, float]]
    heard: Sequence[list[Sighting]]


def walk_in(deployment: Deployment, level_id: UUID, seed: int, steps: int = 120) -> Walk:
    """Return a walk at 1.2 m/s between random places of a level, one list of sightings a second."""
    rng = np.random.default_rng(seed)
    own = [deployment.levels[i] for i in deployment.level]
    placements = Placements(
        deployment.x_m, deployment.y_m, deployment.height_m, np.array([one.ordinal for one in own]),
        np.array([one.building for one in own], dtype=np.intp), deployment.measured_power_dbm,
    )  # fmt: skip
    world = World.draw(placements, Air(), float(rng.normal(0, 4)), rng)
    level = next(one for one in LEVELS if one.id == level_id)
    south_m, north_m = (-18, -3) if level_id == STREET else (2, 38)
    place = goal = np.array([rng.uniform(2, 58), rng.uniform(south_m, north_m)])
    truth, heard = [], []
    for second in range(steps):
        while np.hypot(*(goal - place)) < 2:
            goal = np.array([rng.uniform(2, 58), rng.uniform(south_m, north_m)])
        ahead = (goal - place) / np.hypot(*(goal - place))
        place = place + 1.2 * ahead
        walker = Walker(place[0], place[1], level.ordinal, level.building, float(np.degrees(np.arctan2(*ahead))))
        at = T0 + timedelta(seconds=second)
        truth.append((float(place[0]), float(place[1])))
        heard.append(
            [Sighting(deployment.identities[i], None, rssi_dbm, at) for i, rssi_dbm in world.hear(walker, rng)]
        )
    return Walk(truth, heard)


def fixes(deployment: Deployment, walk: Walk) -> list[tuple[Position, float]]:
    """Return the position of each second after the first five, and its error in metres."""
    found: list[tuple[Position, float]] = []
    window: list[Sighting] = []
    for second, sightings in enumerate(walk.heard):
        window = recent([*window, *sightings])
        position = positioning.locate(deployment, positioning.heard_of(deployment, window), T0)
        if second >= 5 and position is not None:
            x_m, y_m = walk.truth[second]
            found.append((position, float(np.hypot(position.point.x_m - x_m, position.point.y_m - y_m))))
    return found


def heard(deployment: Deployment, strengths: dict[int, float]) -> Heard:
    return positioning.heard_of(
        deployment, [Sighting(deployment.identities[i], None, rssi_dbm, T0) for i, rssi_dbm in strengths.items()]
    )


def test_a_simulated_walk_is_followed_with_the_right_level() -> None:
    deployment = hall()
    found = [
        (fix, error_m, on)
        for seed, on in enumerate((GROUND, UPPER, CELLAR))
        for fix, error_m in fixes(deployment, walk_in(deployment, on, seed))
    ]
    errors_m = np.array([error_m for _, error_m, _ in found])
    assert errors_m.mean() < 2.6
    assert np.percentile(errors_m, 90) < 4.8
    assert np.mean([fix.point.level_id == on for fix, _, on in found]) > 0.99
    assert np.mean([error_m <= fix.accuracy_95_m for fix, error_m, _ in found]) > 0.9


def test_the_street_is_told_from_the_hall_beside_it() -> None:
    deployment = hall()
    found = fixes(deployment, walk_in(deployment, STREET, seed=5))
    assert np.mean([fix.point.level_id == STREET for fix, _ in found]) > 0.9


def test_nothing_known_heard_is_no_position() -> None:
    deployment = hall()
    foreign = Sighting(IBeaconId(UUID(int=8), 0, 0), None, -60.0, T0)
    assert positioning.locate(deployment, positioning.heard_of(deployment, []), T0) is None
    assert positioning.locate(deployment, positioning.heard_of(deployment, [foreign]), T0) is None


def test_one_weak_beacon_alone_is_not_trusted() -> None:
    deployment = hall()
    position = positioning.locate(deployment, heard(deployment, {10: -92.0}), T0)
    assert position is not None
    assert position.status is PositionStatus.LOW_CONFIDENCE


def test_a_clone_far_away_does_not_carry_the_fix_off() -> None:
    near = [(float(x), float(y), GROUND) for x in range(0, 30, 7) for y in range(0, 30, 7)]
    deployment = deployed([*near, *((500.0 + x, 500.0, GROUND) for x in (0.0, 5.0, 10.0))])
    honest = {i: -60.0 - 0.8 * float(np.hypot(x - 14, y - 14)) for i, (x, y, _) in enumerate(near)}
    clones = {len(near) + i: -62.0 for i in range(3)}
    position = positioning.locate(deployment, heard(deployment, honest | clones), T0)
    assert position is not None
    assert np.hypot(position.point.x_m - 14, position.point.y_m - 14) < 3


@settings(max_examples=25, deadline=None)
@given(offset_db=st.floats(-8, 8))
def test_a_phone_that_reads_hot_or_cold_is_placed_the_same(offset_db: float) -> None:
    deployment = hall()
    strengths = {i: -59 - 22 * float(np.log10(np.hypot(deployment.x_m[i] - 25, deployment.y_m[i] - 18) + 2))
                 for i in range(len(deployment)) if deployment.levels[deployment.level[i]].id == GROUND}  # fmt: skip
    position = positioning.locate(deployment, heard(deployment, {i: r + offset_db for i, r in strengths.items()}), T0)
    assert position is not None
    assert np.hypot(position.point.x_m - 25, position.point.y_m - 18) < 2


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_order_and_repetition_of_sightings_change_nothing(data: st.DataObject) -> None:
    deployment = hall()
    sightings = walk_in(deployment, GROUND, seed=1, steps=1).heard[0]
    shuffled = data.draw(st.permutations([*sightings, *sightings[:3]]))
    plain, mixed = recent(sightings), recent(shuffled)
    assert plain == mixed
    one, other = (
        positioning.locate(deployment, positioning.heard_of(deployment, window), T0) for window in (plain, mixed)
    )
    assert one is not None
    assert other is not None
    assert (one.point, one.accuracy_m) == (other.point, other.accuracy_m)


def test_the_posterior_is_a_distribution_and_agrees_with_the_position() -> None:
    deployment = hall()
    position, _ = fixes(deployment, walk_in(deployment, GROUND, seed=2, steps=8))[-1]
    cloud = position.posterior
    assert cloud.weight.sum() == pytest.approx(1.0)
    probability = cloud.level_probability()
    assert max(probability, key=lambda level_id: probability[level_id]) == position.point.level_id
    assert position.accuracy_m <= position.accuracy_95_m


def test_the_window_keeps_the_last_seconds_by_event_time_and_the_strongest_of_one_instant() -> None:
    first = Sighting(IBeaconId(FLEET, 0, 0), None, -70.0, T0)
    late = replace(first, heard_at=T0 - WINDOW - timedelta(milliseconds=1))
    assert recent([first, late, replace(first, rssi_dbm=-65.0)]) == [replace(first, rssi_dbm=-65.0)]
    assert recent([]) == []


@pytest.mark.recordings
@pytest.mark.skipif(not UJI.is_dir(), reason="the recording ../shared/data/ble/uji-library is not here")
def test_the_real_library_is_located_better_than_by_a_centroid() -> None:
    """Single scans, no training, no parameter of the place: the same engine as everywhere."""
    with (UJI / "dep.csv").open() as file:
        places = np.array([[float(row["x"]), float(row["y"])] for row in csv.DictReader(file)])
    scans, truth = (np.loadtxt(UJI / name, delimiter=",") for name in ("rss.csv", "crd.csv"))
    deployment = deployed([(float(x), float(y), GROUND) for x, y in places], height_m=2.6)
    errors_m, centroid_m, unheard = [], [], 0
    for scan, place in zip(scans, truth, strict=True):
        strengths = {int(i): float(scan[i]) for i in np.flatnonzero(scan < 100)}
        position = positioning.locate(deployment, heard(deployment, strengths), T0)
        if position is None:
            unheard += 1
            assert not strengths
            continue
        weight = 10 ** (np.array(list(strengths.values())) / 20)
        centroid = weight @ places[list(strengths)] / weight.sum()
        errors_m.append(np.hypot(position.point.x_m - place[0], position.point.y_m - place[1]))
        centroid_m.append(np.hypot(*(centroid - place)))
    assert len(errors_m) + unheard == len(scans)
    assert np.mean(errors_m) < 2.15
    assert np.percentile(errors_m, 90) < 3.95
    assert np.mean(errors_m) < 0.95 * np.mean(centroid_m)
