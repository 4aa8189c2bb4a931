"""One-to-all and one-to-one searches on an array graph, answered in networkx's words: dicts by node, lists of nodes, Python's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from navigation.core.graph import Ints
from navigation.core.networkx_backend import a_star, kernels
from navigation.core.networkx_backend.arrays import ArrayGraph, Floats, Node, Rows, Weights, Whole, as_numbers

Number = int | float


@dataclass(frozen=True, eq=False)
class Tree:
    """What a search from some nodes found: the settled nodes in their order, the cost of each node and the edge to it."""

    graph: ArrayGraph
    weights: Weights
    settled: Ints
    cost: Floats
    via: Ints

    def costs(self) -> dict[Node, Number]:
        """Return the cost of each node reached, nearest first."""
        nodes = self.graph.nodes
        numbers = as_numbers(self.cost[self.settled], self._whole())
        return {nodes[node]: number for node, number in zip(self.settled.tolist(), numbers, strict=True)}

    def paths(self, sources: Sequence[Node]) -> dict[Node, list[Node]]:
        """Return the path to each node reached; those of the sources first."""
        nodes = self.graph.nodes
        found = {source: [source] for source in sources}
        onward = self.settled[self.via[self.settled] != kernels.NONE]
        befores = self.graph.out.tail[self.via[onward]]
        for node, before in zip(onward.tolist(), befores.tolist(), strict=True):
            found[nodes[node]] = [*found[nodes[before]], nodes[node]]
        return found

    def way_to(self, target: Node) -> tuple[Number, list[Node]] | None:
        """Return cost and nodes of the way to the node that the search aimed at; None where it was not reached."""
        if target not in self.graph or self.settled[-1] != self.graph.index[target]:
            return None
        rows, node = self.graph.out, self.graph.index[target]
        edges = unwound(self.via, rows.tail, node)
        start = int(rows.tail[edges[0]]) if len(edges) else node
        return cost_along(self.weights, edges), [self.graph.nodes[each] for each in nodes_along(rows, edges, start)]

    def _whole(self) -> Whole | None:
        """Return which costs are sums of whole numbers alone; None: all."""
        if self.weights.whole is None:
            return None
        whole = np.ones(len(self.cost), np.bool_)
        onward = self.settled[self.via[self.settled] != kernels.NONE]
        edges = self.via[onward]
        rows = zip(
            onward.tolist(), self.graph.out.tail[edges].tolist(), self.weights.whole[edges].tolist(), strict=True
        )
        for node, before, is_whole in rows:
            whole[node] = is_whole and whole[before]
        return whole[self.settled]


def tree_from(
    graph: ArrayGraph, sources: Sequence[Node], weight: str | None, *, target: Node = None, cutoff: float | None = None
) -> Tree:
    """Return what Dijkstra's search from the sources finds, up to the target where there is one and to the cutoff.

    Raises ValueError where it meets a negative weight, as networkx does.
    """
    rows, weights = graph.out, graph.out.weights(weight)
    aim = kernels.NONE if target is None or target not in graph else graph.index[target]
    starts = np.array([graph.index[source] for source in sources], np.int32)
    limit = np.inf if cutoff is None else float(cutoff)
    order, count, cost, via = kernels.dijkstra(rows.first_out, rows.head, weights.values, starts, aim, limit)
    if count == kernels.CONTRADICTION:
        raise ValueError("Contradictory paths found:", "negative weights?")
    return Tree(graph, weights, order[:count], cost, via)


def way_between(graph: ArrayGraph, source: Node, target: Node, weight: str | None) -> tuple[Number, list[Node]] | None:
    """Return cost and nodes of the way that Dijkstra's search from both ends finds; None where there is none.

    Raises ValueError where it meets a negative weight, as networkx does.
    """
    out, into = graph.out, graph.into
    weights, start, end = out.weights(weight), graph.index[source], graph.index[target]
    meeting, cost, via = kernels.dijkstra_from_both_ends(
        out.first_out, out.head, weights.values, into.first_out, into.head, into.weights(weight).values, start, end
    )
    if meeting == kernels.CONTRADICTION:
        raise ValueError("Contradictory paths found: negative weights?")
    if meeting == kernels.NONE:
        return None
    there, back = unwound(via[0], out.tail, meeting), unwound(via[1], into.tail, meeting)
    whole = _all_whole(weights, there) and _all_whole(into.weights(weight), back)
    nodes = nodes_along(out, there, start) + nodes_along(into, back, end)[-2::-1]
    return int(cost) if whole else float(cost), [graph.nodes[node] for node in nodes]


def fewest_nodes_between(graph: ArrayGraph, source: Node, target: Node) -> list[Node] | None:
    """Return the nodes of a way with the fewest edges; None where there is none."""
    if source == target:
        return [source]
    out, into = graph.out, graph.into
    meeting, before = kernels.breadth_first_from_both_ends(
        out.first_out, out.head, into.first_out, into.head, graph.index[source], graph.index[target]
    )
    if meeting == kernels.NONE:
        return None
    nodes = [*_chain(before[0], meeting)[::-1], *_chain(before[1], meeting)[1:]]
    return [graph.nodes[node] for node in nodes]


def way_ahead(
    graph: ArrayGraph, source: Node, target: Node, weight: str | None,
    heuristic: a_star.Heuristic | None, cutoff: float | None,
) -> tuple[Number, list[Node]] | None:  # fmt: skip
    """Return cost and nodes of the way that A* finds; None where it finds none."""
    weights, start = graph.out.weights(weight), graph.index[source]
    edges = a_star.path_edges(graph, weights.values, start, graph.index[target], heuristic=heuristic, cutoff=cutoff)
    if edges is None:
        return None
    return cost_along(weights, edges), [graph.nodes[node] for node in nodes_along(graph.out, edges, start)]


def cost_along(weights: Weights, edges: Ints) -> Number:
    """Return the sum of the edges' weights, added up from the first on."""
    found = weights.of(edges)
    return sum(as_numbers(found.values, found.whole))


def nodes_along(rows: Rows, edges: Ints, start: int) -> list[int]:
    """Return the nodes of the path that these edges make from its start."""
    return [start, *rows.head[edges].tolist()]


def unwound(via: Ints, tail: Ints, node: int) -> Ints:
    """Return the edges that lead to the node, first to last."""
    edges = []
    while (edge := int(via[node])) != kernels.NONE:
        edges.append(edge)
        node = int(tail[edge])
    return np.array(edges[::-1], np.int32)


def _chain(before: Ints, node: int) -> list[int]:
    """Return the node, the one before it, and so on to the end from which the search came."""
    nodes = [node]
    while (node := int(before[node])) != kernels.NONE:
        nodes.append(node)
    return nodes


def _all_whole(weights: Weights, edges: Ints) -> bool:
    return weights.whole is None or bool(weights.whole[edges].all())
