"""What stands in somebody's way."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import numpy as np

from navigation.core.graph import NONE, Ints, RoutingGraph
from navigation.core.profiles import WALKING, Mask, durations_ms
from navigation.core.search.seeds import Seed
from navigation.core.search.stamped import shortest_path

# What a barrier adds to a way: more than any walk, so that the fewest barriers are named; and what is only closed for now adds
# less, so that a lift out of order is named before the stairs beside it.
BARRIER_MS = 6 * 3_600_000
SHUT_MS = BARRIER_MS // 6


class Traveller(Protocol):
    """Whoever can say what they can't take: a profile, or a profile with wishes."""

    def forbids(self, graph: RoutingGraph) -> Mask:
        """(m,) true for the edges that can't be taken."""
        ...


def blocking_features(
    graph: RoutingGraph, traveller: Traveller, sources: Sequence[Seed], targets: Sequence[Seed]
) -> list[UUID]:
    """Return the features that stand in the traveller's way, each once, in order. Empty where nobody could get there."""
    barriers = blocking_edges(graph, traveller.forbids(graph), (), sources, targets)
    indices = graph.edge_feature[barriers].tolist()
    return [graph.feature_ids[index] for index in dict.fromkeys(indices) if index != NONE]


def blocking_edges(
    graph: RoutingGraph, forbidden: Mask, shut: Sequence[int], sources: Sequence[Seed], targets: Sequence[Seed]
) -> Ints:
    """Return the forbidden (m,) and the shut edges on the way with the fewest of them, in order.

    Empty where nobody could get there.
    """
    barrier_ms = np.zeros(graph.edge_count, np.int32)
    barrier_ms[list(shut)] = SHUT_MS
    barrier_ms[forbidden] = BARRIER_MS
    path = shortest_path(graph, durations_ms(WALKING, graph) + barrier_ms, sources, targets)
    if path is None:
        return np.empty(0, np.int32)
    barriers: Ints = path.edges[barrier_ms[path.edges] > 0]
    return barriers
