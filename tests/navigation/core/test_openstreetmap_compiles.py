"""A real building of OpenStreetMap, compiled: who gets in where."""

from pathlib import Path
from uuid import UUID

import networkx as nx
import pytest

from navigation.core.compiling import compile_graph
from venues.core.osm.reading import OsmVenue, read_osm
from venues.core.snapshot import Snapshot
from venues.services.osm_files import read_osm_file

CASERNE = Path(__file__).parents[4] / "shared" / "data" / "osm" / "caserne.osm"

pytestmark = [
    pytest.mark.recordings,
    pytest.mark.skipif(not CASERNE.exists(), reason="the recordings of ../shared/data are not here"),
]


def test_every_room_of_the_caserne_with_a_door_is_reached_from_an_entrance_or_from_the_car_park():
    read = read_osm(read_osm_file(CASERNE), OsmVenue("caserne", "fr"), assume_doors=True)
    snapshot = Snapshot.from_features(read.features)
    graph = compile_graph(snapshot).graph
    unit_of = [graph.feature_ids[index] if index >= 0 else None for index in graph.node_unit]
    opening_of = [graph.feature_ids[index] if index >= 0 else None for index in graph.node_feature]
    parking = {unit.id for unit in snapshot.units.values() if unit.category == "parking"}
    entrances = {opening.id for opening in snapshot.openings.values() if opening.category == "pedestrian.principal"}
    entrances |= {id_ for id_ in snapshot.openings if _osm_id(snapshot, id_).startswith("node/")}
    reached: set[UUID | None] = set()
    for group in nx.weakly_connected_components(graph.to_networkx()):
        if any(unit_of[node] in parking or opening_of[node] in entrances for node in group):
            reached |= {unit_of[node] for node in group}
    told = {finding.feature_id for finding in read.findings if finding.code == "room_without_door"}
    rooms = {unit.id for unit in snapshot.units.values() if unit.category not in ("parking", "walkway")}
    assert rooms - reached <= told
    assert len(rooms & reached) > 25


def _osm_id(snapshot: Snapshot, feature_id: UUID) -> str:
    return str(snapshot.by_id[feature_id].properties["dalil:osm"])
