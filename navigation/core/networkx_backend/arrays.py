"""A networkx graph as arrays: neighbours in networkx's order, weights as networkx would read them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from navigation.core.graph import Ints

Floats = NDArray[np.float64]
Whole = NDArray[np.bool_]
Node = Hashable

# Whole weights are added up as floats, which is exact as long as no sum reaches this.
EXACT = 2**53

# The types of weights that are understood; None hides an edge. NumPy's numbers come back as Python's.
KINDS = frozenset({int, bool, float, type(None), np.int64, np.float64})


@dataclass(frozen=True, eq=False)
class Weights:
    """(m,) the weight of each edge, NaN for an edge that is hidden, and which of them are whole numbers (None: all)."""

    values: Floats
    whole: Whole | None

    def of(self, edges: Ints) -> "Weights":
        """Return the weights of these edges, in this order."""
        return Weights(self.values[edges], None if self.whole is None else self.whole[edges])


@dataclass(frozen=True, eq=False)
class Rows:
    """Edges by the node that they leave: those of node u are first_out[u]:first_out[u + 1], in networkx's order."""

    first_out: Ints
    head: Ints
    named: Mapping[str, Weights]
    """By the name of the attribute."""

    @cached_property
    def tail(self) -> Ints:
        """(m,) the node that each edge leaves."""
        return np.repeat(np.arange(len(self.first_out) - 1, dtype=np.int32), np.diff(self.first_out))

    def weights(self, name: str | None) -> Weights:
        """Return the weights of that attribute; without a name, 1 for each edge."""
        return self._ones if name is None else self.named[name]

    @cached_property
    def _ones(self) -> Weights:
        return Weights(np.ones(len(self.head)), None)


@dataclass(frozen=True, eq=False)
class ArrayGraph:
    """A graph in the form that the kernels read. networkx keeps it with the original until that changes."""

    __networkx_backend__: ClassVar[str] = "dalil"

    nodes: Sequence[Node]
    index: Mapping[Node, int]
    out: Rows
    """Successors; of undirected graphs all neighbours."""
    into: Rows
    """Predecessors; of undirected graphs the same object as `out`."""

    def __contains__(self, node: object) -> bool:
        try:
            return node in self.index
        except TypeError:  # not hashable, so no node
            return False

    def is_directed(self) -> bool:
        return self.into is not self.out

    def reversed(self) -> "ArrayGraph":
        """Return the graph with every edge turned round."""
        return replace(self, out=self.into, into=self.out)

    def to_networkx(self) -> "nx.Graph[Any]":
        """Return a graph of networkx with the weights that were taken over, parallel edges as the one that counts."""
        graph: nx.Graph[Any] = nx.DiGraph() if self.is_directed() else nx.Graph()
        graph.add_nodes_from(self.nodes)
        graph.add_edges_from((self.nodes[a], self.nodes[b]) for a, b in zip(self.out.tail, self.out.head, strict=True))
        for name, weights in self.out.named.items():
            hidden = np.isnan(weights.values)
            numbers = as_numbers(np.where(hidden, 0.0, weights.values), weights.whole)
            rows = zip(self.out.tail, self.out.head, numbers, hidden, strict=True)
            for a, b, number, is_hidden in rows:
                graph.edges[self.nodes[a], self.nodes[b]][name] = None if is_hidden else number
        return graph


def from_networkx(graph: "nx.Graph[Any]", defaults: Mapping[str, Any]) -> ArrayGraph:
    """Return the arrays of a graph, with the weights of these attributes (and what they are where an edge has none).

    Raises NotImplementedError where a weight is no number that the kernels add up exactly as Python does.
    """
    nodes = list(graph)
    index = {node: number for number, node in enumerate(nodes)}
    adjacent: Mapping[Node, Mapping[Node, Any]] = dict(graph.adjacency())
    neighbours = [adjacent[node] for node in nodes]
    edges = [data for row in neighbours for data in row.values()]
    named = {name: _weights(edges, name, default, graph.is_multigraph()) for name, default in defaults.items()}
    out = Rows(*_rows(neighbours, index), named)
    if not isinstance(graph, nx.DiGraph):
        return ArrayGraph(nodes, index, out, out)
    first_into, tails = _rows([graph.pred[node] for node in nodes], index)
    into = Rows(first_into, tails, {})
    edges_into = _matching(out, into, len(nodes))
    named_into = {name: weights.of(edges_into) for name, weights in named.items()}
    return ArrayGraph(nodes, index, out, replace(into, named=named_into))


def as_numbers(values: Floats, whole: Whole | None) -> list[int | float]:
    """Return Python's numbers, int where `whole` says so (None: everywhere)."""
    if whole is None:
        return list(values.astype(np.int64).tolist())
    pairs = zip(values.tolist(), whole.tolist(), strict=True)
    return [int(value) if is_whole else value for value, is_whole in pairs]


def _rows(neighbours: Sequence[Mapping[Node, Any]], index: Mapping[Node, int]) -> tuple[Ints, Ints]:
    first_out = np.concatenate(([0], np.cumsum([len(row) for row in neighbours], dtype=np.int64))).astype(np.int32)
    return first_out, np.array([index[node] for row in neighbours for node in row], np.int32)


def _matching(out: Rows, into: Rows, node_count: int) -> Ints:
    """(m,) the edge of `out` that each edge of `into` is."""
    pairs_out = out.tail.astype(np.int64) * node_count + out.head
    pairs_into = into.head.astype(np.int64) * node_count + into.tail
    order = np.argsort(pairs_out)
    edges: Ints = order[np.searchsorted(pairs_out[order], pairs_into)].astype(np.int32)
    return edges


def _weights(edges: Sequence[Mapping[Any, Any]], name: str, default: Any, parallel: bool) -> Weights:
    """Return the weights of the edges; of parallel ones the least."""
    if parallel:
        try:
            found = [min(data.get(name, default) for data in keyed.values()) for keyed in edges]
        except TypeError as error:
            raise NotImplementedError(f'Weights "{name}" of parallel edges can\'t be compared: {error}.') from error
    else:
        found = [data.get(name, default) for data in edges]
    return _checked(found, name)


def _checked(found: Sequence[Any], name: str) -> Weights:
    kinds = set(map(type, found))
    if strange := kinds - KINDS:
        raise NotImplementedError(f'Weights "{name}" are {strange.pop().__name__}; the kernels add int and float only.')
    try:
        values = np.array([np.nan if number is None else number for number in found], np.float64)
    except OverflowError as error:
        raise NotImplementedError(f'A weight "{name}" is greater than any float.') from error
    if np.isnan(values).sum() > sum(number is None for number in found):
        raise NotImplementedError(f'A weight "{name}" is not a number (NaN).')
    fractional = [issubclass(kind, float) for kind in map(type, found)]
    whole = np.logical_not(fractional) if any(fractional) else None
    if np.nansum(np.abs(values), where=whole if whole is not None else True) >= EXACT:
        raise NotImplementedError(f'Whole weights "{name}" add up to 2**53 or more, which floats do not hold exactly.')
    return Weights(values, whole)
