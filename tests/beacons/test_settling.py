"""What settles of a visitor's positions: the same in whatever order the batches come, and nothing that is made up later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import TestCase

from beacons.core.sighting import Sighting
from beacons.services import deployments, positioning, registry
from geo.position import LevelPoint, PositionStatus
from tests.beacons.conftest import GROUND, NOW, batch_of, csv_of, grid
from tests.beacons.test_locating import sightings_at
from venues.models import Venue
from visitors import storage

BEGIN = NOW - timedelta(seconds=60)
Place = tuple[datetime, LevelPoint, float]


@pytest.fixture
def busy(venue: Venue) -> Venue:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def heard(venue: Venue, second: int, x_m: float | None = None) -> list[Sighting]:
    """Return what a visitor hears who goes a metre a second through the hall, or who is elsewhere in it."""
    at = BEGIN + timedelta(seconds=second)
    return [replace(one, heard_at=at) for one in sightings_at(venue, x_m or 10 + second, 20, GROUND)]


def sent(
    venue: Venue, visitor: UUID, numbers: Sequence[int], sightings: Sequence[Sighting] | None = None
) -> list[positioning.Located]:
    """Return what comes of the batches of these seconds, numbered as they are, in this order."""
    found = []
    for number in numbers:
        batch = replace(batch_of(heard(venue, number) if sightings is None else sightings), sequence=number)
        with TestCase.captureOnCommitCallbacks(execute=True):
            found.append(positioning.locate(venue=venue, visitor_id=visitor, batch=batch, received_at=NOW))
    return found


def settled(found: Sequence[positioning.Located]) -> list[Place]:
    return [(each.at, each.point, each.accuracy_m) for one in found for each in one.settled]


def seconds_of(found: positioning.Located) -> list[float]:
    return [(position.at - BEGIN).total_seconds() for position in found.settled]


def test_in_order_a_position_settles_with_its_batch(busy: Venue) -> None:
    for one in sent(busy, uuid4(), range(1, 8)):
        assert one.settled == (one.position,)


def test_a_missing_batch_holds_up_what_settles_and_not_the_position(busy: Venue) -> None:
    visitor, in_order = uuid4(), sent(busy, uuid4(), range(1, 9))
    found = sent(busy, visitor, [1, 2, 5, 4, 6])
    assert [seconds_of(one) for one in found] == [[1], [2], [], [], []]
    assert [one.is_new for one in found] == [True, True, True, False, True]
    [filled, after] = sent(busy, visitor, [3, 7])
    assert (seconds_of(filled), seconds_of(after)) == ([3, 4, 5, 6], [7])
    assert settled([*found, filled, after]) == settled(in_order[:7])
    assert after.position is not None
    assert after.position.point == settled(in_order)[6][1], "the position too goes on from what settled"


def test_the_very_first_batches_may_change_places(busy: Venue) -> None:
    assert settled(sent(busy, uuid4(), [3, 2, 1, 4])) == settled(sent(busy, uuid4(), [1, 2, 3, 4]))


def test_a_batch_that_never_comes_delays_for_the_lateness(busy: Venue) -> None:
    found = sent(busy, uuid4(), [number for number in range(1, 18) if number != 3])
    assert [len(one.settled) for one in found] == [1, 1, *[0] * 11, 12, 1, 1]
    assert all(one.status is PositionStatus.OK for one in found)


def test_an_old_recording_under_a_missing_number_moves_nobody(busy: Venue) -> None:
    visitor = uuid4()
    before = sent(busy, visitor, [1, 2, 3, 4, 6, 7])
    recorded = heard(busy, 2, x_m=50)
    [false] = sent(busy, visitor, [5], recorded)
    assert false.late == len(recorded)
    assert seconds_of(false) == [6, 7], "what waited is followed as if nothing had come between"
    assert before[-1].position is not None
    assert false.position is not None
    assert (false.position.at, false.is_new) == (before[-1].position.at, False)
    assert abs(false.position.point.x_m - before[-1].position.point.x_m) < 1


def test_a_phone_that_numbers_anew_goes_on_at_once(busy: Venue) -> None:
    visitor = uuid4()
    sent(busy, visitor, range(20, 30))
    [first] = sent(busy, visitor, [1], heard(busy, 30))
    [second] = sent(busy, visitor, [2], heard(busy, 31))
    assert seconds_of(first) == [*range(20, 31)], "nobody knew where it began: what waited has its turn too"
    assert (seconds_of(second), second.settled) == ([31], (second.position,))


def test_nothing_of_a_batch_waits_when_none_is_missing(busy: Venue) -> None:
    visitor = uuid4()
    sent(busy, visitor, [1, 2, 4])
    assert len(storage.load(visitor, storage.Kind.TRACK).held) == 1
    sent(busy, visitor, [3])
    kept = storage.load(visitor, storage.Kind.TRACK)
    assert (kept.settled, kept.held) == (None, ())
