"""The networkx model under construction: nodes numbered from 0, edges with what is true of them."""

from dataclasses import dataclass, field, replace
from math import dist
from typing import Any
from uuid import UUID

import networkx as nx

from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph
from venues.core.snapshot import Snapshot

NO_FLAGS = EdgeFlag(0)


@dataclass(frozen=True)
class Traits:
    """What is true of an edge besides its ends. `rise` is that of the whole way, forwards."""

    kind: EdgeKind
    feature_id: UUID
    flags: EdgeFlag = NO_FLAGS
    width_m: float | None = None
    slope_percent: float = 0.0
    time_factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Model:
    """A multigraph of walks, doors and rides. See `navigation.core.graph` for its attributes."""

    graph: "nx.MultiDiGraph[int]" = field(repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Model":
        """Return the empty model of a snapshot."""
        return cls(nx.MultiDiGraph(snapshot_hash=snapshot.content_hash))

    def node(
        self, x_m: float, y_m: float, level_id: UUID, *, unit_id: UUID | None = None, feature_id: UUID | None = None
    ) -> int:
        """Add a node and return its number."""
        number = len(self.graph)
        self.graph.add_node(number, x_m=float(x_m), y_m=float(y_m), level=level_id, unit=unit_id, feature=feature_id)
        return number

    def place_m(self, node: int) -> tuple[float, float]:
        """Return where a node is, in metres."""
        data = self.graph.nodes[node]
        return data["x_m"], data["y_m"]

    def crow_m(self, a: int, b: int) -> float:
        """Return the distance between two nodes in metres."""
        return dist(self.place_m(a), self.place_m(b))

    def one_way(self, tail: int, head: int, traits: Traits, length_m: float, rise: float = 0.0) -> None:
        """Add an edge from `tail` to `head`."""
        data: dict[str, Any] = {"kind": traits.kind, "feature": traits.feature_id, "length_m": float(length_m)}
        if traits.flags:
            data["flags"] = traits.flags
        if rise:
            data["rise"] = rise
        if traits.width_m is not None:
            data["width_m"] = traits.width_m
        if traits.slope_percent:
            data["slope_percent"] = traits.slope_percent
        if traits.time_factor != 1:
            data["time_factor"] = traits.time_factor
        self.graph.add_edge(tail, head, **data)

    def both_ways(self, a: int, b: int, traits: Traits, length_m: float, rise: float = 0.0) -> None:
        """Add an edge and its reverse, which descends where the first climbs."""
        self.one_way(a, b, traits, length_m, rise)
        back = replace(traits, slope_percent=-traits.slope_percent) if traits.slope_percent else traits
        self.one_way(b, a, back, length_m, -rise)

    def compiled(self) -> RoutingGraph:
        """Return the arrays of the model."""
        return RoutingGraph.from_networkx(self.graph)
