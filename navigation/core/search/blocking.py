"""What stands in somebody's way."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import numpy as np

from navigation.core.graph import NONE, RoutingGraph
from navigation.core.profiles import WALKING, Mask, durations_ms
from navigation.core.search.seeds import Seed
from navigation.core.search.stamped import shortest_path

# What a barrier adds to a way: more than any walk, so that the fewest barriers are named.
BARRIER_MS = 6 * 3_600_000


class Traveller(Protocol):
    """Whoever can say what they can't take: a profile, or a profile with wishes."""

    def forbids(self, graph: RoutingGraph) -> Mask:
        """(m,) true for the edges that can't be taken."""
        ...


def blocking_features(
    graph: RoutingGraph, traveller: Traveller, sources: Sequence[Seed], targets: Sequence[Seed]
) -> list[UUID]:
    """Return the features that stand in the traveller's way: those that are forbidden on the way with the fewest of them.

    Empty where nobody could get there.
    """
    forbidden = traveller.forbids(graph)
    costs = durations_ms(WALKING, graph) + np.where(forbidden, np.int32(BARRIER_MS), np.int32(0))
    path = shortest_path(graph, costs, sources, targets)
    if path is None:
        return []
    indices = graph.edge_feature[path.edges[forbidden[path.edges]]].tolist()
    return [graph.feature_ids[index] for index in dict.fromkeys(indices) if index != NONE]
