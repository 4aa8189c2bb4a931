"""A simulated walk is where its route says, when it says."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.following.walk import Walk, WalkedStep

STREET, UPSTAIRS = UUID(int=1), UUID(int=2)

WALK = Walk(
    [
        WalkedStep([(0, 0), (10, 0), (10, 10)], 20.0, STREET, STREET),
        WalkedStep([(10, 10), (10, 10)], 30.0, STREET, UPSTAIRS),
        WalkedStep([(10, 10), (0, 10)], 10.0, UPSTAIRS, UPSTAIRS),
    ]
)


@pytest.mark.parametrize(
    ("elapsed_s", "x_m", "y_m", "level_id"),
    [
        (-1, 0, 0, STREET),
        (5, 5, 0, STREET),
        (15, 10, 5, STREET),
        (30, 10, 10, STREET),
        (40, 10, 10, UPSTAIRS),
        (55, 5, 10, UPSTAIRS),
        (999, 0, 10, UPSTAIRS),
    ],
)
def test_the_walker_is_on_the_line_and_changes_levels_on_the_way(
    elapsed_s: float, x_m: float, y_m: float, level_id: UUID
) -> None:
    truth = WALK.at(elapsed_s)
    assert (truth.x_m, truth.y_m) == pytest.approx((x_m, y_m))
    assert truth.level_id == level_id


def test_the_walker_faces_where_they_go() -> None:
    assert [WALK.at(second).bearing_deg for second in (5, 15, 55)] == [90, 0, 270]


@given(st.floats(0, 60), st.floats(0, 5))
def test_nobody_walks_faster_than_the_route_says(start_s: float, later_s: float) -> None:
    before, after = WALK.at(start_s), WALK.at(start_s + later_s)
    assert abs(after.x_m - before.x_m) + abs(after.y_m - before.y_m) <= later_s * 1.0 + 1e-9


def test_a_walk_needs_a_step() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        Walk([])
