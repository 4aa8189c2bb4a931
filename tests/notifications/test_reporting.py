"""Shares, differences and the numbers too small to be told."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.reporting import SMALLEST_CELL, difference, funnel, share


def test_the_interval_is_the_one_in_newcombes_paper() -> None:
    """Newcombe 1998, table II, contrast (a): 56/70 - 48/80, method 10."""
    found = difference((56, 70), (48, 80))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(st.integers(0, 60), st.integers(0, 60))
def test_no_share_is_told_of_fewer_than_ten_visitors_nor_where_the_others_are_fewer(hits: int, more: int) -> None:
    found = share(hits, hits + more)
    assert (found is not None) == (hits >= SMALLEST_CELL and (more == 0 or more >= SMALLEST_CELL))
    if found is not None:
        rounding = 1e-12
        assert -rounding <= found.low <= found.value + rounding <= found.high + 2 * rounding <= 1 + 3 * rounding


@given(st.lists(st.integers(0, 80), min_size=3, max_size=3).map(lambda counts: sorted(counts, reverse=True)))
def test_no_two_steps_of_a_funnel_tell_of_fewer_than_ten_by_subtraction(counts: list[int]) -> None:
    found = [counts[0], *(step.hits for step in funnel(*counts) if step is not None)]
    rests = [a - b for a, b in combinations(found, 2)]
    assert all(rest == 0 or rest >= SMALLEST_CELL for rest in rests)


def test_the_interval_holds_the_truth_in_95_of_100_reports() -> None:
    rng = np.random.default_rng(7)
    told, held, truth = 400, 300, 0.25 - 0.10
    hits, control = rng.binomial(told, 0.25, 2_000), rng.binomial(held, 0.10, 2_000)
    found = [difference((int(a), told), (int(b), held)) for a, b in zip(hits, control, strict=True)]
    held_truth = [each.low <= truth <= each.high for each in found if each is not None]
    assert len(held_truth) > 1_900
    assert np.mean(held_truth) == pytest.approx(0.95, abs=0.02)
