"""Spaces: the areas that people can be in, level by level; each becomes an IMDF unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.osm.categories import is_lift, is_platform, is_served
from venues.core.osm.elements import Elements, OsmId, Relation, Tags, Way
from venues.core.osm.levels import GROUND, LevelError, is_on_the_ground, levels_given
from venues.core.osm.notes import Notes
from venues.core.osm.shapes import area_of, polygons_of

INDOOR_KINDS = frozenset({"room", "area", "corridor"})
OUTDOOR_AREAS = frozenset(
    {"pedestrian", "footway", "path", "corridor", "platform", "steps", "elevator", "living_street"}
)
# Less than this is where two mappers drew the same wall twice.
OVERLAP_M2 = 0.05
WALL_THICKNESS_M = 0.1
# A shaft for a car of 1.1 x 1.4 m, the smallest that takes a wheelchair and a companion (EN 81-70:2021, type 2).
LIFT_SIDE_M = 1.6


class SpaceKind(StrEnum):
    """What surrounds a space."""

    ROOM = "room"
    LIFT = "lift"
    INDOOR_OPEN = "indoor_open"
    OUTDOOR_OPEN = "outdoor_open"
    PLATFORM = "platform"


WALLED = frozenset({SpaceKind.ROOM, SpaceKind.LIFT})


@dataclass(frozen=True, eq=False)
class Space:
    """One polygon, in metres, on one level."""

    id: UUID
    osm_id: OsmId
    kind: SpaceKind
    ordinal: float
    shape_m: Polygon
    tags: Tags

    @property
    def is_walled(self) -> bool:
        return self.kind in WALLED

    @property
    def is_outdoors(self) -> bool:
        return self.kind is SpaceKind.OUTDOOR_OPEN

    def opens_into(self, other: "Space") -> bool:
        """Return whether no wall stands between the two where they touch: platforms open on both sides of a facade."""
        if self.is_walled or other.is_walled:
            return False
        return SpaceKind.PLATFORM in (self.kind, other.kind) or self.kind is other.kind


def kind_of(tags: Tags, *, is_area: bool) -> SpaceKind | None:
    """Return the kind of space that the tags of an area make, or None when they make none.

    >>> kind_of({"indoor": "room", "elevator": "yes"}, is_area=True), kind_of({"highway": "footway"}, is_area=False)
    (<SpaceKind.LIFT: 'lift'>, None)
    """
    indoor = tags.get("indoor")
    if is_lift(tags):
        return SpaceKind.LIFT
    if indoor in INDOOR_KINDS:
        return SpaceKind.ROOM if indoor == "room" else SpaceKind.INDOOR_OPEN
    if tags.get("amenity") == "parking" and ("level" in tags or tags.get("parking") in ("underground", "multi-storey")):
        return SpaceKind.INDOOR_OPEN
    if "platform" in (tags.get("railway"), tags.get("public_transport")) or (is_platform(tags) and is_area):
        return SpaceKind.PLATFORM
    if tags.get("highway") in OUTDOOR_AREAS and is_area:
        return SpaceKind.INDOOR_OPEN if tags["highway"] == "corridor" else SpaceKind.OUTDOOR_OPEN
    # Malls and stations are often mapped by their shops alone: an area with a level where somebody serves is a room.
    is_shop = is_area and "level" in tags and "building" not in tags and is_served(tags)
    return SpaceKind.ROOM if is_shop else None


def ordinals_of(osm_id: OsmId, tags: Tags, notes: Notes, *, outdoors: bool) -> tuple[float, ...]:
    """Return the levels of an element; none, with a note of why, when they are unknown or can't be read."""
    try:
        given = levels_given(tags)
    except LevelError as error:
        notes.ignore(osm_id, "level_unreadable")
        notes.warn("level_unreadable", osm_id, f"{error}.")
        return ()
    if not given and outdoors and is_on_the_ground(tags):
        return (GROUND,)
    if not given:
        notes.ignore(osm_id, "level_unknown")
        notes.warn("level_unknown", osm_id, "it has no level, so it is left out; give it its level.")
    return given


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What spaces are read against: the buildings that squares on the ground lie around, in metres, and the levels of
    the paths through each node."""

    ground_plan: BaseGeometry
    path_levels: Mapping[int, frozenset[float]]


Wall = tuple[Way, float, BaseGeometry]
"""A wall, the ordinal of one of its levels, its line in metres."""


def read_spaces(
    elements: Elements, around: Surroundings, walls: Sequence[Wall], notes: Notes, frame: LocalFrame
) -> list[Space]:
    """Return every space of every level, none overlapping another that has no walls."""
    drawn = [space for element in _areas(elements) for space in _spaces_of(elements, element, around, notes, frame)]
    drawn += _spaces_of_lift_nodes(elements, drawn, notes, frame)
    drawn = [part for space in drawn for part in _around(space, around.ground_plan)]
    return [space for ordinal in sorted({s.ordinal for s in drawn}) for space in _floor(drawn, walls, ordinal, notes)]


def _around(space: Space, ground_plan: BaseGeometry) -> list[Space]:
    """Return what of a square on the ground lies beside buildings; one that lies within a building is a courtyard or a hall."""
    if not space.is_outdoors or space.ordinal != GROUND or not space.shape_m.intersects(ground_plan):
        return [space]
    left = space.shape_m.difference(ground_plan)
    within = left.area < space.shape_m.area / 10
    return [space] if within or space.shape_m.area - left.area < OVERLAP_M2 else _parts(space, left)


def _areas(elements: Elements) -> Iterable[Way | Relation]:
    """Yield the elements that draw an area: closed ways, but lines that come back to their start, and multipolygons."""
    yield from (way for _, way in sorted(elements.ways.items()))
    yield from (r for _, r in sorted(elements.relations.items()) if r.tags.get("type") == "multipolygon")


def _kind(element: Way | Relation) -> SpaceKind | None:
    if isinstance(element, Relation):
        return kind_of(element.tags, is_area=True)
    is_area = element.is_ring and element.tags.get("area", "no" if "highway" in element.tags else "yes") == "yes"
    kind = kind_of(element.tags, is_area=is_area)
    return None if kind is SpaceKind.PLATFORM and not element.is_ring else kind


def _spaces_of_lift_nodes(
    elements: Elements, drawn: Sequence[Space], notes: Notes, frame: LocalFrame
) -> Iterable[Space]:
    """Return a square for each lift that is only a node; a node inside a drawn lift is that lift."""
    shafts = [space for space in drawn if space.kind is SpaceKind.LIFT]
    notes.counts["lifts"] += len({space.osm_id for space in shafts})
    for _, node in sorted(elements.nodes.items()):
        if not is_lift(node.tags):
            continue
        notes.use(node.osm_id)
        point = shapely.Point(frame.to_metres(node.lng, node.lat))
        if any(shaft.shape_m.intersects(point) for shaft in shafts):
            continue
        notes.counts["lifts"] += 1
        square = point.buffer(LIFT_SIDE_M / 2, cap_style="square")
        for ordinal in ordinals_of(node.osm_id, node.tags, notes, outdoors=False):
            yield Space(UUID(int=0), node.osm_id, SpaceKind.LIFT, ordinal, square, node.tags)


def _count(notes: Notes, kind: SpaceKind, tags: Tags) -> None:
    notes.counts[
        {"room": "rooms", "corridor": "corridors", "area": "areas"}.get(tags.get("indoor", ""), kind.value)
    ] += 1


def _note_missing_nodes(elements: Elements, element: Way | Relation, notes: Notes) -> None:
    if elements.lacks_nodes(element):
        text = "the file lacks some of its nodes, so its outline is drawn through the others, if they are enough."
        notes.warn("nodes_missing", element.osm_id, text)


def _spaces_of(
    elements: Elements, element: Way | Relation, around: Surroundings, notes: Notes, frame: LocalFrame
) -> Iterable[Space]:
    kind = _kind(element)
    if kind is None:
        return
    notes.use(element.osm_id)
    _count(notes, kind, element.tags)
    _note_missing_nodes(elements, element, notes)
    area = area_of(elements, element, frame)
    if area is None:
        notes.ignore(element.osm_id, "not_an_area")
        notes.warn("not_an_area", element.osm_id, "its outline does not close around an area; close it.")
        return
    for ordinal in _ordinals(elements, element, kind, around, notes):
        for part in polygons_of(area):
            yield Space(UUID(int=0), element.osm_id, kind, ordinal, part, element.tags)


def _ordinals(
    elements: Elements, element: Way | Relation, kind: SpaceKind, around: Surroundings, notes: Notes
) -> tuple[float, ...]:
    """Return the element's levels; a platform without one takes that of the paths that reach its outline, if they agree."""
    tags = element.tags
    outdoors = kind is SpaceKind.OUTDOOR_OPEN or (kind is SpaceKind.PLATFORM and _is_in_the_street(tags))
    silent = "level" not in tags and "repeat_on" not in tags
    if silent and kind is SpaceKind.PLATFORM and not (outdoors and is_on_the_ground(tags)):
        reached = {level for node_id in elements.outline(element) for level in around.path_levels.get(node_id, ())}
        if len(reached) == 1:
            text = f"it has no level; it is taken to lie on level {min(reached):g}, like the paths that reach it."
            notes.warn("level_resolved", element.osm_id, text)
            return tuple(reached)
    return ordinals_of(element.osm_id, tags, notes, outdoors=outdoors)


def _is_in_the_street(tags: Tags) -> bool:
    """Return whether a platform is one of trams or buses; those of trains are often above or below the ground."""
    return "highway" in tags or "yes" in (tags.get("tram"), tags.get("bus"))


def read_walls(elements: Elements, notes: Notes, frame: LocalFrame) -> list[Wall]:
    """Return each wall's line in metres on each of its levels."""
    walls: list[Wall] = []
    for _, way in sorted(elements.ways.items()):
        if way.tags.get("indoor") != "wall" or not elements.is_whole(way):
            continue
        notes.use(way.osm_id)
        line = shapely.LineString([frame.to_metres(*place) for place in elements.line(way)])
        walls += [(way, level, line) for level in ordinals_of(way.osm_id, way.tags, notes, outdoors=False)]
    return walls


def _floor(drawn: Sequence[Space], walls: Sequence[Wall], ordinal: float, notes: Notes) -> Iterable[Space]:
    spaces = carved([space for space in drawn if space.ordinal == ordinal], notes)
    on_level = [line.buffer(WALL_THICKNESS_M / 2, cap_style="flat") for _, level, line in walls if level == ordinal]
    barrier = shapely.union_all(on_level)
    return identified([part for space in spaces for part in _parts(space, _less_walls(space, barrier))], notes)


def _less_walls(space: Space, barrier: BaseGeometry) -> BaseGeometry:
    """Return the floor of an open space without the walls that stand inside it; those on its edge leave it as it is."""
    if space.is_walled or not space.shape_m.buffer(-WALL_THICKNESS_M).intersects(barrier):
        return space.shape_m
    return space.shape_m.difference(barrier)


def carved(spaces: Sequence[Space], notes: Notes) -> list[Space]:
    """Return the spaces of one level, with the smaller of two that overlap cut out of the larger.

    Two rooms that overlap keep their shapes and are reported; so is a room that an open space is drawn into.
    """
    ordered = sorted(spaces, key=lambda space: (space.shape_m.area, not space.is_walled, space.osm_id))
    tree = shapely.STRtree([space.shape_m for space in ordered])
    result: list[Space] = []
    for index, space in enumerate(ordered):
        smaller = [ordered[i] for i in sorted(tree.query(space.shape_m).tolist()) if i < index]
        overlapping = [other for other in smaller if other.shape_m.intersection(space.shape_m).area > OVERLAP_M2]
        for other in overlapping if space.is_walled else ():
            if other.kind is not SpaceKind.LIFT:
                text = f"it overlaps {other.osm_id} on level {space.ordinal:g}; draw each wall once."
                notes.warn("spaces_overlap", space.osm_id, text)
        cut = [other for other in overlapping if (space.kind, other.kind) != (SpaceKind.ROOM, SpaceKind.ROOM)]
        left = _parts(space, space.shape_m.difference(shapely.union_all([other.shape_m for other in cut])))
        if not left:
            text = f"other spaces cover it on level {space.ordinal:g}, so nothing of it is left there."
            notes.warn("space_covered", space.osm_id, text)
        result += left
    return result


def _parts(space: Space, shape: BaseGeometry) -> list[Space]:
    return [replace(space, shape_m=part) for part in polygons_of(shape)]


def identified(spaces: Sequence[Space], notes: Notes) -> list[Space]:
    """Return the spaces with their ids: element, level, and a number where walls or other spaces cut it into parts."""
    seen: dict[tuple[OsmId, float], int] = {}
    result = []
    for space in sorted(spaces, key=lambda space: (space.ordinal, space.osm_id, -space.shape_m.area)):
        number = seen.get((space.osm_id, space.ordinal), 0)
        seen[space.osm_id, space.ordinal] = number + 1
        tail = (f"part-{number}",) if number else ()
        result.append(replace(space, id=notes.id_of("unit", space.osm_id, f"{space.ordinal:g}", *tail)))
    return result
