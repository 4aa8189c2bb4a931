"""The engines that routing is compared with: the same graph, the same costs, each asked in the way it is fastest.

A peer answers with the nodes of a path; whoever asks adds up what they cost. Each is optional: `make peers` installs them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from navigation.core.graph import Ints, RoutingGraph
from navigation.core.profiles import FORBIDDEN, Costs
from navigation.core.search.hierarchy import NODE, Hierarchy
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import UNREACHED, Seed

Query = tuple[int, int]
Nodes = Sequence[int] | Ints
Stops = tuple[int, ...]
Table = NDArray[np.float64]

# Not in the table, and why.
ABSENT = {
    "osrm": "osrm-bindings has no wheel for Python 3.11",
    "valhalla": "pyvalhalla 3.2, the last wheel for Python 3.11, routes but can't build tiles of a graph",
}


@dataclass(frozen=True, eq=False)
class Problem:
    """A graph and what its edges cost."""

    graph: RoutingGraph
    costs_ms: Costs

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """Dalil's, made when Dalil is built. Its order of the nodes serves the peer that needs one, who need not find it."""
        return Hierarchy.of(self.graph)

    @cached_property
    def edges(self) -> tuple[Ints, Ints, NDArray[np.int64]]:
        """Tails, heads and costs of the cheapest of parallel edges, without forbidden ones and loops: as simple graphs need them."""
        graph = self.graph
        usable = np.flatnonzero((self.costs_ms != FORBIDDEN) & (graph.tail != graph.head))
        by_cost = usable[np.lexsort((self.costs_ms[usable], graph.head[usable], graph.tail[usable]))]
        pairs = graph.tail[by_cost].astype(np.int64) * graph.node_count + graph.head[by_cost]
        first = np.concatenate(([True], pairs[1:] != pairs[:-1]))
        kept = by_cost[first]
        return graph.tail[kept], graph.head[kept], self.costs_ms[kept].astype(np.int64)

    def cost_ms(self, nodes: Nodes) -> int:
        """Return what the path over these nodes costs. Raises AssertionError where it follows no edge."""
        tails, heads, costs = self.edges
        pairs = tails.astype(np.int64) * self.graph.node_count + heads
        path = np.asarray(nodes, np.int64)
        wanted = path[:-1] * self.graph.node_count + path[1:]
        found = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
        assert np.array_equal(pairs[found], wanted), "a path that follows no edges"
        return int(costs[found].sum())


class Peer(ABC):
    """An engine that is built from a problem."""

    name: ClassVar[str]
    """The package, and where one has several ways, which."""
    package: ClassVar[str]
    routes_only: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, problem: Problem) -> None: ...

    @abstractmethod
    def route(self, query: Query) -> Nodes | None:
        """Return the nodes of a cheapest path, or None where there is none."""

    @abstractmethod
    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        """(o, d) costs in milliseconds, infinite where there is no path."""

    def nearest_ms(self, origin: int, candidates: Stops) -> float:
        """Return the cost to the candidate that is cheapest to reach."""
        return float(self.matrix((origin,), candidates).min())


class Dalil(Peer):
    """This project's engine, beside its peers."""

    name = package = "dalil"

    def __init__(self, problem: Problem) -> None:
        self.metric = Metric.of(problem.graph, problem.hierarchy, problem.costs_ms)

    def route(self, query: Query) -> Nodes | None:
        path = self.metric.shortest_path([Seed(query[0], 0)], [Seed(query[1], 0)])
        return None if path is None else path.nodes

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        costs = self.metric.matrix(_seeds(origins), _seeds(destinations))
        return np.where(costs == UNREACHED, np.inf, costs)

    def nearest_ms(self, origin: int, candidates: Stops) -> float:
        found = self.metric.nearest([Seed(origin, 0)], _seeds(candidates), 1)
        return float(found[0][1]) if found else np.inf


class RoutingKit(Peer):
    """Customizable contraction hierarchies of Dibbelt, Strasser and Wagner themselves, on our METIS order."""

    name = package = "routingkit-cch"

    def __init__(self, problem: Problem) -> None:
        routingkit_cch = import_module("routingkit_cch")
        graph = problem.graph
        order = problem.hierarchy.ranks[:-1, NODE].tolist()
        self.kit = routingkit_cch
        self.cch = routingkit_cch.CCH(order, graph.tail.tolist(), graph.head.tolist(), False)
        self.weights = problem.costs_ms.tolist()
        self.metric = routingkit_cch.CCHMetric(self.cch, self.weights)
        self.query: Any = routingkit_cch.CCHQuery(self.metric)

    def route(self, query: Query) -> Nodes | None:
        found = self.query.run(*query)
        return None if found.distance is None else found.node_path

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        table = self.kit.CCHOneToMany(self.metric, list(destinations))
        rows = [table.distances_from(node) for node in origins]
        return np.array([[np.inf if cost is None else cost for cost in row] for row in rows])

    def updater(self) -> Callable[[dict[int, int]], None]:
        """Return what sets the costs of some edges. From then on routes can't be asked: its queries pin the metric."""
        self.query = None
        updater = self.kit.CCHMetricPartialUpdater(self.cch)
        return lambda costs_ms: updater.apply(self.metric, costs_ms)

    def cost_ms(self, query: Query) -> int | None:
        """Return what a way costs after an update."""
        cost: int | None = self.kit.CCHQuery(self.metric).run(*query).distance
        return cost

    def switch(self, weights: list[int]) -> None:
        """Take other costs. From then on routes can't be asked."""
        self.query = None
        self.metric.reset(weights)


class Networkx(Peer):
    """Its bidirectional Dijkstra, which is its best."""

    name = package = "networkx"

    def __init__(self, problem: Problem) -> None:
        self.model: nx.DiGraph[int] = nx.DiGraph()
        self.model.add_nodes_from(range(problem.graph.node_count))
        self.model.add_weighted_edges_from(zip(*(column.tolist() for column in problem.edges), strict=True))

    def route(self, query: Query) -> Nodes | None:
        try:
            nodes: Nodes = self._search(query)
        except nx.NetworkXNoPath:
            return None
        return nodes

    def _search(self, query: Query) -> Nodes:
        return nx.bidirectional_dijkstra(self.model, *query)[1]

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        rows = (nx.single_source_dijkstra_path_length(self.model, origin) for origin in origins)
        return np.array([[row.get(node, np.inf) for node in destinations] for row in rows])


class NetworkxDijkstra(Networkx):
    """Its Dijkstra from one end."""

    name = "networkx (from one end)"
    routes_only = True

    def _search(self, query: Query) -> Nodes:
        path: Nodes = nx.dijkstra_path(self.model, *query)
        return path


class Rustworkx(Peer):
    """Its Dijkstra; weights are read by a Python function, once an edge that it looks at."""

    name = package = "rustworkx"

    def __init__(self, problem: Problem) -> None:
        rustworkx = import_module("rustworkx")
        self.rx = rustworkx
        self.model = rustworkx.PyDiGraph(multigraph=False)
        self.model.add_nodes_from(range(problem.graph.node_count))
        tails, heads, costs = problem.edges
        self.model.add_edges_from(list(zip(tails.tolist(), heads.tolist(), costs.astype(float).tolist(), strict=True)))

    def route(self, query: Query) -> Nodes | None:
        found = self.rx.dijkstra_shortest_paths(self.model, query[0], query[1], weight_fn=float)
        return list(found[query[1]]) if query[1] in found else None

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        rows = [self._costs_from(origin) for origin in origins]
        return np.array([[row.get(node, np.inf) for node in destinations] for row in rows])

    def _costs_from(self, origin: int) -> dict[int, float]:
        return {**self.rx.dijkstra_shortest_path_lengths(self.model, origin, float), origin: 0.0}


class Igraph(Peer):
    """Its Dijkstra."""

    name = package = "igraph"

    def __init__(self, problem: Problem) -> None:
        igraph = import_module("igraph")
        tails, heads, costs = problem.edges
        self.model = igraph.Graph(problem.graph.node_count, np.column_stack((tails, heads)).tolist(), directed=True)
        self.weights = costs.astype(float).tolist()
        self.model.es["ms"] = self.weights

    def route(self, query: Query) -> Nodes | None:
        nodes: Nodes = self.model.get_shortest_path(*query, weights="ms")
        return nodes or None

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        return np.array(self.model.distances(list(origins), _once(destinations), weights="ms"))[
            :, _places(destinations)
        ]


class Networkit(Peer):
    """Its bidirectional Dijkstra; the matrix by its many-to-many search."""

    name = package = "networkit"

    def __init__(self, problem: Problem) -> None:
        networkit = import_module("networkit")
        networkit.setNumberOfThreads(1)  # as all others
        self.kit = networkit
        tails, heads, costs = problem.edges
        self.model = networkit.graph.GraphFromCoo(
            (costs.astype(float), (tails.astype(np.uint64), heads.astype(np.uint64))),
            n=problem.graph.node_count, weighted=True, directed=True,
        )  # fmt: skip

    def route(self, query: Query) -> Nodes | None:
        source, target = query
        if source == target:
            return [source]
        search = self.kit.distance.BidirectionalDijkstra(self.model, source, target, True)
        search.run()
        if search.getDistance() > 1e300:
            return None
        return [source, *search.getPath(), target]

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        search = self.kit.distance.SPSP(self.model, list(origins), _once(destinations))
        search.run()
        table = np.array(search.getDistances(asarray=True))[:, _places(destinations)]
        return np.where(table > 1e300, np.inf, table)


class Scipy(Peer):
    """Its Dijkstra on a sparse matrix: always to all nodes."""

    name = package = "scipy"

    def __init__(self, problem: Problem) -> None:
        tails, heads, costs = problem.edges
        self.matrix_ms: Any = csr_array((costs.astype(float), (tails, heads)), shape=(problem.graph.node_count,) * 2)

    def route(self, query: Query) -> Nodes | None:
        source, node = query
        costs, before = dijkstra(self.matrix_ms, indices=np.array(source), return_predecessors=True)
        if not np.isfinite(costs[node]):
            return None
        nodes = [node]
        while node != source:
            node = int(before[node])
            nodes.append(node)
        return nodes[::-1]

    def matrix(self, origins: Stops, destinations: Stops) -> Table:
        table: Table = dijkstra(self.matrix_ms, indices=list(origins))[:, list(destinations)]
        return table


@cache
def _seeds(nodes: Stops) -> list[list[Seed]]:
    """Return nodes as this project's engine takes them: kept, as a server keeps where its places meet the graph."""
    return [[Seed(node, 0)] for node in nodes]


PEERS: Sequence[type[Peer]] = (RoutingKit, Networkx, NetworkxDijkstra, Rustworkx, Igraph, Networkit, Scipy)


@cache
def installed() -> Sequence[type[Peer]]:
    """Return the peers whose package is there, imported: what that takes is not theirs to answer for."""
    modules = {peer: peer.package.replace("-", "_") for peer in PEERS}
    found = [peer for peer in PEERS if find_spec(modules[peer]) is not None]
    for peer in found:
        import_module(modules[peer])
    return found


def _once(nodes: Stops) -> list[int]:
    return list(dict.fromkeys(nodes))


def _places(nodes: Stops) -> list[int]:
    """Return where each node stands in `_once`."""
    place = {node: i for i, node in enumerate(_once(nodes))}
    return [place[node] for node in nodes]
