"""A customizable contraction hierarchy: the part that depends on the graph alone, not on what edges cost.

J. Dibbelt, B. Strasser, D. Wagner, Customizable Contraction Hierarchies, ACM Journal of Experimental Algorithmics 21, 2016.

Nodes are contracted in the order of their ranks. Contracting one joins its higher neighbours to one another, so that each
arc of the hierarchy leads from a lower to a higher rank, and the higher neighbours of a node are all among its ancestors in
the elimination tree. Whatever edges cost, a cheapest way climbs from its source along arcs and then descends to its target.
"""

import threading
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.core.array_blob import pack, unpack
from navigation.core.graph import Ints, RoutingGraph
from navigation.core.search.ordering import neighbours, ranked

# Eight bytes that a hierarchy begins with; the last one is the version of the layout.
MAGIC = b"DALILCH1"

PARENT, FIRST_ARC, DEPTH, NODE = range(4)
"""The columns of `Hierarchy.ranks`."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The arcs of n ranks, a arcs and m edges. Arc k leads up from arc_tail[k]; the arcs of rank v are contiguous.

    A slot is an arc in one direction: 2 k upwards, 2 k + 1 downwards.
    """

    rank: Ints = field(repr=False)
    """(n,) the rank of each node of the graph."""
    ranks: NDArray[np.int32] = field(repr=False)
    """(n + 1, 4) of each rank PARENT, FIRST_ARC, DEPTH and NODE. Row n stands above all roots, at depth 0."""
    arc_tail: Ints = field(repr=False)
    """(a,) the lower rank."""
    arc_head: Ints = field(repr=False)
    """(a,) the higher rank, ascending among the arcs of a rank."""
    arc_depth: NDArray[np.uint16] = field(repr=False)
    """(a,) the depth of the higher rank."""
    first_below: Ints = field(repr=False)
    """(n + 1,) where the arcs that lead up to each rank begin in arc_below."""
    arc_below: Ints = field(repr=False)
    """(a,) arcs by the rank that they lead up to, then ascending."""
    slot_of_edge: Ints = field(repr=False)
    """(m,) the slot that each edge is one of the edges of; -1 for an edge from a node to itself."""
    first_edge: Ints = field(repr=False)
    """(2 a,) the first edge of each slot, -1 where it has none and stands for ways over lower ranks only."""
    next_edge: Ints = field(repr=False)
    """(m,) the next edge of the same slot, ascending; -1 after the last one."""

    def __post_init__(self) -> None:
        """Nobody writes to a hierarchy; and kernels are compiled once, for arrays that can't be written, mapped or not."""
        for name in ARRAYS:
            getattr(self, name).setflags(write=False)

    @classmethod
    def of(cls, graph: RoutingGraph) -> "Hierarchy":
        """Return the hierarchy of a graph, the same for the same graph."""
        rank = ranked(graph)
        order = np.argsort(rank).astype(np.int32)
        first_arc, arc_head = _contracted(*neighbours(graph), order, rank)
        arc_tail = np.repeat(np.arange(len(rank), dtype=np.int32), np.diff(first_arc))
        ranks = _ranks(first_arc, arc_head, order)
        slot_of_edge = _slots(first_arc, arc_head, rank[graph.tail], rank[graph.head])
        first_edge, next_edge = _edges_of_slots(slot_of_edge, 2 * len(arc_head))
        first_below = np.concatenate(([0], np.cumsum(np.bincount(arc_head, minlength=len(rank)))))
        return cls(
            rank=rank,
            ranks=ranks,
            arc_tail=arc_tail,
            arc_head=arc_head,
            arc_depth=ranks[arc_head, DEPTH].astype(np.uint16),
            first_below=first_below.astype(np.int32),
            arc_below=np.argsort(arc_head, kind="stable").astype(np.int32),
            slot_of_edge=slot_of_edge,
            first_edge=first_edge,
            next_edge=next_edge,
        )

    @property
    def arc_count(self) -> int:
        return len(self.arc_head)

    @cached_property
    def height(self) -> int:
        """The most ranks that lie above one another, and one for the row above all roots."""
        return int(self.ranks[:, DEPTH].max()) + 1

    @cached_property
    def per_thread(self) -> threading.local:
        """What each thread keeps for its searches here."""
        return threading.local()

    def to_bytes(self) -> bytes:
        """Return the hierarchy as one byte string, the same for the same hierarchy."""
        return pack(MAGIC, {}, {name: getattr(self, name) for name in ARRAYS})

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "Hierarchy":
        """Return the hierarchy of `to_bytes`; its arrays are views of `data`. Raises ValueError for anything else."""
        _, arrays = unpack(MAGIC, data)
        return cls(**arrays)


ARRAYS = tuple(f.name for f in fields(Hierarchy))


@njit(cache=True, nogil=True)
def _contracted(first, other, order, rank):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return where the arcs of each rank begin, (n + 1,), and where they lead, when ranks are contracted in order."""
    count = len(order)
    first_arc = np.zeros(count + 1, np.int32)
    heads = np.empty(2 * len(other) + 1, np.int32)
    seen_by = np.full(count, -1, np.int32)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    own = np.empty(count, np.int32)
    for v in range(count):
        found = 0
        for k in range(first[order[v]], first[order[v] + 1]):
            head = rank[other[k]]
            if head > v and seen_by[head] != v:
                seen_by[head] = v
                own[found] = head
                found += 1
        below = child[v]
        while below != -1:
            for k in range(first_arc[below], first_arc[below + 1]):
                head = heads[k]
                if head != v and seen_by[head] != v:
                    seen_by[head] = v
                    own[found] = head
                    found += 1
            below = sibling[below]
        begin = first_arc[v]
        if begin + found > len(heads):
            more = np.empty(2 * (begin + found), np.int32)
            more[:begin] = heads[:begin]
            heads = more
        heads[begin : begin + found] = np.sort(own[:found])
        first_arc[v + 1] = begin + found
        if found:
            parent = heads[begin]
            sibling[v] = child[parent]
            child[parent] = v
    return first_arc, heads[: first_arc[count]].copy()


@njit(cache=True, nogil=True)
def _ranks(first_arc, arc_head, order):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return `Hierarchy.ranks`."""
    count = len(order)
    ranks = np.empty((count + 1, 4), np.int32)
    ranks[count] = (count, len(arc_head), 0, -1)
    for v in range(count - 1, -1, -1):
        parent = arc_head[first_arc[v]] if first_arc[v] < first_arc[v + 1] else count
        ranks[v, 0] = parent
        ranks[v, 1] = first_arc[v]
        ranks[v, 2] = ranks[parent, 2] + 1
        ranks[v, 3] = order[v]
    return ranks


@njit(cache=True, nogil=True)
def _slots(first_arc, arc_head, tail, head):  # type: ignore[no-untyped-def]  # Numba infers the types
    """(m,) the slot of each edge; tail and head are ranks."""
    slots = np.full(len(tail), -1, np.int32)
    for edge in range(len(tail)):
        if tail[edge] == head[edge]:
            continue
        low = min(tail[edge], head[edge])
        high = max(tail[edge], head[edge])
        left = first_arc[low]
        right = first_arc[low + 1]
        while left + 1 < right:
            middle = (left + right) // 2
            if arc_head[middle] <= high:
                left = middle
            else:
                right = middle
        slots[edge] = 2 * left if low == tail[edge] else 2 * left + 1
    return slots


@njit(cache=True, nogil=True)
def _edges_of_slots(slot_of_edge, slot_count):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return `Hierarchy.first_edge` and `Hierarchy.next_edge`."""
    first_edge = np.full(slot_count, -1, np.int32)
    next_edge = np.full(len(slot_of_edge), -1, np.int32)
    for edge in range(len(slot_of_edge) - 1, -1, -1):
        slot = slot_of_edge[edge]
        if slot != -1:
            next_edge[edge] = first_edge[slot]
            first_edge[slot] = edge
    return first_edge, next_edge
