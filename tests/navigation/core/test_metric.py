"""The hierarchy answers what networkx answers, whatever the graph and whatever it costs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.graph import RoutingGraph
from navigation.core.profiles import FORBIDDEN
from navigation.core.search import UNREACHED, Path, Seed
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.metric import Metric
from tests.navigation.core.random_graphs import costs_of, costs_on, graphs, grid, seeds_on


@st.composite
def metrics(draw: st.DrawFn) -> Metric:
    graph = draw(graphs())
    return Metric.of(graph, Hierarchy.of(graph), draw(costs_on(graph)))


def stops_on(metric: Metric, most: int) -> st.SearchStrategy[list[list[Seed]]]:
    return st.lists(seeds_on(metric.graph), min_size=1, max_size=most)


def reached(cost_ms: float | None) -> float:
    return UNREACHED if cost_ms is None else cost_ms


def assert_joins(path: Path, metric: Metric, sources: list[Seed], targets: list[Seed]) -> None:
    graph = metric.graph
    source, target = sources[path.source], targets[path.target]
    assert (source.node, target.node) == (path.nodes[0], path.nodes[-1])
    assert (graph.tail[path.edges] == path.nodes[:-1]).all()
    assert (graph.head[path.edges] == path.nodes[1:]).all()
    assert path.cost_ms == source.cost_ms + metric.costs_ms[path.edges].sum() + target.cost_ms


@given(metric=metrics(), data=st.data())
def test_the_cheapest_path_costs_what_networkx_says(metric, data):
    sources, targets = data.draw(seeds_on(metric.graph)), data.draw(seeds_on(metric.graph))
    path = metric.shortest_path(sources, targets)
    [truth_ms] = costs_of(metric.graph, metric.costs_ms, sources, [targets])
    assert (None if path is None else path.cost_ms) == truth_ms
    if path is not None:
        assert_joins(path, metric, sources, targets)


@given(metric=metrics(), data=st.data())
def test_a_matrix_is_what_networkx_finds_row_by_row(metric, data):
    origins, destinations = data.draw(stops_on(metric, 4)), data.draw(stops_on(metric, 4))
    truth = [list(map(reached, costs_of(metric.graph, metric.costs_ms, origin, destinations))) for origin in origins]
    assert metric.matrix(origins, destinations).tolist() == truth


@given(metric=metrics(), data=st.data())
def test_costs_from_somewhere_and_to_it_are_those_of_networkx(metric, data):
    sources = data.draw(seeds_on(metric.graph))
    every = [[Seed(node, 0)] for node in range(metric.graph.node_count)]
    truth = list(map(reached, costs_of(metric.graph, metric.costs_ms, sources, every)))
    assert metric.costs_from(sources).tolist() == truth
    backwards = [costs_of(metric.graph, metric.costs_ms, [Seed(node, 0)], [sources])[0] for node in range(len(every))]
    assert metric.costs_to(sources).tolist() == list(map(reached, backwards))
    limit_ms = data.draw(st.integers(0, 200_000))
    nodes, costs_ms = metric.isochrone(sources, limit_ms)
    expected = [(node, cost) for node, cost in enumerate(truth) if cost <= limit_ms]
    assert list(zip(nodes.tolist(), costs_ms.tolist(), strict=True)) == expected


@given(metric=metrics(), data=st.data())
def test_the_nearest_of_many_are_the_first_ones_of_networkx(metric, data):
    sources, candidates = data.draw(seeds_on(metric.graph)), data.draw(stops_on(metric, 6))
    truth = costs_of(metric.graph, metric.costs_ms, sources, candidates)
    expected = sorted((cost, index) for index, cost in enumerate(truth) if cost is not None)[:3]
    assert metric.nearest(sources, candidates, 3) == [(index, cost) for cost, index in expected]


@given(metric=metrics(), data=st.data())
def test_changing_a_few_costs_gives_the_metric_that_all_the_costs_would_have_given(metric, data):
    edges = data.draw(edges_of(metric.graph))
    costs_ms = data.draw(costs_on(metric.graph))[edges]
    before = state(metric)
    with few_are(everything=True):
        changed = metric.with_costs(edges, costs_ms)
        closed = changed.without(edges[::2])
        reopened = closed.with_costs(edges, metric.costs_ms[edges])
    for derived in (changed, closed, reopened):
        assert state(derived) == state(Metric.of(metric.graph, metric.hierarchy, derived.costs_ms))
    assert (changed.costs_ms[edges[-1:]] == costs_ms[-1:]).all()
    assert (closed.costs_ms[edges[::2]] == FORBIDDEN).all()
    assert state(reopened) == state(metric) == before


@given(metric=metrics(), data=st.data())
def test_what_is_lent_to_one_metric_after_another_is_put_right_between_them(metric, data):
    with few_are(everything=True):
        for _ in range(3):
            closed = metric.without(data.draw(edges_of(metric.graph)))
            costs_ms = closed.costs_ms
            assert state(closed) == state(Metric.of(metric.graph, metric.hierarchy, costs_ms))
            kept = costs_ms.copy()
            del closed
            assert (costs_ms == kept).all()


@given(metric=metrics(), data=st.data())
def test_changing_many_costs_customizes_all_of_them(metric, data):
    edges = data.draw(edges_of(metric.graph))
    with few_are(everything=False):
        closed = metric.without(edges)
    assert state(closed) == state(Metric.of(metric.graph, metric.hierarchy, closed.costs_ms))


def edges_of(graph: RoutingGraph) -> st.SearchStrategy[list[int]]:
    edge = st.integers(0, graph.edge_count - 1) if graph.edge_count else st.nothing()
    return st.lists(edge, max_size=graph.edge_count)


@contextmanager
def few_are(*, everything: bool) -> Iterator[None]:
    """Change however many edges one by one, or none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("navigation.core.search.metric.FEW", np.inf if everything else 0.0)
        yield


def state(metric: Metric) -> list[list[int]]:
    return [metric.costs_ms.tolist(), metric._customized.slot_ms.tolist(), metric._customized.ways.tolist()]


@given(graph=graphs())
def test_a_hierarchy_survives_its_bytes_and_is_always_the_same(graph):
    data = Hierarchy.of(graph).to_bytes()
    assert Hierarchy.from_bytes(data).to_bytes() == data
    assert Hierarchy.of(RoutingGraph.from_bytes(graph.to_bytes())).to_bytes() == data


def test_bytes_of_something_else_are_no_hierarchy():
    with pytest.raises(ValueError, match="DALILCH1"):
        Hierarchy.from_bytes(b"DALILRG2" + bytes(64))


@given(metric=metrics())
def test_nowhere_to_start_or_to_end_is_no_path(metric):
    somewhere = [Seed(0, 0)]
    assert metric.shortest_path([], somewhere) is None
    assert metric.shortest_path(somewhere, []) is None
    assert metric.matrix([], [somewhere]).shape == (0, 1)
    assert metric.matrix([somewhere], [[]]).tolist() == [[UNREACHED]]


def test_a_hierarchy_of_another_graph_is_refused():
    graph, other = grid(3), grid(2)
    with pytest.raises(ValueError, match="9 nodes and 24 edges, the hierarchy is of 4 and 8, and there are 24 costs"):
        Metric.of(graph, Hierarchy.of(other), np.ones(24, np.int32))


def test_paths_that_are_longer_than_any_before_fit_too(monkeypatch):
    monkeypatch.setattr("navigation.core.search.metric.FOUND", 1)
    metric = grid_metric(20)
    for target in range(0, 400, 7):
        path = metric.shortest_path([Seed(0, 0)], [Seed(target, 0)])
        assert_joins(path, metric, [Seed(0, 0)], [Seed(target, 0)])


def test_threads_that_search_side_by_side_do_not_disturb_one_another():
    metric = grid_metric(40)
    pairs = [(i, 1599 - 7 * i) for i in range(200)]

    def found(pair: tuple[int, int]) -> list[int]:
        path = metric.shortest_path([Seed(pair[0], 0)], [Seed(pair[1], 0)])
        edges: list[int] = path.edges.tolist()
        return edges

    alone = [found(pair) for pair in pairs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(found, pairs)) == alone


def grid_metric(side: int) -> Metric:
    graph = grid(side)
    chance = np.random.default_rng(1)
    return Metric.of(graph, Hierarchy.of(graph), chance.integers(0, 1_000, graph.edge_count, np.int32))
