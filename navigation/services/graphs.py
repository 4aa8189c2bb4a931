"""Compiled graphs, loaded once a process and kept by their hash, with all that a request needs beside them."""

import mmap
from dataclasses import dataclass
from functools import lru_cache

from apikit.services.memory import collector_paused, kept
from navigation.core import search
from navigation.core.finding.entrances import Entrances
from navigation.core.finding.rooms import Rooms
from navigation.core.finding.snapping import Snapper
from navigation.core.following.connectors import Connectors
from navigation.core.graph import RoutingGraph
from navigation.core.guiding.landmarks import Landmarks
from navigation.core.guiding.sight_table import SightTable
from navigation.core.guiding.sights import Sights
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.timing import timed_search
from navigation.errors import GraphMissing
from venues import selectors, storage
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex
from venues.models import Publication

GRAPH = "graph"
HIERARCHY = "hierarchy"
ROOMS = "rooms"
SIGHTS = "sights"
"""The kinds of artefact under which a publication names its graph, and what was made of the map and the graph beside it."""

KINDS = (GRAPH, HIERARCHY, ROOMS, SIGHTS)


@dataclass(frozen=True, eq=False)
class Engine:
    """The graph of a published map, the map itself, what joins points to the graph, and what one goes by on the way."""

    graph: RoutingGraph
    hierarchy: Hierarchy
    snapshot: Snapshot
    index: SpatialIndex
    snapper: Snapper
    entrances: Entrances
    landmarks: Landmarks
    sights: Sights
    connectors: Connectors


def engine_for(publication: Publication) -> Engine:
    """Return the engine of a publication. Raises GraphMissing where it was published without one, or BlobError."""
    if not publication.artefacts.keys() >= set(KINDS):
        raise GraphMissing(f'Publication "{publication}" lacks what routes are found with. Publish the map again.')
    return engine(publication.snapshot_hash, *(publication.artefacts[kind] for kind in KINDS))


@kept(selectors.KEPT_SNAPSHOTS)
@collector_paused()
def engine(snapshot_hash: str, graph_hash: str, hierarchy_hash: str, rooms_hash: str, sights_hash: str) -> Engine:
    """Return the engine of a snapshot and of the artefacts made of it, by their hashes."""
    snapshot, index = selectors.snapshot(snapshot_hash), selectors.spatial_index(snapshot_hash)
    routing_graph, rooms = graph(graph_hash), Rooms.from_bytes(_mapped(rooms_hash))
    snapper = Snapper(routing_graph, rooms, index)
    return Engine(
        routing_graph,
        Hierarchy.from_bytes(_mapped(hierarchy_hash)),
        snapshot,
        index,
        snapper,
        Entrances(routing_graph, snapshot, index, snapper),
        Landmarks(snapshot),
        Sights(SightTable(_mapped(sights_hash)), rooms.outer_walls_of),
        Connectors.of(routing_graph, {id_: level.ordinal for id_, level in snapshot.levels.items()}),
    )


@lru_cache(maxsize=selectors.KEPT_SNAPSHOTS)
def graph(content_hash: str) -> RoutingGraph:
    """Return the graph of that hash."""
    return RoutingGraph.from_bytes(_mapped(content_hash))


def _mapped(content_hash: str) -> bytes | memoryview:
    """Return the bytes of a blob: mapped where blobs are files, so that processes share its memory."""
    path = storage.path_of(content_hash)
    if path is None:
        return storage.get_blob(content_hash)
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def warm_up() -> None:
    """Read the map of every published venue and compile the kernels, so that the first visitor does not wait."""
    search.warm_up()
    timed_search.warm_up()
    for venue in selectors.published_venues():
        publication = selectors.current_publication(venue)
        engine_for(publication)
        selectors.read_ahead(publication.snapshot_hash)
