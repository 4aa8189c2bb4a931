"""Openings: doors where nodes say so, passages where no wall stands, and the doors of lifts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from uuid import UUID

import shapely
from shapely.geometry import LineString, Point

from geo.frame import LocalFrame
from venues.core.edges import SAME_EDGE_M, lines_of, middle_of_a_side, shared_edges, stretch_around
from venues.core.osm.categories import is_stairwell, welcomes_visitors
from venues.core.osm.elements import Elements, Node, OsmId, Tags
from venues.core.osm.floors import Floor
from venues.core.osm.levels import LevelError, levels_given
from venues.core.osm.measures import width_m
from venues.core.osm.notes import Notes
from venues.core.osm.spaces import WALL_THICKNESS_M, Space, SpaceKind, Wall

# Clear widths of doors that a wheelchair passes with ease (ISO 21542:2021, 18.1.4: 0.85 to 0.90 m), and of two leaves.
DOOR_WIDTH_M = 0.9
ENTRANCE_WIDTH_M = 1.8
# Narrower than this between two open spaces is a corner where they touch, not a way through.
NARROWEST_PASSAGE_M = 0.6


class OpeningKind(StrEnum):
    DOOR = "door"
    PASSAGE = "passage"
    LIFT_DOOR = "lift_door"
    LANDING = "landing"
    ASSUMED = "assumed"


@dataclass(frozen=True, eq=False)
class Opening:
    """A line, in metres, along the edge of the spaces that it joins: two, one and the outdoors, or none."""

    id: UUID
    osm_id: OsmId
    kind: OpeningKind
    ordinal: float
    line_m: LineString
    spaces: tuple[Space, ...]
    tags: Tags


def is_door(tags: Tags) -> bool:
    """Return whether a node is a door or an entrance; door=no is an entrance without a leaf.

    >>> is_door({"entrance": "main", "door": "no"}), is_door({"entrance": "no"})
    (True, False)
    """
    return (
        "door" in tags
        or tags.get("indoor") == "door"
        or tags.get("entrance", "no") != "no"
        or tags.get("railway") in ("train_station_entrance", "subway_entrance")
    )


def read_doors(
    elements: Elements,
    floors: Mapping[float, Floor],
    paths: Mapping[int, Sequence[float]],
    notes: Notes,
    frame: LocalFrame,
) -> list[Opening]:
    """Return the openings that door and entrance nodes make. `paths`: the levels of the footways by way number."""
    found: list[Opening] = []
    for _, node in sorted(elements.nodes.items()):
        if not is_door(node.tags):
            continue
        notes.use(node.osm_id)
        notes.counts["doors"] += 1
        point = Point(frame.to_metres(node.lng, node.lat))
        levels = _levels_of_door(elements, node, point, floors, paths, notes)
        made = [o for level in levels if (o := _door(elements, node, point, level, floors, notes, frame)) is not None]
        if not made:
            notes.ignore(node.osm_id, "door_on_no_outline")
        found += made
    return found


def _levels_of_door(
    elements: Elements,
    node: Node,
    point: Point,
    floors: Mapping[float, Floor],
    paths: Mapping[int, Sequence[float]],
    notes: Notes,
) -> Sequence[float]:
    """Return the door's own levels, else those of the spaces whose outline it is on, else of the paths through it."""
    try:
        if given := levels_given(node.tags):
            return given
    except LevelError as error:
        notes.warn("level_unreadable", node.osm_id, f"{error}.")
        return ()
    edged = {level: floor.edged_by(point) for level, floor in floors.items()}
    joining = [level for level, spaces in edged.items() if len(spaces) > 1]
    touching = [level for level, spaces in edged.items() if spaces]
    walked = {level for way in elements.ways_of_node.get(node.id, ()) for level in paths.get(way.id, ())}
    return joining or touching or sorted(walked)


def _door(
    elements: Elements,
    node: Node,
    point: Point,
    ordinal: float,
    floors: Mapping[float, Floor],
    notes: Notes,
    frame: LocalFrame,
) -> Opening | None:
    spaces = floors[ordinal].edged_by(point) if ordinal in floors else []
    pair, edge = _edge_at(spaces, point)
    if edge is None:
        edge = _outline_through(elements, node, frame)
        if edge is None:
            return None
        text = f"no room, corridor or area of level {ordinal:g} has it on its outline, so it joins nothing."
        notes.warn("door_joins_nothing", node.osm_id, text, at=(node.lng, node.lat))
    default_m = ENTRANCE_WIDTH_M if node.tags.get("entrance") == "main" else DOOR_WIDTH_M
    width = width_m(node.tags, "door:width", "entrance:width", "width") or default_m
    id_ = notes.id_of("opening", node.osm_id, f"{ordinal:g}")
    return Opening(id_, node.osm_id, OpeningKind.DOOR, ordinal, stretch_around(edge, point, width), pair, node.tags)


def _edge_at(spaces: Sequence[Space], point: Point) -> tuple[tuple[Space, ...], LineString | None]:
    """Return the spaces that a door at the point joins and the edge that it is in: shared by two, else of one."""
    walled_first = sorted(combinations(spaces, 2), key=lambda pair: -sum(space.is_walled for space in pair))
    for first, second in walled_first:
        for edge in shared_edges(first.shape_m, second.shape_m):
            if edge.distance(point) <= SAME_EDGE_M and edge.length > 2 * SAME_EDGE_M:
                return (first, second), edge
    for space in spaces:
        rings = lines_of(space.shape_m.boundary)
        return (space,), min(rings, key=lambda ring: ring.distance(point))
    return (), None


def _outline_through(elements: Elements, node: Node, frame: LocalFrame) -> LineString | None:
    rings = [way for way in elements.ways_of_node.get(node.id, ()) if way.is_ring and elements.is_whole(way)]
    outlines = sorted(rings, key=lambda way: ("building" not in way.tags, way.id))
    return LineString([frame.to_metres(*place) for place in elements.line(outlines[0])]) if outlines else None


def passages(floors: Mapping[float, Floor], walls: Sequence[Wall], notes: Notes) -> list[Opening]:
    """Return the openings along the edges where open spaces touch and no wall is drawn."""
    found: list[Opening] = []
    for ordinal, floor in floors.items():
        barrier = shapely.union_all([line.buffer(WALL_THICKNESS_M) for _, level, line in walls if level == ordinal])
        for first, second in floor.neighbours():
            if not first.opens_into(second):
                continue
            free = [
                part
                for edge in shared_edges(first.shape_m, second.shape_m)
                for part in lines_of(edge.difference(barrier))
            ]
            wide = [edge for edge in free if edge.length >= NARROWEST_PASSAGE_M]
            for number, edge in enumerate(wide):
                id_ = notes.id_of("passage", first.id, second.id, number)
                found.append(Opening(id_, first.osm_id, OpeningKind.PASSAGE, ordinal, edge, (first, second), {}))
    return found


def missing_doors(
    floors: Mapping[float, Floor], openings: Sequence[Opening], notes: Notes, *, assume_doors: bool
) -> Iterable[Opening]:
    """Yield the doors of lifts that have none, and those of rooms where they are to be assumed; note the rooms without."""
    entered = {space.id for opening in openings for space in opening.spaces}
    for floor in floors.values():
        open_sides = _open_sides(floor)
        for space in floor.spaces:
            if not space.is_walled or space.id in entered:
                continue
            side = max(open_sides.get(space.id, []), key=_preference, default=None)
            yield from _missing_door(space, side, notes, assume_doors=assume_doors)


Side = tuple[Space, LineString]


def _open_sides(floor: Floor) -> Mapping[UUID, list[Side]]:
    """Return, for each space with walls, its neighbours without walls of their own and the edges shared with them."""
    sides: dict[UUID, list[Side]] = {}
    for pair in floor.neighbours():
        for space, other in (pair, pair[::-1]):
            if _may_open(space, other):
                edges = shared_edges(space.shape_m, other.shape_m)
                sides.setdefault(space.id, []).extend((other, edge) for edge in edges)
    return {id_: [side for side in group if side[1].length >= NARROWEST_PASSAGE_M] for id_, group in sides.items()}


def _may_open(space: Space, other: Space) -> bool:
    """Return whether a door of a walled space could lead into the other: a lift drawn as a node may stand in a room."""
    if space.kind is SpaceKind.LIFT:
        return not other.is_walled or (other.kind is SpaceKind.ROOM and space.osm_id.startswith("node/"))
    return space.is_walled and not other.is_walled and not other.is_outdoors


def _preference(side: Side) -> tuple[bool, bool, float]:
    """A door leads to a walkway rather than on to stairs or into a room, and is more likely in a longer edge."""
    other, edge = side
    return not is_stairwell(other.tags), not other.is_walled, edge.length


def _missing_door(space: Space, side: Side | None, notes: Notes, *, assume_doors: bool) -> Iterable[Opening]:
    is_lift = space.kind is SpaceKind.LIFT
    if side is None or not (is_lift or (assume_doors and welcomes_visitors(space.tags))):
        if not is_lift:
            text = f"no door node lies on its outline on level {space.ordinal:g}, so nobody can enter it."
            notes.warn("room_without_door", space.osm_id, text, space.id)
        return
    other, edge = side
    kind = OpeningKind.LIFT_DOOR if is_lift else OpeningKind.ASSUMED
    line = stretch_around(edge, middle_of_a_side(edge, other.shape_m), DOOR_WIDTH_M)
    text = f"no door is drawn on level {space.ordinal:g}; one is assumed on its edge with {other.osm_id}."
    notes.warn("lift_door_assumed" if is_lift else "door_assumed", space.osm_id, text, space.id)
    yield Opening(notes.id_of(kind, space.id), space.osm_id, kind, space.ordinal, line, (space, other), {})
