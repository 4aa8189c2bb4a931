"""Nodes, ways and relations of OpenStreetMap as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Tags = Mapping[str, str]
OsmId = str
"""The kind of an element and its number, such as `way/123`."""

ElementKind = Literal["node", "way", "relation"]


@dataclass(frozen=True)
class Node:
    id: int
    lng: float
    lat: float
    tags: Tags = field(default_factory=dict)

    @property
    def osm_id(self) -> OsmId:
        return f"node/{self.id}"


@dataclass(frozen=True)
class Way:
    id: int
    node_ids: tuple[int, ...]
    tags: Tags = field(default_factory=dict)

    @property
    def osm_id(self) -> OsmId:
        return f"way/{self.id}"

    @property
    def is_ring(self) -> bool:
        """Whether the way closes on itself around an area."""
        return len(self.node_ids) >= 4 and self.node_ids[0] == self.node_ids[-1]


@dataclass(frozen=True)
class Member:
    kind: ElementKind
    id: int
    role: str


@dataclass(frozen=True)
class Relation:
    id: int
    members: tuple[Member, ...]
    tags: Tags = field(default_factory=dict)

    @property
    def osm_id(self) -> OsmId:
        return f"relation/{self.id}"


Element = Node | Way | Relation


@dataclass(frozen=True, eq=False)
class Elements:
    """What one file holds, by number."""

    nodes: Mapping[int, Node]
    ways: Mapping[int, Way]
    relations: Mapping[int, Relation]

    @cached_property
    def tagged(self) -> tuple[Element, ...]:
        """Every element that says something of itself, in the order of kinds and numbers."""
        groups: tuple[Mapping[int, Element], ...] = (self.nodes, self.ways, self.relations)
        return tuple(group[number] for group in groups for number in sorted(group) if group[number].tags)

    @cached_property
    def ways_of_node(self) -> Mapping[int, tuple[Way, ...]]:
        """The ways through each node."""
        through: dict[int, list[Way]] = {}
        for _, way in sorted(self.ways.items()):
            for node_id in dict.fromkeys(way.node_ids):
                through.setdefault(node_id, []).append(way)
        return {node_id: tuple(ways) for node_id, ways in through.items()}

    def line(self, way: Way) -> list[tuple[float, float]]:
        """Return the (lng, lat) of the way's nodes that the file holds."""
        return [(self.nodes[i].lng, self.nodes[i].lat) for i in way.node_ids if i in self.nodes]

    def is_whole(self, way: Way) -> bool:
        """Return whether the file holds all nodes of the way."""
        return len(way.node_ids) >= 2 and all(i in self.nodes for i in way.node_ids)

    def outline(self, element: Way | Relation) -> tuple[int, ...]:
        """Return the numbers of the nodes of the way, or of the ways of the relation."""
        if isinstance(element, Way):
            return element.node_ids
        ways = (self.ways[m.id] for m in element.members if m.kind == "way" and m.id in self.ways)
        return tuple(node_id for way in ways for node_id in way.node_ids)

    def lacks_nodes(self, element: Way | Relation) -> bool:
        """Return whether the file lacks nodes of the way, or of a way of the relation."""
        return not all(node_id in self.nodes for node_id in self.outline(element))

    def is_drawable(self, way: Way) -> bool:
        """Return whether enough nodes are there to draw a closed way roughly: two in three; of an open way, all."""
        if not way.is_ring:
            return self.is_whole(way)
        there = sum(node_id in self.nodes for node_id in way.node_ids[1:])
        return there >= 3 and there * 3 >= (len(way.node_ids) - 1) * 2
