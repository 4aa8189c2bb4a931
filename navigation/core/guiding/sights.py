"""What can be seen beside the way: fronts of shops, kiosks, stairs, cash machines, by the unit from which they are seen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

import numpy as np

from geo.position import LevelPoint
from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.guiding.landmarks import Landmarks, Surroundings
from navigation.core.guiding.maneuvers import Landmark, Side
from navigation.core.guiding.stretches import Point
from navigation.core.visibility import sees
from navigation.core.walk_area import Walls, walls_of
from venues.core.imdf.features import NO_LABELS, Labels
from venues.core.spatial_index import SpatialIndex

# The numbers below are our assumptions; none is a measurement.
BEFORE_TURN_M = 12.0  # what lies farther back is forgotten by the time of the turn
BESIDE_M = 2.5  # nearer than this along the way, one turns beside it and not behind it
ASIDE_M = 9.0  # across half a street or a whole hall; a sign is read from there
OFF_WALL_M = 0.2  # a front lies in the wall itself: it is looked at from just before it


class Standing(IntEnum):
    """How much something strikes the eye; the highest is said."""

    ROOM = 1
    EQUIPMENT = 2
    CONNECTOR = 3
    ENTRANCE = 4
    SHOP = 5


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


class Sight(NamedTuple):
    """A thing at a place in a unit: see Landmark."""

    x_m: float
    y_m: float
    feature_id: UUID
    name: Labels
    noun: str | None
    entrance: bool
    standing: Standing


class Turning(NamedTuple):
    """A turn in a unit: where, how one comes there (a unit vector) and how far one has come straight."""

    unit_id: UUID
    point_m: Point
    heading: Point
    straight_m: float


@dataclass(frozen=True, eq=False)
class Sights:
    """The sights of one map by unit, each called differently from the others that are seen in its unit."""

    landmarks: Landmarks
    by_unit: Mapping[UUID, Sequence[Sight]] = field(repr=False)
    _walls: dict[UUID, Walls] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, landmarks: Landmarks, graph: RoutingGraph, index: SpatialIndex) -> "Sights":
        """Return the sights of the map of which `landmarks` are the names and `graph` the ways."""
        by_unit: dict[UUID, list[Sight]] = {}
        for unit_id, sight in [*_fronts(landmarks, graph), *_things(landmarks, index)]:
            by_unit.setdefault(unit_id, []).append(sight)
        return cls(landmarks, {unit_id: unlike for unit_id, seen in by_unit.items() if (unlike := _unlike(seen))})

    def at(self, turning: Turning, without: Iterable[UUID | None]) -> Landmark | None:
        """Return the most striking thing that is seen just before a turn or at it, `without` some features."""
        best: tuple[float, float, Sight, float, float] | None = None
        (px, py), (dx, dy), reach_m = turning.point_m, turning.heading, min(turning.straight_m, BEFORE_TURN_M)
        for sight in self.by_unit.get(turning.unit_id, ()):
            x_m, y_m = sight.x_m - px, sight.y_m - py
            along_m, aside_m = x_m * dx + y_m * dy, x_m * dy - y_m * dx
            if not (-reach_m <= along_m <= BESIDE_M and abs(aside_m) <= ASIDE_M) or sight.feature_id in without:
                continue
            rank = (-sight.standing, abs(along_m))
            if (best is None or rank < best[:2]) and self._seen(turning, sight, along_m):
                best = (*rank, sight, along_m, aside_m)
        return best and _landmark(*best[2:])

    def _seen(self, turning: Turning, sight: Sight, along_m: float) -> bool:
        """Return whether one sees the thing, across its unit, from where the way comes nearest to it."""
        (px, py), (dx, dy), back_m = turning.point_m, turning.heading, min(along_m, 0.0)
        eye = px + dx * back_m, py + dy * back_m
        x_m, y_m = eye[0] - sight.x_m, eye[1] - sight.y_m
        share = OFF_WALL_M / max(abs(x_m) + abs(y_m), OFF_WALL_M)
        return sees(eye, (sight.x_m + x_m * share, sight.y_m + y_m * share), self._walls_of(turning.unit_id))

    def _walls_of(self, unit_id: UUID) -> Walls:
        if unit_id not in self._walls:
            self._walls[unit_id] = walls_of(self.landmarks.snapshot.shapes_m[unit_id], 0.0)
        return self._walls[unit_id]


def _landmark(sight: Sight, along_m: float, aside_m: float) -> Landmark:
    side = Side.RIGHT if aside_m > 0 else Side.LEFT
    return Landmark(sight.feature_id, sight.name, sight.noun, sight.entrance, side, along_m < -BESIDE_M)


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
