"""The order in which stops are best visited: exact, by dynamic programming over the sets of stops behind one.

M. Held, R. Karp, A Dynamic Programming Approach to Sequencing Problems, J. SIAM 10(1), 1962. A stop may be met at any of
several places, so that the pharmacy on the way is taken rather than the one that is nearest to the stop before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Stops = Sequence[Sequence[int]]
"""The places of each stop, as indices into the costs."""


@dataclass(frozen=True, eq=False)
class _Reached:
    """What it costs to have come to each place of a stop (k,), from which stop before and which of its places (k,)."""

    costs: NDArray[np.float64]
    stop_before: NDArray[np.intp]
    number_before: NDArray[np.intp]


_State = tuple[frozenset[int], int]
"""The stops behind one, without the first, and the stop where one is."""


def best_tour(costs: NDArray[np.float64], stops: Stops) -> list[tuple[int, int]] | None:
    """Return the cheapest tour from the first stop over all others to the last as (stop, number of its place) pairs.

    `costs` (k, k) from place to place are infinite where there is no way. None where no tour has one.

    >>> best_tour(np.array([[0, 9, 2, 9], [9, 0, 9, 1], [9, 3, 0, 9], [9, 9, 9, 0]], float), [[0], [1], [2], [3]])
    [(0, 0), (2, 0), (1, 0), (3, 0)]
    """
    last = len(stops) - 1
    inner = range(1, last)
    nothing = np.empty(0, np.intp)
    reached: dict[_State, _Reached] = {(frozenset(), 0): _Reached(np.zeros(len(stops[0])), nothing, nothing)}
    for size in range(1, len(inner) + 1):
        for visited in map(frozenset, combinations(inner, size)):
            for stop in visited:
                behind = visited - {stop}
                reached[behind, stop] = _cheapest(costs, stops, reached, behind, stop)
    end: _State = (frozenset(inner), last)
    reached[end] = _cheapest(costs, stops, reached, *end)
    if not np.isfinite(reached[end].costs).any():
        return None
    return _unwound(reached, end)


def _cheapest(
    costs: NDArray[np.float64], stops: Stops, reached: Mapping[_State, _Reached], behind: frozenset[int], stop: int
) -> _Reached:
    """Return what it costs to come to a stop with these ones behind one."""
    before = [(each, reached[behind - {each}, each]) for each in behind or {0}]
    places = np.concatenate([stops[each] for each, _ in before])
    onward = (
        np.concatenate([state.costs for _, state in before])[:, None] + costs[np.ix_(places, np.asarray(stops[stop]))]
    )
    best = onward.argmin(axis=0)
    stop_of = np.repeat([each for each, _ in before], [len(stops[each]) for each, _ in before])
    number_of = np.concatenate([np.arange(len(stops[each])) for each, _ in before])
    return _Reached(onward[best, np.arange(len(best))], stop_of[best], number_of[best])


def _unwound(reached: Mapping[_State, _Reached], end: _State) -> list[tuple[int, int]]:
    behind, stop = end
    number = int(reached[end].costs.argmin())
    tour = [(stop, number)]
    while stop != 0:
        state = reached[behind, stop]
        stop, number = int(state.stop_before[number]), int(state.number_before[number])
        behind = behind - {stop}
        tour.append((stop, number))
    return tour[::-1]
