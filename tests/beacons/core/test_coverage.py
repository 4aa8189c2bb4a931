"""The bound: the specification's figures, and the laws that it obeys."""

from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis.strategies import floats, integers

from beacons.core.cells import Area, Cells, lay
from beacons.core.coverage import Radio, Senders, bound_m, information, predicted
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.proposing import HEIGHT_M, proposed
from beacons.core.sighting import IBeaconId

LEVEL = DeployedLevel(UUID(int=1), 0.0, 0)
# All that is within 20 m is heard, 1.9 m above the phone: what POSITIONING.md's figures were computed with, as near as can be
# told from them.
HEARD_M, ABOVE_M = 20.0, 1.9


def senders_at(x_m: np.ndarray, y_m: np.ndarray, height_m: float = 3.1) -> Senders:
    k = len(x_m)
    return Senders(x_m, y_m, np.full(k, height_m), np.full(k, -59.0), np.zeros(k), np.zeros(k, np.int32))


def grid_about(rng: np.random.Generator, per_m2: float, radius_m: float) -> Senders:
    """Return a square grid of beacons anyhow about the origin, as far as the radius."""
    step_m = per_m2**-0.5
    line = np.arange(-radius_m - step_m, radius_m + step_m, step_m)
    x_m, y_m = (axis.ravel() for axis in np.meshgrid(line + rng.uniform(0, step_m), line + rng.uniform(0, step_m)))
    near = np.hypot(x_m, y_m) <= radius_m
    return senders_at(x_m[near], y_m[near], 1.2 + ABOVE_M)


@pytest.mark.parametrize(
    ("noise_db", "m2_a_beacon", "expected_m"),
    [(4, 30, 1.48), (4, 50, 1.97), (4, 100, 2.93), (6, 30, 2.23), (6, 50, 2.92), (6, 100, 4.35)],
)
def test_the_bound_is_the_specification_s(noise_db: float, m2_a_beacon: float, expected_m: float) -> None:
    radio = Radio(noise_db, 2.0, threshold_dbm=-1000, offset_deviation_db=np.inf, prior_m=np.inf)
    rng = np.random.default_rng(7)
    bounds = []
    for _ in range(300):
        each, _ = information(grid_about(rng, 1 / m2_a_beacon, HEARD_M), LEVEL, np.zeros(1), np.zeros(1), radio)
        bounds.append(bound_m(each.sum(axis=1), radio)[0])
    assert np.mean(bounds) == pytest.approx(expected_m, rel=0.02)


def test_a_beacon_that_is_not_heard_tells_something_too() -> None:
    at = np.zeros(1)
    heard = grid_about(np.random.default_rng(3), 1 / 50, 25.0)
    near = np.hypot(heard.x_m, heard.y_m) < 12
    only_heard = senders_at(heard.x_m[near], heard.y_m[near])
    radio = Radio(threshold_dbm=-85)
    bounds = [bound_m(information(some, LEVEL, at, at, radio)[0].sum(axis=1), radio)[0] for some in (heard, only_heard)]
    assert bounds[0] < bounds[1]


@given(floats(-40, 40), floats(-40, 40), integers(0, 9))
def test_one_more_beacon_never_makes_the_bound_worse(x_m: float, y_m: float, seed: int) -> None:
    rng, at, radio = np.random.default_rng(seed), np.zeros(1), Radio()
    places = rng.uniform(-30, 30, (2, 6))
    found = information(senders_at(*places), LEVEL, at, at, radio)[0].sum(axis=1)
    more = found + information(senders_at(np.array([x_m]), np.array([y_m])), LEVEL, at, at, radio)[0].sum(axis=1)
    assert bound_m(more, radio)[0] <= bound_m(found, radio)[0] * (1 + 1e-9)


def test_the_information_is_the_curvature_of_the_likelihood() -> None:
    """Without censoring and offset, it is b^2 u u^T r^2 / d^4 / sigma^2 as POSITIONING.md writes it."""
    radio = Radio(4.0, 2.0, threshold_dbm=-1000)
    each, chance = information(
        senders_at(np.array([3.0]), np.array([4.0]), 3.2), LEVEL, np.zeros(1), np.zeros(1), radio
    )
    slope = 10 * 2 / (4 * np.log(10))
    expected = slope**2 * 25 / (25 + 4) ** 2 * np.array([[0.36, 0.48], [0.48, 0.64]])
    xx, xy, _, yy, *_ = each[0, 0]
    assert [[xx, xy], [xy, yy]] == pytest.approx(expected)
    assert chance[0, 0] == pytest.approx(1)


def hall(width_m: float, *beacons: tuple[float, float]) -> tuple[Deployment, Cells]:
    deployed = [
        DeployedBeacon(UUID(int=n), IBeaconId(UUID(int=9), 1, n), "", x_m, y_m, LEVEL.id, 3.0, -59)
        for n, (x_m, y_m) in enumerate(beacons, start=1)
    ]
    cells = lay([Area(shapely.box(0, 0, width_m, 20), 0)], (LEVEL.id,), spacing_m=2.0)
    return Deployment.build("0" * 64, deployed, [LEVEL]), cells


def test_a_visitor_is_located_among_beacons_and_not_far_from_them() -> None:
    deployment, cells = hall(160.0, (4, 4), (12, 16), (20, 4), (28, 16), (4, 16), (20, 12))
    coverage = predicted(deployment, cells, [LEVEL], Radio())
    assert coverage.located[(cells.x_m > 4) & (cells.x_m < 25)].mean() > 0.7
    assert not coverage.located[cells.x_m > 110].any()
    assert (coverage.heard[cells.x_m < 25] >= 3).all()
    assert np.isfinite(coverage.rmse_m).all()


def test_a_deployment_without_beacons_locates_nobody() -> None:
    deployment, cells = hall(40.0)
    coverage = predicted(deployment, cells, [LEVEL], Radio())
    assert not coverage.located.any()
    assert not coverage.heard.any()


def test_proposals_come_where_it_is_worst_and_help() -> None:
    deployment, cells = hall(80.0, (4, 4), (12, 16), (20, 4), (28, 16), (4, 16), (20, 12))
    coverage = predicted(deployment, cells, [LEVEL], Radio())
    found = proposed(coverage, count=6, power_dbm=-59, radio=Radio(), levels=[0])
    assert found
    assert min(proposal.x_m for proposal in found) > 28
    assert all(proposal.rmse_after_m < proposal.rmse_before_m for proposal in found)
    more = [(4, 4), (12, 16), (20, 4), (28, 16), (4, 16), (20, 12), *((each.x_m, each.y_m) for each in found)]
    after = predicted(hall(80.0, *more)[0], cells, [LEVEL], Radio())
    assert after.located.mean() > coverage.located.mean()
    assert {each.height_m for each in found} == {HEIGHT_M}
