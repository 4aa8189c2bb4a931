"""Shares, differences and the numbers too small to be told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.reporting import SMALLEST_CELL, difference, share


def test_the_interval_is_the_one_in_newcombes_paper() -> None:
    """Newcombe 1998, table II, contrast (a): 56/70 - 48/80, method 10."""
    found = difference((56, 70), (48, 80))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(st.integers(0, 60), st.integers(0, 60))
def test_no_share_is_told_of_fewer_than_ten_visitors(hits: int, more: int) -> None:
    found = share(hits, hits + more)
    assert (found is not None) == (hits >= SMALLEST_CELL)
    if found is not None:
        rounding = 1e-12
        assert -rounding <= found.low <= found.value + rounding <= found.high + 2 * rounding <= 1 + 3 * rounding


def test_the_interval_holds_the_truth_in_95_of_100_reports() -> None:
    rng = np.random.default_rng(7)
    told, held, truth = 400, 300, 0.25 - 0.10
    hits, control = rng.binomial(told, 0.25, 2_000), rng.binomial(held, 0.10, 2_000)
    found = [difference((int(a), told), (int(b), held)) for a, b in zip(hits, control, strict=True)]
    held_truth = [each.low <= truth <= each.high for each in found if each is not None]
    assert len(held_truth) > 1_900
    assert np.mean(held_truth) == pytest.approx(0.95, abs=0.02)
