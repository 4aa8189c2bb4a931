"""What the conventions of Simple Indoor Tagging come to, on maps of a few metres."""

from collections import Counter
from typing import Any

import networkx as nx
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.geojson import read_geometry
from venues.core.imdf.features import FeatureType
from venues.core.osm.elements import Elements
from venues.core.osm.reading import OsmVenue, read_osm
from venues.core.snapshot import Snapshot

from .conftest import Drawing, of_osm, walk_graph


def units_of(result, number):
    return of_osm(result, f"way/{number}", FeatureType.UNIT)


def codes(result):
    return Counter(finding.code for finding in result.findings)


def feature(result, osm_id, feature_type):
    found = [f for f in result.features if f.properties.get("dalil:osm") == osm_id and f.feature_type is feature_type]
    assert len(found) == 1
    return found[0]


def are_joined(result, first, second):
    return nx.has_path(walk_graph(Snapshot.from_features(result.features)), first, second)


@pytest.fixture
def room_and_corridor(drawing: Drawing) -> Drawing:
    """A room north of a corridor; they share a wall of 4 m."""
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="0")
    drawing.way(2, [(2, 3), (6, 3), (6, 8), (2, 8), (2, 3)], indoor="room", level="0", name="Prayer room")
    drawing.through(1, 3, 6, 3)
    drawing.through(1, 4, 2, 3)
    return drawing


def test_a_door_node_on_a_shared_wall_joins_room_and_corridor(room_and_corridor):
    room_and_corridor.through(1, 4, 4, 3, door="hinged", width="1.2", automatic_door="yes")
    room_and_corridor.through(2, 1, 4, 3)
    result = room_and_corridor.read()
    assert are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])
    (door,) = [f for f in result.features if f.feature_type is FeatureType.OPENING]
    assert door.properties["door"] == {"type": "swinging", "automatic": True, "material": None}
    snapshot = Snapshot.from_features(result.features)
    assert snapshot.shapes_m[door.id].length == pytest.approx(1.2, abs=0.03)


def test_the_door_node_itself_is_a_point_of_the_opening(room_and_corridor):
    number = room_and_corridor.node(4, 3)
    room_and_corridor.through(1, 4, 4, 3, door="yes")
    room_and_corridor.through(2, 1, 4, 3)
    node = room_and_corridor.nodes[number]
    door = feature(room_and_corridor.read(), node.osm_id, FeatureType.OPENING)
    assert [node.lng, node.lat] in door.geometry["coordinates"]


def test_a_room_without_a_door_stays_shut_and_is_named(room_and_corridor):
    result = room_and_corridor.read()
    assert not are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])
    (finding,) = [f for f in result.findings if f.code == "room_without_door"]
    assert finding.message.startswith("way/2:")


def test_a_shop_gets_a_door_only_where_the_caller_asks_to_assume_one(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="0")
    drawing.box(2, 0, 3, 10, 8, indoor="room", level="0", shop="books", name="Librairie")
    drawing.box(3, 0, -5, 10, 0, indoor="room", level="0", room="technical")
    shut = drawing.read()
    assert not are_joined(shut, units_of(shut, 1)[0], units_of(shut, 2)[0])
    result = drawing.read(assume_doors=True)
    assert are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])
    assert not are_joined(result, units_of(result, 1)[0], units_of(result, 3)[0])
    (opening,) = [f for f in result.features if f.feature_type is FeatureType.OPENING]
    assert opening.properties["dalil:assumed"] is True
    assert codes(result)["door_assumed"] == 1


def test_two_rooms_that_share_a_wall_are_never_joined_without_a_door(drawing):
    drawing.box(1, 0, 0, 5, 5, indoor="room", level="0", shop="yes", name="A")
    drawing.box(2, 5, 0, 10, 5, indoor="room", level="0", shop="yes", name="B")
    result = drawing.read(assume_doors=True)
    assert not [f for f in result.features if f.feature_type is FeatureType.OPENING]


@pytest.mark.parametrize("kind", ["corridor", "area"])
def test_a_corridor_opens_into_a_corridor_or_area_along_their_shared_edge(drawing, kind):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="1")
    drawing.box(2, 10, 0, 20, 3, indoor=kind, level="1")
    result = drawing.read()
    assert are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])


def test_an_indoor_wall_shuts_the_edge_that_it_stands_on(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="1")
    drawing.box(2, 10, 0, 20, 3, indoor="corridor", level="1")
    drawing.way(3, [(10, 0), (10, 3)], indoor="wall", level="1")
    result = drawing.read()
    assert not are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])
    assert of_osm(result, "way/3", FeatureType.DETAIL)


def test_a_corridor_does_not_open_into_the_square_outside_its_facade(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="0")
    drawing.box(2, 10, 0, 30, 20, highway="pedestrian", area="yes")
    result = drawing.read()
    assert not are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])
    drawing.through(1, 2, 10, 1.5, entrance="main")
    drawing.through(2, 4, 10, 1.5)
    result = drawing.read()
    assert are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])


def test_a_footway_that_ends_at_an_entrance_has_the_place_of_the_entrance(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="0")
    number = drawing.node(10, 1.5, entrance="yes")
    drawing.through(1, 2, 10, 1.5)
    drawing.way(2, [(10, 1.5), (20, 1.5)], highway="footway")
    result = drawing.read()
    path = feature(result, "way/2", FeatureType.RELATIONSHIP)
    opening = feature(result, f"node/{number}", FeatureType.OPENING)
    assert path.properties["category"] == "traversal.path"
    assert path.geometry["coordinates"][0] in opening.geometry["coordinates"]
    assert path.properties["dalil:level_id"] == opening.properties["level_id"]


def test_a_room_without_a_level_is_left_out_until_a_manager_gives_it(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="0")
    drawing.box(2, 0, 3, 10, 8, indoor="room")
    result = drawing.read()
    assert result.ignored["way/2"] == "level_unknown"
    assert units_of(result, 2) == []
    resolved = drawing.read(given_levels={"way/2": "1"})
    assert units_of(resolved, 2)
    assert "way/2" not in resolved.ignored


def test_a_lift_drawn_as_a_room_joins_all_its_levels(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="-1-1")
    drawing.box(2, 10, 0, 12, 2, indoor="room", elevator="yes", level="-1-1")
    result = drawing.read()
    cabins = units_of(result, 2)
    lift = feature(result, "way/2", FeatureType.RELATIONSHIP)
    assert lift.properties["category"] == "elevator"
    assert len(lift.properties["intermediary"]) == 1
    assert {
        end["id"]
        for end in (lift.properties["origin"], *lift.properties["intermediary"], lift.properties["destination"])
    } == set(cabins)
    graph = walk_graph(Snapshot.from_features(result.features))
    assert all(nx.has_path(graph, units_of(result, 1)[0], floor) for floor in units_of(result, 1))


def test_a_lift_drawn_as_a_node_is_cut_out_of_the_floor_that_it_stands_on(drawing):
    drawing.box(1, 0, 0, 20, 10, indoor="area", level="0;1")
    number = drawing.node(5, 5, highway="elevator", level="0;1")
    result = drawing.read()
    snapshot = Snapshot.from_features(result.features)
    halls = [snapshot.by_id[u.id] for u in snapshot.units.values() if u.category == "walkway"]
    assert all(snapshot.shapes_m[hall.id].area == pytest.approx(200 - 1.6**2, abs=0.2) for hall in halls)
    assert len(of_osm(result, f"node/{number}", FeatureType.UNIT)) == 2
    assert are_joined(result, str(halls[0].id), str(halls[1].id))


def test_a_lift_in_the_middle_of_a_room_opens_into_the_room(drawing):
    drawing.box(1, 0, 0, 20, 10, indoor="room", level="0;1")
    drawing.node(5, 5, highway="elevator", level="0;1")
    result = drawing.read()
    assert are_joined(result, *units_of(result, 1))


def test_an_escalator_runs_one_way_from_its_origin(drawing):
    drawing.box(1, 0, 0, 10, 10, indoor="area", level="0")
    drawing.box(2, 20, 0, 30, 10, indoor="area", level="1")
    drawing.way(3, [(9, 5), (21, 5)], highway="steps", conveying="backward", level="0;1")
    result = drawing.read()
    escalator = feature(result, "way/3", FeatureType.RELATIONSHIP)
    assert (escalator.properties["category"], escalator.properties["direction"]) == ("escalator", "directed")
    snapshot = Snapshot.from_features(result.features)
    relationship = next(iter(snapshot.relationships.values()))
    assert str(snapshot.anchors[relationship.origin.id].unit_id) == units_of(result, 2)[0]
    assert str(snapshot.anchors[relationship.destination.id].unit_id) == units_of(result, 1)[0]
    first = shapely.Point(escalator.geometry["coordinates"][0])
    assert read_geometry(snapshot.by_id[relationship.origin.id].geometry).equals(first)


def test_a_travelator_on_one_level_is_a_moving_walkway(drawing):
    drawing.way(3, [(0, 0), (50, 0)], highway="footway", conveying="forward", level="2", width="1.4", covered="yes")
    walkway = feature(drawing.read(), "way/3", FeatureType.RELATIONSHIP).properties
    assert (walkway["category"], walkway["direction"], walkway["dalil:width_m"]) == ("movingwalkway", "directed", 1.4)
    assert walkway["dalil:covered"] is True


def test_steps_that_start_on_the_edge_of_a_floor_get_an_opening_there(drawing):
    drawing.box(1, 0, 0, 10, 10, indoor="corridor", level="0")
    drawing.box(2, 20, 0, 30, 10, indoor="corridor", level="1")
    drawing.through(1, 2, 10, 5)
    drawing.through(2, 4, 20, 5)
    drawing.way(3, [(10, 5), (20, 5)], highway="steps", level="0;1", step_count="20")
    result = drawing.read()
    assert are_joined(result, units_of(result, 1)[0], units_of(result, 2)[0])
    steps = feature(result, "way/3", FeatureType.RELATIONSHIP).properties
    assert (steps["category"], steps["origin"]["feature_type"], steps["dalil:steps"]) == ("stairs", "opening", 20)


def test_outdoor_steps_on_one_level_are_stairs_from_footway_to_footway(drawing):
    drawing.way(1, [(0, 0), (10, 0)], highway="footway")
    drawing.way(2, [(10, 0), (12, 0)], highway="steps", step_count="3")
    result = drawing.read()
    steps = feature(result, "way/2", FeatureType.RELATIONSHIP)
    footway = feature(result, "way/1", FeatureType.RELATIONSHIP)
    assert steps.properties["category"] == "stairs"
    assert steps.geometry["coordinates"][0] == footway.geometry["coordinates"][-1]
    assert steps.properties["origin"]["feature_type"] == steps.properties["destination"]["feature_type"] == "level"


def test_a_platform_without_a_level_takes_that_of_the_path_that_reaches_it(drawing):
    drawing.box(1, 0, 0, 50, 5, railway="platform", area="yes")
    drawing.box(2, 100, 0, 150, 5, railway="platform", area="yes")
    drawing.way(3, [(50, 5), (60, 10)], highway="footway", level="2")
    result = drawing.read()
    assert (
        feature(result, "way/1", FeatureType.UNIT).properties["level_id"]
        == (feature(result, "way/3", FeatureType.RELATIONSHIP).properties["dalil:level_id"])
    )
    assert result.ignored["way/2"] == "level_unknown"


def test_a_stairwell_over_three_levels_is_two_flights(drawing):
    drawing.box(1, 0, 0, 4, 4, indoor="room", stairs="yes", level="0-2")
    result = drawing.read()
    assert len(of_osm(result, "way/1", FeatureType.RELATIONSHIP)) == 2
    graph = walk_graph(Snapshot.from_features(result.features))
    assert nx.has_path(graph, units_of(result, 1)[0], units_of(result, 1)[2])


def test_a_ramp_keeps_its_slope_as_seen_from_its_origin(drawing):
    drawing.way(1, [(0, 0), (20, 0)], highway="footway", level="0;1", incline="-6%")
    ramp = feature(drawing.read(), "way/1", FeatureType.RELATIONSHIP).properties
    assert (ramp["category"], ramp["dalil:slope_percent"]) == ("ramp", 6.0)


def test_a_square_has_the_hole_of_its_fountain_and_goes_round_a_kiosk(drawing):
    drawing.box(1, 0, 0, 100, 50)
    drawing.box(2, 40, 20, 50, 30)
    drawing.box(3, 70, 20, 80, 30, building="kiosk")
    drawing.multipolygon(9, outer=1, inner=2, highway="pedestrian", name="Barahat", name__ar="براحة")
    result = drawing.read()
    square = feature(result, "relation/9", FeatureType.UNIT)
    snapshot = Snapshot.from_features(result.features)
    assert snapshot.shapes_m[square.id].area == pytest.approx(
        5000 - 100 - 100, rel=2e-4
    )  # the drawing's frame is not the snapshot's
    assert square.properties["name"] == {"en": "Barahat", "ar": "براحة"}


def test_a_room_inside_a_hall_is_cut_out_of_the_hall(drawing):
    drawing.box(1, 0, 0, 20, 20, indoor="area", level="0")
    drawing.box(2, 5, 5, 10, 10, indoor="room", level="0")
    snapshot = Snapshot.from_features(drawing.read().features)
    assert sorted(round(snapshot.shapes_m[unit_id].area) for unit_id in snapshot.units) == [25, 375]


def test_a_bridge_without_a_level_takes_that_of_the_ways_at_both_ends(drawing):
    drawing.way(1, [(0, 0), (10, 0)], highway="footway")
    drawing.way(2, [(10, 0), (20, 0)], highway="footway", bridge="yes", layer="1")
    drawing.way(3, [(20, 0), (30, 0)], highway="footway")
    result = drawing.read()
    assert of_osm(result, "way/2", FeatureType.RELATIONSHIP)
    assert codes(result)["level_resolved"] == 1


def test_a_tunnel_without_a_level_stays_unknown(drawing):
    drawing.way(1, [(0, 0), (10, 0)], highway="footway")
    drawing.way(2, [(10, 0), (20, 0)], highway="footway", tunnel="yes", layer="-1")
    drawing.way(3, [(20, 0), (30, 0)], highway="footway")
    assert drawing.read().ignored["way/2"] == "level_unknown"


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "footway", "access": "private"}, "no_access"),
        ({"highway": "residential", "foot": "no"}, "no_access_on_foot"),
        ({"highway": "cycleway"}, "not_for_walking"),
        ({"highway": "motorway"}, "not_part_of_an_indoor_or_walking_map"),
    ],
)
def test_a_way_that_nobody_may_walk_is_left_out_with_the_reason(drawing, tags, reason):
    drawing.way(1, [(0, 0), (10, 0)], **tags)
    assert drawing.read().ignored["way/1"] == reason


def test_an_unreadable_level_is_reported_and_the_rest_is_read(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="ground")
    drawing.box(2, 0, 3, 10, 8, indoor="area", level="0")
    result = drawing.read()
    assert result.ignored["way/1"] == "level_unreadable"
    assert units_of(result, 2)


def test_a_shop_is_an_occupant_with_its_hours_in_a_unit_without_a_name(drawing):
    drawing.box(
        1, 0, 0, 10, 10, indoor="room", level="0-1", shop="books", name="Jarir", name__ar="جرير", alt_name="Jarir Bookstore",
        opening_hours="Sa-Th 09:00-22:00",
    )  # fmt: skip
    result = drawing.read()
    (occupant,) = [f for f in result.features if f.feature_type is FeatureType.OCCUPANT]
    assert occupant.properties["name"] == {"en": "Jarir", "ar": "جرير"}
    assert occupant.properties["hours"] == "Sa-Th 09:00-22:00"
    units = [f for f in result.features if f.feature_type is FeatureType.UNIT]
    assert {f.properties["name"] for f in units} == {None}


def test_ids_of_two_venues_never_meet(drawing):
    drawing.box(1, 0, 0, 10, 3, indoor="corridor", level="0")
    elements = Elements(drawing.nodes, drawing.ways, drawing.relations)
    first, second = (read_osm(elements, OsmVenue(key, "en")).features for key in ("a", "b"))
    assert not {f.id for f in first} & {f.id for f in second}


def test_an_empty_file_gives_no_feature():
    assert Drawing().read().features == ()


boxes = st.tuples(
    st.integers(0, 30), st.integers(0, 30), st.integers(1, 15), st.integers(1, 15),
    st.sampled_from(["room", "corridor", "area"]), st.sampled_from(["0", "1", "0;1"]),
)  # fmt: skip


@given(st.lists(boxes, min_size=1, max_size=8))
def test_whatever_is_drawn_gives_a_snapshot_in_which_no_open_floor_overlaps_another_space(drawn):
    drawing = Drawing()
    for number, (west, south, width, height, kind, level) in enumerate(drawn, start=1):
        drawing.box(number, west, south, west + width, south + height, indoor=kind, level=level)
    result = drawing.read()
    snapshot = Snapshot.from_features(result.features)
    assert len(snapshot.by_id) == len(result.features)
    for units in snapshot.units_by_level.values():
        shapes = [(snapshot.shapes_m[unit.id], unit.category) for unit in units]
        for index, (shape, category) in enumerate(shapes):
            for other, other_category in shapes[:index]:
                both_walled = category == other_category == "room"
                assert both_walled or shape.intersection(other).area < 0.2  # rounding to 1e-7 degrees


@given(st.lists(boxes, min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_elements_changes_nothing(drawn, random):
    drawing = Drawing()
    for number, (west, south, width, height, kind, level) in enumerate(drawn, start=1):
        drawing.box(number, west, south, west + width, south + height, indoor=kind, level=level)
    expected = Snapshot.from_features(drawing.read().features).content_hash
    groups: list[dict[int, Any]] = [drawing.nodes, drawing.ways]
    for group in groups:
        items = list(group.items())
        random.shuffle(items)
        group.clear()
        group.update(items)
    assert Snapshot.from_features(drawing.read().features).content_hash == expected


def test_an_area_with_a_level_where_somebody_serves_is_a_room_though_nothing_says_indoor(drawing):
    drawing.box(1, 0, 0, 20, 4, indoor="corridor", level="0")
    drawing.box(2, 0, 4, 10, 12, shop="books", name="Pages", level="0")
    drawing.box(3, 10, 4, 20, 12, shop="books", name="Unplaced")
    result = drawing.read(assume_doors=True)
    units = {f.properties["dalil:osm"]: f.properties for f in result.features if f.feature_type is FeatureType.UNIT}
    assert (units["way/2"]["category"], units["way/1"]["category"]) == ("room", "walkway")
    assert "way/3" not in units
    occupants = [f for f in result.features if f.feature_type is FeatureType.OCCUPANT]
    assert [occupant.properties["name"] for occupant in occupants] == [{"en": "Pages"}]
    assert len(of_osm(result, "way/2", FeatureType.OPENING)) == 1
