"""The routing graph in words that other programs read: for GraphML and node-link JSON, which know text and numbers alone.

Nodes have `x_m`, `y_m` (metres east and north of the venue's origin), `lng`, `lat`, `level` and, where there is one, `unit` and
`feature`. Edges have `kind`, `length_m`, `feature`, and what differs from DEFAULTS. Ids are text; `flags` are names with spaces between.
"""

from typing import Any
from uuid import UUID

import networkx as nx

from geo.frame import LocalFrame
from navigation.core.graph import DEFAULTS, EdgeFlag, EdgeKind, RoutingGraph

IDS = ("level", "unit", "feature")
# Nine decimals of a degree are 0.1 mm.
DEGREE_DECIMALS = 9

Attributes = dict[str, Any]


def to_portable(graph: RoutingGraph, frame: LocalFrame) -> "nx.MultiDiGraph[int]":
    """Return the model of a graph in words and numbers alone. The key of an edge is its index in the graph."""
    model = graph.to_networkx()
    portable: nx.MultiDiGraph[int] = nx.MultiDiGraph(**model.graph)
    for node, attributes in model.nodes(data=True):
        lng, lat = frame.to_lng_lat(attributes["x_m"], attributes["y_m"])
        place = {"lng": round(lng, DEGREE_DECIMALS), "lat": round(lat, DEGREE_DECIMALS)}
        portable.add_node(node, **_told(attributes), **place)
    for tail, head, key, attributes in model.edges(keys=True, data=True):
        portable.add_edge(tail, head, key=key, **_told(attributes))
    return portable


def from_portable(portable: "nx.MultiDiGraph[int]") -> RoutingGraph:
    """Return the graph of `to_portable`, as it was or as somebody changed it."""
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(**portable.graph)
    model.add_nodes_from((node, _understood(portable.nodes[node])) for node in range(len(portable)))
    for tail, head, key, attributes in sorted(portable.edges(keys=True, data=True), key=lambda edge: edge[2]):
        model.add_edge(tail, head, key=key, **_understood(attributes))
    return RoutingGraph.from_networkx(model)


def _told(attributes: Attributes) -> Attributes:
    """Return what is said of a node or an edge, without what goes without saying."""
    told = {name: value for name, value in attributes.items() if value is not None and value != DEFAULTS.get(name)}
    told |= {name: str(told[name]) for name in IDS if name in told}
    if "kind" in told:
        told["kind"] = EdgeKind(told["kind"]).name.lower()
    if "flags" in told:
        told["flags"] = " ".join(str(flag.name).lower() for flag in EdgeFlag(told["flags"]))
    return told


def _understood(told: Attributes) -> Attributes:
    understood = told | {name: UUID(told[name]) for name in IDS if name in told}
    if "kind" in told:
        understood |= {"kind": EdgeKind[told["kind"].upper()], "feature": understood.get("feature")}
    if "flags" in told:
        flags = EdgeFlag(0)
        for name in told["flags"].split():
            flags |= EdgeFlag[name.upper()]
        understood["flags"] = flags
    return understood
