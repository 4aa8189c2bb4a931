"""A visitor's batches over time: the window in the cache, the map, and honest statuses."""

from datetime import timedelta
from math import log10
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache

from beacons import selectors
from beacons.core.sighting import IBeaconId, Sighting
from beacons.services import deployments, positioning, registry
from geo.position import PositionStatus
from tests.beacons.conftest import FLEET, FRAME, GROUND, NOW, STREET_LEVEL, csv_of, grid, located
from venues import selectors as venues
from venues.models import Venue

VISITOR = uuid4()


@pytest.fixture
def located_venue(venue: Venue) -> Venue:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def sightings_at(venue: Venue, x_m: float, y_m: float, level_id: UUID, ago_s: float = 0.0) -> list[Sighting]:
    """Return what is heard, without noise, of the beacons within 20 m on a level."""
    deployment = selectors.current_deployment(venue)
    x, y = venues.current_snapshot(venue).frame.to_metres(*FRAME.to_lng_lat(x_m, y_m))
    found = []
    for i, identity in enumerate(deployment.identities):
        distance_m = float((deployment.x_m[i] - x) ** 2 + (deployment.y_m[i] - y) ** 2 + 3.2) ** 0.5
        if deployment.levels[deployment.level[i]].id == level_id and distance_m < 20:
            rssi_dbm = -59 - 23 * log10(distance_m)
            found.append(Sighting(identity, None, rssi_dbm, NOW - timedelta(seconds=ago_s)))
    return found


def locate(venue: Venue, sightings: list[Sighting], visitor: UUID = VISITOR) -> positioning.Located:
    return located(venue, sightings, visitor=visitor)


def place_of(venue: Venue, found: positioning.Located) -> tuple[float, float]:
    assert found.position is not None
    point = found.position.point
    return FRAME.to_metres(*venues.current_snapshot(venue).frame.to_lng_lat(point.x_m, point.y_m))


def test_a_visitor_in_the_hall_is_found_there(located_venue: Venue) -> None:
    found = locate(located_venue, sightings_at(located_venue, 25, 20, GROUND))
    assert found.status is PositionStatus.OK
    assert found.position is not None
    assert found.position.point.level_id == GROUND
    assert place_of(located_venue, found) == pytest.approx((25, 20), abs=1.5)


def test_unknown_beacons_are_counted_and_change_nothing(located_venue: Venue) -> None:
    foreign = [Sighting(IBeaconId(UUID(int=1), 0, i), None, -40.0, NOW) for i in range(3)]
    known = sightings_at(located_venue, 25, 20, GROUND)
    with_foreign, without = locate(located_venue, known + foreign), locate(located_venue, known, uuid4())
    assert (with_foreign.unknown, with_foreign.heard) == (3, known)
    assert with_foreign.position is not None
    assert without.position is not None
    assert with_foreign.position.point == without.position.point


def test_nothing_known_is_no_coverage_and_no_position(located_venue: Venue, venue: Venue) -> None:
    for batch in ([], [Sighting(IBeaconId(UUID(FLEET), 7, 9999), None, -40.0, NOW)]):
        found = locate(located_venue, batch)
        assert (found.status, found.position) == (PositionStatus.NO_COVERAGE, None)


def test_a_venue_without_beacons_has_no_coverage(venue: Venue) -> None:
    found = locate(venue, [Sighting(IBeaconId(UUID(FLEET), 7, 1), None, -40.0, NOW)])
    assert (found.status, found.position, found.unknown) == (PositionStatus.NO_COVERAGE, None, 1)


def test_a_short_silence_is_bridged_by_the_window(located_venue: Venue) -> None:
    locate(located_venue, sightings_at(located_venue, 25, 20, GROUND, ago_s=2))
    assert locate(located_venue, []).position is not None


def test_a_cache_that_vanished_is_a_cold_start(located_venue: Venue) -> None:
    locate(located_venue, sightings_at(located_venue, 25, 20, GROUND, ago_s=2))
    cache.clear()
    assert locate(located_venue, []).position is None


def test_silence_makes_a_position_stale_and_then_none(located_venue: Venue) -> None:
    visitor = uuid4()
    located(located_venue, sightings_at(located_venue, 25, 20, GROUND), visitor=visitor)
    for silence_s, status in ((5, PositionStatus.OK), (20, PositionStatus.STALE), (31, PositionStatus.NO_COVERAGE)):
        found = located(located_venue, [], visitor=visitor, at=NOW + timedelta(seconds=silence_s))
        assert (found.status, found.is_new) == (status, False)
        assert (found.position is None) is (status is PositionStatus.NO_COVERAGE)


def test_a_position_in_the_doorway_lies_where_one_can_walk(located_venue: Venue) -> None:
    index = venues.spatial_index(selectors.current_deployment(located_venue).snapshot_hash)
    for y_m in (-2.0, -0.5, 0.5, 2.0):
        for level_id in (GROUND, STREET_LEVEL):
            found = locate(located_venue, sightings_at(located_venue, 30, y_m, level_id), uuid4())
            assert found.position is not None
            assert index.unit_at(found.position.point) is not None
            assert found.position.point.level_id in {GROUND, STREET_LEVEL}
