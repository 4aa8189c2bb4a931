"""The same graph and the same queries through Dalil, networkx and SciPy; whoever finds another cost fails the run.

python -m benchmarks.routing [--nodes 72000] [--queries 1000] [--json]
"""

import random
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.districts import LEVELS, ROOMS_A_SIDE, generated
from benchmarks.reporting import Result, report, spread, timed_us
from navigation.core.compiling import compile_graph
from navigation.core.graph import RoutingGraph
from navigation.core.profiles import FORBIDDEN, PROFILES, Costs
from navigation.core.search import UNREACHED, Metric, Seed, costs_from, shortest_path

SEED = 20_261_123
# The slower peers answer fewer of the queries, the first ones.
PEER_QUERIES = 30
# A building of the generated district has two nodes for each room's door, and some for corridor, lift and stairs.
NODES_A_BUILDING = LEVELS * (4 * ROOMS_A_SIDE + 10)

Query = tuple[int, int]
Route = Callable[[Query], int | None]


@dataclass(frozen=True)
class Engine:
    """Something that answers queries: how long it took to build, and the cost in milliseconds that it finds."""

    name: str
    build_s: float
    route: Route
    queries: int


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=72_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    graph = compile_graph(generated(max(1, options.nodes // NODES_A_BUILDING))).graph
    costs_ms = PROFILES["walk"].costs_ms(graph)
    chance = random.Random(SEED)
    queries = [(chance.randrange(graph.node_count), chance.randrange(graph.node_count)) for _ in range(options.queries)]
    results = [*routes(graph, costs_ms, queries), *matrices(graph, costs_ms, queries), profile_switch(graph)]
    report(results, seed=SEED, packages=("networkx", "numba", "numpy", "scipy"), as_json=options.json)


def routes(graph: RoutingGraph, costs_ms: Costs, queries: Sequence[Query]) -> Iterator[Result]:
    """Yield how long each engine takes for a path. Raises AssertionError where costs differ."""
    truth: list[int | None] = []
    for make in (dalil, networkx_bidirectional, networkx_dijkstra, scipy_dijkstra):
        engine = make(graph, costs_ms, len(queries))
        asked = queries[: engine.queries]
        found = [engine.route(query) for query in asked[:PEER_QUERIES]]
        truth = truth or found
        assert found == truth[: len(found)], f"{engine.name} finds other costs than dalil"
        times_us = timed_us(engine.route, asked, f"route, {engine.name}")
        yield Result(engine.name, "route", graph.node_count, {**spread(times_us), "build_s": round(engine.build_s, 3)})


def dalil(graph: RoutingGraph, costs_ms: Costs, queries: int) -> Engine:
    begin = perf_counter()
    metric = Metric.of(graph, costs_ms)
    build_s = perf_counter() - begin

    def route(query: Query) -> int | None:
        seeds = [[Seed(node, 0)] for node in query]
        path = shortest_path(graph, metric.costs_ms, *seeds, least_ms_per_m=metric.least_ms_per_m)
        return None if path is None else path.cost_ms

    return Engine("dalil", build_s, route, queries)


def networkx_bidirectional(graph: RoutingGraph, costs_ms: Costs, queries: int) -> Engine:
    return _networkx("networkx (bidirectional)", graph, costs_ms, queries, nx.bidirectional_dijkstra)


def networkx_dijkstra(graph: RoutingGraph, costs_ms: Costs, queries: int) -> Engine:
    return _networkx("networkx", graph, costs_ms, queries, nx.single_source_dijkstra)


def _networkx(name: str, graph: RoutingGraph, costs_ms: Costs, queries: int, search: Callable[..., Any]) -> Engine:
    begin = perf_counter()
    model: nx.DiGraph[int] = nx.DiGraph()
    model.add_nodes_from(range(graph.node_count))
    model.add_weighted_edges_from(_cheapest_edges(graph, costs_ms))
    build_s = perf_counter() - begin

    def route(query: Query) -> int | None:
        try:
            return int(search(model, *query)[0])
        except nx.NetworkXNoPath:
            return None

    return Engine(name, build_s, route, min(queries, PEER_QUERIES))


def scipy_dijkstra(graph: RoutingGraph, costs_ms: Costs, queries: int) -> Engine:
    begin = perf_counter()
    matrix = _matrix(graph, costs_ms)
    build_s = perf_counter() - begin

    def route(query: Query) -> int | None:
        cost, before = dijkstra(matrix, indices=np.array(query[:1]), return_predecessors=True)
        node = query[1]
        while before[0, node] >= 0:
            node = int(before[0, node])
        return int(cost[0, query[1]]) if np.isfinite(cost[0, query[1]]) else None

    return Engine("scipy", build_s, route, min(queries, PEER_QUERIES))


def matrices(graph: RoutingGraph, costs_ms: Costs, queries: Sequence[Query]) -> Iterator[Result]:
    """Yield how long 50 x 50 costs take. Raises AssertionError where they differ."""
    origins, destinations = ([query[end] for query in queries[:50]] for end in (0, 1))
    peer = _matrix(graph, costs_ms)

    def ours(_: int) -> object:
        return np.array([costs_from(graph, costs_ms, [Seed(node, 0)])[destinations] for node in origins])

    def theirs(_: int) -> object:
        return dijkstra(peer, indices=np.array(origins))[:, destinations]

    expected = np.asarray(theirs(0))
    found = np.asarray(ours(0), float)
    found[found == UNREACHED] = np.inf
    assert np.array_equal(found, expected), "scipy finds other costs than dalil"
    for name, call in (("dalil", ours), ("scipy", theirs)):
        yield Result(name, "matrix_50x50", graph.node_count, spread(timed_us(call, range(3), f"matrix, {name}")))


def profile_switch(graph: RoutingGraph) -> Result:
    """Return how long it takes until another profile can be asked."""
    times_us = timed_us(lambda name: Metric.of(graph, PROFILES[name].costs_ms(graph)), list(PROFILES) * 4, "profiles")
    return Result("dalil", "profile_switch", graph.node_count, spread(times_us))


def _cheapest_edges(graph: RoutingGraph, costs_ms: Costs) -> Iterator[tuple[int, int, int]]:
    """Yield the cheapest of parallel edges: the peers' graphs have one between two nodes."""
    best: dict[tuple[int, int], int] = {}
    for tail, head, cost in zip(graph.tail.tolist(), graph.head.tolist(), costs_ms.tolist(), strict=True):
        if cost != FORBIDDEN:
            best[tail, head] = min(cost, best.get((tail, head), cost))
    yield from ((tail, head, cost) for (tail, head), cost in best.items())


def _matrix(graph: RoutingGraph, costs_ms: Costs) -> "csr_array[Any, tuple[int, int]]":
    tails, heads, costs = (np.array(column) for column in zip(*_cheapest_edges(graph, costs_ms), strict=True))
    return csr_array((costs.astype(float), (tails, heads)), shape=(graph.node_count, graph.node_count))


if __name__ == "__main__":
    main()
