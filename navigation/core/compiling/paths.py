"""Lines that people walk along: footways, and steps, escalators and ramps that are drawn as lines."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from navigation.core.compiling.areas import Nodes, Place
from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model, Traits
from navigation.core.compiling.openings import Gate, GateSet, traits_of
from navigation.core.compiling.relations import KINDS, flags_of, level_of, unit_of
from navigation.core.graph import EdgeFlag, EdgeKind
from venues.core.imdf.features import FeatureType, Reference, Relationship, Unit
from venues.core.snapshot import Snapshot

# A point of a line belongs to a unit when it is so far inside; nearer to the edge only where the edge is open, outdoors.
INSIDE_M = 0.3
# A line reaches an opening when one of its points is so near.
AT_OPENING_M = 0.5
# Units without walls, roofed or not (OGC 20-094, UNIT-CATEGORY).
UNWALLED = frozenset({"platform", "unenclosedarea"})


@dataclass(frozen=True, eq=False)
class Line:
    """A relationship with a line: points (k, 2) in metres, all on the level of the first, but the last on its own."""

    relationship: Relationship
    points_m: NDArray[np.float64] = field(repr=False)
    level_ids: tuple[UUID, ...]
    ordinals: tuple[float, ...]

    def key(self, index: int) -> Hashable:
        """Return what a point is called: the same for every line that has a point just there."""
        x_m, y_m = self.points_m[index]
        return ("point", self.ordinals[index], round(float(x_m), 3), round(float(y_m), 3))

    def end(self, index: int) -> Reference | None:
        """Return what the line says that it ends at, for its first and last point."""
        if index == 0:
            return self.relationship.origin
        return self.relationship.destination if index == len(self.points_m) - 1 else None


def lines_of(snapshot: Snapshot) -> list[Line]:
    """Return the relationships that have a line and a level."""
    return [
        line
        for relationship in snapshot.relationships.values()
        if relationship.category in KINDS and (line := _line(snapshot, relationship)) is not None
    ]


def _line(snapshot: Snapshot, relationship: Relationship) -> Line | None:
    shape = snapshot.shapes_m.get(relationship.id)
    first = relationship.level_id or level_of(snapshot, relationship.origin)
    first = first or level_of(snapshot, relationship.destination)
    if not isinstance(shape, shapely.LineString) or first is None or first not in snapshot.levels:
        return None
    named = snapshot.by_id[relationship.id].properties.get("dalil:to_level_id")
    last = UUID(str(named)) if named else level_of(snapshot, relationship.destination) or first
    points_m = shapely.get_coordinates(shape)
    level_ids = (first,) * (len(points_m) - 1) + (last if last in snapshot.levels else first,)
    return Line(relationship, points_m, level_ids, tuple(snapshot.levels[level_id].ordinal for level_id in level_ids))


def places_of(lines: Sequence[Line], floors: Floors) -> Iterable[Place]:
    """Yield every point of a line that lies in a unit, once."""
    points = [(line, index) for line in lines for index in range(len(line.points_m))]
    if not points:
        return
    units = floors.at(
        np.array([line.points_m[index] for line, index in points]), [line.level_ids[index] for line, index in points]
    )
    seen: set[Hashable] = set()
    for (line, index), here in zip(points, units, strict=True):
        unit_id = _unit_at(floors, line, index, here)
        if unit_id is not None and (line.key(index), unit_id) not in seen:
            seen.add((line.key(index), unit_id))
            x_m, y_m = line.points_m[index]
            yield Place((line.key(index), unit_id), unit_id, float(x_m), float(y_m), line.relationship.id)


def _unit_at(floors: Floors, line: Line, index: int, here: tuple[int, ...]) -> UUID | None:
    """Return the unit that the point of a line joins: the one it says, else the one it lies in."""
    end = line.end(index)
    said = unit_of(floors.snapshot, end) if end and end.feature_type is not FeatureType.OPENING else None
    if said in floors.outline_of:
        return said
    for unit in here:
        point = shapely.Point(line.points_m[index])
        if _is_open(floors, floors.units[unit]) or shapely.distance(floors.outlines_m[unit].boundary, point) > INSIDE_M:
            return floors.units[unit].id
    return None


def _is_open(floors: Floors, unit: Unit) -> bool:
    """Return whether one steps on to the unit anywhere along its edge: it has no walls."""
    return unit.category in UNWALLED or EdgeFlag.OUTDOOR in floors.flags_of(unit)


def join_lines(model: Model, floors: Floors, lines: Sequence[Line], gates: GateSet, nodes: Nodes) -> None:
    """Add the points and stretches of the lines, and join them to units and openings."""
    points = _add_points(model, lines)
    for line in lines:
        _add_stretches(model, floors, line, [points[line.key(index)] for index in range(len(line.points_m))])
    for key, node in nodes.items():
        if key[0] in points:
            traits = floors.walk_traits(floors.snapshot.units[model.graph.nodes[node]["unit"]])
            model.both_ways(points[key[0]], node, traits, model.crow_m(points[key[0]], node))
    joined = _join_said_openings(model, lines, points, gates, nodes)
    _join_open_sides(model, floors.snapshot, points, gates, nodes, joined)


def _add_points(model: Model, lines: Sequence[Line]) -> dict[Hashable, int]:
    points: dict[Hashable, int] = {}
    for line in lines:
        for index, (x_m, y_m) in enumerate(line.points_m):
            if line.key(index) not in points:
                points[line.key(index)] = model.node(x_m, y_m, line.level_ids[index], feature_id=line.relationship.id)
    return points


def _add_stretches(model: Model, floors: Floors, line: Line, nodes: list[int]) -> None:
    relationship = line.relationship
    kind = KINDS[relationship.category]
    flags = flags_of(floors, relationship, has_line=True)
    if not flags & EdgeFlag.COVERED:
        flags |= EdgeFlag.OUTDOOR
    traits = Traits(kind, relationship.id, flags, relationship.width_m, relationship.slope_percent or 0.0)
    stops = [nodes[0], nodes[-1]] if kind is EdgeKind.LIFT else nodes
    total_m = sum(model.crow_m(a, b) for a, b in pairwise(stops))
    climb = line.ordinals[-1] - line.ordinals[0]
    for a, b in pairwise(stops):
        length_m = model.crow_m(a, b)
        rise = climb * length_m / total_m if total_m else climb
        add = model.one_way if relationship.directed else model.both_ways
        add(a, b, traits, 0.0 if kind is EdgeKind.LIFT else length_m, rise)


def _join_said_openings(
    model: Model, lines: Sequence[Line], points: dict[Hashable, int], gates: GateSet, nodes: Nodes
) -> set[UUID]:
    """Join lines to the openings that they say they end at; return these openings."""
    joined: set[UUID] = set()
    for line in lines:
        for index in (0, len(line.points_m) - 1):
            end = line.end(index)
            if end is None or end.id not in gates.of_opening:
                continue
            x_m, y_m = line.points_m[index]
            gate = min(gates.of_opening[end.id], key=lambda gate: hypot(gate.x_m - x_m, gate.y_m - y_m))
            _join_gate(model, gates, gate, points[line.key(index)], nodes)
            joined.add(end.id)
    return joined


def _join_gate(model: Model, gates: GateSet, gate: Gate, point: int, nodes: Nodes) -> None:
    for side in (0, 1):
        node = nodes.get(gate.key(side))
        if node is not None:
            model.both_ways(point, node, traits_of(gates, gate), model.crow_m(point, node))


def _join_open_sides(
    model: Model,
    snapshot: Snapshot,
    points: dict[Hashable, int],
    gates: GateSet,
    nodes: Nodes,
    joined: set[UUID],
) -> None:
    """Join each gate that has a unit on one side only to the line that reaches it."""
    numbers = sorted(points.values())
    tree = shapely.STRtree([shapely.Point(model.place_m(number)) for number in numbers])
    for gate in gates.gates:
        if sum(unit is not None for unit in gate.sides) == 1 and gate.opening.id not in joined:
            near = tree.query(snapshot.shapes_m[gate.opening.id], predicate="dwithin", distance=AT_OPENING_M)
            here = [numbers[i] for i in sorted(near.tolist()) if _same_ordinal(model, snapshot, gate, numbers[i])]
            for point in here[:1]:
                _join_gate(model, gates, gate, point, nodes)


def _same_ordinal(model: Model, snapshot: Snapshot, gate: Gate, node: int) -> bool:
    level_id = model.graph.nodes[node]["level"]
    return snapshot.levels[level_id].ordinal == snapshot.levels[gate.opening.level_id].ordinal
