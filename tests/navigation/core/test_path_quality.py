"""Paths look as people walk: hardly longer than the shortest there is, and clear of walls. The exact shortest is the judge."""

from itertools import combinations
from random import Random

import networkx as nx
import numpy as np
import pytest
import shapely

from geo.position import LevelPoint
from navigation.core.compiling import compile_graph
from navigation.core.finding.rooms import Rooms
from navigation.core.finding.snapping import Snapper
from navigation.core.visibility import Sight, sight
from navigation.core.walk_area import CLEARANCE_M, HAIR_M, MIDDLE_M, areas_around, walk_area
from tests.navigation.core.floor_plans import (
    Office,
    Place,
    corridor_of_60_doors,
    halls_joined_by_a_gap,
    office,
    plaza_of_2000_corners,
    shortest_walks,
)
from tests.venues.small_map import FRAME, box, door, feature, id_of, level, line, polygon, unit
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex

# How long our walks within a unit are for each metre of the shortest, on average.
WALK_RATIO = 1.05
# What a door adds, on average: one passes amid it, and half a metre straight on, before one turns.
DOOR_M = 1.0


def snapshot_of(plan: Office) -> Snapshot:
    corridor = polygon([(x, y) for x, y in plan.corridor_m.exterior.coords[:-1]])
    holes = [polygon([(x, y) for x, y in ring.coords[:-1]])["coordinates"][0] for ring in plan.corridor_m.interiors]
    corridor["coordinates"] += holes
    west, south, east, north = plan.floor_m.bounds
    features = [
        feature("venue", "venue", box(west, south, east, north), name={"en": "Office"}, category="businesscampus"),
        level("Floor", 0, box(west, south, east, north), None),
        unit("corridor", "Floor", corridor, "walkway"),
        *(unit(f"room {i}", "Floor", box(*room.bounds), "office") for i, room in enumerate(plan.rooms_m)),
        *(door(f"door {i}", "Floor", line(*each.coords)) for i, each in enumerate(plan.doors_m)),
    ]
    return Snapshot.from_features(features)


def walked_m(snapshot: Snapshot, places: list[Place]) -> dict[tuple[int, int], float]:
    """Return how long our route is between any two places."""
    graph = compile_graph(snapshot).graph
    snapper = Snapper(graph, Rooms.of(graph, snapshot), SpatialIndex(snapshot))
    model: nx.Graph[object] = nx.Graph()
    for tail, head, length_m in zip(graph.tail.tolist(), graph.head.tolist(), graph.length_m.tolist(), strict=True):
        model.add_edge(tail, head, weight=length_m)
    for index, place in enumerate(places):
        at = snapshot.frame.to_metres(*FRAME.to_lng_lat(*place))
        snap = snapper.snap(LevelPoint(*at, id_of("Floor")))
        assert snap is not None
        model.add_weighted_edges_from((("place", index), link.node, link.length_m) for link in snap.links)
    return {
        (a, b): nx.dijkstra_path_length(model, ("place", a), ("place", b))
        for a, b in combinations(range(len(places)), 2)
    }


def walks_of(floor_m: shapely.Polygon, doors_m: list[Place]) -> tuple["nx.Graph[int]", Sight, list[float]]:
    """Return the walks of an area as we draw them, and how far each door is from where one enters it."""
    area = walk_area(floor_m, np.array(doors_m))
    entered = np.array([area.enter(*door_m) for door_m in doors_m])
    view = sight(area, entered)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from(
        (a, b, m) for (a, b), m in zip(view.pairs.tolist(), view.length_m.tolist(), strict=True)
    )
    return graph, view, np.hypot(*(entered - doors_m).T).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_walks_in_a_corridor_of_60_doors_are_hardly_longer_than_the_shortest(seed: int):
    floor_m, doors_m = corridor_of_60_doors(Random(seed))
    ours, _, stub_m = walks_of(floor_m, doors_m)
    exact = shortest_walks(floor_m, doors_m)
    pairs = list(combinations(range(len(doors_m)), 2))
    found = [nx.dijkstra_path_length(ours, a, b) + stub_m[a] + stub_m[b] for a, b in pairs]
    assert sum(found) <= WALK_RATIO * sum(nx.dijkstra_path_length(exact, a, b) for a, b in pairs)


@pytest.mark.parametrize("seed", range(4))
def test_routes_from_room_to_room_are_hardly_longer_than_the_shortest(seed: int):
    chance = Random(seed)
    plan = office(chance)
    places = [place_in(room, chance) for room in plan.rooms_m]
    found = walked_m(snapshot_of(plan), places)
    exact = shortest_walks(plan.floor_m, places)
    best = [nx.dijkstra_path_length(exact, *pair) for pair in found]
    assert all(ours_m > 0.999 * best_m for ours_m, best_m in zip(found.values(), best, strict=True))
    assert np.mean(list(found.values())) - np.mean(best) <= 2 * DOOR_M


def place_in(room_m: shapely.Polygon, chance: Random) -> Place:
    west_m, south_m, east_m, north_m = room_m.buffer(-0.5).bounds
    return chance.uniform(west_m, east_m), chance.uniform(south_m, north_m)


@pytest.mark.parametrize("seed", range(20))
def test_walks_keep_clear_of_walls_or_in_the_middle_of_a_gap(seed: int):
    floor_m, gap_m = halls_joined_by_a_gap(Random(seed))
    doors_m = [(0.0, 1.0), (0.0, 4.0), (floor_m.bounds[2], 2.0), (floor_m.bounds[2], 4.5)]
    graph, view, _ = walks_of(floor_m, doors_m)
    for a, b in combinations(range(len(doors_m)), 2):
        walk = shapely.LineString(view.points_m[nx.dijkstra_path(graph, a, b)])
        least_m = CLEARANCE_M if (a < 2) == (b < 2) else min(CLEARANCE_M, gap_m / 2 - MIDDLE_M)
        assert walk.distance(floor_m.boundary) >= least_m - HAIR_M


@pytest.mark.parametrize("seed", range(10))
def test_the_area_of_a_unit_is_found_again_from_its_nodes(seed: int):
    floor_m, _ = halls_joined_by_a_gap(Random(seed))
    _, view, _ = walks_of(floor_m, [(0.0, 1.0), (floor_m.bounds[2], 2.0)])
    area = walk_area(floor_m, np.array([(0.0, 1.0), (floor_m.bounds[2], 2.0)]))
    [again] = areas_around([floor_m], view.points_m, np.zeros(len(view.points_m), np.intp))
    assert again.clearance_m == area.clearance_m
    assert shapely.symmetric_difference(again.free_m, area.free_m).area < 1e-6


def test_a_narrow_gap_lets_nobody_scrape_along_the_walls_of_the_halls():
    halls_m = shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(10, 5, 11, 5.6), shapely.box(11, 0, 21, 10)])
    area = walk_area(halls_m, np.array([(0.0, 1.0), (21.0, 1.0)]))
    assert area.clearance_m == pytest.approx(0.275)
    beside_the_gap = shapely.box(8.5, 3.5, 12.5, 7.1)
    assert shapely.difference(area.free_m, beside_the_gap).distance(halls_m.boundary) == pytest.approx(CLEARANCE_M)


def test_a_plaza_of_2000_corners_has_few_walks_and_they_are_hardly_longer_than_the_shortest():
    plaza_m, doors_m = plaza_of_2000_corners(Random(1))
    graph, view, stub_m = walks_of(plaza_m, doors_m)
    assert shapely.get_num_coordinates(plaza_m) > 2_000
    assert len(view.pairs) < 6 * len(view.points_m)
    found = best = 0.0
    for a, b in combinations(range(len(doors_m)), 2):
        found += nx.dijkstra_path_length(graph, a, b) + stub_m[a] + stub_m[b]
        best += float(np.hypot(*np.subtract(doors_m[a], doors_m[b])))
    assert found <= WALK_RATIO * best
