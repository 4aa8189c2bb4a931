"""What a belief says in a few numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beacons.core.filter import Belief
from beacons.core.hearing import Offset
from beacons.core.states import INSTANTS
from beacons.core.summary import summarised


def _belief(places: list[tuple[float, float]], variance_m2: float) -> Belief:
    """Return a belief of as many states of equal weight, each normal in both axes with half of this variance."""
    x_m, y_m = np.array(places).T
    weight = np.full(len(places), 1 / len(places))
    now = weight[:, None] * np.column_stack([x_m, y_m, x_m**2 + y_m**2 + variance_m2])
    moments = np.concatenate([weight[:, None], np.tile(now, INSTANTS)], axis=1)
    return Belief(np.arange(len(places)), moments, np.zeros((len(places), INSTANTS), np.int16), Offset())


def test_one_wide_state_has_the_tails_of_a_normal_distribution() -> None:
    found = summarised(_belief([(30.0, 40.0)], 4.0))

    # Rayleigh: the quantile of p is sqrt(-variance ln(1 - p)).
    assert found.accuracy_m == pytest.approx(2 * np.sqrt(-np.log(0.32)), rel=0.05)
    assert found.accuracy_95_m == pytest.approx(2 * np.sqrt(-np.log(0.05)), rel=0.05)


@given(
    places=st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=1, max_size=12),
    variance_m2=st.floats(0.2, 9),
)
def test_radii_hold_what_is_drawn_from_the_belief(places: list[tuple[float, float]], variance_m2: float) -> None:
    found = summarised(_belief(places, variance_m2))
    rng = np.random.default_rng(5)
    drawn = np.array(places)[rng.integers(len(places), size=4000)] + rng.normal(0, np.sqrt(variance_m2 / 2), (4000, 2))
    away_m = np.hypot(*(drawn - (found.x_m, found.y_m)).T)

    assert (away_m <= found.accuracy_95_m * 1.05).mean() > 0.92
    assert (away_m <= found.accuracy_m * 1.05).mean() > 0.62
    assert found.accuracy_95_m >= found.accuracy_m
