"""The simulator obeys its rules: otherwise benchmarks lie."""

from typing import Any

import numpy as np
import pytest

from beacons.core.simulator import Air, Placements, Walker, World


def line_of_beacons(n: int, spacing_m: float = 10.0) -> Placements:
    return Placements(
        x_m=np.arange(n, dtype=np.float64) * spacing_m,
        y_m=np.zeros(n),
        height_m=np.full(n, 3.0),
        ordinal=np.zeros(n),
        building=np.zeros(n, dtype=np.intp),
        measured_power_dbm=np.full(n, -59.0),
    )


def test_reception_is_never_cut_on_distance() -> None:
    rng = np.random.default_rng(1)
    loud = Air(exponent=1.0, packet_loss=0.0)
    world = World.draw(line_of_beacons(40, spacing_m=25.0), loud, 0.0, rng)
    heard = world.hear(Walker(0.0, 0.0, 0.0, 0, 90.0), rng)
    assert max(index for index, _ in heard) == 39, "975 m away and still above the threshold at this exponent"


def test_nothing_below_the_threshold_is_heard() -> None:
    rng = np.random.default_rng(2)
    world = World.draw(line_of_beacons(200), Air(), 0.0, rng)
    for x_m in range(0, 500, 25):
        for _, rssi_dbm in world.hear(Walker(float(x_m), 2.0, 0.0, 0, 0.0), rng):
            assert rssi_dbm >= Air().threshold_dbm - 0.5


def test_the_static_field_has_its_deviation_and_its_correlation_length() -> None:
    rng = np.random.default_rng(3)
    air = Air(static_db=3.5, body_db=0.0, power_error_db=0.0, placement_error_m=0.0)
    beacons = Placements(*(np.repeat(column, 4000) for column in _columns(line_of_beacons(1))))
    world = World.draw(beacons, air, 0.0, rng)
    flat = World.draw(beacons, Air(static_db=0.0, body_db=0.0, power_error_db=0.0, placement_error_m=0.0), 0.0, rng)
    here, near, far = (
        world.expected_dbm(Walker(x_m, 0.0, 0.0, 0, 0.0)) - flat.expected_dbm(Walker(x_m, 0.0, 0.0, 0, 0.0))
        for x_m in (50.0, 54.0, 80.0)
    )
    assert np.std(here) == pytest.approx(3.5, rel=0.05)
    assert np.corrcoef(here, near)[0, 1] == pytest.approx(np.exp(-0.5), abs=0.05)
    assert abs(np.corrcoef(here, far)[0, 1]) < 0.05


def _columns(placements: Placements) -> list[Any]:
    return [
        placements.x_m, placements.y_m, placements.height_m, placements.ordinal, placements.building,
        placements.measured_power_dbm,
    ]  # fmt: skip


def test_a_body_shadows_what_is_behind_it() -> None:
    rng = np.random.default_rng(4)
    world = World.draw(line_of_beacons(3), Air(), 0.0, rng)
    facing = world.expected_dbm(Walker(5.0, 0.0, 0.0, 0, 90.0))
    turned = world.expected_dbm(Walker(5.0, 0.0, 0.0, 0, 270.0))
    assert turned[0] - facing[0] == pytest.approx(Air().body_db)
    assert facing[1] - turned[1] == pytest.approx(Air().body_db)


def test_the_same_seed_draws_the_same_world_and_the_same_sightings() -> None:
    def heard(seed: int) -> list[tuple[int, float]]:
        rng = np.random.default_rng(seed)
        world = World.draw(line_of_beacons(20), Air(), 2.0, rng)
        return list(world.hear(Walker(33.0, 1.0, 0.0, 0, 45.0), rng))

    assert heard(7) == heard(7) != heard(8)
