"""Files of OpenStreetMap, XML or PBF, as plain elements."""

from collections.abc import Mapping
from pathlib import Path

import osmium
from osmium import osm

from apikit.services.memory import collector_paused
from venues.core.osm.elements import ElementKind, Elements, Member, Node, Relation, Way
from venues.errors import MapUnreadable

KINDS: Mapping[str, ElementKind] = {"n": "node", "w": "way", "r": "relation"}


@collector_paused()
def read_osm_file(path: Path) -> Elements:
    """Return what the file holds; deleted elements and nodes without a place are left out.

    Raises MapUnreadable when there is no such file or it is neither OSM XML nor PBF.
    """
    if not path.is_file():
        raise MapUnreadable(f"There is no file {path}; give the path of an .osm or .osm.pbf file.", param="path")
    try:
        return _elements(path)
    except (RuntimeError, ValueError) as error:
        raise MapUnreadable(f"{path.name} can't be read as OSM XML or PBF: {error}.", param="path") from error


def _elements(path: Path) -> Elements:
    nodes: dict[int, Node] = {}
    ways: dict[int, Way] = {}
    relations: dict[int, Relation] = {}
    for entity in osmium.FileProcessor(str(path)):
        if not isinstance(entity, osm.Node | osm.Way | osm.Relation) or entity.deleted:
            continue
        tags = {tag.k: tag.v for tag in entity.tags}
        if isinstance(entity, osm.Way):
            ways[entity.id] = Way(entity.id, tuple(node.ref for node in entity.nodes), tags)
        elif isinstance(entity, osm.Relation):
            members = tuple(Member(KINDS[member.type], member.ref, member.role) for member in entity.members)
            relations[entity.id] = Relation(entity.id, members, tags)
        elif entity.location.valid():
            nodes[entity.id] = Node(entity.id, entity.location.lon, entity.location.lat, tags)
    return Elements(nodes, ways, relations)
