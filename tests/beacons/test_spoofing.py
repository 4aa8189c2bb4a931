"""Cloned beacons lead no visitor away, and what was recorded elsewhere is no position here."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import shapely

from beacons.core.sighting import Sighting
from beacons.services import deployments, positioning, registry
from geo.position import PositionStatus
from notifications.core.zones import Zone, ZoneIndex, membership
from tests.beacons.conftest import FRAME, GROUND, NOW, csv_of, grid
from tests.beacons.test_locating import place_of, sightings_at
from venues import selectors as venues
from venues.models import Venue


@pytest.fixture
def busy(venue: Venue) -> Venue:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def remote_zone(venue: Venue) -> ZoneIndex:
    """Return a zone over the far end of the hall."""
    frame = venues.current_snapshot(venue).frame
    west_m, south_m = frame.to_metres(*FRAME.to_lng_lat(40, 20))
    east_m, north_m = frame.to_metres(*FRAME.to_lng_lat(60, 40))
    return ZoneIndex([Zone(uuid4(), shapely.box(west_m, south_m, east_m, north_m), frozenset({GROUND}))])


def cloned(venue: Venue, count: int, at_s: float) -> list[Sighting]:
    """Return beacons of the far end as a device in the visitor's pocket sends them."""
    now = NOW + timedelta(seconds=at_s)
    strongest = sorted(sightings_at(venue, 53, 32, GROUND), key=lambda one: -one.rssi_dbm)[:count]
    return [replace(one, rssi_dbm=-50.0, heard_at=now) for one in strongest]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("is_known", [True, False])
def test_up_to_three_cloned_beacons_cause_no_remote_zone_entry(busy: Venue, count: int, is_known: bool) -> None:
    zones, visitor = remote_zone(busy), uuid4()
    for second in range(20):
        now = NOW + timedelta(seconds=second)
        honest = [replace(one, heard_at=now) for one in sightings_at(busy, 10, 10, GROUND)]
        false = cloned(busy, count, second) if second >= 5 or not is_known else []
        located = positioning.locate(venue=busy, visitor_id=visitor, sightings=honest + false, now=now)
        assert located.position is not None
        assert sum(membership(zones, located.position).values()) < 0.01
        assert place_of(busy, located) == pytest.approx((10, 10), abs=3)


def test_sightings_sent_again_move_nobody_and_make_nothing_newer(busy: Venue) -> None:
    visitor = uuid4()
    early, late = NOW, NOW + timedelta(seconds=8)
    recorded = [replace(one, heard_at=early) for one in sightings_at(busy, 50, 30, GROUND)]
    positioning.locate(venue=busy, visitor_id=visitor, sightings=recorded, now=early)
    fresh = [replace(one, heard_at=late) for one in sightings_at(busy, 44, 26, GROUND)]
    first = positioning.locate(venue=busy, visitor_id=visitor, sightings=fresh, now=late)
    again = positioning.locate(
        venue=busy, visitor_id=visitor, sightings=recorded + fresh, now=late + timedelta(seconds=5)
    )
    assert first.position is not None
    assert again.position is not None
    assert (again.position.at, again.position.point) == (first.position.at, first.position.point)


def test_an_old_recording_is_no_position_of_now(busy: Venue) -> None:
    recorded = sightings_at(busy, 50, 30, GROUND)
    for age_s, status in ((15, PositionStatus.STALE), (60, PositionStatus.NO_COVERAGE)):
        now = NOW + timedelta(seconds=age_s)
        assert positioning.locate(venue=busy, visitor_id=uuid4(), sightings=recorded, now=now).status is status
