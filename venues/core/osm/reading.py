"""From the elements of OpenStreetMap to the features of a draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.imdf.features import Feature, FeatureType, Labels
from venues.core.osm.buildings import Building, ground_plan, read_buildings
from venues.core.osm.categories import VENUE_BY_TAG
from venues.core.osm.connectors import Connector, Landing, LineReader, lift_doors_on_paths, shafts
from venues.core.osm.doors import Opening, missing_doors, passages, read_doors
from venues.core.osm.elements import Element, Elements, OsmId, Tags
from venues.core.osm.floors import floors_of
from venues.core.osm.levels import LevelError, level_refs, levels_given, short_name, with_given_level
from venues.core.osm.naming import labels_of
from venues.core.osm.notes import Notes
from venues.core.osm.occupancy import Presence, read_presences
from venues.core.osm.paths import levels_at_nodes, read_paths
from venues.core.osm.shapes import frame_over, geojson_of
from venues.core.osm.spaces import Space, Surroundings, Wall, read_spaces, read_walls
from venues.core.osm.writing import Writer, areas_of_levels
from venues.core.validation.finding import Finding

# What a level shows of a path that has only a line: two people side by side (2 x 0.75 m, DIN 18040-3) and some air.
PATH_WIDTH_M = 2.0
# Tags that say where something was learnt, not what it is.
SIDE_NOTES = frozenset({"source", "created_by", "note", "fixme", "survey:date", "check_date", "ele"})


@dataclass(frozen=True)
class OsmVenue:
    """The venue that a file is read for. `key` (its slug) keeps its ids apart from those of other venues.

    `language` is the one that plain names are written in.
    """

    key: str
    language: str
    name: Labels = field(default_factory=dict)
    category: str | None = None


@dataclass(frozen=True, eq=False)
class OsmImport:
    """The features; what was left out, by OSM id, with the reason; what a manager should look at; and what the tags count.

    `counts`: rooms, corridors, areas, doors, lifts, paths, ... as tagged, whether or not they could be used.
    """

    features: tuple[Feature, ...]
    ignored: Mapping[OsmId, str]
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class _Read:
    """Everything that was read, before it is written."""

    buildings: Sequence[Building]
    spaces: Sequence[Space]
    walls: Sequence[Wall]
    openings: Sequence[Opening]
    connectors: Sequence[Connector]
    landings: Sequence[Landing]
    presences: Sequence[Presence]


def read_osm(
    elements: Elements, venue: OsmVenue, *, given_levels: Mapping[OsmId, str] | None = None, assume_doors: bool = False
) -> OsmImport:
    """Return the features of a venue drawn in OpenStreetMap; the same input gives the same ids.

    `given_levels`: what a manager said of elements whose level was unknown or wrong, such as {"way/398056943": "0"}.
    `assume_doors`: give a door to rooms that visitors go into but that have none on the map (see the package's docstring).
    """
    notes = Notes(venue.key)
    elements = _with_given_levels(elements, given_levels or {})
    frame = frame_over(elements)
    read = _read(elements, notes, frame, assume_doors=assume_doors)
    features = tuple(_write(read, elements, venue, notes, frame))
    _note_the_rest(elements, notes)
    return OsmImport(
        features, MappingProxyType(notes.ignored), tuple(notes.findings), MappingProxyType(dict(notes.counts))
    )


def _with_given_levels(elements: Elements, given: Mapping[OsmId, str]) -> Elements:
    if not given:
        return elements
    return Elements(
        {
            i: replace(node, tags=with_given_level(node.tags, given.get(node.osm_id)))
            for i, node in elements.nodes.items()
        },
        {i: replace(way, tags=with_given_level(way.tags, given.get(way.osm_id))) for i, way in elements.ways.items()},
        {i: replace(r, tags=with_given_level(r.tags, given.get(r.osm_id))) for i, r in elements.relations.items()},
    )


def _read(elements: Elements, notes: Notes, frame: LocalFrame, *, assume_doors: bool) -> _Read:
    buildings = read_buildings(elements, notes, frame)
    walls = read_walls(elements, notes, frame)
    paths = read_paths(elements, notes)
    around = Surroundings(ground_plan(buildings), levels_at_nodes(paths))
    spaces = read_spaces(elements, around, walls, notes, frame)
    floors = floors_of(spaces)
    doors = read_doors(elements, floors, {path.way.id: path.ordinals for path in paths}, notes, frame)
    doors += lift_doors_on_paths(spaces, paths, elements, notes, frame)
    lines = LineReader(elements, floors, paths, doors, notes, frame).read()
    openings = [*doors, *lines.openings, *passages(floors, walls, notes)]
    openings += missing_doors(floors, openings, notes, assume_doors=assume_doors)
    inside = shapely.union_all([building.shape_m for building in buildings])
    presences = read_presences(elements, spaces, floors, inside, notes, frame)
    return _Read(
        buildings, spaces, walls, openings, [*shafts(spaces, notes), *lines.connectors], lines.landings, presences
    )


def _write(read: _Read, elements: Elements, venue: OsmVenue, notes: Notes, frame: LocalFrame) -> Iterable[Feature]:
    areas = areas_of_levels(read.spaces, read.connectors, read.openings, PATH_WIDTH_M)
    for _, ordinal, line in read.walls:
        areas = {ordinal: line.buffer(PATH_WIDTH_M / 2), **areas}
    writer = Writer(notes, frame, venue.language, {ordinal: notes.level_id(ordinal) for ordinal in areas})
    address = _address(elements, notes)
    address_id = None if address is None else address.id
    if address is not None:
        yield address
    yield from _venue(elements, venue, list(areas.values()), address_id, notes, frame)
    for building in read.buildings:
        yield from writer.building(building, address_id if _addressed(building.tags) else None)
    for ordinal, area in areas.items():
        yield writer.level(ordinal, area, _level_names(elements, ordinal, venue.language), _about_level(read, ordinal))
    yield from map(writer.unit, read.spaces)
    yield from map(writer.opening, read.openings)
    yield from map(writer.relationship, read.connectors)
    yield from map(writer.landing, read.landings)
    yield from map(writer.wall, read.walls)
    for presence in read.presences:
        yield from writer.presence(presence)


def _venue(
    elements: Elements,
    venue: OsmVenue,
    areas: Sequence[BaseGeometry],
    address_id: UUID | None,
    notes: Notes,
    frame: LocalFrame,
) -> Iterable[Feature]:
    """Yield the venue: named as asked, else after the first thing in the file that is one; none in a file without areas."""
    if not areas:
        return
    found = _first_venue(elements)
    tags = {} if found is None else found[0].tags
    extent = shapely.union_all(list(areas)).convex_hull
    properties: dict[str, Any] = {
        "category": venue.category or ("businesscampus" if found is None else found[1]),
        "restriction": None,
        "name": dict(venue.name or labels_of(tags, venue.language)) or {venue.language: venue.key},
        "alt_name": None,
        "hours": tags.get("opening_hours"),
        "phone": tags.get("phone"),
        "website": tags.get("website"),
        "display_point": geojson_of(shapely.point_on_surface(extent), frame),
        "address_id": None if address_id is None else str(address_id),
    }
    yield Feature(notes.id_of("venue"), FeatureType.VENUE, geojson_of(extent, frame), properties)


def _first_venue(elements: Elements) -> tuple[Element, str] | None:
    for pair, category in VENUE_BY_TAG.items():
        key, value = pair.split("=")
        for element in elements.tagged:
            if element.tags.get(key) == value and "name" in element.tags:
                return element, category
    return None


def _addressed(tags: Tags) -> bool:
    return "addr:street" in tags and "addr:city" in tags


def _address(elements: Elements, notes: Notes) -> Feature | None:
    """Return the address of the first building that has a full one."""
    tagged = (element.tags for element in elements.tagged if "building" in element.tags and _addressed(element.tags))
    tags = next(tagged, None)
    if tags is None:
        return None
    properties = {
        "address": f"{tags.get('addr:housenumber', '')} {tags['addr:street']}".strip(),
        "unit": None,
        "locality": tags["addr:city"],
        "province": None,
        "country": tags.get("addr:country"),
        "postal_code": tags.get("addr:postcode"),
        "postal_code_ext": None,
    }
    return Feature(notes.id_of("address"), FeatureType.ADDRESS, None, properties)


def _level_names(elements: Elements, ordinal: float, language: str) -> Mapping[str, Labels]:
    """Return the name and short_name of a level: from `indoor=level` and `level:ref`, else its number."""
    refs: dict[str, int] = {}
    name: Labels = {}
    for element in elements.tagged:
        try:
            levels = levels_given(element.tags)
        except LevelError:
            continue
        if ordinal not in levels:
            continue
        if ref := level_refs(element.tags, levels).get(ordinal):
            refs[ref] = refs.get(ref, 0) + 1
        if element.tags.get("indoor") == "level":
            name = name or labels_of(element.tags, language)
    short = {language: max(sorted(refs), key=lambda ref: refs[ref]) if refs else short_name(ordinal)}
    return {"name": name or short, "short_name": short}


def _about_level(read: _Read, ordinal: float) -> Mapping[str, Any]:
    """Return whether the level is outdoors, and the buildings that it is in."""
    indoors = [space for space in read.spaces if space.ordinal == ordinal and not space.is_outdoors]
    wholes = [building for building in read.buildings if building.whole is None]
    tree = shapely.STRtree([building.shape_m for building in wholes])
    inside = shapely.union_all([space.shape_m for space in indoors])
    near = sorted(tree.query(inside).tolist()) if indoors else []
    ids = [str(wholes[i].id) for i in near if wholes[i].shape_m.intersection(inside).area > 1.0]
    return {"outdoor": not indoors, "building_ids": ids or None}


def _note_the_rest(elements: Elements, notes: Notes) -> None:
    """Note every element that says something that no part of the reading takes."""
    for element in elements.tagged:
        if element.osm_id not in notes.used and not set(element.tags) <= SIDE_NOTES:
            notes.ignore(element.osm_id, "not_part_of_an_indoor_or_walking_map")
