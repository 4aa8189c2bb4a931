"""Lifts, stairs, escalators and ramps that are given by the units they join, without a line."""

from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise

import shapely

from navigation.core.compiling.areas import Nodes, Place
from navigation.core.compiling.connectivity import place_of
from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model, Traits
from navigation.core.compiling.openings import GateSet
from navigation.core.compiling.relations import KINDS, ends_of, flags_of, unit_of
from navigation.core.graph import EdgeKind
from venues.core.imdf.features import FeatureType, Reference, Relationship
from venues.core.snapshot import Snapshot
from venues.core.validation.finding import Finding, warning

# The height of a storey (our assumption).
STOREY_M = 4.5
# Plan length of a way up one storey, where the map doesn't say: stairs at 32 degrees (DIN 18065, 17.3/27.7 cm), escalators at
# 30 degrees (EN 115-1), ramps at 6 % (ISO 21542).
RUN_M: Mapping[EdgeKind, float] = {EdgeKind.STAIRS: 7.2, EdgeKind.ESCALATOR: 7.8, EdgeKind.RAMP: 75.0}
# Depth of one step in plan (DIN 18065).
GOING_M = 0.28


def places_of(snapshot: Snapshot, floors: Floors) -> Iterable[Place]:
    """Yield the landing of each connector in each unit that it joins."""
    for relationship in connectors_of(snapshot):
        for end in ends_of(relationship):
            unit_id = unit_of(snapshot, end)
            if unit_id is None or unit_id not in floors.outline_of:
                continue
            anchored = end.feature_type is FeatureType.ANCHOR and end.id in snapshot.shapes_m
            shape = snapshot.shapes_m[end.id] if anchored else floors.outline_of[unit_id]
            point = shapely.Point(shapely.point_on_surface(shape))
            yield Place((relationship.id, end.id), unit_id, point.x, point.y, relationship.id)


def connectors_of(snapshot: Snapshot) -> Iterable[Relationship]:
    """Yield the relationships that are ways of their own: not those with a line, nor those that only name an opening."""
    for relationship in snapshot.relationships.values():
        through_opening = any(end.feature_type is FeatureType.OPENING for end in relationship.intermediary)
        if relationship.id not in snapshot.shapes_m and relationship.category in KINDS and not through_opening:
            yield relationship


def join_connectors(model: Model, floors: Floors, gates: GateSet, nodes: Nodes) -> list[Finding]:
    """Add the rides between the landings, and return the ends that nobody can get to."""
    findings: list[Finding] = []
    for relationship in connectors_of(floors.snapshot):
        stops: list[int] = []
        for end in ends_of(relationship):
            node = _stop(relationship, end, gates, nodes)
            if node is None:
                findings.append(_unusable(floors.snapshot, relationship, end))
            else:
                stops.append(node)
        _join(model, floors, relationship, stops)
    return findings


def _stop(relationship: Relationship, end: Reference, gates: GateSet, nodes: Nodes) -> int | None:
    """Return the node at which the connector ends: its landing, or the side of an opening."""
    if end.feature_type is not FeatureType.OPENING:
        return nodes.get((relationship.id, end.id))
    sides = [gate.key(side) for gate in gates.of_opening.get(end.id, ()) for side in (0, 1)]
    return next((nodes[key] for key in sides if key in nodes), None)


def _join(model: Model, floors: Floors, relationship: Relationship, stops: list[int]) -> None:
    kind = KINDS[relationship.category]
    flags = flags_of(floors, relationship, has_line=False)
    traits = Traits(kind, relationship.id, flags, relationship.width_m, relationship.slope_percent or 0.0)
    pairs = combinations(stops, 2) if kind is EdgeKind.LIFT else pairwise(stops)
    for a, b in pairs:
        rise = _rise(model, floors.snapshot, a, b)
        length_m = _length_m(model, relationship, kind, a, b, rise)
        if relationship.directed and kind is not EdgeKind.LIFT:
            model.one_way(a, b, traits, length_m, rise)
        else:
            model.both_ways(a, b, traits, length_m, rise)


def _rise(model: Model, snapshot: Snapshot, a: int, b: int) -> float:
    below, above = (snapshot.levels[model.graph.nodes[node]["level"]].ordinal for node in (a, b))
    return above - below


def _length_m(model: Model, relationship: Relationship, kind: EdgeKind, a: int, b: int, rise: float) -> float:
    """Return the plan length of the way between two stops: by its steps, its slope or a usual storey."""
    if kind is EdgeKind.LIFT:
        return 0.0
    if kind is EdgeKind.STAIRS and relationship.steps:
        return max(relationship.steps * GOING_M, model.crow_m(a, b))
    if kind is EdgeKind.RAMP and relationship.slope_percent:
        return max(abs(rise) * STOREY_M * 100 / abs(relationship.slope_percent), model.crow_m(a, b))
    return max(RUN_M.get(kind, 0.0) * abs(rise), model.crow_m(a, b))


def _unusable(snapshot: Snapshot, relationship: Relationship, end: Reference) -> Finding:
    message = (
        f"{relationship.category} {relationship.id} ends at {end.feature_type} {end.id}, where nobody can walk. "
        "Name a walkable unit, an opening of one, or an anchor in one."
    )
    return warning("connector_end_unusable", relationship.id, message, place_of(snapshot, end.id))
