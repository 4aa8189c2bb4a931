"""Any profile with any wishes and any closures, on any graph: the route costs what networkx says, over edges that are open."""

from typing import Any
from uuid import UUID

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph
from navigation.core.preferences import AVOIDED_KINDS, Avoidance, Preference, Wish
from navigation.core.profiles import FORBIDDEN, PROFILES
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import Seed

UNIT = UUID(int=11)
LEVELS = (UUID(int=1), UUID(int=2))

# What each profile can't take, in the model's own words, edge by edge.
WHEELS = ("wheelchair", "stroller")
LEAST_WIDTH_M = {"wheelchair": 0.8, "stroller": 0.6}


@st.composite
def models(draw: st.DrawFn) -> "nx.MultiDiGraph[int]":
    """Small maps with every kind of edge, every flag, and widths and slopes about the limits."""
    count = draw(st.integers(2, 12))
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for node in range(count):
        model.add_node(
            node, x_m=float(draw(st.integers(0, 40))), y_m=0.0, level=draw(st.sampled_from(LEVELS)), unit=UNIT
        )
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    for tail, head in draw(st.lists(ends, min_size=4, max_size=50)):
        model.add_edge(
            tail, head, feature=UNIT, length_m=draw(st.sampled_from([0.0, 1.0, 7.5, 40.0])),
            kind=draw(st.sampled_from(EdgeKind)), rise=draw(st.sampled_from([-1.0, 0.0, 2.0])),
            flags=draw(st.sampled_from([EdgeFlag(0), EdgeFlag.COVERED | EdgeFlag.COOLED, *EdgeFlag])),
            width_m=draw(st.sampled_from([0.5, 0.7, 0.9, np.inf])),
            slope_percent=draw(st.sampled_from([0.0, 8.0, -12.0])),
        )  # fmt: skip
    return model


wishes = st.builds(
    Wish,
    st.sampled_from(list(PROFILES.values())),
    st.frozensets(st.sampled_from(Preference)),
    st.frozensets(st.sampled_from(Avoidance)),
    st.sampled_from([None, 0.5, 2.0]),
)


def can_take(edge: dict[str, Any], wish: Wish) -> bool:
    """Say whether somebody gets over the edge, in plain words."""
    profile, flags = wish.profile.name, edge["flags"]
    if edge["kind"] in {AVOIDED_KINDS[avoided] for avoided in wish.avoid}:
        return False
    if EdgeFlag.STAFF_ONLY in flags and profile != "staff":
        return False
    if EdgeFlag.TURNING_DOOR in flags and profile in {*WHEELS, "low_vision"}:
        return False
    if profile in WHEELS:
        stepped = edge["kind"] in (EdgeKind.STAIRS, EdgeKind.ESCALATOR) or EdgeFlag.NO_WHEELS in flags
        if stepped or edge["width_m"] < LEAST_WIDTH_M[profile]:
            return False
    return profile != "wheelchair" or abs(edge["slope_percent"]) <= 8.0


@given(model=models(), wish=wishes, data=st.data())
def test_a_route_costs_what_networkx_says_over_what_one_can_take(model, wish, data):
    graph = RoutingGraph.from_networkx(model)
    closed = data.draw(st.sets(st.integers(0, graph.edge_count - 1), max_size=8))
    source, target = (data.draw(st.integers(0, graph.node_count - 1)) for _ in range(2))
    costs_ms = wish.costs_ms(graph)
    usable: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    usable.add_nodes_from(range(graph.node_count))
    for tail, head, edge, traits in graph.to_networkx().edges(keys=True, data=True):
        assert (costs_ms[edge] != FORBIDDEN) == can_take(traits, wish)
        if can_take(traits, wish) and edge not in closed:
            usable.add_edge(tail, head, key=edge, ms=int(costs_ms[edge]))

    path = (
        Metric.of(graph, Hierarchy.of(graph), costs_ms)
        .without(sorted(closed))
        .shortest_path([Seed(source, 0)], [Seed(target, 0)])
    )

    if not nx.has_path(usable, source, target):
        assert path is None
        return
    assert path.cost_ms == nx.dijkstra_path_length(usable, source, target, weight="ms")
    pairs = zip(path.nodes[:-1].tolist(), path.nodes[1:].tolist(), path.edges.tolist(), strict=True)
    assert all(usable.has_edge(*pair) for pair in pairs)
