"""Tours: no order and no choice of places is cheaper than the one found."""

from collections.abc import Sequence
from itertools import pairwise, permutations, product
from math import inf, isinf

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.finding.tours import best_tour

COSTS = st.one_of(st.integers(0, 50).map(float), st.just(inf))


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, list[list[int]]]:
    """Return costs between places, and up to five stops that are met at up to two of them each."""
    sizes = draw(st.lists(st.integers(1, 2), min_size=2, max_size=5))
    count = sum(sizes)
    costs = draw(st.lists(st.lists(COSTS, min_size=count, max_size=count), min_size=count, max_size=count))
    numbers = iter(range(count))
    return np.array(costs), [[next(numbers) for _ in range(size)] for size in sizes]


def cheapest_of_all(costs: np.ndarray, stops: Sequence[Sequence[int]]) -> float:
    orders = [(0, *order, len(stops) - 1) for order in permutations(range(1, len(stops) - 1))]
    return min(
        sum(float(costs[a, b]) for a, b in pairwise(places))
        for order in orders
        for places in product(*(stops[stop] for stop in order))
    )


@given(problems())
def test_no_order_and_no_choice_of_places_is_cheaper(problem: tuple[np.ndarray, list[list[int]]]) -> None:
    costs, stops = problem
    tour, truth = best_tour(costs, stops), cheapest_of_all(costs, stops)
    if tour is None:
        assert isinf(truth)
        return
    assert [tour[0][0], tour[-1][0]] == [0, len(stops) - 1]
    assert sorted(stop for stop, _ in tour) == list(range(len(stops)))
    places = [stops[stop][number] for stop, number in tour]
    assert sum(float(costs[a, b]) for a, b in pairwise(places)) == truth
