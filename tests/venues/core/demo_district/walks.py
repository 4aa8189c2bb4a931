"""A rough walking graph of a map, apart from the product's own: unit to unit by openings and relationships."""

import itertools
from uuid import UUID

import networkx as nx
import shapely

from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

TOUCH_M = 0.02  # degrees are rounded to 7 decimals, 11 mm
STEPS = frozenset({"stairs", "escalator"})
STEP_UNITS = frozenset({"steps"})


def walking_graph(snapshot: Snapshot, *, step_free: bool) -> "nx.DiGraph[UUID]":
    """Return units joined where an opening lies on the edge of both, on levels of the same ordinal, and by ways."""
    graph: nx.DiGraph[UUID] = nx.DiGraph()
    units = [u for u in snapshot.units.values() if is_walkable(u) and not (step_free and u.category in STEP_UNITS)]
    graph.add_nodes_from(unit.id for unit in units)
    for opening_id, unit_ids in units_at_openings(snapshot).items():
        walkable = [unit_id for unit_id in unit_ids if unit_id in graph]
        graph.add_edges_from((a, b, {"by": opening_id}) for a in walkable for b in walkable if a != b)
    for way in snapshot.relationships.values():
        if step_free and way.category in STEPS:
            continue
        stops = [reference.id for reference in (way.origin, *way.intermediary, way.destination) if reference]
        for one, other in itertools.pairwise(stops):
            graph.add_edge(one, other)
            if not way.directed:
                graph.add_edge(other, one)
    return graph


def units_at_openings(snapshot: Snapshot) -> dict[UUID, list[UUID]]:
    """Return for each opening the units of its ordinal on whose edge it lies from end to end."""
    units = list(snapshot.units.values())
    tree = shapely.STRtree([snapshot.shapes_m[unit.id] for unit in units])
    found: dict[UUID, list[UUID]] = {}
    for opening in snapshot.openings.values():
        line = snapshot.shapes_m[opening.id]
        ordinal = snapshot.levels[opening.level_id].ordinal
        found[opening.id] = [
            units[index].id
            for index in tree.query(line, predicate="dwithin", distance=TOUCH_M)
            if snapshot.levels[units[index].level_id].ordinal == ordinal
            and shapely.hausdorff_distance(line, shapely.intersection(line, _edge(snapshot, units[index].id))) < TOUCH_M
        ]
    return found


def _edge(snapshot: Snapshot, unit_id: UUID) -> shapely.Geometry:
    return shapely.buffer(snapshot.shapes_m[unit_id].boundary, TOUCH_M, cap_style="square", join_style="mitre")
