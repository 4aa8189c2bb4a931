"""Any point of the map meets the graph by straight walks that cross no wall."""

from itertools import pairwise
from math import dist

import pytest

from geo.position import LevelPoint
from navigation.core.compiling import compile_graph
from navigation.core.finding.rooms import Rooms
from navigation.core.finding.snapping import Snapper
from navigation.core.walk_area import CLEARANCE_M
from tests.venues.small_map import FRAME, box, feature, id_of, line, small_map, unit
from venues.core.imdf.features import Feature
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex


def snapper_of(*more: Feature) -> tuple[Snapper, Snapshot]:
    snapshot = Snapshot.from_features([*small_map(), *more])
    graph = compile_graph(snapshot).graph
    return Snapper(graph, Rooms.of(graph, snapshot), SpatialIndex(snapshot)), snapshot


def at(snapshot: Snapshot, x_m: float, y_m: float, level: str) -> LevelPoint:
    return LevelPoint(*snapshot.frame.to_metres(*FRAME.to_lng_lat(x_m, y_m)), id_of(level))


def test_a_point_in_a_room_is_linked_to_both_ends_of_its_wide_door():
    snapper, snapshot = snapper_of()
    snap = snapper.snap(at(snapshot, 37, 30, "Ground"))
    assert snap.unit_id == id_of("cafe room")
    for link in snap.links:
        assert link.length_m == pytest.approx(10 - CLEARANCE_M, abs=0.05)
        assert sum(dist(a, b) for a, b in pairwise(link.points_m)) == pytest.approx(link.length_m)
    assert len(snap.links) == 2


def test_a_point_against_the_wall_steps_away_from_it_first():
    snapper, snapshot = snapper_of()
    snap = snapper.snap(at(snapshot, 30.05, 30, "Ground"))
    for link in snap.links:
        assert len(link.points_m) == 3
        assert link.points_m[0] == (snap.point.x_m, snap.point.y_m)


def test_two_points_of_a_room_have_a_straight_walk_and_two_rooms_have_none():
    snapper, snapshot = snapper_of()
    a, b = (snapper.snap(at(snapshot, x, 30, "Ground")) for x in (33, 43))
    other = snapper.snap(at(snapshot, 50, 30, "Ground"))
    assert snapper.direct_m(a, b) == pytest.approx(10, abs=0.01)
    assert snapper.direct_m(a, other) is None


def test_a_column_between_two_points_hides_them_from_one_another():
    column = feature("venue column", "fixture", box(0, 0, 1, 1), level_id=str(id_of("Ground")), category="equipment")
    holed = {"type": "Polygon", "coordinates": [*box(0, 0, 30, 40)["coordinates"], *box(14, 14, 16, 16)["coordinates"]]}
    square = unit("square", "Street", holed, "walkway", name=None)
    features = [f for f in small_map() if f.id != id_of("square")]
    snapshot = Snapshot.from_features([*features, square, column])
    graph = compile_graph(snapshot).graph
    snapper = Snapper(graph, Rooms.of(graph, snapshot), SpatialIndex(snapshot))
    west, east = (snapper.snap(at(snapshot, x, 15, "Street")) for x in (5, 25))
    assert snapper.direct_m(west, east) is None
    assert west.links
    assert east.links


def test_a_point_outside_of_everything_is_not_on_the_graph():
    snapper, snapshot = snapper_of()
    assert snapper.snap(at(snapshot, 100, 100, "Street")) is None
    assert snapper.snap(at(snapshot, 45, 5, "First")) is not None  # the edge of the stairs


def test_a_room_without_a_door_has_no_links():
    snapper, snapshot = snapper_of(unit("vault", "First", box(30, 0, 38, 4), "room", name=None))
    snap = snapper.snap(at(snapshot, 34, 2, "First"))
    assert snap.unit_id == id_of("vault")
    assert snap.links == ()


def test_a_point_beside_a_footway_is_linked_to_both_of_its_ends():
    footway = feature(
        "footway", "relationship", line((-20, 10), (-60, 10)), category="traversal.path", direction="undirected",
        origin=None, intermediary=None, destination=None, **{"dalil:level_id": str(id_of("Street"))},
    )  # fmt: skip
    snapper, snapshot = snapper_of(footway)
    a, b = (snapper.snap(at(snapshot, x, 12, "Street")) for x in (-30, -50))
    assert a.unit_id is None
    assert sorted(round(link.length_m) for link in a.links) == [12, 32]
    assert snapper.direct_m(a, b) == pytest.approx(20, abs=0.01)
