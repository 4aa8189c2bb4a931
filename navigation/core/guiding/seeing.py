"""Which sights a map has, found when it is published."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import numpy as np

from geo.position import LevelPoint
from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.guiding.landmarks import Landmarks, Surroundings
from navigation.core.guiding.sights import Sight, Standing
from navigation.core.guiding.stretches import Point
from venues.core.imdf.features import NO_LABELS
from venues.core.spatial_index import SpatialIndex

# IMDF categories that have a noun in phrases/*.toml (OGC 20-094, UNIT-CATEGORY and AMENITY-CATEGORY).
CONNECTORS = frozenset({"elevator", "escalator", "stairs"})
FIRST_AID = "firstaid"
EQUIPMENT = frozenset(
    {"atm", "drinkingfountain", "information", "information.transit", "ticketing", "faregate", "taxi"}
)
# Rooms that have a sign at their door, known by everybody who looks for one.
SIGNED = frozenset(
    {"auditorium", "fitnessroom", "foodservice", "library", "lobby", "mothersroom", "movietheater",
     "restroom", "restroom.female", "restroom.male", "restroom.unisex", "restroom.wheelchair", "theater", "waitingroom"}
)  # fmt: skip


def sights_of(landmarks: Landmarks, graph: RoutingGraph, index: SpatialIndex) -> Mapping[UUID, Sequence[Sight]]:
    """Return the sights, by unit, of the map of which `landmarks` are the names and `graph` the ways.

    Each is called differently from the others of its unit.
    """
    by_unit: dict[UUID, list[Sight]] = {}
    for unit_id, sight in [*_fronts(landmarks, graph), *_things(landmarks, index)]:
        by_unit.setdefault(unit_id, []).append(sight)
    return {unit_id: unlike for unit_id, seen in by_unit.items() if (unlike := _unlike(seen))}


def _unlike(sights: Iterable[Sight]) -> list[Sight]:
    """Return the sights that no other is called like, in a fixed order."""
    by_name = Counter(_called(sight) for sight in sights)
    return sorted(
        (sight for sight in sights if by_name[_called(sight)] == 1), key=lambda s: (s.x_m, s.y_m, s.feature_id)
    )


def _called(sight: Sight) -> object:
    return sight.noun or frozenset(sight.name.items())


def _fronts(landmarks: Landmarks, graph: RoutingGraph) -> Iterator[tuple[UUID, Sight]]:
    """Yield the front of every room that has a door to another unit, with that unit: one front an opening."""
    seen: set[tuple[UUID, UUID, int]] = set()
    for edge in np.flatnonzero(graph.kind == EdgeKind.DOOR).tolist():
        here, there = int(graph.tail[edge]), int(graph.head[edge])
        if NONE in (graph.node_unit[here], graph.node_unit[there]):
            continue
        unit_id, beyond_id = (graph.feature_ids[graph.node_unit[node]] for node in (here, there))
        key = (unit_id, beyond_id, int(graph.edge_feature[edge]))
        levels = (graph.level_ids[graph.node_level[node]] for node in (here, there))
        if unit_id == beyond_id or key in seen:
            continue
        seen.add(key)
        points = [(float(graph.node_x_m[node]), float(graph.node_y_m[node])) for node in (here, there)]
        around, beyond = (
            landmarks.at(level_id, id_, *point)
            for level_id, id_, point in zip(levels, (unit_id, beyond_id), points, strict=True)
        )
        if sight := _front(points[0], around, beyond, landmarks):
            yield unit_id, sight


def _front(at_m: Point, around: Surroundings, beyond: Surroundings, landmarks: Landmarks) -> Sight | None:
    """Return what one sees of the unit behind a door, from this side of it; None where it is nothing to go by."""
    if beyond.unit_id is None:
        return None
    category = landmarks.snapshot.units[beyond.unit_id].category
    if category in CONNECTORS:
        return Sight(*at_m, beyond.unit_id, NO_LABELS, category, False, Standing.CONNECTOR)
    if category == FIRST_AID:
        return Sight(*at_m, beyond.unit_id, NO_LABELS, category, False, Standing.ROOM)
    if beyond.occupied:
        return Sight(*at_m, beyond.unit_id, beyond.own_name, None, False, Standing.SHOP)
    if around.outdoor and beyond.building and beyond.building.name:
        return Sight(*at_m, beyond.building.id, beyond.building.name, None, True, Standing.ENTRANCE)
    if category in SIGNED and beyond.own_name:
        return Sight(*at_m, beyond.unit_id, beyond.own_name, None, False, Standing.ROOM)
    return None


def _things(landmarks: Landmarks, index: SpatialIndex) -> Iterator[tuple[UUID, Sight]]:
    """Yield kiosks, and amenities of a kind that stands in the open, with the unit in which each stands."""
    snapshot = landmarks.snapshot
    for amenity in snapshot.amenities.values():
        point = snapshot.shapes_m[amenity.id].centroid
        if amenity.category in EQUIPMENT:
            for unit_id in amenity.unit_ids:
                yield (
                    unit_id,
                    Sight(point.x, point.y, amenity.id, NO_LABELS, amenity.category, False, Standing.EQUIPMENT),
                )
    for kiosk in snapshot.kiosks.values():
        point = snapshot.shapes_m[kiosk.id].centroid
        unit = index.unit_at(LevelPoint(point.x, point.y, kiosk.level_id))
        if unit is not None and kiosk.name:
            yield unit.id, Sight(point.x, point.y, kiosk.id, kiosk.name, None, False, Standing.SHOP)
