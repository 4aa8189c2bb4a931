"""The real maps under ../shared/data/osm: what their tags count is what is read."""

import json
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from geo.geojson import read_geometry
from venues.core.imdf.features import Feature, FeatureType, typed
from venues.core.osm.elements import Elements
from venues.core.osm.reading import OsmImport, OsmVenue, read_osm
from venues.core.snapshot import Snapshot
from venues.services.osm_files import read_osm_file

from .conftest import of_osm, walk_graph

MAPS = Path(__file__).parents[5] / "shared" / "data" / "osm"
NAMES = [
    "caserne.osm",
    "berlin-central.osm",
    "hamburg-central.osm",
    "london-corridor.osm.pbf",
    "luisenplatz-darmstadt.osm.pbf",
]

pytestmark = [
    pytest.mark.recordings,
    pytest.mark.skipif(not MAPS.is_dir(), reason=f"the real maps are not at {MAPS}"),
]


def read(name: str, *, assume_doors: bool = False) -> tuple[Elements, OsmImport]:
    elements = read_osm_file(MAPS / name)
    return elements, read_osm(elements, OsmVenue(name.split(".")[0], "fr"), assume_doors=assume_doors)


def of_type(result: OsmImport, feature_type: FeatureType) -> list[Feature]:
    return [feature for feature in result.features if feature.feature_type is feature_type]


@pytest.mark.parametrize("name", NAMES)
def test_every_real_map_gives_valid_features_and_a_snapshot(name):
    _, result = read(name)
    assert len({feature.id for feature in result.features}) == len(result.features)
    for feature in result.features:
        typed(feature)
        assert feature.geometry is None or read_geometry(feature.geometry).is_valid
    snapshot = Snapshot.from_features(result.features)
    for relationship in snapshot.relationships.values():
        for end in (relationship.origin, *relationship.intermediary, relationship.destination):
            assert end is None or snapshot.by_id[end.id].feature_type is end.feature_type


@pytest.mark.parametrize("name", NAMES)
def test_every_tagged_element_is_used_or_reported(name):
    elements, result = read(name)
    used = {feature.properties.get("dalil:osm") for feature in result.features}
    told = {finding.message.split(":")[0] for finding in result.findings}
    unexplained = [
        element.osm_id
        for element in elements.tagged
        if element.osm_id not in used | told | set(result.ignored)
        and ({"indoor", "highway", "door", "building", "level"} & set(element.tags))
    ]
    assert unexplained in ([], ["node/5420950510", "node/5420950511"])  # lifts drawn as rooms, too


def test_the_caserne_has_the_spaces_that_its_tags_count():
    _, result = read("caserne.osm")
    assert {key: result.counts[key] for key in ("rooms", "corridors", "doors", "lifts")} == {
        "rooms": 59,
        "corridors": 9,
        "doors": 10,
        "lifts": 3,
    }
    levels = [feature.properties["ordinal"] for feature in of_type(result, FeatureType.LEVEL)]
    assert sorted(levels) == [-1, 0, 1, 2]
    lifts = [f for f in of_type(result, FeatureType.RELATIONSHIP) if f.properties["category"] == "elevator"]
    assert len(lifts) == 3


def test_each_door_of_the_caserne_is_one_opening():
    elements, result = read("caserne.osm")
    doors = [node.osm_id for node in elements.nodes.values() if "door" in node.tags]
    assert len(doors) == 10
    assert all(len(of_osm(result, door, FeatureType.OPENING)) == 1 for door in doors)


def test_the_caserne_names_what_it_cannot_use():
    _, result = read("caserne.osm")
    assert result.ignored["way/398056943"] == "level_unknown"
    assert result.ignored["way/398056956"] == "not_an_area"  # a room of two nodes
    rooms = {f.properties["dalil:osm"] for f in of_type(result, FeatureType.UNIT)} & _rooms_of_the_twin()
    assert len(rooms) == 59 - 2


def _rooms_of_the_twin() -> set[str]:
    twin = json.loads((MAPS / "caserne.geojson").read_text())
    return {f["id"] for f in twin["features"] if f["properties"].get("indoor") == "room"}


def test_the_same_file_gives_the_same_features():
    assert read("caserne.osm")[1].features == read("caserne.osm")[1].features


def test_one_walks_between_the_levels_of_the_caserne_by_its_lifts_and_stairs():
    _, result = read("caserne.osm")
    graph = walk_graph(Snapshot.from_features(result.features))
    ground, upper = (
        of_osm(result, "way/398056980", FeatureType.UNIT)[0],
        of_osm(result, "way/398056974", FeatureType.UNIT)[0],
    )
    assert nx.has_path(graph, ground, upper)
    below, above = (
        of_osm(result, "way/562306926", FeatureType.UNIT)[0],
        of_osm(result, "way/562306928", FeatureType.UNIT)[0],
    )
    assert nx.has_path(graph, below, above)


def test_with_assumed_doors_one_walks_between_rooms_of_the_caserne_on_different_levels():
    _, result = read("caserne.osm", assume_doors=True)
    snapshot = Snapshot.from_features(result.features)
    graph = walk_graph(snapshot)
    decathlon = of_osm(result, "way/398056941", FeatureType.UNIT)[0]  # level 1
    sandwiches = of_osm(result, "way/398056967", FeatureType.UNIT)[0]  # level 0
    assert nx.has_path(graph, decathlon, sandwiches)
    assert Counter(finding.code for finding in result.findings)["door_assumed"] == 25


def test_without_doors_on_the_map_no_room_of_the_caserne_opens_into_another():
    _, result = read("caserne.osm")
    snapshot = Snapshot.from_features(result.features)
    rooms = {
        f.properties["dalil:osm"]: str(f.id)
        for f in of_type(result, FeatureType.UNIT)
        if f.properties["category"] == "room"
    }
    graph = walk_graph(snapshot)
    assert not any(nx.has_path(graph, a, b) for a, b in combinations(sorted(rooms.values()), 2))


def test_the_stations_have_the_platforms_that_their_tags_count():
    for name in ("berlin-central.osm", "hamburg-central.osm"):
        elements, result = read(name)
        areas: list[Any] = [*(way for way in elements.ways.values() if way.is_ring), *elements.relations.values()]
        tagged = [e.osm_id for e in areas if "platform" in (e.tags.get("railway"), e.tags.get("public_transport"))]
        tagged = [
            i
            for i in tagged
            if i.startswith("way") or elements.relations[int(i.split("/")[1])].tags.get("type") == "multipolygon"
        ]
        units = of_type(result, FeatureType.UNIT)
        platforms = {f.properties["dalil:osm"] for f in units if f.properties["category"] == "platform"}
        assert set(tagged) - set(result.ignored) == platforms
        assert len(platforms) >= 10


def test_the_information_desk_of_berlin_is_a_room_where_one_asks():
    _, result = read("berlin-central.osm")
    [desk] = [f for f in of_type(result, FeatureType.AMENITY) if f.properties["dalil:osm"] == "way/402790810"]
    assert (desk.properties["category"], desk.properties["name"]) == ("information", {"fr": "DB Information"})
    assert desk.properties["unit_ids"] == of_osm(result, "way/402790810", FeatureType.UNIT)


def test_of_the_stations_only_what_trains_run_on_and_route_lists_are_left_out():
    about_trains = {
        "railway",
        "route",
        "ref",
        "public_transport",
        "level",
        "type",
        "stairwell",
        "manufacturer",
        "start_date",
    }
    for name in ("berlin-central.osm", "hamburg-central.osm"):
        elements, result = read(name)
        left_out = [
            e for e in elements.tagged if result.ignored.get(e.osm_id) == "not_part_of_an_indoor_or_walking_map"
        ]
        assert not [e.osm_id for e in left_out if not about_trains & {key.split(":")[0] for key in e.tags}]


@pytest.mark.parametrize(
    "case", json.loads((MAPS / "route_cases.json").read_text()) if MAPS.is_dir() else [], ids=lambda c: c["test"]
)
def test_the_ways_of_the_expected_routes_are_paths_that_meet_at_equal_coordinates(case):
    _, result = read(case["extract"])
    paths = {
        f.properties["dalil:osm"]: {tuple(place) for place in f.geometry["coordinates"]}
        for f in of_type(result, FeatureType.RELATIONSHIP)
        if f.geometry is not None
    }
    wanted = [f"way/{number}" for number in dict.fromkeys(case["way_ids"]) if number]
    assert set(wanted) <= set(paths)
    for first, second in pairwise(wanted):
        assert paths[first] & paths[second], f"{first} and {second} share no coordinate"


def test_the_stations_of_london_are_joined_by_their_lifts():
    _, result = read("london-corridor.osm.pbf")
    lifts = [f for f in of_type(result, FeatureType.RELATIONSHIP) if f.properties["category"] == "elevator"]
    assert len(lifts) == 3
    openings = Counter(f.properties["dalil:osm"] for f in of_type(result, FeatureType.OPENING))
    assert (
        openings["node/3236279563"] == openings["node/3236279620"] == 2
    )  # the footway of each level crosses the shaft


def test_the_squares_of_darmstadt_are_floors_that_one_crosses():
    elements, result = read("luisenplatz-darmstadt.osm.pbf")
    squares = {
        r.osm_id
        for r in elements.relations.values()
        if r.tags.get("highway") == "pedestrian" and r.tags.get("type") == "multipolygon"
    }
    units = {f.properties["dalil:osm"] for f in of_type(result, FeatureType.UNIT)}
    assert len(squares) == 3
    assert squares <= units | set(result.ignored)
    assert squares & units
