"""Maps become graphs: doors, corners, lifts, one-way escalators, footways, and what nobody can reach."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import networkx as nx
import pytest

from navigation.core.compiling import Compilation, compile_graph
from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN, PROFILES
from tests.venues.small_map import (
    box,
    door,
    feature,
    id_of,
    level,
    line,
    point,
    reference,
    relationship,
    small_map,
    unit,
)
from venues.core.imdf.features import Feature
from venues.core.snapshot import Snapshot


def compiled(features: Iterable[Feature]) -> Compilation:
    return compile_graph(Snapshot.from_features(features))


def changed(name: str, **properties: object) -> list[Feature]:
    """The small map with other properties of one feature."""
    return [
        Feature(f.id, f.feature_type, f.geometry, {**f.properties, **properties}) if f.id == id_of(name) else f
        for f in small_map()
    ]


def without(*names: str) -> list[Feature]:
    return [f for f in small_map() if f.id not in {id_of(name) for name in names}]


def reachable(graph: RoutingGraph, start: str, end: str, profile: str = "walk") -> bool:
    """Whether a way leads from one unit into another."""
    costs_ms = PROFILES[profile].costs_ms(graph)
    model: nx.MultiDiGraph[Any] = graph.to_networkx()
    model.remove_edges_from([(t, h, k) for t, h, k in model.edges(keys=True) if costs_ms[k] == FORBIDDEN])
    sources, targets = (set(graph.nodes_of_unit.get(id_of(name), [])) for name in (start, end))
    return any(targets & ({source} | nx.descendants(model, source)) for source in sources)


def edges_of(graph: RoutingGraph, kind: EdgeKind) -> list[int]:
    return [edge for edge in range(graph.edge_count) if graph.kind[edge] == kind]


def codes(result: Compilation) -> set[tuple[str, UUID | None]]:
    return {(finding.code, finding.feature_id) for finding in result.findings}


def test_the_same_map_gives_the_same_bytes():
    assert compiled(small_map()).graph.to_bytes() == compiled(reversed(small_map())).graph.to_bytes()


def test_every_room_of_the_small_map_is_reached_from_the_square_and_back():
    result = compiled(small_map())
    assert result.components == 1
    assert result.findings == ()
    for room in ("cafe room", "restroom", "museum room"):
        for profile in PROFILES:
            assert reachable(result.graph, "square", room, profile)
            assert reachable(result.graph, room, "square", profile)


def test_the_street_door_joins_the_building_and_the_outdoors():
    graph = compiled(small_map()).graph
    doors = [
        e for e in edges_of(graph, EdgeKind.DOOR) if graph.feature_ids[graph.edge_feature[e]] == id_of("street door")
    ]
    levels = {tuple(graph.level_ids[graph.node_level[n]] for n in (graph.tail[e], graph.head[e])) for e in doors}
    assert levels == {(id_of("Street"), id_of("Ground")), (id_of("Ground"), id_of("Street"))}


def test_without_the_lift_a_wheelchair_does_not_get_upstairs():
    graph = compiled(without("lift")).graph
    assert reachable(graph, "square", "museum room", "walk")
    assert not reachable(graph, "square", "museum room", "wheelchair")


def test_a_lift_is_one_ride_between_any_two_of_its_levels():
    graph = compiled(small_map()).graph
    rides = edges_of(graph, EdgeKind.LIFT)
    assert sorted(graph.rise[rides].tolist()) == [-1.0, 1.0]
    assert {graph.feature_ids[f] for f in graph.edge_feature[rides]} == {id_of("lift")}


def test_an_escalator_runs_one_way():
    escalator = feature(
        "escalator", "relationship", None, category="escalator", direction="directed", hours=None,
        origin=reference("stairs 0"), destination=reference("stairs 1"), intermediary=[],
    )  # fmt: skip
    graph = compiled([*without("lift", "stairs"), escalator]).graph
    assert reachable(graph, "square", "museum room")
    assert not reachable(graph, "museum room", "square")


def test_a_service_door_is_for_staff():
    graph = compiled(changed("museum door", category="service")).graph
    assert not reachable(graph, "square", "museum room", "walk")
    assert reachable(graph, "square", "museum room", "staff")


def test_an_emergency_exit_is_no_way_and_the_room_behind_it_is_named():
    result = compiled(changed("museum door", category="emergencyexit"))
    assert not reachable(result.graph, "square", "museum room", "staff")
    assert ("unit_unreachable", id_of("museum room")) in codes(result)


def test_a_room_for_employees_is_reached_by_staff_only_and_is_no_finding():
    result = compiled(changed("museum room", restriction="employeesonly"))
    assert not reachable(result.graph, "square", "museum room", "walk")
    assert reachable(result.graph, "square", "museum room", "staff")
    assert result.findings == ()


def test_a_revolving_door_lets_no_wheels_through():
    graph = compiled(changed("cafe door", door={"type": "revolving", "automatic": True})).graph
    assert reachable(graph, "square", "cafe room", "walk")
    assert not reachable(graph, "square", "cafe room", "wheelchair")
    assert not reachable(graph, "square", "cafe room", "stroller")


def test_a_door_of_sixty_centimetres_is_too_narrow_for_a_wheelchair():
    features = [*without("cafe door"), door("cafe door", "Ground", line((36, 20), (36.6, 20)))]
    graph = compiled(features).graph
    assert reachable(graph, "square", "cafe room", "walk")
    assert not reachable(graph, "square", "cafe room", "wheelchair")


def test_a_door_with_a_leaf_and_an_automatic_one_are_told_apart():
    leaf = compiled(changed("cafe door", door={"type": "swinging", "automatic": False})).graph
    sliding = compiled(changed("cafe door", door={"type": "sliding", "automatic": True})).graph
    assert any(leaf.flags & EdgeFlag.LEAF)
    assert not any(leaf.flags & EdgeFlag.AUTOMATIC_DOOR)
    assert any(sliding.flags & EdgeFlag.AUTOMATIC_DOOR)
    assert not any(sliding.flags & EdgeFlag.LEAF)


def test_rooms_apart_by_a_wall_of_thirty_centimetres_are_joined_by_their_door():
    features = [*without("cafe room"), unit("cafe room", "Ground", box(30, 20.3, 45, 40), "foodservice.coffee")]
    assert reachable(compiled(features).graph, "square", "cafe room")


def test_a_room_drawn_inside_its_hall_is_entered_by_its_door():
    kiosk = unit("kiosk", "Ground", box(50, 12, 54, 16), "retail", name=None)
    features = [*small_map(), kiosk, door("kiosk door", "Ground", line((51, 16), (52, 16)))]
    graph = compiled(features).graph
    assert reachable(graph, "square", "kiosk")


def test_a_wide_open_side_is_passed_at_several_places():
    features = [*small_map(), unit("lane", "Street", box(0, -10, 30, 0), "walkway", name=None)]
    graph = compiled([*features, door("open side", "Street", line((0, 0), (30, 0)))]).graph
    gates = [
        e for e in edges_of(graph, EdgeKind.DOOR) if graph.feature_ids[graph.edge_feature[e]] == id_of("open side")
    ]
    assert len(gates) == 2 * 6


def path(name: str, *points: tuple[float, float], **properties: object) -> Feature:
    about: dict[str, object] = {
        "category": "traversal.path", "direction": "undirected", "origin": None, "intermediary": None,
        "destination": None, "dalil:level_id": str(id_of("Street")),
    }  # fmt: skip
    return feature(name, "relationship", line(*points), **(about | properties))


def test_a_footway_joins_a_square_a_door_and_another_footway():
    far = unit("far kiosk", "Street", box(-40, 0, -35, 5), "retail", name=None)
    far_door = door("far door", "Street", line((-35, 2), (-35, 3)))
    first, second = path("first", (5, 5), (-20, 5)), path("second", (-20, 5), (-30, 2.5), (-35, 2.5))
    graph = compiled([*small_map(), far, far_door, first, second]).graph
    assert reachable(graph, "square", "far kiosk")
    assert reachable(graph, "far kiosk", "museum room", "wheelchair")


def test_a_footway_steps_on_to_a_roofed_platform_anywhere_along_its_edge():
    platform = unit("platform", "Ground", box(70, 0, 80, 40), "platform", **{"dalil:covered": True})
    kiosk = unit("kiosk", "Ground", box(95, 28, 100, 32), "retail", name=None)
    kiosk_door = door("kiosk door", "Ground", line((95, 29), (95, 31)))
    approach = path("approach", (95, 30), (80, 30), **{"dalil:level_id": str(id_of("Ground"))})
    graph = compiled([*small_map(), platform, kiosk, kiosk_door, approach]).graph
    assert reachable(graph, "kiosk", "platform", "wheelchair")


def test_steps_drawn_as_a_line_climb_along_it():
    steps = path(
        "steps", (10, 35), (10, 30), (32, 15), category="stairs", origin=None, destination=reference("corridor"),
        **{"dalil:to_level_id": str(id_of("First"))},
    )  # fmt: skip
    graph = compiled([*without("lift", "stairs"), steps]).graph
    assert reachable(graph, "square", "museum room", "walk")
    assert not reachable(graph, "square", "museum room", "wheelchair")
    up = [e for e in edges_of(graph, EdgeKind.STAIRS) if graph.rise[e] > 0]
    assert graph.rise[up].sum() == pytest.approx(1.0)


def test_a_steep_ramp_is_no_way_for_a_wheelchair():
    for slope, passable in ((6.0, True), (12.0, False)):
        ramp = relationship("ramp", "ramp", ("stairs 0", "stairs 1"))
        ramp = Feature(ramp.id, ramp.feature_type, None, {**ramp.properties, "dalil:slope_percent": slope})
        graph = compiled([*without("lift", "stairs"), ramp]).graph
        assert reachable(graph, "square", "museum room", "wheelchair") is passable
        assert reachable(graph, "museum room", "square", "wheelchair") is passable


def test_a_connector_that_ends_where_nobody_walks_is_a_finding():
    features = changed("stairs 1", category="structure")
    assert ("connector_end_unusable", id_of("stairs")) in codes(compiled(features))


def test_levels_are_joined_only_by_what_the_map_says():
    graph = compiled(without("lift", "stairs")).graph
    ordinals = {id_of("Street"): 0, id_of("Ground"): 0, id_of("First"): 1}
    for tail, head in zip(graph.tail, graph.head, strict=True):
        ends = [ordinals[graph.level_ids[graph.node_level[node]]] for node in (tail, head)]
        assert ends[0] == ends[1]


def test_an_indoor_walk_is_covered_and_one_on_the_square_is_outdoors():
    graph = compiled(small_map()).graph
    for name, flag in (("hall", EdgeFlag.COVERED), ("square", EdgeFlag.OUTDOOR)):
        edges = [e for e in edges_of(graph, EdgeKind.WALK) if graph.feature_ids[graph.edge_feature[e]] == id_of(name)]
        assert all(graph.flags[e] == flag for e in edges)
        assert edges or name == "square"


def test_a_map_without_anything_to_walk_on_has_an_empty_graph():
    features = [feature("venue", "venue", box(0, 0, 9, 9), category="mall"), level("Only", 0, box(0, 0, 9, 9), None)]
    result = compiled([*features, feature("spot", "anchor", point(1, 1), unit_id=None, address_id=None)])
    assert (result.graph.node_count, result.graph.edge_count, result.components) == (0, 0, 0)


def test_a_ramp_is_as_long_as_its_slope_makes_it():
    ramp = relationship("ramp", "ramp", ("stairs 0", "stairs 1"))
    ramp = Feature(ramp.id, ramp.feature_type, None, {**ramp.properties, "dalil:slope_percent": 7.5})
    graph = compiled([*without("lift", "stairs"), ramp]).graph
    assert graph.length_m[edges_of(graph, EdgeKind.RAMP)].tolist() == pytest.approx([60.0, 60.0])


def test_stairs_are_as_long_as_their_steps_make_them():
    graph = compiled(changed("stairs", **{"dalil:steps": 100})).graph
    assert graph.length_m[edges_of(graph, EdgeKind.STAIRS)].tolist() == pytest.approx([28.0, 28.0])


def test_a_lift_of_thirty_levels_makes_one_wait_once_and_takes_time_for_each_level():
    stops = [
        part
        for number in range(2, 30)
        for part in (
            level(f"L{number}", number, box(30, 0, 60, 40), "house"),
            unit(f"lift {number}", f"L{number}", box(30, 5, 35, 10), "elevator", name=None),
        )
    ]
    names = [f"lift {number}" for number in range(30)]
    tower = compiled([*without("lift"), *stops, relationship("lift", "elevator", (names[0], names[-1]), names[1:-1])])
    rides = edges_of(tower.graph, EdgeKind.LIFT)
    costs_ms = PROFILES["wheelchair"].costs_ms(tower.graph)
    assert len(rides) == 30 * 29
    assert {int(costs_ms[ride]) for ride in rides if tower.graph.rise[ride] == 29} == {30_000 + 29 * 4_000}


def test_a_floor_without_a_lift_is_one_finding_at_its_largest_unit():
    found = [finding for finding in compiled(without("lift")).findings if finding.code == "unit_not_step_free"]
    assert [finding.feature_id for finding in found] == [id_of("museum room")]
    assert "3 more around it" in found[0].message
