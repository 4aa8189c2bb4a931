"""A radio map learned from walks: beacons whose places nobody knows still tell cell and level."""

from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beacons.core.cells import Area, Cells, lay
from beacons.core.radio_map import RadioMap, Window, learned
from beacons.core.summary import Summary, summarised
from beacons.core.surveyed import OK_LEVEL_RIGHT, Calibration, HeldOut, after

LEVELS = (UUID(int=1), UUID(int=2))
BEACONS = [(float(x), y, level) for x in range(5, 60, 10) for y in (3.0, 9.0) for level in (0, 1)]
NOTHING = np.empty(0, np.int32), np.empty(0)


@pytest.fixture(scope="module")
def cells() -> Cells:
    hall = shapely.box(0, 0, 60, 12)
    return lay([Area(hall, 0), Area(hall, 1)], LEVELS, spacing_m=2.0)


def heard_at(x_m: float, y_m: float, level: int, rng: np.random.Generator):
    """Return the index and dBm of what is heard at a place."""
    strengths = np.array(
        [-60 - 22 * np.log10(np.hypot(np.hypot(x - x_m, y - y_m), 2)) - 15 * (on != level) for x, y, on in BEACONS]
    )
    noisy = strengths + rng.normal(0, 4, len(BEACONS))
    index = np.flatnonzero(noisy > -88).astype(np.int32)
    return index, noisy[index]


@pytest.fixture(scope="module")
def radio_map(cells: Cells) -> RadioMap:
    rng = np.random.default_rng(1)
    windows = [
        Window(cell, *heard_at(float(cells.x_m[cell]), float(cells.y_m[cell]), int(cells.level[cell]), rng))
        for cell in range(len(cells))
        if 4 < cells.y_m[cell] < 8
        for _ in range(3)
    ]
    return learned(cells, windows, len(BEACONS))


def test_a_walk_is_followed_on_its_level(cells: Cells, radio_map: RadioMap) -> None:
    rng = np.random.default_rng(2)
    belief, errors_m, levels = None, [], []
    for second in range(2, 40, 2):
        belief = after(belief, radio_map, cells, 2.0, *heard_at(5 + 1.2 * second, 6.0, 1, rng))
        found = summarised(belief)
        errors_m.append(np.hypot(found.x_m - 5 - 1.2 * second, found.y_m - 6))
        levels.append(found.level)
    assert np.mean(errors_m) < 4
    assert np.mean(levels) > 0.9


@pytest.mark.parametrize("hot_db", [-9.0, 9.0])
def test_a_phone_that_reads_otherwise_than_the_surveys_is_followed_as_well(
    cells: Cells, radio_map: RadioMap, hot_db: float
) -> None:
    rng = np.random.default_rng(4)
    belief, errors_m = None, []
    for second in range(2, 40, 2):
        index, rssi_dbm = heard_at(5 + 1.2 * second, 6.0, 1, rng)
        belief = after(belief, radio_map, cells, 2.0, index, rssi_dbm + hot_db)
        found = summarised(belief)
        errors_m.append(np.hypot(found.x_m - 5 - 1.2 * second, found.y_m - 6))
    assert np.mean(errors_m) < 4
    assert found.level == 1
    assert belief.offset.mean_db == pytest.approx(hot_db, abs=4)


def test_nothing_is_believed_before_anything_was_heard_and_it_is_carried_after(
    cells: Cells, radio_map: RadioMap
) -> None:
    assert after(None, radio_map, cells, 2.0, *NOTHING) is None
    begun = after(None, radio_map, cells, 2.0, *heard_at(20, 6, 0, np.random.default_rng(3)))
    carried = after(begun, radio_map, cells, 2.0, *NOTHING)
    x_m, y_m, _ = carried.places_m()
    before_x_m, before_y_m, _ = begun.places_m()
    assert np.ptp(x_m) > np.ptp(before_x_m) or np.ptp(y_m) > np.ptp(before_y_m), "who is not heard may have walked on"
    assert carried.weight.sum() == pytest.approx(1.0)


def test_who_hears_nothing_is_rather_where_nothing_is_heard(cells: Cells) -> None:
    windows = [
        Window(cell, *((np.array([0], np.int32), np.array([-70.0])) if cells.x_m[cell] < 30 else NOTHING))
        for cell in range(len(cells))
    ]
    radio_map = learned(cells, windows, 1)
    belief = after(None, radio_map, cells, 2.0, np.array([0], np.int32), np.array([-70.0]))
    for _ in range(15):
        belief = after(belief, radio_map, cells, 2.0, *NOTHING)
    assert summarised(belief).x_m > 30


def test_people_are_expected_where_they_walked(cells: Cells, radio_map: RadioMap) -> None:
    walked = (cells.y_m > 4) & (cells.y_m < 8)
    assert radio_map.log_visited[walked].mean() > radio_map.log_visited[~walked].max()


def held_out(error_m: float, *, level_probability: float = 1.0, level_right: bool = True) -> HeldOut:
    return HeldOut(Summary(0.0, 0.0, 0, level_probability, 2.0, 4.0), error_m, level_right)


def test_calibration_stretches_radii_to_hold_what_they_say() -> None:
    errors_m = np.linspace(0.1, 10, 100)
    calibration = Calibration.of([held_out(error_m) for error_m in errors_m])
    stretched = calibration.stretched(held_out(0.0).found)
    assert np.mean(errors_m <= stretched.accuracy_m) == pytest.approx(0.68, abs=0.01)
    assert np.mean(errors_m <= stretched.accuracy_95_m) == pytest.approx(0.95, abs=0.01)
    assert Calibration.of([]).stretched(held_out(0.0).found) == held_out(0.0).found


@given(st.lists(st.tuples(st.sampled_from((0.6, 0.9, 0.99, 0.9999)), st.booleans())))
def test_fixes_are_ok_as_far_down_as_levels_of_held_out_ones_were_right(said: list[tuple[float, bool]]) -> None:
    known = [held_out(1.0, level_probability=probability, level_right=right) for probability, right in said]
    calibration = Calibration.of(known)
    rights = [one.level_right for one in known if calibration.is_ok(calibration.stretched(one.found))]
    assert not rights or np.mean(rights) >= OK_LEVEL_RIGHT
    for probability in {probability for probability, _ in said}:
        right = [right for own, right in said if own >= probability]
        assert np.mean(right) < OK_LEVEL_RIGHT or calibration.sure_level_probability <= probability


def test_unless_walks_were_held_out_only_a_level_without_alternatives_is_ok() -> None:
    calibration = Calibration.of([])
    assert calibration.is_ok(held_out(1.0, level_probability=1 - 1e-12).found)
    assert not calibration.is_ok(held_out(1.0, level_probability=0.999).found)


def test_a_wide_radius_is_not_ok_however_sure_the_level() -> None:
    calibration = Calibration.of([held_out(30.0) for _ in range(100)])
    assert not calibration.is_ok(calibration.stretched(held_out(1.0).found))
