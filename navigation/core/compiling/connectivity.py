"""What can't be reached on the compiled graph."""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from navigation.core.graph import EdgeFlag, RoutingGraph
from navigation.core.profiles import PROFILES
from venues.core.imdf.features import Unit
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot
from venues.core.validation.finding import Finding, warning
from venues.core.walkable import is_walkable


def component_count(graph: RoutingGraph) -> int:
    """Return how many parts the graph falls into."""
    return len(np.unique(_components(graph, np.ones(graph.edge_count, np.bool_))))


def findings_of(graph: RoutingGraph, snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return what of a map can't be reached on its graph."""
    return (*unreachable(graph, snapshot), *not_step_free(graph, snapshot))


def unreachable(graph: RoutingGraph, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield unit_unreachable for every public unit that visitors can't get to from most of the others."""
    component = _components(graph, (graph.flags & np.uint16(EdgeFlag.STAFF_ONLY)) == 0)
    units = [unit for unit in snapshot.units.values() if is_walkable(unit)]
    of_unit = {unit.id: component[nodes] for unit in units if (nodes := graph.nodes_of_unit.get(unit.id)) is not None}
    if not of_unit:
        return
    main = _commonest(list(of_unit.values()))
    for unit in units:
        if unit.id not in of_unit:
            yield _finding(snapshot, unit, "has no opening that leads into it")
        elif main not in of_unit[unit.id]:
            yield _finding(snapshot, unit, "has no way to most of the map")


def not_step_free(graph: RoutingGraph, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield unit_not_step_free for each part of the map that visitors reach on foot and not on wheels.

    One finding a part, at its largest unit: a floor without a lift is one fault, however many rooms it has.
    """
    if graph.node_count == 0:
        return
    on_foot = _components(graph, (graph.flags & np.uint16(EdgeFlag.STAFF_ONLY)) == 0)
    on_wheels = _components(graph, ~PROFILES["wheelchair"].forbids(graph))
    nodes_of = graph.nodes_of_unit
    units = [unit for unit in snapshot.units.values() if is_walkable(unit) and unit.id in nodes_of]
    main_on_foot, main_on_wheels = (
        _commonest([part[nodes_of[unit.id]] for unit in units]) for part in (on_foot, on_wheels)
    )
    parts: dict[int, list[Unit]] = {}
    for unit in units:
        nodes = nodes_of[unit.id]
        if main_on_foot in on_foot[nodes] and main_on_wheels not in on_wheels[nodes]:
            parts.setdefault(int(on_wheels[nodes].min()), []).append(unit)
    for part in parts.values():
        yield _not_step_free(snapshot, part)


def _not_step_free(snapshot: Snapshot, part: list[Unit]) -> Finding:
    largest = max(part, key=lambda unit: (snapshot.shapes_m[unit.id].area, unit.id))
    others = f" and {len(part) - 1} more around it" if len(part) > 1 else ""
    message = (
        f"{_title(largest)}{others} can be reached over steps, escalators, steep ramps or narrow doors only, so no wheelchair "
        "gets there. Draw the lift or the ramp, or correct the width, slope or type of what leads there."
    )
    return warning("unit_not_step_free", largest.id, message, place_of(snapshot, largest.id))


def _commonest(parts_of_units: list[NDArray[np.int32]]) -> int:
    """Return the part that most units lie in; -1 where there is no unit."""
    each = [np.unique(parts) for parts in parts_of_units]
    return int(np.bincount(np.concatenate(each)).argmax()) if each else -1


def _components(graph: RoutingGraph, usable: NDArray[np.bool_]) -> NDArray[np.int32]:
    tail, head = graph.tail[usable], graph.head[usable]
    links = coo_array((np.ones(len(head), np.int8), (tail, head)), shape=(graph.node_count, graph.node_count))
    _, component = connected_components(links, directed=False)
    return np.asarray(component, np.int32)


def _finding(snapshot: Snapshot, unit: Unit, what: str) -> Finding:
    message = f"{_title(unit)} {what}, so no visitor reaches it. Draw the opening, or mark the unit as nonpublic."
    return warning("unit_unreachable", unit.id, message, place_of(snapshot, unit.id))


def _title(unit: Unit) -> str:
    name = label_in(unit.name, "en") if unit.name else None
    return f'Unit "{name}" ({unit.id})' if name else f"Unit {unit.id}"


def place_of(snapshot: Snapshot, feature_id: UUID) -> tuple[float, float] | None:
    """Return longitude and latitude of a point of the feature, None where it is not drawn."""
    if feature_id not in snapshot.shapes_m:
        return None
    inside = shapely.Point(shapely.point_on_surface(snapshot.shapes_m[feature_id]))
    lng, lat = snapshot.frame.to_lng_lat(inside.x, inside.y)
    return round(lng, 7), round(lat, 7)
