"""Cloned beacons lead no visitor away, and what was recorded elsewhere is no position here."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import shapely

from beacons.core.device_clock import ClockPair
from beacons.core.sighting import Sighting
from beacons.services import deployments, positioning, registry
from geo.position import PositionStatus
from notifications.core.zones import Zone, ZoneIndex, membership
from tests.beacons.conftest import FRAME, GROUND, NOW, csv_of, grid, located
from tests.beacons.test_locating import place_of, sightings_at
from venues import selectors as venues
from venues.models import Venue
from visitors import storage


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
        found = located(busy, honest + false, visitor=visitor, at=now)
        assert found.position is not None
        assert sum(membership(zones, found.position).values()) < 0.01
        assert place_of(busy, found) == pytest.approx((10, 10), abs=3)


def test_sightings_sent_again_move_nobody_and_make_nothing_newer(busy: Venue) -> None:
    visitor = uuid4()
    early, late = NOW, NOW + timedelta(seconds=8)
    recorded = [replace(one, heard_at=early) for one in sightings_at(busy, 50, 30, GROUND)]
    located(busy, recorded, visitor=visitor, at=early)
    fresh = [replace(one, heard_at=late) for one in sightings_at(busy, 44, 26, GROUND)]
    first = located(busy, fresh, visitor=visitor, at=late)
    again = located(busy, recorded + fresh, visitor=visitor, at=late + timedelta(seconds=5))
    assert first.position is not None
    assert again.position is not None
    assert (again.position.at, again.position.point) == (first.position.at, first.position.point)
    assert (first.is_new, again.is_new, again.late) == (True, False, len(recorded + fresh))


def test_a_recording_of_before_is_no_position_even_when_everything_else_is_forgotten(busy: Venue) -> None:
    visitor = uuid4()
    located(busy, sightings_at(busy, 44, 26, GROUND), visitor=visitor)
    storage.save(visitor, storage.Kind.TRACK, None, expires_s=1)
    recorded = sightings_at(busy, 50, 30, GROUND, ago_s=60)
    again = located(busy, recorded, visitor=visitor, at=NOW + timedelta(seconds=60))
    assert (again.status, again.position, again.late) == (PositionStatus.NO_COVERAGE, None, len(recorded))


def test_what_was_heard_longer_ago_than_data_may_be_late_is_no_position(busy: Venue) -> None:
    recorded = sightings_at(busy, 50, 30, GROUND)
    found = located(busy, recorded, visitor=uuid4(), at=NOW + timedelta(minutes=15))
    assert (found.status, found.position, found.late) == (PositionStatus.NO_COVERAGE, None, len(recorded))


def test_a_recording_counts_at_whatever_speed_it_comes(busy: Venue) -> None:
    """A phone that was offline sends minutes at once; a simulated walk runs at twenty times its pace."""
    visitor = uuid4()
    for second in range(40):
        heard = sightings_at(busy, 10 + second, 20, GROUND, ago_s=600 - second)
        found = located(busy, heard, visitor=visitor, at=NOW + timedelta(seconds=second / 20))
        assert (found.status, found.is_new, found.late) == (PositionStatus.OK, True, 0)
    assert place_of(busy, found) == pytest.approx((49, 20), abs=5)


def test_a_device_whose_clock_is_wrong_falls_silent_by_its_own_clock(busy: Venue) -> None:
    visitor = uuid4()
    heard = sightings_at(busy, 44, 26, GROUND, ago_s=300)
    statuses = [
        located(busy, heard if not silence_s else [], visitor=visitor, at=NOW + timedelta(seconds=silence_s)).status
        for silence_s in (0, 5, 15, 40)
    ]
    assert statuses == [PositionStatus.OK, PositionStatus.OK, PositionStatus.STALE, PositionStatus.NO_COVERAGE]


@pytest.mark.parametrize("ahead_s", [-3_600, -1_000, 40, 3_600])
@pytest.mark.parametrize("has_pair", [True, False])
def test_a_device_whose_clock_is_wrong_is_followed_as_if_it_were_right(
    busy: Venue, ahead_s: float, has_pair: bool
) -> None:
    """At once where it tells both of its clocks, else from the third second on."""
    visitor, other, ahead = uuid4(), uuid4(), timedelta(seconds=ahead_s)
    for second in range(8):
        at = NOW + timedelta(seconds=second)
        right = [replace(one, heard_at=at) for one in sightings_at(busy, 10 + second, 20, GROUND)]
        as_it_is = located(busy, right, visitor=other, at=at)
        heard = [replace(one, heard_at=at + ahead) for one in right]
        clock = {"clock": ClockPair(at + ahead, 500.0 + second)} if has_pair else {}
        found = located(busy, heard, visitor=visitor, at=at, **clock)
        if second >= 2 or has_pair:
            assert (found.status, found.is_new, found.late) == (PositionStatus.OK, True, 0)
            assert abs(found.newest_at - at) <= timedelta(seconds=2)
    assert place_of(busy, found) == pytest.approx(place_of(busy, as_it_is), abs=0.01 if has_pair else 2)


@pytest.mark.parametrize("has_pair", [True, False])
def test_what_comes_late_from_a_device_whose_clock_is_ahead_is_late(busy: Venue, has_pair: bool) -> None:
    visitor, ahead = uuid4(), timedelta(hours=1)

    def sent(heard_s: float, received_s: float) -> positioning.Located:
        shown = NOW + timedelta(seconds=heard_s) + ahead
        clock = {"clock": ClockPair(shown, 500.0 + heard_s)} if has_pair else {}
        heard = [replace(one, heard_at=shown) for one in sightings_at(busy, 20, 20, GROUND)]
        return located(busy, heard, visitor=visitor, at=NOW + timedelta(seconds=received_s), **clock)

    for second in (0, 1, 2, 4, 5, 6):
        assert sent(second, second).is_new
    late = sent(3, 20)
    assert (late.is_new, late.late) == (False, len(sightings_at(busy, 20, 20, GROUND)))
