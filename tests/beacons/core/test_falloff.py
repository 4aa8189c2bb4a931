"""What a survey says of places where it did not go: louder near a beacon, fainter and seldom far from it."""

from uuid import UUID

import numpy as np
import pytest
import shapely

from beacons.core.cells import Area, Cells, lay
from beacons.core.falloff import SILENT_DBM, Falloff, Heard, fitted

BEACONS = np.array([(10.0, 5.0, 0), (40.0, 5.0, 0), (25.0, 5.0, 1)])
EXPONENT, STOREY_DB = 2.2, 12.0


@pytest.fixture(scope="module")
def cells() -> Cells:
    hall = shapely.box(0, 0, 60, 10)
    return lay([Area(hall, 0), Area(hall, 1)], (UUID(int=1), UUID(int=2)), spacing_m=2.0)


def surveyed(cells: Cells, west_m: float, east_m: float) -> Heard:
    """Return what ten windows in each cell between two lines heard of the beacons."""
    rng = np.random.default_rng(5)
    cell = np.repeat(np.flatnonzero((cells.x_m >= west_m) & (cells.x_m <= east_m)), 10)
    away_m = np.hypot(cells.x_m[cell, None] - BEACONS[:, 0], cells.y_m[cell, None] - BEACONS[:, 1])
    storeys = np.abs(cells.level[cell, None] - BEACONS[:, 2])
    loss_db = 10 * EXPONENT * np.log10(np.hypot(np.hypot(away_m, 2), 4 * storeys)) + STOREY_DB * storeys
    rssi_dbm = -62 - loss_db + rng.normal(0, 4, loss_db.shape)
    window, beacon = np.nonzero(rssi_dbm > -98)
    windows = np.bincount(cell, minlength=len(cells)).astype(float)
    return Heard(beacon.astype(np.int32), cell[window].astype(np.int32), rssi_dbm[window, beacon], windows)


@pytest.fixture(scope="module")
def falloff(cells: Cells) -> Falloff:
    return fitted(cells, surveyed(cells, 0, 60), len(BEACONS) + 1)


def test_beacons_are_put_where_they_were_heard_loudest(falloff: Falloff) -> None:
    assert falloff.level[:3].tolist() == [0, 0, 1]
    assert np.hypot(falloff.x_m[:3] - BEACONS[:, 0], falloff.y_m[:3] - BEACONS[:, 1]).max() < 4


def test_what_is_farther_is_fainter_and_heard_less_often(cells: Cells, falloff: Falloff) -> None:
    chance, mean_dbm = falloff.expected(cells, 0)
    near = (cells.level == 0) & (np.abs(cells.x_m - 10) < 4)
    far, above = (cells.level == 0) & (cells.x_m > 40), (cells.level == 1) & (np.abs(cells.x_m - 10) < 4)
    assert chance[near].min() > 0.9
    assert chance[near].min() > max(chance[far].max(), chance[above].max())
    assert mean_dbm[near].min() > max(mean_dbm[far].max(), mean_dbm[above].max())


def test_a_survey_of_the_west_tells_of_the_east(cells: Cells) -> None:
    west = fitted(cells, surveyed(cells, 0, 30), len(BEACONS))
    chance, mean_dbm = west.expected(cells, 0)
    surveyed_part, beyond = (cells.level == 0) & (cells.x_m < 20), (cells.level == 0) & (cells.x_m > 50)
    assert chance[beyond].max() < chance[surveyed_part].min()
    assert mean_dbm[beyond].max() < mean_dbm[surveyed_part].min()


def test_a_beacon_that_no_window_heard_is_expected_nowhere(cells: Cells, falloff: Falloff) -> None:
    chance, _ = falloff.expected(cells, 3)
    assert falloff.power_dbm[3] == SILENT_DBM
    assert chance.max() < 0.01


def test_nothing_heard_at_all_leaves_what_is_believed_anyway(cells: Cells) -> None:
    nothing = Heard(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0), np.ones(len(cells)))
    chance, _ = fitted(cells, nothing, 2).expected(cells, 0)
    assert np.isfinite(chance).all()
