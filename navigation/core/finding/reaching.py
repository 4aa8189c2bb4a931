"""How long it takes to walk to each of many places at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import dist, inf
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from geo.position import LevelPoint
from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.search import UNREACHED, Longs
from venues.core.imdf.features import FeatureType, Level
from venues.core.places import Place
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex

STOREY_M = 20.0  # how much walking one level up or down is worth (our assumption): some twenty seconds of stairs


@dataclass(frozen=True, eq=False)
class Approaches:
    """Where one comes to each place: arrays (k,) of places and nodes, and the metres straight from the node to the place."""

    place: NDArray[np.intp]
    node: NDArray[np.intp]
    length_m: NDArray[np.float64]
    places: Sequence[Place]
    units: Sequence[tuple[UUID, ...]]

    def reach_ms(self, node_ms: Longs, ms_per_m: float, near: LevelPoint, unit_id: UUID | None) -> NDArray[np.float64]:
        """Return (n places,) the milliseconds to each place; infinite where no way leads there.

        `node_ms` (n nodes,) are those to each node. What lies in the same unit as `near` is walked to straight.
        """
        node_costs_ms = node_ms[self.node]
        total_ms = np.where(node_costs_ms >= UNREACHED, np.inf, node_costs_ms + self.length_m * ms_per_m)
        best_ms = np.full(len(self.places), np.inf)
        np.minimum.at(best_ms, self.place, total_ms)
        for number in self._in_unit.get(unit_id, ()) if unit_id is not None else ():
            best_ms[number] = min(best_ms[number], _straight_m(self.places[number], near) * ms_per_m)
        return best_ms

    @cached_property
    def _in_unit(self) -> Mapping[UUID, Sequence[int]]:
        """The numbers of the places in each unit."""
        found: dict[UUID, list[int]] = {}
        for number, unit_ids in enumerate(self.units):
            for unit_id in unit_ids:
                found.setdefault(unit_id, []).append(number)
        return found


def _straight_m(place: Place, near: LevelPoint) -> float:
    return inf if place.point is None else dist((place.point.x_m, place.point.y_m), (near.x_m, near.y_m))


def doors_of(graph: RoutingGraph, levels: Mapping[UUID, Level], building_id: UUID) -> list[int]:
    """Return the nodes, inside the building, of the edges that lead into it from outdoors."""
    outdoor = np.array([levels[id_].outdoor for id_ in graph.level_ids])[graph.node_level]
    inside = np.array([building_id in levels[id_].building_ids for id_ in graph.level_ids])[graph.node_level]
    doors = np.isin(graph.kind, (EdgeKind.DOOR, EdgeKind.WALK)) & outdoor[graph.tail] & inside[graph.head]
    return [int(node) for node in np.unique(graph.head[doors])]


def ways_onto(graph: RoutingGraph, level_id: UUID) -> list[int]:
    """Return the nodes of a level at which one comes from another level, or steps out of its building."""
    if level_id not in graph.level_ids:
        return []
    level = graph.level_ids.index(level_id)
    onto = (graph.node_level[graph.head] == level) & (graph.node_level[graph.tail] != level)
    return [int(node) for node in np.unique(graph.head[onto])]


def landings_of(graph: RoutingGraph, feature_id: UUID) -> list[int]:
    """Return the nodes of a door's two sides, or of each stop of a lift or a flight of stairs."""
    if feature_id not in graph.feature_ids:
        return []
    feature = graph.feature_ids.index(feature_id)
    edges = np.flatnonzero(graph.edge_feature == feature)
    ends = np.concatenate((np.flatnonzero(graph.node_feature == feature), graph.tail[edges], graph.head[edges]))
    return [int(node) for node in np.unique(ends)]


def nearest_reached(
    graph: RoutingGraph, snapshot: Snapshot, node_ms: Longs, goal: LevelPoint, count: int
) -> list[LevelPoint]:
    """Return the places of the nodes in units that are reached, `count` of them, the nearest to the goal first.

    `node_ms` (n,) is what they cost. A level further up or down counts as a walk of STOREY_M.
    """
    nodes = np.flatnonzero((node_ms < UNREACHED) & (graph.node_unit != NONE))
    ordinals = np.array([snapshot.levels[id_].ordinal for id_ in graph.level_ids])
    storeys = np.abs(ordinals[graph.node_level[nodes]] - snapshot.levels[goal.level_id].ordinal)
    away_m = _lengths_m(graph, nodes, goal) + STOREY_M * storeys
    nearest = nodes[np.argsort(away_m, kind="stable")[:count]]
    return [
        LevelPoint(float(graph.node_x_m[node]), float(graph.node_y_m[node]), graph.level_ids[graph.node_level[node]])
        for node in nearest
    ]


def approaches_of(graph: RoutingGraph, index: SpatialIndex, places: Sequence[Place]) -> Approaches:
    """Return the approaches to places: the doors of a building, the nodes of a place's units or of the one that it lies in,
    else the node nearest to it on its level."""
    units = [place.unit_ids or _unit_around(index, place) for place in places]
    by_unit = _grouped(graph.node_unit, graph.feature_ids)
    by_level = _grouped(graph.node_level, graph.level_ids)
    doors = {
        place.id: [(node, 0.0) for node in doors_of(graph, index.snapshot.levels, place.id)]
        for place in places
        if place.feature_type is FeatureType.BUILDING
    }
    found = [
        (number, *pair)
        for number, place in enumerate(places)
        for pair in doors.get(place.id) or _nodes(graph, place, units[number], by_unit, by_level)
    ]
    place, node, length_m = zip(*found, strict=True) if found else ((), (), ())
    return Approaches(
        np.array(place, dtype=np.intp), np.array(node, dtype=np.intp), np.array(length_m, dtype=float), places, units
    )


def _unit_around(index: SpatialIndex, place: Place) -> tuple[UUID, ...]:
    """Return the unit that a place lies in, but no unit for a whole building."""
    if place.point is None or place.feature_type is FeatureType.BUILDING:
        return ()
    unit = index.unit_at(place.point)
    return () if unit is None else (unit.id,)


_Groups = dict[UUID, NDArray[np.intp]]


def _grouped(index: NDArray[np.int32], ids: Sequence[UUID]) -> _Groups:
    """Return the nodes of each id, where (n nodes,) `index` points into the ids, or is negative."""
    order = np.argsort(index, kind="stable")
    starts = np.searchsorted(index[order], np.arange(len(ids) + 1))
    return {id_: order[starts[number] : starts[number + 1]] for number, id_ in enumerate(ids)}


def _nodes(
    graph: RoutingGraph, place: Place, unit_ids: tuple[UUID, ...], by_unit: _Groups, by_level: _Groups
) -> Iterator[tuple[int, float]]:
    """Yield the nodes that a place is come to over, with the metres left from there."""
    if place.point is None:
        return
    none = np.array([], dtype=np.intp)
    own = np.concatenate([none, *(by_unit.get(unit_id, none) for unit_id in unit_ids)])
    if len(own):
        yield from zip(own.tolist(), _lengths_m(graph, own, place.point).tolist(), strict=True)
        return
    around = by_level.get(place.point.level_id, none)
    if len(around):
        lengths_m = _lengths_m(graph, around, place.point)
        nearest = int(np.argmin(lengths_m))
        yield int(around[nearest]), float(lengths_m[nearest])


def _lengths_m(graph: RoutingGraph, nodes: NDArray[np.intp], point: LevelPoint) -> NDArray[np.float64]:
    lengths_m: NDArray[np.float64] = np.hypot(graph.node_x_m[nodes] - point.x_m, graph.node_y_m[nodes] - point.y_m)
    return lengths_m
