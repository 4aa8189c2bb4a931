"""Where routes begin and end: places joined to the graph, and the way between two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from geo.position import LevelPoint
from navigation.core.finding.snapping import Link, Snap, Snapper
from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.guiding.guidance import Destination
from navigation.core.guiding.stretches import Point, Stretch
from navigation.core.profiles import Costs, Pace
from navigation.core.search import UNREACHED, Longs, Metric, Path, Seed
from navigation.core.timing.doors import Doors, Wait


@dataclass(frozen=True, eq=False)
class Anchor:
    """One place where a waypoint meets the graph: a point in a unit, or a door of a building."""

    goal: Destination
    point: LevelPoint
    links: tuple[Link, ...]
    snap: Snap | None = None


EDGE_KINDS = tuple(EdgeKind)  # by their number: an enum looks itself up slowly

Stop = Sequence[Anchor]
"""The anchors of a waypoint: any of them will do."""


@dataclass(frozen=True)
class Found:
    """The best way between two stops: what it seems, how long it takes, and from which anchor to which."""

    cost_ms: int
    start: Anchor
    end: Anchor
    stretches: tuple[Stretch, ...]
    path: Path | None
    """None where one sees the end from the start and walks straight to it."""
    waits: tuple[Wait, ...] = ()
    """At closed doors; they are part of the durations."""

    @property
    def duration_ms(self) -> int:
        return sum(stretch.duration_ms for stretch in self.stretches)

    @property
    def length_mm(self) -> int:
        return sum(stretch.length_mm for stretch in self.stretches)


class Measure(NamedTuple):
    """How long a way takes and how long it is."""

    duration_ms: int
    length_mm: int


_Seeded = tuple[Anchor, Link, Seed]


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds ways for one traveller on one graph: `metric` is what is minimized, durations_ms (m,) is what it takes.

    Where something opens and closes, `doors` knows it, and `metric` lacks what is shut all the while.
    """

    graph: RoutingGraph
    snapper: Snapper
    pace: Pace
    metric: Metric
    durations_ms: Costs
    doors: Doors | None = None

    def setting_out(self, after_ms: int) -> "Finder":
        """Return the finder of those who set out so much later."""
        return (
            self if self.doors is None else replace(self, doors=replace(self.doors, at_ms=self.doors.at_ms + after_ms))
        )

    def find(self, start: Stop, end: Stop) -> Found | None:
        """Return the best way from any anchor of one stop to any of the other; None where there is none."""
        end = self._open(end)
        sources, targets = self._seeds(start), self._seeds(end)
        path, waits_ms = self._path([seed for _, _, seed in sources], [seed for _, _, seed in targets], end)
        straight = self._straight(start, end)
        if path is None or (straight is not None and straight.cost_ms <= path.cost_ms):
            return straight
        (start_anchor, out, source_seed), (end_anchor, home, _) = sources[path.source], targets[path.target]
        stretches = (
            *self._link(start_anchor, out, out.points_m),
            *self._edges(path, waits_ms),
            *self._link(end_anchor, home, home.points_m[::-1]),
        )
        waits = self.doors.waits(path, source_seed.cost_ms, waits_ms) if self.doors and waits_ms.any() else ()
        return Found(path.cost_ms, start_anchor, end_anchor, stretches or self._on_the_spot(end_anchor), path, waits)

    def costs_ms(self, origins: Sequence[Stop], destinations: Sequence[Stop]) -> NDArray[np.float64]:
        """Return (o, d) the cost of the best way from each stop to each other one; infinite where there is none."""
        costs_ms = self.metric.matrix(list(map(self.seeds, origins)), list(map(self.seeds, destinations)))
        costs = np.where(costs_ms == UNREACHED, np.inf, costs_ms)
        for i, j in _in_one_room(origins, destinations):
            if (straight := self._straight(origins[i], destinations[j])) is not None:
                costs[i, j] = min(costs[i, j], straight.cost_ms)
        return costs

    def measures(self, origins: Sequence[Stop], destinations: Sequence[Stop]) -> list[list[Measure | None]]:
        """Return (o, d) how long the best way from each stop to each other one takes and how long it is; None without one.

        A duration alone would be the metric's matrix; the length is that of the very way, so each is unfolded, but not told.
        """
        starts, ends = [self._seeds(stop) for stop in origins], [self._seeds(stop) for stop in destinations]
        in_sight = set(_in_one_room(origins, destinations))
        return [
            [
                self._measure(start, end, self._straight(origins[i], destinations[j]) if (i, j) in in_sight else None)
                for j, end in enumerate(ends)
            ]
            for i, start in enumerate(starts)
        ]

    def _measure(self, start: Sequence[_Seeded], end: Sequence[_Seeded], straight: Found | None) -> Measure | None:
        path = self.metric.shortest_path([seed for _, _, seed in start], [seed for _, _, seed in end])
        if straight is not None and (path is None or straight.cost_ms <= path.cost_ms):
            return Measure(straight.duration_ms, straight.length_mm)
        if path is None:
            return None
        (_, out, out_seed), (_, home, home_seed) = start[path.source], end[path.target]
        links_mm = round(out.length_m * 1000) + round(home.length_m * 1000)
        duration_ms = int(self.durations_ms[path.edges].sum(dtype=np.int64)) + out_seed.cost_ms + home_seed.cost_ms
        return Measure(duration_ms, int(_lengths_mm(self.graph, path).sum()) + links_mm)

    def seeds(self, stop: Stop) -> list[Seed]:
        """Return what joins a stop to the graph, at the profile's pace."""
        return [seed for _, _, seed in self._seeds(stop)]

    def _seeds(self, stop: Stop) -> list[_Seeded]:
        return [
            (anchor, link, Seed(link.node, self.pace.walk_ms(link.length_m)))
            for anchor in stop
            for link in anchor.links
        ]

    def _path(self, sources: Sequence[Seed], targets: Sequence[Seed], end: Stop) -> tuple[Path | None, Longs]:
        """Return the cheapest path, and how long one waits before each of its edges."""
        if self.doors is None:
            path = self.metric.shortest_path(sources, targets)
            return path, np.zeros(0 if path is None else len(path.edges), np.int64)
        return self.doors.path(self.metric, sources, targets, _units_of(end))

    def _open(self, end: Stop) -> Stop:
        """Return the anchors of a stop but those on a footway that is closed: one would walk on it to get there."""
        doors = self.doors
        if doors is None:
            return end
        return [a for a in end if a.snap is None or a.snap.edge is None or doors.lets_through(a.snap.edge)]

    def _straight(self, start: Stop, end: Stop) -> Found | None:
        """Return the walk between the two nearest anchors that see one another."""
        pairs = [
            (length_m, a, b)
            for a in start
            for b in end
            if a.snap and b.snap and (length_m := self.snapper.direct_m(a.snap, b.snap)) is not None
        ]
        if not pairs:
            return None
        length_m, a, b = min(pairs, key=lambda pair: pair[0])
        cost_ms = self.pace.walk_ms(length_m)
        points = ((a.point.x_m, a.point.y_m), (b.point.x_m, b.point.y_m))
        return Found(cost_ms, a, b, (self._walk(a, points, length_m),), None)

    def _link(self, anchor: Anchor, link: Link, points_m: tuple[Point, ...]) -> tuple[Stretch, ...]:
        return (self._walk(anchor, points_m, link.length_m),) if link.length_m > 0 else ()

    def _walk(self, anchor: Anchor, points_m: tuple[Point, ...], length_m: float) -> Stretch:
        unit_id = anchor.snap.unit_id if anchor.snap else None
        level_id = anchor.point.level_id
        length_mm, duration_ms = round(length_m * 1000), self.pace.walk_ms(length_m)
        return Stretch(EdgeKind.WALK, points_m, level_id, level_id, unit_id, length_mm, duration_ms)

    def _on_the_spot(self, anchor: Anchor) -> tuple[Stretch, ...]:
        here = (anchor.point.x_m, anchor.point.y_m)
        return (self._walk(anchor, (here, here), 0.0),)

    def _edges(self, path: Path, waits_ms: Longs) -> Iterator[Stretch]:
        graph = self.graph
        points = list(zip(graph.node_x_m[path.nodes].tolist(), graph.node_y_m[path.nodes].tolist(), strict=True))
        levels = [graph.level_ids[level] for level in graph.node_level[path.nodes].tolist()]
        features = [None if f == NONE else graph.feature_ids[f] for f in graph.edge_feature[path.edges].tolist()]
        kinds = [EDGE_KINDS[kind] for kind in graph.kind[path.edges].tolist()]
        lengths_mm = _lengths_mm(graph, path).tolist()
        durations_ms = (self.durations_ms[path.edges] + waits_ms).tolist()
        return map(Stretch, kinds, pairwise(points), levels, levels[1:], features, lengths_mm, durations_ms)


def _lengths_mm(graph: RoutingGraph, path: Path) -> Longs:
    """Return (k,) whole millimetres of each edge of a path."""
    lengths_mm: Longs = np.rint(graph.length_m[path.edges].astype(float) * 1000).astype(np.int64)
    return lengths_mm


def _in_one_room(origins: Sequence[Stop], destinations: Sequence[Stop]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that have anchors in one unit or on one footway: only these can see one another."""
    ends: dict[tuple[UUID | None, int | None], set[int]] = {}
    for j, destination in enumerate(destinations):
        for room in _rooms(destination):
            ends.setdefault(room, set()).add(j)
    for i, origin in enumerate(origins):
        yield from ((i, j) for j in sorted(set().union(*(ends.get(room, ()) for room in _rooms(origin)))))


def _units_of(stop: Stop) -> frozenset[UUID]:
    return frozenset(anchor.snap.unit_id for anchor in stop if anchor.snap and anchor.snap.unit_id)


def _rooms(stop: Stop) -> set[tuple[UUID | None, int | None]]:
    return {(anchor.snap.unit_id, anchor.snap.edge) for anchor in stop if anchor.snap}


def node_point(graph: RoutingGraph, node: int) -> Point:
    """Return where a node is, in metres."""
    return float(graph.node_x_m[node]), float(graph.node_y_m[node])


def anchor_at_node(graph: RoutingGraph, node: int, goal: Destination) -> Anchor:
    """Return the anchor of a waypoint that is a node itself, such as the door of a building."""
    here = node_point(graph, node)
    level_id: UUID = graph.level_ids[graph.node_level[node]]
    return Anchor(goal, LevelPoint(*here, level_id), (Link(node, 0.0, (here, here)),))


def anchor_of_snap(snap: Snap, goal: Destination) -> Anchor:
    """Return the anchor of a point that was snapped to the nodes that it sees."""
    return Anchor(goal, snap.point, snap.links, snap)
