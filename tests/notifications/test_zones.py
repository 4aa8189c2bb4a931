"""Membership is the probability of a zone under the posterior."""

from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from notifications.core.zone_raster import PARTS, TILE_M
from notifications.core.zones import Zone, ZoneIndex, membership
from tests.notifications.places import CELLAR, STREET, position_at, square

# Half the diagonal of a part of a tile: so far from an outline either answer is right.
OUTLINE_M = TILE_M / PARTS / 2 * 2**0.5 + 1e-9


def _depth_m(shape: BaseGeometry, point: tuple[float, float]) -> float:
    """Return how far inside a shape a point lies, below 0 outside."""
    at = shapely.Point(point)
    return (1 if shape.contains(at) else -1) * shape.boundary.distance(at)


def test_membership_is_the_share_of_the_posterior_and_not_where_its_mean_lies() -> None:
    index = ZoneIndex([square(7, 0, 0, 10)])
    position = position_at([(1, 1), (2, 2), (3, 3), (100, 100)])

    assert not shapely.box(0, 0, 10, 10).contains(shapely.Point(position.point.x_m, position.point.y_m))
    assert membership(index, position) == {UUID(int=7): 0.75}


def test_the_same_place_on_another_level_is_another_zone() -> None:
    index = ZoneIndex([square(7, 0, 0, 10, STREET), square(8, 0, 0, 10, CELLAR), square(9, 0, 0, 10, STREET, CELLAR)])
    position = position_at([(1, 1)] * 4, levels=[STREET, STREET, STREET, CELLAR])

    assert membership(index, position) == {UUID(int=7): 0.75, UUID(int=8): 0.25, UUID(int=9): 1.0}


def test_a_level_without_zones_costs_nothing_and_gives_nothing() -> None:
    assert membership(ZoneIndex([square(7, 0, 0, 10)]), position_at([(1, 1)], level=CELLAR)) == {}


def test_ten_points_of_a_tenth_reach_the_threshold_exactly() -> None:
    position = position_at([(1, 1)] * 7 + [(50, 50)] * 3)

    assert membership(ZoneIndex([square(7, 0, 0, 10)]), position) == {UUID(int=7): 0.7}


@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=1, max_size=64))
def test_membership_agrees_with_asking_every_zone_about_every_point(points: list[tuple[float, float]]) -> None:
    shapes: list[BaseGeometry] = [
        shapely.box(7.0 * n - 30, 5.0 * n - 30, 7.0 * n - 21, 5.0 * n - 21) for n in range(1, 7)
    ]
    ring = shapely.Point(3, -4).buffer(15).difference(shapely.Point(5, -4).buffer(6))
    shapes += [ring, shapely.MultiPolygon([shapely.box(-30, 10, -20.3, 12), shapely.box(0.1, 0.2, 0.3, 30)])]
    zones = [Zone(UUID(int=number), shape, frozenset({STREET})) for number, shape in enumerate(shapes, start=1)]

    found = membership(ZoneIndex(zones), position_at(points))

    for zone in zones:
        at_least = np.mean([_depth_m(zone.shape_m, point) > OUTLINE_M for point in points])
        at_most = np.mean([_depth_m(zone.shape_m, point) > -OUTLINE_M for point in points])
        assert at_least - 1e-9 <= found.get(zone.id, 0.0) <= at_most + 1e-9


def test_of_two_areas_side_by_side_a_point_between_them_is_in_one() -> None:
    index = ZoneIndex([square(7, 0, 0, 10), square(8, 10, 0, 10)])

    assert membership(index, position_at([(10, 5)])) == {UUID(int=8): 1.0}


@given(st.lists(st.lists(st.tuples(st.floats(-9, 99), st.floats(-9, 99)), min_size=1, max_size=5), max_size=6))
def test_many_positions_at_one_go_are_as_each_by_itself(clouds: list[list[tuple[float, float]]]) -> None:
    index = ZoneIndex([square(number, 3.5 * number, 40 - number, 30) for number in range(1, 20)])
    positions = [position_at([(0, 0)]), *(position_at(points) for points in clouds)]

    found = index.shares(index.clouds([position.posterior for position in positions]))

    for number, position in enumerate(positions):
        own = slice(found.start[number], found.start[number + 1])
        told = {index.ids[zone]: round(share, 9) for zone, share in zip(found.zone[own], found.share[own], strict=True)}
        assert told == pytest.approx(membership(index, position))
