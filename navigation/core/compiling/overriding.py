"""Overrides applied to the model: ways forbidden, added or re-weighted."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from geo.frame import LocalFrame
from geo.position import LevelPoint
from navigation.core.compiling.areas import Nodes, Place
from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model, Traits
from navigation.core.overrides import Add, Forbid, Override, Selection
from venues.core.validation.finding import Finding, warning


def places_of(overrides: Iterable[Override], floors: Floors) -> Iterable[Place]:
    """Yield the ends of added ways that lie in a walkable unit."""
    for override in overrides:
        if isinstance(override, Add):
            for end, point in enumerate((override.start, override.end)):
                at = _level_point(floors.snapshot.frame, point)
                inside = floors.at_point(at) if at.level_id in floors.snapshot.levels else None
                if inside is not None:
                    yield Place((override.id, end), inside.id, at.x_m, at.y_m, inside.id)


def apply_overrides(model: Model, overrides: Sequence[Override], floors: Floors, nodes: Nodes) -> list[Finding]:
    """Change the model as the overrides say, in their order, and return a finding for each that matches nothing."""
    return [found for override in overrides if (found := _applied(model, override, floors, nodes)) is not None]


def _applied(model: Model, override: Override, floors: Floors, nodes: Nodes) -> Finding | None:
    if isinstance(override, Add):
        return _add(model, override, floors, nodes)
    chosen = _edges(model, override.edges)
    for edge in chosen:
        if isinstance(override, Forbid):
            model.graph.remove_edge(*edge)
        else:
            data = model.graph.edges[edge]
            data["time_factor"] = data.get("time_factor", 1.0) * override.factor
    return None if chosen else _unmatched(override.id, override.edges.feature_id, "no way leads through it there")


def _edges(model: Model, edges: Selection) -> list[tuple[int, int, int]]:
    return [
        (tail, head, key)
        for tail, head, key, data in model.graph.edges(keys=True, data=True)
        if data["feature"] == edges.feature_id
        and _is_at(model, tail, edges.from_id)
        and _is_at(model, head, edges.to_id)
    ]


def _is_at(model: Model, node: int, feature_id: UUID | None) -> bool:
    data = model.graph.nodes[node]
    return feature_id is None or feature_id in (data.get("unit"), data.get("feature"))


def _add(model: Model, override: Add, floors: Floors, nodes: Nodes) -> Finding | None:
    ends = [nodes.get((override.id, end)) for end in (0, 1)]
    start, end = ends
    if start is None or end is None or start == end:
        where = "its ends are one place" if start is not None and start == end else "an end lies on no walkable floor"
        return _unmatched(override.id, None, where)
    unit_id: UUID = model.graph.nodes[start]["unit"]
    below, above = (floors.snapshot.levels[model.graph.nodes[node]["level"]].ordinal for node in (start, end))
    traits = Traits(
        override.kind, unit_id, floors.flags_of(floors.snapshot.units[unit_id]), time_factor=override.factor
    )
    length_m = model.crow_m(start, end) if override.length_m is None else override.length_m
    if override.one_way:
        model.one_way(start, end, traits, length_m, above - below)
    else:
        model.both_ways(start, end, traits, length_m, above - below)
    return None


def _unmatched(id_: UUID, feature_id: UUID | None, why: str) -> Finding:
    named = f" of feature {feature_id}" if feature_id else ""
    message = f"Override {id_}{named} changes nothing: {why}. Take it back, or make it anew for the map as it is."
    return warning("override_unmatched", feature_id, message)


def _level_point(frame: LocalFrame, point: tuple[float, float, UUID]) -> LevelPoint:
    lng, lat, level_id = point
    return LevelPoint(*frame.to_metres(lng, lat), level_id)
