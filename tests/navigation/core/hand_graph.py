"""A graph drawn by hand on the small map: the street, the hall, stairs and a lift to the concourse, an upper hall."""

import networkx as nx

from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import CONCOURSE, GROUND, STREET_LEVEL, id_of

NODES = {
    "street": (5.0, 5.0, STREET_LEVEL, here.STREET),
    "gate": (30.0, 10.0, STREET_LEVEL, here.STREET),
    "gate inside": (30.0, 10.0, GROUND, here.HALL),
    "pharmacy door": (40.0, 25.0, GROUND, here.HALL),
    "pharmacy": (50.0, 25.0, GROUND, here.PHARMACY),
    "lift": (5.0, 35.0, GROUND, here.LIFT),
    "lift below": (5.0, 35.0, CONCOURSE, here.LIFT_BELOW),
    "stairs": (20.0, 30.0, GROUND, here.HALL),
    "stairs below": (20.0, 22.0, CONCOURSE, here.CONCOURSE_HALL),
    "concourse": (50.0, 12.0, CONCOURSE, here.CONCOURSE_HALL),
}
NODE = {name: number for number, name in enumerate(NODES)}
FLIGHT, RIDE = id_of("flight"), id_of("ride")


def hand_graph() -> RoutingGraph:
    """Return the graph; node numbers are those of NODE."""
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for number, (x_m, y_m, level, unit) in enumerate(NODES.values()):
        model.add_node(number, x_m=x_m, y_m=y_m, level=level, unit=unit)
    _both(model, "street", "gate", EdgeKind.WALK, here.STREET, 25.5, EdgeFlag.OUTDOOR)
    _both(model, "gate", "gate inside", EdgeKind.DOOR, here.GATE, 0.0, EdgeFlag.LEAF)
    _both(model, "gate inside", "pharmacy door", EdgeKind.WALK, here.HALL, 18.1, EdgeFlag.COOLED)
    _both(model, "pharmacy door", "pharmacy", EdgeKind.WALK, here.PHARMACY, 10.0, EdgeFlag.COOLED)
    _both(model, "gate inside", "stairs", EdgeKind.WALK, here.HALL, 22.4, EdgeFlag.COOLED)
    _both(model, "gate inside", "lift", EdgeKind.WALK, here.HALL, 35.4, EdgeFlag.COOLED)
    _both(model, "stairs", "stairs below", EdgeKind.STAIRS, FLIGHT, 8.0, EdgeFlag.COOLED, rise=-2.0)
    _both(model, "lift", "lift below", EdgeKind.LIFT, RIDE, 0.0, EdgeFlag.COOLED, rise=-2.0)
    _both(model, "stairs below", "concourse", EdgeKind.WALK, here.CONCOURSE_HALL, 31.7, EdgeFlag.COOLED)
    _both(model, "lift below", "concourse", EdgeKind.WALK, here.CONCOURSE_HALL, 50.6, EdgeFlag.COOLED)
    return RoutingGraph.from_networkx(model)


def _both(
    model: "nx.MultiDiGraph[int]",
    a: str,
    b: str,
    kind: EdgeKind,
    feature: object,
    length_m: float,
    flags: EdgeFlag,
    rise: float = 0.0,
) -> None:
    model.add_edge(NODE[a], NODE[b], kind=kind, feature=feature, length_m=length_m, flags=flags, rise=rise)
    model.add_edge(NODE[b], NODE[a], kind=kind, feature=feature, length_m=length_m, flags=flags, rise=-rise)
