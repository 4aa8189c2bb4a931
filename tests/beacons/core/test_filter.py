"""The filter over cells: what it may believe, and what it may not depend on."""

from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from beacons.core import filter as bayes
from beacons.core.cells import NOWHERE, Area, Cells, lay
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.hearing import Ether, Offset, Scan
from beacons.core.sighting import IBeaconId
from beacons.core.summary import summarised
from beacons.core.walking import Stride

GROUND, UPPER = UUID(int=1), UUID(int=2)
HALL = shapely.box(0, 0, 30, 20)
ORDINALS = np.array([0.0, 1.0])
SECOND = Stride(1.0, 1)


def cells_of(*areas: Area, **more) -> Cells:
    return lay(areas, (GROUND, UPPER), spacing_m=1.0, **more)


def ether() -> Ether:
    beacons = [
        DeployedBeacon(UUID(int=100 + i), IBeaconId(GROUND, 0, i), "", x_m, y_m, GROUND, 3.0, -59.0)
        for i, (x_m, y_m) in enumerate((x, y) for x in (3.0, 11.0, 19.0, 27.0) for y in (3.0, 10.0, 17.0))
    ]
    deployment = Deployment.build("map", beacons, [DeployedLevel(GROUND, 0.0, 0)])
    return Ether(deployment, np.array([0.0, 1.0]), np.zeros(2, np.int32))


def scan_at(ether: Ether, x_m: float, y_m: float, offset_db: float = 0.0) -> Scan:
    deployment = ether.deployment
    distance_m = np.hypot(np.hypot(deployment.x_m - x_m, deployment.y_m - y_m), 1.8)
    index = np.arange(len(deployment), dtype=np.int32)
    return Scan(index, -64.0 - 23 * np.log10(distance_m) + offset_db, np.ones(len(index)))


def test_a_step_leads_to_another_room_through_its_door_only() -> None:
    rooms = (Area(shapely.box(0, 0, 10, 10), 0), Area(shapely.box(10, 0, 20, 10), 0))
    closed, open_ = cells_of(*rooms), cells_of(*rooms, doors=[Area(shapely.LineString([(10, 4), (10, 6)]), 0)])

    def crossings(cells: Cells) -> set[float]:
        west = cells.x_m < 10
        there = cells.neighbour[west]
        crossed = (there != NOWHERE) & (cells.x_m[there] > 10)
        return set(cells.y_m[west][crossed.any(axis=1)])

    assert crossings(closed) == set()
    assert crossings(open_) == {3.5, 4.5, 5.5, 6.5}, "the door is 2 m wide, and a cell has reach"


def test_links_lead_to_the_other_level_and_back() -> None:
    stairs = shapely.box(4, 4, 6, 6)
    cells = cells_of(Area(HALL, 0), Area(HALL, 1), links=[(Area(stairs, 0), Area(stairs, 1))])
    tails = np.repeat(np.arange(len(cells)), np.diff(cells.link_first))
    assert len(tails) == 8
    assert np.array_equal(np.sort(cells.level[tails]), [0, 0, 0, 0, 1, 1, 1, 1])
    assert (cells.level[tails] != cells.level[cells.link_head]).all()
    assert np.array_equal(cells.x_m[tails], cells.x_m[cells.link_head])


def test_a_room_smaller_than_a_cell_has_one() -> None:
    assert len(cells_of(Area(shapely.box(3.1, 3.1, 3.4, 3.4), 0))) == 1


def test_cells_near_a_place_are_those_of_every_level() -> None:
    cells = cells_of(Area(HALL, 0), Area(HALL, 1))
    near = cells.near(10.0, 10.0, 3.0)
    expected = np.flatnonzero(np.hypot(cells.x_m - 10, cells.y_m - 10) <= 3)
    assert np.array_equal(near, expected)


@settings(max_examples=20, deadline=None)
@given(x_m=st.floats(2, 28), y_m=st.floats(2, 18), offset_db=st.floats(-15, 15))
def test_a_clear_scan_is_placed_whatever_the_phone_reads(x_m: float, y_m: float, offset_db: float) -> None:
    cells = cells_of(Area(HALL, 0))
    air = ether()
    scan = scan_at(air, x_m, y_m, offset_db)
    found = summarised(bayes.found(cells.near(15, 10, 60), cells, air, scan))
    assert np.hypot(found.x_m - x_m, found.y_m - y_m) < found.accuracy_m
    assert found.accuracy_m <= found.accuracy_95_m


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(12)))
def test_the_order_of_a_scan_changes_nothing(order: list[int]) -> None:
    cells = cells_of(Area(HALL, 0))
    air = ether()
    scan = scan_at(air, 12, 9)
    mixed = Scan(scan.index[order], scan.rssi_dbm[order], scan.count[order])
    one, other = (bayes.found(cells.near(15, 10, 60), cells, air, each) for each in (scan, mixed))
    assert summarised(one).x_m == pytest.approx(summarised(other).x_m)
    assert one.offset.mean_db == pytest.approx(other.offset.mean_db)


def test_a_belief_stays_a_distribution_where_one_can_walk() -> None:
    cells = cells_of(Area(HALL, 0), Area(shapely.box(30, 0, 60, 20), 0))
    belief = bayes.begin(cells.near(25, 10, 2), cells)
    for _ in range(40):
        [belief] = bayes.later([belief], cells, ORDINALS, [SECOND])
        assert belief.weight.sum() == pytest.approx(1.0)
    assert cells.x_m[belief.cells].max() < 30, "there is no door"


def test_the_offset_of_a_phone_is_learnt_from_scan_to_scan() -> None:
    cells = cells_of(Area(HALL, 0))
    air = ether()
    belief = bayes.begin(cells.near(15, 10, 60), cells)
    for _ in range(5):
        [belief] = bayes.heard([belief], cells, air, [scan_at(air, 12, 9, 12.0)])
    assert belief.offset.mean_db == pytest.approx(12.0, abs=2.5)
    assert belief.offset.variance_db2 < Offset().variance_db2 / 4


@settings(max_examples=25, deadline=None)
@given(strengths_dbm=st.lists(st.floats(-127, 20), min_size=1, max_size=12))
def test_no_strength_that_a_phone_may_send_breaks_a_belief(strengths_dbm: list[float]) -> None:
    cells = cells_of(Area(HALL, 0))
    scan = Scan(np.arange(len(strengths_dbm), dtype=np.int32), np.array(strengths_dbm), np.ones(len(strengths_dbm)))
    belief = bayes.begin(cells.near(15, 10, 60), cells)
    for _ in range(3):
        belief = bayes.heard(bayes.later([belief], cells, ORDINALS, [SECOND]), cells, ether(), [scan])[0]
    assert belief.weight.sum() == pytest.approx(1.0)
    assert np.isfinite(summarised(belief).x_m)
