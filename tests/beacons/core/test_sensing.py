"""What satellites, codes, taps, steps, headings and the air say of where a phone is."""

from datetime import timedelta
from math import exp
from typing import Any
from uuid import UUID

import pytest

from beacons.core.evidence import Moved, Spot
from beacons.core.felt import Anchor, AnchorKind, Barometer, Gnss, Motion, Point
from beacons.core.sensing import LEAST_GNSS_DEVIATION_M, RADIUS_68, SCALE_HEIGHT_M, STEP_M, Felt, Sensed, sensed
from beacons.core.terrain import cells_of
from beacons.errors import InvalidBatch
from tests.beacons.conftest import FEATURES, FRAME, GROUND, NOW, STREET_LEVEL, UPPER, batch_of
from venues.core.snapshot import Snapshot

SNAPSHOT = Snapshot.from_features(FEATURES)
CELLS = cells_of(SNAPSHOT)
HALL, SECOND = UUID(int=12), timedelta(seconds=1)


def said(felt: Felt | None = None, at: Any = NOW, **parts: Any) -> Sensed:
    return sensed(batch_of([], **parts), felt, SNAPSHOT, CELLS, at)


def gnss(x_m: float, y_m: float, accuracy_m: float = 6.0, at: Any = NOW) -> Gnss:
    return Gnss(*FRAME.to_lng_lat(x_m, y_m), accuracy_m, at)


def place_of(spot: Spot) -> tuple[float, float]:
    return FRAME.to_metres(*SNAPSHOT.frame.to_lng_lat(spot.x_m, spot.y_m))


def test_satellites_see_a_phone_on_any_level() -> None:
    [spot] = said(gnss=gnss(30, -10)).spots
    assert place_of(spot) == pytest.approx((30, -10), abs=0.1)
    assert (spot.deviation_m, spot.levels) == (6.0 / RADIUS_68, None)
    [sure] = said(gnss=gnss(30, -10, accuracy_m=0.1)).spots
    assert sure.deviation_m == LEAST_GNSS_DEVIATION_M


def test_a_fix_from_radio_masts_says_nothing() -> None:
    found = said(gnss=gnss(5000, 0, accuracy_m=400))
    assert (found.spots, found.is_outside) == ((), False)


@pytest.mark.parametrize(
    ("x_m", "accuracy_m", "is_outside"), [(61, 5, False), (75, 5, False), (90, 5, True), (90, 20, False)]
)
def test_only_who_is_surely_off_the_map_is_outside(x_m: float, accuracy_m: float, is_outside: bool) -> None:
    found = said(gnss=gnss(x_m, -10, accuracy_m))
    assert (found.is_outside, bool(found.spots)) == (is_outside, not is_outside)
    assert said(gnss=Gnss(-120.0, -40.0, accuracy_m, NOW)).is_outside, "on the other side of the globe too"


def test_a_code_is_scanned_at_its_place_and_level() -> None:
    lng, lat = FRAME.to_lng_lat(20, 10)
    for level, levels in ((UPPER, {UPPER}), (1.0, {UPPER}), (0.0, {GROUND, STREET_LEVEL})):
        [spot] = said(anchor=Anchor(AnchorKind.QR, Point(lng, lat, level), NOW)).spots
        assert place_of(spot) == pytest.approx((20, 10), abs=0.1)
        assert {CELLS.level_ids[number] for number in spot.levels} == levels
    [tapped] = said(anchor=Anchor(AnchorKind.TAP, Point(lng, lat, UPPER), NOW)).spots
    assert tapped.deviation_m > spot.deviation_m


def test_who_is_at_a_large_place_may_be_anywhere_in_it() -> None:
    [spot] = said(anchor=Anchor(AnchorKind.QR, HALL, NOW)).spots
    assert 10 < spot.deviation_m < 20
    assert {CELLS.level_ids[number] for number in spot.levels} == {GROUND}


@pytest.mark.parametrize(
    ("where", "param"),
    [
        (UUID(int=99), "anchor.place"),
        (Point(51.52, 25.28, 7.0), "anchor.level"),
        (Point(51.52, 25.28, HALL), "anchor.level"),
    ],
)
def test_a_place_that_the_map_does_not_have_is_refused(where: Any, param: str) -> None:
    with pytest.raises(InvalidBatch) as refused:
        said(anchor=Anchor(AnchorKind.TAP, where, NOW))
    assert refused.value.param == param


def test_a_fix_and_a_code_count_once_and_not_when_they_are_old() -> None:
    parts: dict[str, Any] = {"gnss": gnss(30, -10), "anchor": Anchor(AnchorKind.QR, HALL, NOW)}
    first = said(**parts)
    assert list(first.told) == ["qr", "gnss"]
    assert said(first.felt, NOW + SECOND, **parts).spots == ()
    later = said(first.felt, NOW + SECOND).felt
    assert said(later, NOW + 2 * SECOND, **parts).spots == ()
    assert said(None, NOW + 11 * SECOND, **parts).spots == ()


def test_steps_and_turns_are_told_since_the_batch_before() -> None:
    felt = said(motion=Motion(None, 350.0)).felt
    [moved] = said(felt, NOW + 2 * SECOND, motion=Motion(3, 20.0)).moved
    assert moved == Moved(NOW, NOW + 2 * SECOND, 3 * STEP_M, 30.0, None)
    assert said(motion=Motion(3, 20.0)).moved == (), "nothing is known of before"
    assert said(felt, NOW + 31 * SECOND, motion=Motion(3, 20.0)).moved == (), "it was too long ago"
    assert said(felt, NOW, motion=Motion(3, 20.0)).moved == (), "no time has passed"
    assert said(felt, NOW + SECOND).moved == ()


def test_a_climb_is_told_of_the_last_seconds() -> None:
    felt: Felt | None = None
    climbs: list[float | None] = []
    for second in range(12):
        at = NOW + second * SECOND
        found = said(felt, at, barometer=Barometer(1000 * exp(-0.4 * second / SCALE_HEIGHT_M)))
        felt, climbs = found.felt, [*climbs, *(each.climbed_m for each in found.moved)]
    assert climbs == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.0, 2.4, *[2.8] * 5])
