"""The order in which a hierarchy contracts nodes: nested dissection, so that small separators come last.

A geometric order would be worse, because levels lie above one another.
"""

import numpy as np
import pymetis
from numba import njit

from navigation.core.graph import Ints, RoutingGraph


def ranked(graph: RoutingGraph) -> Ints:
    """(n,) the rank of each node: its place in the order of contraction.

    METIS dissects the graph; the ranks are then renumbered as its elimination tree is walked (postorder), which adds no
    shortcut and puts what one query reads side by side. The same graph always gets the same ranks.
    """
    if graph.node_count == 0:
        return np.empty(0, np.int32)  # METIS divides by the number of nodes
    first, other = neighbours(graph)
    order, rank = (np.array(each, np.int32) for each in pymetis.nested_dissection(pymetis.CSRAdjacency(first, other)))
    ranks: Ints = _postorder(_elimination_tree(first, other, order, rank))[rank]
    return ranks


def neighbours(graph: RoutingGraph) -> tuple[Ints, Ints]:
    """Return the undirected simple graph in compressed rows: (n + 1,) where each node's neighbours begin, and these."""
    count = np.int64(graph.node_count)
    ends = np.concatenate([graph.tail * count + graph.head, graph.head * count + graph.tail])
    tail, other = np.divmod(np.unique(ends[ends // count != ends % count]), count)
    first = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=count))))
    return first.astype(np.int32), other.astype(np.int32)


@njit(cache=True, nogil=True)
def _elimination_tree(first, other, order, rank):  # type: ignore[no-untyped-def]  # Numba infers the types
    """(n,) the parent of each rank, -1 of roots: J. W. H. Liu, ACM Transactions on Mathematical Software 12(2), 1986."""
    count = len(order)
    parent = np.full(count, -1, np.int32)
    ancestor = np.full(count, -1, np.int32)  # shortcuts towards the root
    for v in range(count):
        for k in range(first[order[v]], first[order[v] + 1]):
            low = rank[other[k]]
            while low < v:
                above = ancestor[low]
                ancestor[low] = v
                if above == -1:
                    parent[low] = v
                    break
                low = above
    return parent


@njit(cache=True, nogil=True)
def _postorder(parent):  # type: ignore[no-untyped-def]  # Numba infers the types
    """(n,) the number of each node of a forest whose parents have larger numbers, when children are walked first."""
    count = len(parent)
    size = np.ones(count, np.int32)
    for v in range(count):
        if parent[v] != -1:
            size[parent[v]] += size[v]
    # The nodes below v take the numbers from `begin[v]` on, v itself the last of them.
    begin = np.zeros(count, np.int32)
    roots = 0
    taken = np.zeros(count, np.int32)
    number = np.empty(count, np.int32)
    for v in range(count - 1, -1, -1):
        if parent[v] == -1:
            begin[v] = roots
            roots += size[v]
        else:
            begin[v] = begin[parent[v]] + taken[parent[v]]
            taken[parent[v]] += size[v]
        number[v] = begin[v] + size[v] - 1
    return number
