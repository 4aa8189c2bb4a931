"""Copies of a metric's arrays, lent to metrics that differ from it in a few costs.

Copying all arrays takes several times as long as closing twenty edges. So a copy is kept when the metric that had it is gone,
and only what was changed in it is put right.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from navigation.core.graph import Ints
from navigation.core.profiles import Costs
from navigation.core.search.customizing import customize, recustomize, restore
from navigation.core.search.hierarchy import Hierarchy

# More are made where more metrics live at a time, and then let go.
KEPT = 2


class Customized(NamedTuple):
    """What edges and slots of a hierarchy cost, and what slots unfold to, as `customizing` has it."""

    edge_ms: Costs
    """(m,)"""
    slot_ms: Ints
    """(2 a,)"""
    ways: NDArray[np.int32]
    """(2 a, 2)"""

    @classmethod
    def of(cls, hierarchy: Hierarchy, edge_ms: Costs) -> "Customized":
        """Return what these costs of the edges make of the hierarchy."""
        h = hierarchy
        slot_ms, ways = customize(
            edge_ms, h.ranks, h.arc_tail, h.arc_head, h.arc_depth, h.first_below, h.arc_below,
            h.first_edge, h.next_edge, h.height,
        )  # fmt: skip
        return cls(edge_ms, slot_ms, ways)

    def copy(self) -> "Customized":
        return Customized(self.edge_ms.copy(), self.slot_ms.copy(), self.ways.copy())


class Loan(NamedTuple):
    """A copy with other costs: which edges have them, and which arcs may differ from the original."""

    customized: Customized
    edges: Ints
    arcs: Ints


@dataclass(frozen=True, eq=False)
class Spares:
    """The copies of one original. Threads may borrow side by side."""

    hierarchy: Hierarchy
    original: Customized
    _kept: list[Customized] = field(default_factory=list)

    def lend(self, edges: Ints, costs_ms: Costs) -> Loan:
        """Return a copy in which these edges cost this."""
        try:
            copy = self._kept.pop()
        except IndexError:
            copy = self.original.copy()
        copy.edge_ms[edges] = costs_ms
        h = self.hierarchy
        arcs = recustomize(
            copy.edge_ms, edges, h.ranks, h.arc_tail, h.arc_head, h.arc_depth, h.first_below, h.arc_below,
            h.slot_of_edge, h.first_edge, h.next_edge, copy.slot_ms, copy.ways,
        )  # fmt: skip
        return Loan(copy, edges, arcs)

    def take_back(self, loan: Loan) -> None:
        """Keep a copy that nobody uses any more."""
        if len(self._kept) >= KEPT:
            return
        original, copy = self.original, loan.customized
        copy.edge_ms[loan.edges] = original.edge_ms[loan.edges]
        restore(loan.arcs, original.slot_ms, original.ways, copy.slot_ms, copy.ways)
        self._kept.append(copy)
