"""Paths: the lines that people walk along, and on which levels they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from venues.core.osm.categories import NO_ENTRY
from venues.core.osm.elements import Elements, Tags, Way
from venues.core.osm.levels import GROUND, is_on_the_ground
from venues.core.osm.notes import Notes
from venues.core.osm.spaces import kind_of, ordinals_of

# Highways that people may walk on unless a tag says otherwise (OSM wiki, access restrictions by country, worldwide column).
WALKED = frozenset({
    "footway", "pedestrian", "path", "steps", "corridor", "platform", "living_street", "residential", "service", "track",
    "unclassified", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "road", "crossing",
})  # fmt: skip
# Highways that people may walk on only where a tag says so.
WALKED_BY_TAG = frozenset({"cycleway", "bridleway", "trunk", "trunk_link", "busway"})
WELCOME = frozenset({"yes", "designated", "permissive", "customers", "destination"})


@dataclass(frozen=True, eq=False)
class Path:
    """A way and the levels that it lies on or runs between, ascending."""

    way: Way
    ordinals: tuple[float, ...]


def is_path(way: Way) -> bool:
    """Return whether the way is a line that people could walk along."""
    tags = way.tags
    if way.is_ring and (tags.get("area") == "yes" or kind_of(tags, is_area=False) is not None):
        return False
    line_platform = "platform" in (tags.get("railway"), tags.get("public_transport")) and "highway" not in tags
    return line_platform or tags.get("highway") in WALKED | WALKED_BY_TAG | {"elevator"}


def why_not_walked(tags: Tags) -> str | None:
    """Return the reason why visitors may not walk along it, or None.

    >>> why_not_walked({"highway": "cycleway"}), why_not_walked({"highway": "service", "access": "private", "foot": "yes"})
    ('not_for_walking', None)
    """
    foot = tags.get("foot")
    if foot in WELCOME:
        return None
    if foot is not None and (foot in NO_ENTRY or foot == "use_sidepath"):
        return "no_access_on_foot"
    if tags.get("access") in NO_ENTRY:
        return "no_access"
    if tags.get("highway") in WALKED_BY_TAG or tags.get("motorroad") == "yes":
        return "not_for_walking"
    return None


def read_paths(elements: Elements, notes: Notes) -> list[Path]:
    """Return the walkable lines with their levels; the others are noted with the reason."""
    walked = []
    for _, way in sorted(elements.ways.items()):
        if not is_path(way):
            continue
        notes.use(way.osm_id)
        if not elements.is_whole(way):
            notes.ignore(way.osm_id, "nodes_missing")
        elif reason := why_not_walked(way.tags):
            notes.ignore(way.osm_id, reason)
        else:
            walked.append(way)
    return _with_levels(walked, notes)


def _with_levels(ways: Sequence[Way], notes: Notes) -> list[Path]:
    known: dict[int, tuple[float, ...]] = {}
    open_ways: list[Way] = []
    for way in ways:
        if "level" not in way.tags and "repeat_on" not in way.tags and not is_on_the_ground(way.tags):
            open_ways.append(way)
        elif ordinals := ordinals_of(way.osm_id, way.tags, notes, outdoors=True):
            known[way.id] = ordinals
    known |= _resolved(ways, open_ways, known, notes)
    return [Path(way, known[way.id]) for way in ways if way.id in known]


def _resolved(
    ways: Sequence[Way], open_ways: Sequence[Way], known: Mapping[int, tuple[float, ...]], notes: Notes
) -> Mapping[int, tuple[float, ...]]:
    """Return the levels of bridges and indoor ways that lead from known ways of one level to others of the same level.

    A tunnel that does so runs below what it leads under, so its level stays unknown.
    """
    at_node = levels_at_nodes([Path(way, known[way.id]) for way in ways if way.id in known])
    resolved: dict[int, tuple[float, ...]] = {}
    for chain in _chains(open_ways):
        ends = {node_id for way in chain for node_id in (way.node_ids[0], way.node_ids[-1]) if node_id in at_node}
        levels = {level for node_id in ends for level in at_node[node_id]}
        agreed = len(ends) >= 2 and len(levels) == 1
        for way in chain:
            if not agreed or way.tags.get("tunnel", "no") != "no":
                ordinals_of(way.osm_id, way.tags, notes, outdoors=False)
                continue
            resolved[way.id] = tuple(levels)
            text = f"it has no level; it is taken to lie on level {min(levels):g}, where known ways join it."
            notes.warn("level_resolved", way.osm_id, text)
    return resolved


def _chains(ways: Sequence[Way]) -> list[list[Way]]:
    """Return the ways in groups that hang together at their ends."""
    graph: nx.Graph[int | tuple[str, int]] = nx.Graph()
    for way in ways:
        graph.add_edges_from((way.id, ("node", node_id)) for node_id in (way.node_ids[0], way.node_ids[-1]))
    by_id = {way.id: way for way in ways}
    groups = [sorted(i for i in group if isinstance(i, int)) for group in nx.connected_components(graph)]
    return [[by_id[i] for i in group] for group in sorted(groups)]


def levels_at_nodes(paths: Sequence[Path]) -> Mapping[int, frozenset[float]]:
    """Return the levels of the paths through each node; a path between levels says nothing of its ends."""
    found: dict[int, set[float]] = {}
    for path in paths:
        for node_id in path.way.node_ids if len(path.ordinals) == 1 else ():
            found.setdefault(node_id, set()).update(path.ordinals)
    return {node_id: frozenset(levels) for node_id, levels in found.items()}


def ground_or_lowest(ordinals: Sequence[float]) -> float:
    """Return the level nearest to the ground, the upper of two as near.

    >>> ground_or_lowest((-1.0, 0.0)), ground_or_lowest((-2.0, -1.0)), ground_or_lowest((1.0, 3.0))
    (0.0, -1.0, 1.0)
    """
    return min(ordinals, key=lambda ordinal: (abs(ordinal - GROUND), -ordinal))
