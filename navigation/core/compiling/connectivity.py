"""What can't be reached on the compiled graph."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from navigation.core.graph import EdgeFlag, RoutingGraph
from venues.core.imdf.features import Unit
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot
from venues.core.validation.finding import Finding, warning
from venues.core.walkable import is_walkable


def component_count(graph: RoutingGraph) -> int:
    """Return how many parts the graph falls into."""
    return len(np.unique(_components(graph, np.ones(graph.edge_count, np.bool_))))


def unreachable(graph: RoutingGraph, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield unit_unreachable for every public unit that visitors can't get to from most of the others."""
    component = _components(graph, (graph.flags & np.uint16(EdgeFlag.STAFF_ONLY)) == 0)
    units = [unit for unit in snapshot.units.values() if is_walkable(unit)]
    of_unit = {unit.id: component[nodes] for unit in units if (nodes := graph.nodes_of_unit.get(unit.id)) is not None}
    if not of_unit:
        return
    main = np.bincount(np.concatenate([np.unique(parts) for parts in of_unit.values()])).argmax()
    for unit in units:
        if unit.id not in of_unit:
            yield _finding(snapshot, unit, "has no opening that leads into it")
        elif main not in of_unit[unit.id]:
            yield _finding(snapshot, unit, "has no way to most of the map")


def _components(graph: RoutingGraph, usable: NDArray[np.bool_]) -> NDArray[np.int32]:
    tail, head = graph.tail[usable], graph.head[usable]
    links = coo_array((np.ones(len(head), np.int8), (tail, head)), shape=(graph.node_count, graph.node_count))
    _, component = connected_components(links, directed=False)
    return np.asarray(component, np.int32)


def _finding(snapshot: Snapshot, unit: Unit, what: str) -> Finding:
    name = label_in(unit.name, "en") if unit.name else None
    title = f'Unit "{name}" ({unit.id})' if name else f"Unit {unit.id}"
    at = None
    if unit.id in snapshot.shapes_m:
        inside = shapely.Point(shapely.point_on_surface(snapshot.shapes_m[unit.id]))
        lng, lat = snapshot.frame.to_lng_lat(inside.x, inside.y)
        at = (round(lng, 7), round(lat, 7))
    message = f"{title} {what}, so no visitor reaches it. Draw the opening, or mark the unit as nonpublic."
    return warning("unit_unreachable", unit.id, message, at)
