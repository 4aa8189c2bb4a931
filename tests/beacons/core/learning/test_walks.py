"""Walks: where surveyors were between way points, who judges, and what is kept of a visitor's."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from

from beacons.core.learning.learning import split
from beacons.core.learning.recording import BEGINNING, LONGEST, TICK, recorded, sightings_of
from beacons.core.learning.walks import SECOND, Walk, WayPoint
from beacons.core.sighting import IBeaconId, Sighting
from geo.position import LevelPoint
from tests.beacons.core.learning.test_fitting import FLEET, HIGH, LOW, hall

POINTS = [
    WayPoint(BEGINNING, LevelPoint(0.0, 0.0, LOW)),
    WayPoint(BEGINNING + 10 * SECOND, LevelPoint(10.0, 0.0, LOW)),
    WayPoint(BEGINNING + 20 * SECOND, LevelPoint(10.0, 5.0, HIGH)),
]


def test_a_surveyor_goes_straight_from_way_point_to_way_point_and_nobody_knows_how_they_took_the_stairs() -> None:
    walk = Walk(UUID(int=1), "surveyor", [], POINTS)
    assert walk.place_at(BEGINNING + 4 * SECOND) == LevelPoint(4.0, 0.0, LOW)
    assert walk.place_at(BEGINNING + 15 * SECOND) is None
    assert walk.place_at(BEGINNING - SECOND) is None


@given(lists(sampled_from("abcdefgh"), max_size=30))
def test_nobody_teaches_and_judges(walkers: list[str]) -> None:
    teaching, judging = split([Walk(UUID(int=n), walker, []) for n, walker in enumerate(walkers)])
    assert not {walk.walker for walk in teaching} & {walk.walker for walk in judging}
    assert len(teaching) + len(judging) == len(walkers)
    assert bool(judging) == (len(set(walkers)) > 1)


@given(lists(integers(0, LONGEST // TICK), min_size=1, max_size=20))
def test_what_is_kept_of_a_track_is_what_was_heard_without_its_instant(ticks: list[int]) -> None:
    deployment = hall().ether.deployment
    begun = BEGINNING + timedelta(days=20_000)
    heard = [Sighting(deployment.identities[n % 9], None, -60.0 - n, begun + at * TICK) for n, at in enumerate(ticks)]
    foreign = Sighting(IBeaconId(FLEET, 9, 9), None, -50.0, begun)
    kept = sightings_of(deployment, recorded(deployment, begun, [foreign, *heard]))
    assert sorted((one.heard_at, one.rssi_dbm) for one in kept) == sorted(
        (one.heard_at - begun + BEGINNING, one.rssi_dbm) for one in heard
    )
