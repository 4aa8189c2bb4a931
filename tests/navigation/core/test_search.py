"""networkx is the truth: every cost that the kernels find is its Dijkstra's, to the millisecond."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN, PROFILES
from navigation.core.search import UNREACHED, Seed, blocking_features, costs_from, shortest_path

LEVELS = (UUID(int=1), UUID(int=2))
UNIT, RAMP, FLIGHT, LIFT = (UUID(int=number) for number in (11, 12, 13, 14))


@st.composite
def graphs(draw: st.DrawFn) -> RoutingGraph:
    """Small graphs with every kind of edge, crossing, doubled, one-way and unconnected."""
    count = draw(st.integers(1, 12))
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for node in range(count):
        x_m, y_m = draw(st.tuples(*[st.integers(0, 40)] * 2))
        model.add_node(node, x_m=float(x_m), y_m=float(y_m), level=LEVELS[draw(st.integers(0, 1))], unit=UNIT)
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    for tail, head in draw(st.lists(ends, max_size=40)):
        a, b = model.nodes[tail], model.nodes[head]
        crow_m = float(np.hypot(a["x_m"] - b["x_m"], a["y_m"] - b["y_m"]))
        model.add_edge(
            tail, head, feature=UNIT, length_m=crow_m * draw(st.sampled_from([1.0, 1.3])),
            kind=draw(st.sampled_from(EdgeKind)), rise=draw(st.sampled_from([-1.0, 0.0, 1.0])),
            flags=draw(st.sampled_from([EdgeFlag(0), EdgeFlag.LEAF, EdgeFlag.STAFF_ONLY])),
            slope_percent=draw(st.sampled_from([0.0, 5.0, 12.0])),
        )  # fmt: skip
    return RoutingGraph.from_networkx(model)


def weighted(graph: RoutingGraph, costs_ms: np.ndarray) -> "nx.MultiDiGraph[Any]":
    model: nx.MultiDiGraph[Any] = graph.to_networkx()
    model.remove_edges_from([(t, h, k) for t, h, k in model.edges(keys=True) if costs_ms[k] == FORBIDDEN])
    nx.set_edge_attributes(model, {edge: int(costs_ms[edge[2]]) for edge in model.edges(keys=True)}, "cost")
    return model


@given(graph=graphs(), data=st.data())
def test_the_cheapest_path_costs_what_networkx_says(graph, data):
    profile = PROFILES[data.draw(st.sampled_from(sorted(PROFILES)))]
    costs_ms = profile.costs_ms(graph)
    seeds = st.lists(
        st.builds(Seed, st.integers(0, graph.node_count - 1), st.integers(0, 9_000)), min_size=1, max_size=3
    )
    sources, targets = data.draw(seeds), data.draw(seeds)
    model = weighted(graph, costs_ms)
    for index, seed in enumerate(sources):
        model.add_edge("from", seed.node, key=f"s{index}", cost=seed.cost_ms)
    for index, seed in enumerate(targets):
        model.add_edge(seed.node, "to", key=f"t{index}", cost=seed.cost_ms)
    path = shortest_path(graph, costs_ms, sources, targets)

    if not nx.has_path(model, "from", "to"):
        assert path is None
        return
    assert path.cost_ms == nx.dijkstra_path_length(model, "from", "to", weight="cost")
    assert path.cost_ms == sources[path.source].cost_ms + costs_ms[path.edges].sum() + targets[path.target].cost_ms
    assert (sources[path.source].node, targets[path.target].node) == (path.nodes[0], path.nodes[-1])
    assert (graph.tail[path.edges] == path.nodes[:-1]).all()
    assert (graph.head[path.edges] == path.nodes[1:]).all()


@given(graph=graphs(), data=st.data())
def test_costs_from_a_node_are_those_of_networkx(graph, data):
    source = data.draw(st.integers(0, graph.node_count - 1))
    costs_ms = PROFILES["wheelchair"].costs_ms(graph)
    lengths = nx.single_source_dijkstra_path_length(weighted(graph, costs_ms), source, weight="cost")
    expected = [lengths.get(node, UNREACHED) for node in range(graph.node_count)]
    assert costs_from(graph, costs_ms, [Seed(source, 0)]).tolist() == expected


@given(graph=graphs())
def test_bytes_and_networkx_give_the_same_graph_back(graph):
    data = graph.to_bytes()
    assert RoutingGraph.from_bytes(data).to_bytes() == data
    assert RoutingGraph.from_networkx(graph.to_networkx()).to_bytes() == data


def two_floors(*, ramp: bool) -> RoutingGraph:
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for node, (x_m, level) in enumerate([(0.0, 0), (10.0, 0), (15.0, 1), (20.0, 1)]):
        model.add_node(node, x_m=x_m, y_m=0.0, level=LEVELS[level], unit=UNIT)
    for tail, head in [(0, 1), (2, 3)]:
        model.add_edge(tail, head, kind=EdgeKind.WALK, length_m=10.0, feature=UNIT)
    model.add_edge(1, 2, kind=EdgeKind.STAIRS, length_m=5.0, feature=FLIGHT, rise=1.0)
    if ramp:
        model.add_edge(1, 2, kind=EdgeKind.RAMP, length_m=60.0, feature=RAMP, rise=1.0, slope_percent=6.0)
    return RoutingGraph.from_networkx(model)


def test_a_wheelchair_goes_round_by_the_ramp():
    graph = two_floors(ramp=True)
    path = shortest_path(graph, PROFILES["wheelchair"].costs_ms(graph), [Seed(0, 0)], [Seed(3, 0)])
    assert [graph.feature_ids[f] for f in graph.edge_feature[path.edges]] == [UNIT, RAMP, UNIT]


def test_where_only_stairs_lead_a_wheelchair_gets_no_path_and_the_stairs_are_named():
    graph = two_floors(ramp=False)
    wheelchair = PROFILES["wheelchair"]
    assert shortest_path(graph, wheelchair.costs_ms(graph), [Seed(0, 0)], [Seed(3, 0)]) is None
    assert blocking_features(graph, wheelchair, [Seed(0, 0)], [Seed(3, 0)]) == [FLIGHT]
    assert blocking_features(graph, wheelchair, [Seed(3, 0)], [Seed(0, 0)]) == []


def test_threads_that_search_side_by_side_do_not_disturb_one_another():
    graph = RoutingGraph.from_networkx(grid(40))
    costs_ms = PROFILES["walk"].costs_ms(graph)
    pairs = [(i, graph.node_count - 1 - 7 * i) for i in range(120)]

    def cost(pair: tuple[int, int]) -> int:
        path = shortest_path(graph, costs_ms, [Seed(pair[0], 0)], [Seed(pair[1], 0)])
        assert path is not None
        return path.cost_ms

    alone = [cost(pair) for pair in pairs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(cost, pairs)) == alone


def grid(side: int) -> "nx.MultiDiGraph[int]":
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for node in range(side * side):
        model.add_node(node, x_m=float(node % side), y_m=float(node // side), level=LEVELS[0], unit=UNIT)
    for node in range(side * side):
        for other in (node + 1 if (node + 1) % side else None, node + side if node + side < side * side else None):
            if other is not None:
                model.add_edge(node, other, kind=EdgeKind.WALK, length_m=1.0, feature=UNIT)
                model.add_edge(other, node, kind=EdgeKind.WALK, length_m=1.0, feature=UNIT)
    return model
