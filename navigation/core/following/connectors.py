"""Where one floor of a map leads to another: what a change of level is believed by."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from navigation.core.graph import RoutingGraph
from navigation.core.guiding.stretches import RIDES, Point

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Connectors:
    """The ends of stairs, escalators, lifts and ramps: x_m, y_m (c), and the ordinals of the floors (c) that meet there."""

    x_m: Floats
    y_m: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, graph: RoutingGraph, ordinals: Mapping[UUID, float]) -> "Connectors":
        """Return those of a graph; `ordinals` are those of its levels."""
        rides = np.flatnonzero(np.isin(graph.kind, RIDES))
        heights = np.array([ordinals[id_] for id_ in graph.level_ids], float)
        tails, heads = graph.tail[rides], graph.head[rides]
        floors = np.sort([heights[graph.node_level[tails]], heights[graph.node_level[heads]]], axis=0)
        return cls(graph.node_x_m[tails], graph.node_y_m[tails], floors[0], floors[1])

    def leads(self, from_: float, to: float | None, point: Point, reach_m: float) -> bool:
        """Return whether something near a point leads from the floor of an ordinal towards another; None: to any other.

        A flight in that direction is enough: the next one may begin where it ends.
        """
        near = np.hypot(self.x_m - point[0], self.y_m - point[1]) <= reach_m
        up = near & (self.lower <= from_) & (self.upper > from_)
        down = near & (self.upper >= from_) & (self.lower < from_)
        if to is None:
            return bool((up | down).any())
        return bool((up if to > from_ else down).any())


NO_CONNECTORS = Connectors(*(np.empty(0) for _ in range(4)))
"""Of a map of one floor."""
