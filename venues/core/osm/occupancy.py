"""Who and what is there: occupants and amenities, of spaces and of single nodes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.osm.categories import amenity_category, is_lift, occupant_category
from venues.core.osm.doors import is_door
from venues.core.osm.elements import Elements, Node, OsmId, Tags
from venues.core.osm.floors import Floor
from venues.core.osm.levels import is_on_the_ground
from venues.core.osm.notes import Notes
from venues.core.osm.paths import ground_or_lowest
from venues.core.osm.spaces import Space, ordinals_of


@dataclass(frozen=True, eq=False)
class Presence:
    """An occupant or an amenity at a point, in metres, of a space."""

    id: UUID
    osm_id: OsmId
    is_occupant: bool
    category: str
    point_m: Point
    space: Space
    tags: Tags


def read_presences(
    elements: Elements,
    spaces: Sequence[Space],
    floors: Mapping[float, Floor],
    inside: BaseGeometry,
    notes: Notes,
    frame: LocalFrame,
) -> list[Presence]:
    """Return the occupants and amenities. `inside`: all buildings, where a node without a level is on an unknown one."""
    return [*_of_spaces(spaces, notes), *_of_nodes(elements, floors, inside, notes, frame)]


def _category(tags: Tags) -> tuple[bool, str] | None:
    """Return whether the tags tell of an occupant, and the category; None when of nothing or of one without a name."""
    category = occupant_category(tags)
    if category is not None:
        return (True, category) if tags.get("name") else None
    amenity = amenity_category(tags)
    return None if amenity is None else (False, amenity)


def _of_spaces(spaces: Sequence[Space], notes: Notes) -> Iterable[Presence]:
    by_element: dict[OsmId, list[Space]] = {}
    for space in spaces:
        by_element.setdefault(space.osm_id, []).append(space)
    for osm_id, parts in by_element.items():
        found = _category(parts[0].tags)
        if found is None:
            continue
        is_occupant, category = found
        home = ground_or_lowest([space.ordinal for space in parts])
        for space in [s for s in parts if s.ordinal == home][:1] if is_occupant else parts:
            id_ = notes.id_of("occupant" if is_occupant else "amenity", space.id)
            point = Point(shapely.point_on_surface(space.shape_m))
            yield Presence(id_, osm_id, is_occupant, category, point, space, space.tags)


def _of_nodes(
    elements: Elements, floors: Mapping[float, Floor], inside: BaseGeometry, notes: Notes, frame: LocalFrame
) -> Iterable[Presence]:
    shapely.prepare(inside)
    for _, node in sorted(elements.nodes.items()):
        found = None if is_door(node.tags) or is_lift(node.tags) else _category(node.tags)
        if found is None:
            continue
        notes.use(node.osm_id)
        point = Point(frame.to_metres(node.lng, node.lat))
        levels = _levels_of(node, point, inside, notes)
        made = [p for level in levels if (p := _at(node, point, level, found, floors, notes)) is not None]
        if levels and not made:
            notes.ignore(node.osm_id, "in_no_space")
        yield from made


def _levels_of(node: Node, point: Point, inside: BaseGeometry, notes: Notes) -> tuple[float, ...]:
    outdoors = is_on_the_ground(node.tags) and not inside.contains(point)
    return ordinals_of(node.osm_id, node.tags, notes, outdoors=outdoors)


def _at(
    node: Node, point: Point, ordinal: float, found: tuple[bool, str], floors: Mapping[float, Floor], notes: Notes
) -> Presence | None:
    spaces = floors[ordinal].at(point) if ordinal in floors else []
    if not spaces:
        return None
    is_occupant, category = found
    id_ = notes.id_of("occupant" if is_occupant else "amenity", node.osm_id, f"{ordinal:g}")
    return Presence(id_, node.osm_id, is_occupant, category, point, spaces[0], node.tags)
