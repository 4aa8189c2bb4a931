"""Membership is the probability of a zone under the posterior."""

from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.zones import ZoneIndex, membership
from tests.notifications.places import CELLAR, STREET, position_at, square


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
    zones = [square(number, 7.0 * number - 30, 5.0 * number - 30, 9) for number in range(1, 9)]
    asked = {
        zone.id: float(np.mean([zone.shape_m.contains(shapely.Point(point)) for point in points])) for zone in zones
    }

    found = membership(ZoneIndex(zones), position_at(points))

    assert found == {zone_id: pytest.approx(p) for zone_id, p in asked.items() if p > 0}
