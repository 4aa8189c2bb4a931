"""A small way of drawing maps: nodes by metres from a corner, ways through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import pytest

from geo.frame import LocalFrame
from venues.core.imdf.features import FeatureType
from venues.core.osm.elements import Elements, Member, Node, Relation, Tags, Way
from venues.core.osm.reading import OsmImport, OsmVenue, read_osm
from venues.core.snapshot import Snapshot

CORNER = LocalFrame(51.5257, 25.2828)


@dataclass
class Drawing:
    """Collects elements. Places are metres (x, y); the same place is the same node."""

    nodes: dict[int, Node] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    _places: dict[tuple[float, float], int] = field(default_factory=dict)

    def node(self, x_m: float, y_m: float, **tags: str) -> int:
        number = self._places.setdefault((x_m, y_m), len(self._places) + 1)
        lng, lat = (round(degrees, 7) for degrees in CORNER.to_lng_lat(x_m, y_m))
        kept = self.nodes[number].tags if number in self.nodes else {}
        self.nodes[number] = Node(number, lng, lat, {**kept, **_keys(tags)})
        return number

    def way(self, number: int, places: Sequence[tuple[float, float]], **tags: str) -> None:
        self.ways[number] = Way(number, tuple(self.node(*place) for place in places), _keys(tags))

    def box(self, number: int, west: float, south: float, east: float, north: float, **tags: str) -> None:
        self.way(number, [(west, south), (east, south), (east, north), (west, north), (west, south)], **tags)

    def through(self, number: int, index: int, x_m: float, y_m: float, **tags: str) -> None:
        """Put a node into the way before its node of that index."""
        ids = self.ways[number].node_ids
        place = self.node(x_m, y_m, **tags)
        self.ways[number] = Way(number, (*ids[:index], place, *ids[index:]), self.ways[number].tags)

    def multipolygon(self, number: int, outer: int, inner: int, **tags: str) -> None:
        members = (Member("way", outer, "outer"), Member("way", inner, "inner"))
        self.relations[number] = Relation(number, members, {"type": "multipolygon", **_keys(tags)})

    def read(self, *, assume_doors: bool = False, given_levels: Mapping[str, str] | None = None) -> OsmImport:
        elements = Elements(self.nodes, self.ways, self.relations)
        return read_osm(elements, OsmVenue("test", "en"), assume_doors=assume_doors, given_levels=given_levels)


def _keys(tags: Mapping[str, str]) -> Tags:
    return {key.replace("__", ":"): value for key, value in tags.items()}


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


def walk_graph(snapshot: Snapshot) -> "nx.Graph[str]":
    """Return who can walk from where to where: units, openings on their edges, and relationships, by id."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(str(unit_id) for unit_id in snapshot.units)
    for opening in snapshot.openings.values():
        line = snapshot.shapes_m[opening.id]
        for unit in snapshot.units_by_level[opening.level_id]:
            if snapshot.shapes_m[unit.id].boundary.distance(line.interpolate(0.5, normalized=True)) < 0.05:
                graph.add_edge(str(opening.id), str(unit.id))
    for anchor in snapshot.anchors.values():
        graph.add_edge(str(anchor.id), str(anchor.unit_id))
    for relationship in snapshot.relationships.values():
        ends = [r for r in (relationship.origin, *relationship.intermediary, relationship.destination) if r is not None]
        for end in ends:
            graph.add_edge(str(relationship.id), str(end.id))
    return graph


def of_osm(result: OsmImport, osm_id: str, feature_type: FeatureType) -> list[str]:
    """Return the ids of the features of a type that come from an element."""
    return [
        str(feature.id)
        for feature in result.features
        if feature.feature_type is feature_type and feature.properties.get("dalil:osm") == osm_id
    ]
