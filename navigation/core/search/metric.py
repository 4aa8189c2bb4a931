"""The costs of one traveller on one graph, ready to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple
from weakref import finalize

import numpy as np
from numpy.typing import ArrayLike, NDArray

from navigation.core.graph import Ints, RoutingGraph
from navigation.core.profiles import FORBIDDEN, Costs
from navigation.core.search import many, querying
from navigation.core.search.addresses import addresses
from navigation.core.search.customizing import NEVER
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.seeds import UNREACHED, Longs, Path, Seed
from navigation.core.search.spares import Customized, Spares

# Half the room for a path's edges and nodes at first; few ways have more than a thousand edges.
FOUND = 1_024
# The share of the edges up to which changing their costs one by one is faster than customizing the hierarchy again.
FEW = 1 / 200


@dataclass(frozen=True, eq=False)
class Metric:
    """A hierarchy customized for the costs of the edges; it never changes, and threads may ask it side by side.

    A way that costs 2**30 - 1 ms or more, twelve days, counts as none.
    """

    graph: RoutingGraph = field(repr=False)
    hierarchy: Hierarchy = field(repr=False)
    _customized: Customized = field(repr=False)
    _change: "_Change | None" = field(default=None, repr=False)

    @classmethod
    def of(cls, graph: RoutingGraph, hierarchy: Hierarchy, costs_ms: Costs) -> "Metric":
        """Return the metric of these costs, (m,) whole milliseconds or FORBIDDEN, on the graph of the hierarchy.

        Raises ValueError where they are not of one graph: kernels don't look twice.
        """
        sizes = (len(hierarchy.rank), len(hierarchy.next_edge), len(costs_ms))
        if sizes != (graph.node_count, graph.edge_count, graph.edge_count):
            raise ValueError(
                f"the graph has {graph.node_count} nodes and {graph.edge_count} edges, the hierarchy is of {sizes[0]} and "
                f"{sizes[1]}, and there are {sizes[2]} costs"
            )
        return cls(graph, hierarchy, Customized.of(hierarchy, costs_ms))

    @cached_property
    def costs_ms(self) -> Costs:
        """(m,) whole milliseconds or FORBIDDEN."""
        edge_ms = self._customized.edge_ms
        return edge_ms if self._change is None else edge_ms.copy()  # the arrays of a change are lent

    def without(self, edges: ArrayLike) -> "Metric":
        """Return the metric with these edges (indices) closed."""
        return self.with_costs(edges, FORBIDDEN)

    def with_costs(self, edges: ArrayLike, costs_ms: ArrayLike) -> "Metric":
        """Return the metric with other costs of these edges (indices), whole milliseconds or FORBIDDEN."""
        changed = np.asarray(edges, np.int32)
        costs = np.broadcast_to(np.asarray(costs_ms, np.int32), changed.shape)
        if self._change is not None:
            changed = np.concatenate((self._change.edges, changed))
            costs = np.concatenate((self._change.costs_ms, costs))
        original = self if self._change is None else self._change.original
        if len(changed) > FEW * self.graph.edge_count:
            edge_ms = original._customized.edge_ms.copy()
            edge_ms[changed] = costs
            return Metric.of(self.graph, self.hierarchy, edge_ms)
        loan = original._spares.lend(changed, costs)
        metric = Metric(self.graph, self.hierarchy, loan.customized, _Change(original, changed, costs))
        finalize(metric, original._spares.take_back, loan).atexit = False  # type: ignore[misc]  # typeshed misses it
        return metric

    @cached_property
    def _spares(self) -> Spares:
        return Spares(self.hierarchy, self._customized)

    @cached_property
    def _addresses(self) -> NDArray[np.int64]:
        h, customized = self.hierarchy, self._customized
        return addresses(h.ranks, h.rank, h.arc_depth, customized.slot_ms, customized.ways)

    def shortest_path(self, sources: Sequence[Seed], targets: Sequence[Seed]) -> Path | None:
        """Return the cheapest path from any source to any target, or None where there is none."""
        room = _room_for(self.hierarchy, len(sources) + len(targets))
        room.put(sources, targets)
        cost_ms, source, target, count = querying.shortest(self._addresses, room.addresses, len(sources), len(targets))
        if cost_ms == NEVER:
            return None
        if count == querying.NO_ROOM:
            room.enlarge()
            return self.shortest_path(sources, targets)
        found = room.found[: 2 * count + 1].copy()
        return Path(cost_ms, source, target, found[count:], found[:count])

    def matrix(self, origins: Sequence[Sequence[Seed]], destinations: Sequence[Sequence[Seed]]) -> Longs:
        """(o, d) what the cheapest way from each origin, any of its seeds, to each destination costs, UNREACHED where none."""
        h = self.hierarchy
        room = _room_for(h, max(map(len, origins), default=0))
        costs = many.matrix(
            h.ranks, h.rank, h.arc_head, h.arc_depth, self._customized.slot_ms,
            *_grouped(origins), *_grouped(destinations), room.marks, room.strands, room.position,
        )  # fmt: skip
        return _unreached(costs)

    def nearest(
        self, sources: Sequence[Seed], candidates: Sequence[Sequence[Seed]], count: int
    ) -> list[tuple[int, int]]:
        """Return index and cost of the candidates that are cheapest to reach, up to `count`, the cheapest first."""
        costs = self.matrix([sources], candidates)[0]
        order = np.argsort(costs, kind="stable")[:count].tolist()
        return [(index, int(costs[index])) for index in order if costs[index] != UNREACHED]

    def costs_from(self, sources: Sequence[Seed]) -> Longs:
        """(n,) the cost of the cheapest way from any source to every node, UNREACHED where there is none."""
        return self._costs_at_all(self._customized.slot_ms, sources)

    def costs_to(self, targets: Sequence[Seed]) -> Longs:
        """(n,) the cost of the cheapest way from every node to any target, UNREACHED where there is none."""
        return self._costs_at_all(self._backwards_ms, targets)

    @cached_property
    def _backwards_ms(self) -> Ints:
        """What each slot costs where all ways are gone backwards."""
        return self._customized.slot_ms.reshape(-1, 2)[:, ::-1].reshape(-1)

    def _costs_at_all(self, slot_ms: Ints, seeds: Sequence[Seed]) -> Longs:
        h = self.hierarchy
        room = _room_for(h, len(seeds))
        seed_rows, _ = _grouped([seeds])
        costs = many.costs_to_all(
            h.ranks, h.rank, h.arc_head, h.arc_depth, slot_ms, seed_rows, room.marks, room.strands
        )
        return _unreached(costs)

    def isochrone(self, sources: Sequence[Seed], limit_ms: int) -> tuple[Ints, Longs]:
        """Return the nodes that the sources reach for at most that, ascending, and what each costs."""
        costs = self.costs_from(sources)
        nodes = np.flatnonzero(costs <= limit_ms).astype(np.int32)
        return nodes, costs[nodes]


class _Change(NamedTuple):
    """How a metric differs from the one that it was made from; of an edge that comes twice the last cost holds."""

    original: Metric
    edges: Ints
    costs_ms: Costs


class _Room:
    """What one thread's searches in one hierarchy write to: nothing is cleared between searches."""

    def __init__(self, hierarchy: Hierarchy, seed_count: int) -> None:
        self.marks = np.zeros(len(hierarchy.ranks), np.int32)
        self.marks[-1] = 1
        self.position = np.full(len(hierarchy.ranks), -1, np.int32)
        self.strands = np.empty((seed_count, querying.ROWS, _power_of_two(max(hierarchy.height, 3))), np.int32)
        self.seeds = np.zeros((seed_count, querying.SEED_FIELDS), np.int64)
        self._flat_seeds = self.seeds.reshape(-1).data
        self.found = np.empty(FOUND, np.int32)
        self.enlarge()

    def enlarge(self) -> None:
        """Have room for paths that are twice as long."""
        self.found = np.empty(2 * len(self.found), np.int32)
        own = addresses(self.seeds, self.marks, self.strands, self.found)
        self.addresses = np.append(own, self.strands.shape[2])

    def put(self, sources: Sequence[Seed], targets: Sequence[Seed]) -> None:
        """Write the seeds where the kernel reads them."""
        flat = self._flat_seeds
        at = 0
        for seeds in (sources, targets):
            for node, cost_ms in seeds:
                flat[at] = node
                flat[at + 1] = cost_ms
                at += querying.SEED_FIELDS


def _room_for(hierarchy: Hierarchy, seed_count: int) -> _Room:
    """Return this thread's room in this hierarchy, for at least so many seeds."""
    room: _Room | None = getattr(hierarchy.per_thread, "room", None)
    if room is None or len(room.seeds) < seed_count:
        room = hierarchy.per_thread.room = _Room(hierarchy, max(2, 2 * seed_count))
    return room


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def _grouped(stops: Sequence[Sequence[Seed]]) -> tuple[Longs, Ints]:
    """Return the seeds of all stops as the kernels read them, and (stops + 1,) where those of each begin."""
    seeds = np.zeros((sum(map(len, stops)), querying.SEED_FIELDS), np.int64)
    seeds[:, 0] = [seed.node for stop in stops for seed in stop]
    seeds[:, 1] = [seed.cost_ms for stop in stops for seed in stop]
    return seeds, np.fromiter(accumulate(map(len, stops), initial=0), np.int32)


def _unreached(costs: NDArray[np.int32]) -> Longs:
    return np.where(costs == NEVER, UNREACHED, costs.astype(np.int64))
