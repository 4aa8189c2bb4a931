"""Which edges a feature lets through: those that a closed door, a lift out of order or a shut unit takes out of the graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np

from navigation.core.graph import NONE, Ints, RoutingGraph

NO_EDGES: Ints = np.empty(0, np.int32)


@dataclass(frozen=True, eq=False)
class Passages:
    """The edges of each feature of a graph, ascending. A unit's are those that lead into it: who is inside is let out."""

    graph: RoutingGraph

    def of(self, feature_id: UUID, level_id: UUID | None = None) -> Ints:
        """Return the edges that a feature lets through, on one level only where it is given: a lift's stop there."""
        edges = self._into_unit.get(feature_id)
        if edges is None:
            edges = self._along.get(feature_id, NO_EDGES)
        if level_id is None:
            return edges
        graph = self.graph
        if level_id not in graph.level_ids:
            return NO_EDGES
        level = graph.level_ids.index(level_id)
        ends_there = (graph.node_level[graph.tail[edges]] == level) | (graph.node_level[graph.head[edges]] == level)
        return edges[np.flatnonzero(ends_there)]

    def is_dead_end(self, unit_id: UUID) -> bool:
        """Return whether one feature alone leads into a unit: nobody ever passes through it."""
        return len(np.unique(self.graph.edge_feature[self.of(unit_id)])) <= 1

    @cached_property
    def _along(self) -> Mapping[UUID, Ints]:
        edges = np.flatnonzero(self.graph.edge_feature != NONE)
        return self._grouped(edges, self.graph.edge_feature[edges])

    @cached_property
    def _into_unit(self) -> Mapping[UUID, Ints]:
        unit = self.graph.node_unit
        into, out_of = unit[self.graph.head], unit[self.graph.tail]
        edges = np.flatnonzero((into != NONE) & (into != out_of))
        inside = {self.graph.feature_ids[index]: NO_EDGES for index in np.unique(unit[unit != NONE]).tolist()}
        return inside | self._grouped(edges, into[edges])

    def _grouped(self, edges: np.ndarray, features: Ints) -> dict[UUID, Ints]:
        order = np.argsort(features, kind="stable")
        names, starts = np.unique(features[order], return_index=True)
        groups = np.split(edges[order].astype(np.int32), starts[1:])
        return {self.graph.feature_ids[name]: group for name, group in zip(names.tolist(), groups, strict=False)}
