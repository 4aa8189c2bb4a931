"""What a phone feels, beside what it hears: satellites, codes, taps; and each status by what leads to it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from beacons.core.felt import Anchor, AnchorKind, Gnss, Point
from beacons.services import deployments, registry
from geo.position import PositionStatus
from tests.beacons.conftest import FRAME, GROUND, NOW, UPPER, csv_of, grid, located, row
from tests.beacons.test_locating import place_of, sightings_at
from venues.models import Venue

SECOND = timedelta(seconds=1)


@pytest.fixture
def equipped(venue: Venue) -> Venue:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


@pytest.fixture
def bare(venue: Venue) -> Venue:
    """A venue with one beacon, far from everything."""
    registry.import_csv(venue=venue, text=csv_of(row(1, 58.0, 38.0, UPPER)), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def gnss(x_m: float, y_m: float, accuracy_m: float = 5.0, second: int = 0) -> Gnss:
    return Gnss(*FRAME.to_lng_lat(x_m, y_m), accuracy_m, NOW + second * SECOND)


def code(x_m: float, y_m: float, level: float, second: int = 0) -> Anchor:
    return Anchor(AnchorKind.QR, Point(*FRAME.to_lng_lat(x_m, y_m), level), NOW + second * SECOND)


def test_satellites_locate_where_no_beacon_is(bare: Venue) -> None:
    visitor = uuid4()
    for second in range(6):
        fix = gnss(20 + second, -10, second=second)
        at = NOW + second * SECOND
        found = located(bare, [], visitor=visitor, at=at, gnss=fix, newest_at=at)
        assert found.position is not None
        assert found.is_new
    assert place_of(bare, found) == pytest.approx((25, -10), abs=4)
    assert found.status is PositionStatus.OK


def test_a_scanned_code_tells_place_and_level_at_once(bare: Venue) -> None:
    found = located(bare, [], visitor=uuid4(), anchor=code(20, 20, 1.0), newest_at=NOW)
    assert found.status is PositionStatus.OK
    assert found.position is not None
    assert found.position.point.level_id == UPPER
    assert place_of(bare, found) == pytest.approx((20, 20), abs=2)


def test_a_code_overrules_what_was_believed_and_beacons_overrule_a_false_one(equipped: Venue) -> None:
    visitor = uuid4()
    located(equipped, sightings_at(equipped, 25, 20, GROUND), visitor=visitor)
    there = located(equipped, [], visitor=visitor, at=NOW + SECOND, anchor=code(27, 20, 0.0, 1), newest_at=NOW + SECOND)
    assert place_of(equipped, there) == pytest.approx((27, 20), abs=2)
    for second in range(2, 8):
        heard = sightings_at(equipped, 25, 20, GROUND, ago_s=-second)
        at = NOW + second * SECOND
        found = located(equipped, heard, visitor=visitor, at=at, anchor=code(55, 35, 1.0, second))
    assert found.position is not None
    assert found.position.point.level_id == GROUND
    assert place_of(equipped, found) == pytest.approx((25, 20), abs=4)


def test_who_taps_where_nobody_believed_them_to_be_is_there_at_once(bare: Venue) -> None:
    visitor = uuid4()
    located(bare, [], visitor=visitor, anchor=code(5, 5, 0.0), newest_at=NOW)
    at = NOW + 2 * SECOND
    found = located(bare, [], visitor=visitor, at=at, anchor=code(50, 35, 1.0, 2), newest_at=at)
    assert found.position is not None
    assert (found.position.point.level_id, found.status) == (UPPER, PositionStatus.OK)
    assert place_of(bare, found) == pytest.approx((50, 35), abs=2)


def test_one_satellite_fix_far_off_moves_nobody_and_three_in_a_row_do(bare: Venue) -> None:
    visitor = uuid4()
    located(bare, [], visitor=visitor, gnss=gnss(5, -10), newest_at=NOW)
    places = []
    for second in (1, 2, 3):
        at = NOW + second * SECOND
        found = located(bare, [], visitor=visitor, at=at, gnss=gnss(55, -10, second=second), newest_at=at)
        places.append(place_of(bare, found))
    assert places[0] == pytest.approx((5, -10), abs=8)
    assert places[2] == pytest.approx((55, -10), abs=4)


def test_a_satellite_fix_that_contradicts_lends_no_confidence(bare: Venue) -> None:
    visitor, heard = uuid4(), sightings_at(bare, 57, 37, UPPER)
    alone = located(bare, heard, visitor=visitor)
    at = NOW + SECOND
    found = located(bare, [], visitor=visitor, at=at, gnss=gnss(5, 5, second=1), newest_at=at)
    assert (alone.status, found.status) == (PositionStatus.LOW_CONFIDENCE, PositionStatus.LOW_CONFIDENCE)


def test_the_same_fix_again_is_nothing_new(bare: Venue) -> None:
    visitor, fix = uuid4(), gnss(20, -10)
    first = located(bare, [], visitor=visitor, gnss=fix, newest_at=NOW)
    again = located(bare, [], visitor=visitor, at=NOW + 5 * SECOND, gnss=fix, newest_at=NOW)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.position is not None
    assert again.position.at == NOW


def test_whoever_leaves_the_venue_is_outside_and_no_longer_where_they_were(equipped: Venue) -> None:
    visitor = uuid4()
    located(equipped, sightings_at(equipped, 30, -10, GROUND), visitor=visitor)
    away = located(
        equipped, [], visitor=visitor, at=NOW + SECOND, gnss=gnss(30, -150, second=1), newest_at=NOW + SECOND
    )
    assert (away.status, away.position, away.is_new) == (PositionStatus.OUTSIDE, None, False)
    after = located(equipped, [], visitor=visitor, at=NOW + 2 * SECOND)
    assert (after.status, after.position) == (PositionStatus.NO_COVERAGE, None)


def test_who_hears_our_beacons_is_not_outside_whatever_satellites_say(equipped: Venue) -> None:
    found = located(equipped, sightings_at(equipped, 25, 20, GROUND), visitor=uuid4(), gnss=gnss(500, 500))
    assert found.status is PositionStatus.OK
    assert place_of(equipped, found) == pytest.approx((25, 20), abs=2)


@pytest.mark.parametrize(
    ("beacons", "fix", "silence_s", "status"),
    [
        (99, None, 0, PositionStatus.OK),
        (1, None, 0, PositionStatus.LOW_CONFIDENCE),
        (99, None, 15, PositionStatus.STALE),
        (99, None, 45, PositionStatus.NO_COVERAGE),
        (0, None, 0, PositionStatus.NO_COVERAGE),
        (0, gnss(30, -400), 0, PositionStatus.OUTSIDE),
        (0, gnss(30, -10, accuracy_m=60.0), 0, PositionStatus.LOW_CONFIDENCE),
        (0, gnss(30, -10, accuracy_m=400.0), 0, PositionStatus.NO_COVERAGE),
    ],
)
def test_every_status_comes_from_what_there_is(
    equipped: Venue, beacons: int, fix: Gnss | None, silence_s: int, status: PositionStatus
) -> None:
    visitor = uuid4()
    heard = sightings_at(equipped, 25, 20, GROUND)[:beacons]
    found = located(equipped, heard, visitor=visitor, gnss=fix, newest_at=NOW if heard or fix else None)
    if silence_s:
        found = located(equipped, [], visitor=visitor, at=NOW + silence_s * SECOND)
    assert found.status is status
    has_position = {PositionStatus.OK, PositionStatus.LOW_CONFIDENCE, PositionStatus.STALE}
    assert (found.position is not None) is (status in has_position)
