"""What walks teach of beacons, on a small hall of two levels with a table that travels."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
import shapely

from beacons.core.cells import Area, lay
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.hearing import Ether, expected_dbm
from beacons.core.learning.fitting import learned
from beacons.core.learning.judging import LEAST_SECONDS, Score, compared
from beacons.core.learning.placing import Placed
from beacons.core.learning.table import EmissionTable
from beacons.core.sighting import IBeaconId
from beacons.core.terrain import Terrain

FLEET = UUID(int=7)
LEVELS = [DeployedLevel(UUID(int=10 + number), float(number), 0) for number in range(2)]
ORIGIN = (51.5, 25.2)


def hall(first_x_m: float = 5.0) -> Terrain:
    """Return a hall of 30 m with nine beacons on the lower of its two levels."""
    places = [(first_x_m if not index else 5.0 + 10 * (index % 3), 5.0 + 10 * (index // 3)) for index in range(9)]
    beacons = [
        DeployedBeacon(UUID(int=100 + i), IBeaconId(FLEET, 0, i), "", x_m, y_m, LEVELS[0].id, 3.0, -59.0)
        for i, (x_m, y_m) in enumerate(places)
    ]
    cells = lay(
        [Area(shapely.box(0, 0, 30, 30), number) for number in range(2)],
        tuple(level.id for level in LEVELS),
        spacing_m=1.5,
    )
    deployment = Deployment.build("hall", beacons, LEVELS[:1])
    return Terrain(cells, Ether(deployment, np.array([0.0, 1.0]), np.zeros(2, np.int32)))


def walks(terrain: Terrain, extra_db: np.ndarray, *, seed: int = 1, count: int = 12) -> list[Placed]:
    """Return walks along which every beacon is heard, so much stronger than the law has it, with phones of their own."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        at = rng.uniform(0, 30, (40, 2)).repeat(9, axis=0)
        beacon = np.tile(np.arange(9, dtype=np.int32), 40)
        level = np.zeros(len(beacon), np.int32)
        law_dbm = expected_dbm(terrain.ether, at[:, 0], at[:, 1], level, beacon)
        rssi_dbm = law_dbm + extra_db[beacon] + rng.normal(0, 2, len(beacon)) + rng.normal(0, 5)
        found.append(Placed(at[:, 0], at[:, 1], level, np.full(len(beacon), np.nan), beacon, rssi_dbm))
    return found


def known_db(terrain: Terrain, table: EmissionTable, origin: tuple[float, float] = ORIGIN) -> np.ndarray:
    """Return by how much each beacon is expected stronger in the middle of the hall than by the law."""
    middle, level, beacon = np.full(9, 15.0), np.zeros(9, np.int32), np.arange(9, dtype=np.int32)
    taught = table.over(terrain, origin)
    law_dbm, own_dbm = (expected_dbm(each.ether, middle, middle, level, beacon) for each in (terrain, taught))
    return np.asarray(own_dbm - law_dbm)


def taught(terrain: Terrain, extra_db: np.ndarray) -> EmissionTable:
    return EmissionTable.of(ORIGIN, terrain, learned(terrain.ether, walks(terrain, extra_db)))


def test_a_beacon_weaker_than_registered_is_learned_whatever_the_phones() -> None:
    extra_db = np.zeros(9)
    extra_db[4] = -6.0
    found = known_db(hall(), taught(hall(), extra_db))
    assert found[4] == pytest.approx(-6.0, abs=1.5)
    assert np.abs(np.delete(found, 4)).max() < 1.5


def test_nothing_is_learned_from_nothing() -> None:
    table = EmissionTable.of(ORIGIN, hall(), learned(hall().ether, []))
    assert known_db(hall(), table) == pytest.approx(np.zeros(9))


def test_where_little_was_heard_little_is_learned() -> None:
    terrain, extra_db = hall(), np.full(9, 0.0)
    extra_db[0] = 8.0
    one, many = (
        EmissionTable.of(ORIGIN, terrain, learned(terrain.ether, walks(terrain, extra_db, count=count)))
        for count in (1, 12)
    )
    assert np.nanmean(one.fields.left_db) > np.nanmean(many.fields.left_db)


def test_the_order_of_walks_changes_nothing() -> None:
    terrain = hall()
    own = walks(terrain, np.linspace(-4, 4, 9))
    one, other = (EmissionTable.of(ORIGIN, terrain, learned(terrain.ether, each)) for each in (own, own[::-1]))
    assert known_db(terrain, one) == pytest.approx(known_db(terrain, other), abs=1e-6)


def test_a_table_is_its_bytes() -> None:
    table = taught(hall(), np.linspace(-4, 4, 9))
    again = EmissionTable.from_bytes(table.to_bytes())
    assert again.to_bytes() == table.to_bytes()
    assert known_db(hall(), again) == pytest.approx(known_db(hall(), table))


def test_a_table_knows_nothing_of_a_beacon_that_hangs_elsewhere_and_all_of_the_others() -> None:
    table = taught(hall(), np.full(9, 3.0) * np.array([1, -1] * 4 + [1]))
    before, after = known_db(hall(), table), known_db(hall(first_x_m=8.0), table)
    assert after[0] == 0
    assert after[1:] == pytest.approx(before[1:])


def test_a_table_says_nothing_of_a_map_in_another_frame() -> None:
    assert known_db(hall(), taught(hall(), np.linspace(-4, 4, 9)), origin=(0.0, 0.0)) == pytest.approx(np.zeros(9))


LOW, HIGH = LEVELS[0].id, LEVELS[1].id


def score(error_m: float, low: float = 1.0, high: float = 1.0, misfit_db: float | None = None) -> Score:
    """Return the score of a hundred seconds on each of two levels, found so often."""
    hits = tuple((level_id, n < 100 * rate) for level_id, rate in ((LOW, low), (HIGH, high)) for n in range(100))
    return Score((error_m,) * 200, hits, () if misfit_db is None else (misfit_db,) * LEAST_SECONDS)


def test_better_is_better_by_a_margin_and_worse_nowhere() -> None:
    before = score(2.0, low=0.95, misfit_db=4.0)
    assert compared(before, score(1.8, low=0.95, misfit_db=3.9)).is_better
    assert not compared(before, score(1.97, low=0.95, misfit_db=3.9)).is_better
    assert not compared(before, score(1.5, low=1.0, high=0.99, misfit_db=3.9)).is_better
    assert not compared(before, score(1.5, low=1.0, misfit_db=4.1)).is_better


def test_visitors_alone_judge_by_what_their_other_beacons_say() -> None:
    before, after = (Score(misfit_db=(value,) * LEAST_SECONDS) for value in (4.0, 3.8))
    assert compared(before, after).is_better
    assert not compared(after, before).is_better
    assert not compared(replace(before, misfit_db=(4.0,)), replace(after, misfit_db=(3.0,))).is_better
