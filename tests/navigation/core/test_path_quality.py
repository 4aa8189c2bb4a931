"""Paths look as people walk: hardly longer than the shortest there is, and clear of walls.

The judge is the exact shortest way that keeps 0.4 m from every wall and jamb, corners rounded, from the middle of a door or a
place on the floor to another (`shortest`): mean of ratios over all pairs.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from geo.position import LevelPoint
from navigation.core.compiling import compile_graph
from navigation.core.compiling.floors import Floors
from navigation.core.compiling.openings import is_passable
from navigation.core.finding.rooms import Rooms
from navigation.core.finding.snapping import Snapper
from navigation.core.graph import RoutingGraph
from navigation.core.visibility import Sight, sight
from navigation.core.walk_area import CLEARANCE_M, HAIR_M, MIDDLE_M, areas_around, walk_area
from tests.navigation.core.floor_plans import (
    DOOR_M,
    Office,
    Place,
    corridor_of_60_doors,
    halls_joined_by_a_gap,
    joined_by_doors,
    office,
    plaza_of_2000_corners,
)
from tests.navigation.core.shortest import Lengths, clear_of_walls, shortest_m
from tests.venues.small_map import FRAME, box, door, feature, id_of, level, line, polygon, unit
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex
from venues.services.imdf_files import read_imdf_file

# How long our ways are for each metre of the exact shortest, on average.
WALK_RATIO = 1.05
DEMO = Path("fixtures/venues/msheireb/imdf.zip")
# Of the demo district: how many neighbourhoods are judged, by how many places in each, how far from its middle, and how far
# round it the exact shortest may lead.
NEIGHBOURHOODS, PLACES, AROUND_M, FLOOR_M = 6, 10, 20.0, 50.0
# So much is taken from each unit, that only openings join two that touch.
THIN_M = 1e-3


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


def walked_m(snapper: Snapper, graph: RoutingGraph, places: Sequence[LevelPoint]) -> Lengths:
    """Return (n, n) how long our ways are between places of a level, on that level."""
    on_level = graph.node_level[graph.tail] == graph.node_level[graph.head]
    ends = (graph.tail[on_level], graph.head[on_level])
    links = coo_array((graph.length_m[on_level], ends), shape=(graph.node_count, graph.node_count)).tocsr()
    snaps = [snapper.snap(place) for place in places]
    found = np.full((len(places), len(places)), np.inf)
    for i, a in enumerate(snaps):
        assert a is not None
        out_m = np.array([link.length_m for link in a.links])
        from_a_m = (dijkstra(links, indices=[link.node for link in a.links]) + out_m[:, None]).min(axis=0)
        for j, b in enumerate(snaps):
            assert b is not None
            found[i, j] = min(from_a_m[link.node] + link.length_m for link in b.links)
            if (direct_m := snapper.direct_m(a, b)) is not None:
                found[i, j] = min(found[i, j], direct_m)
    return found


def mean_ratio(ours_m: Lengths, exact_m: Lengths) -> float:
    """Return how long our ways are for each metre of the exact ones, on average over the pairs; asserts that none is shorter."""
    pairs = np.triu_indices(len(exact_m), 1)
    ratios = ours_m[pairs] / exact_m[pairs]
    assert ratios.min() > 0.995
    return float(ratios.mean())


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
    lengths_m = dict(nx.all_pairs_dijkstra_path_length(ours))
    found = [[lengths_m[a][b] + stub_m[a] + stub_m[b] for b in range(len(doors_m))] for a in range(len(doors_m))]
    doors = [shapely.LineString([(x_m - DOOR_M / 2, y_m), (x_m + DOOR_M / 2, y_m)]) for x_m, y_m in doors_m]
    exact = shortest_m(clear_of_walls(joined_by_doors([floor_m], doors, 1.0)), doors_m)
    assert mean_ratio(np.array(found), exact) <= WALK_RATIO


@pytest.mark.parametrize("seed", range(4))
def test_routes_from_room_to_room_are_hardly_longer_than_the_shortest(seed: int):
    chance = Random(seed)
    plan = office(chance)
    places = [place_in(room, chance) for room in plan.rooms_m]
    snapshot = snapshot_of(plan)
    graph = compile_graph(snapshot).graph
    snapper = Snapper(graph, Rooms.of(graph, snapshot), SpatialIndex(snapshot))
    at = [LevelPoint(*snapshot.frame.to_metres(*FRAME.to_lng_lat(*place)), id_of("Floor")) for place in places]
    exact = shortest_m(clear_of_walls(plan.floor_m), places)
    assert mean_ratio(walked_m(snapper, graph, at), exact) <= WALK_RATIO


@pytest.mark.proof
def test_routes_over_the_floors_and_squares_of_the_demo_district_are_hardly_longer_than_the_shortest():
    snapshot = Snapshot.from_features(read_imdf_file(DEMO).features)
    graph = compile_graph(snapshot).graph
    snapper = Snapper(graph, Rooms.of(graph, snapshot), SpatialIndex(snapshot))
    chance = Random(1)
    indoors, outdoors = (
        [mean_ratio(walked_m(snapper, graph, at), exact) for at, exact in neighbourhoods(snapshot, chance, outdoor)]
        for outdoor in (False, True)
    )
    assert np.mean(indoors) <= WALK_RATIO
    assert np.mean(outdoors) <= WALK_RATIO


def neighbourhoods(snapshot: Snapshot, chance: Random, outdoor: bool) -> Iterator[tuple[list[LevelPoint], Lengths]]:
    """Yield places around units picked by chance, and how long the exact shortest ways between them are."""
    levels = [level.id for level in snapshot.levels.values() if level.outdoor == outdoor]
    floors = Floors.of(snapshot)
    units = [unit for unit in floors.units if unit.level_id in levels and floors.outline_of[unit.id].area > 20]
    for middle in chance.sample(units, NEIGHBOURHOODS):
        centre = floors.outline_of[middle.id].centroid
        around, whole = centre.buffer(AROUND_M), centre.buffer(FLOOR_M)
        parts = [
            shapely.buffer(floors.outline_of[unit.id], -THIN_M, join_style="mitre")
            for unit in floors.units
            if unit.level_id == middle.level_id and floors.outline_of[unit.id].intersects(whole)
        ]
        doors = [
            snapshot.shapes_m[opening.id]
            for opening in snapshot.openings.values()
            if opening.level_id == middle.level_id and is_passable(opening) and opening.id in snapshot.shapes_m
        ]
        clear = clear_of_walls(joined_by_doors(parts, [door for door in doors if door.intersects(whole)], 0.5))
        places = places_on(shapely.intersection(shapely.buffer(clear, -0.1), around), chance)
        if len(places) == PLACES:
            yield [LevelPoint(*place, middle.level_id) for place in places], shortest_m(clear, places)


def places_on(floor_m: BaseGeometry, chance: Random) -> list[Place]:
    """Return PLACES places of a floor, fewer where it is small."""
    west_m, south_m, east_m, north_m = floor_m.bounds
    tried = [(chance.uniform(west_m, east_m), chance.uniform(south_m, north_m)) for _ in range(50 * PLACES)]
    return [place for place in tried if floor_m.contains(shapely.Point(place))][:PLACES]


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
    assert area.clearance_m == pytest.approx(0.28)
    beside_the_gap = shapely.box(8.5, 3.5, 12.5, 7.1)
    assert shapely.difference(area.free_m, beside_the_gap).distance(halls_m.boundary) == pytest.approx(CLEARANCE_M)


def test_a_strip_that_narrows_slowly_is_walked_from_end_to_end():
    """A platform beside a tram is half a metre wide here and nine tenths there."""
    platform_m = shapely.Polygon(
        [
            (78.9, -94.2),
            (75.9, -88.9),
            (74.4, -84.4),
            (75.1, -84.1),
            (76.6, -88.7),
            (79.4, -93.6),
            (84.6, -98.5),
            (84.3, -99.1),
        ]
    )
    area = walk_area(platform_m, np.array([(74.8, -84.3), (84.4, -98.8)]))
    assert isinstance(area.free_m, shapely.Polygon)
    assert area.clearance_m > 0.2


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
