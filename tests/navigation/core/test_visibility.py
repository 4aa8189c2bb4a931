"""Walks inside a polygon: free of walls, hardly longer than the shortest, and few."""

from itertools import combinations

import networkx as nx
import numpy as np
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from navigation.core.visibility import STRETCH, Sight, seen_from, sight
from navigation.core.walk_area import areas_around, walk_area

COLUMNED_HALL = shapely.difference(
    shapely.box(0, 0, 40, 12), shapely.union_all([shapely.box(x, 5, x + 1, 6) for x in range(4, 40, 6)])
)
# Where one walks with clearance to spare, at the columns' corners too.
CLEAR_HALL = shapely.buffer(COLUMNED_HALL, -0.5, join_style="mitre")


def network(view: Sight) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(view.points_m)))
    for (a, b), length_m in zip(view.pairs.tolist(), view.length_m.tolist(), strict=True):
        graph.add_edge(a, b, weight=length_m)
    return graph


def shortest_m(polygon: shapely.Polygon, places: list[tuple[float, float]]) -> "nx.Graph[int]":
    """The whole visibility graph by shapely: slow, exact."""
    rings = [polygon.exterior, *polygon.interiors]
    points = [*places, *{point for ring in rings for point in ring.coords[:-1]}]
    graph: nx.Graph[int] = nx.Graph()
    for a, b in combinations(range(len(points)), 2):
        walk = shapely.LineString([points[a], points[b]])
        if polygon.buffer(1e-6).covers(walk):
            graph.add_edge(a, b, weight=walk.length)
    return graph


@given(
    places=st.lists(
        st.tuples(st.floats(1, 39), st.floats(1, 11)).filter(lambda p: CLEAR_HALL.contains(shapely.Point(p))),
        min_size=2, max_size=6, unique=True,
    )
)  # fmt: skip
def test_walks_through_a_hall_of_columns_are_hardly_longer_than_the_shortest(places):
    area = walk_area(COLUMNED_HALL, np.array(places))
    found = network(sight(area, np.array(places)))
    floor = area.free_m.simplify(0)
    assert isinstance(floor, shapely.Polygon)
    exact = shortest_m(floor, places)
    for a, b in combinations(range(len(places)), 2):
        best_m = nx.dijkstra_path_length(exact, a, b)
        assert best_m - 1e-6 <= nx.dijkstra_path_length(found, a, b) <= best_m * STRETCH + 1e-6


def test_no_walk_comes_nearer_to_a_wall_than_the_clearance():
    doors = np.array([(0.5, 6.0), (39.5, 6.0), (20.0, 0.5), (20.0, 11.5)])
    view = sight(walk_area(COLUMNED_HALL, doors), doors)
    for a, b in view.pairs.tolist():
        walk = shapely.LineString([view.points_m[a], view.points_m[b]])
        assert COLUMNED_HALL.buffer(-0.42).buffer(0.02).covers(walk)


def test_a_narrow_passage_is_walked_with_less_clearance_rather_than_not_at_all():
    narrow = shapely.union_all([shapely.box(0, 0, 5, 5), shapely.box(5, 2.2, 8, 2.8), shapely.box(8, 0, 13, 5)])
    places = np.array([(1.0, 1.0), (12.0, 1.0)])
    area = walk_area(narrow, places)
    assert area.clearance_m < 0.3
    assert nx.has_path(network(sight(area, places)), 0, 1)


def test_a_convex_room_has_straight_links_only():
    doors = np.array([(1.0, 1.0), (9.0, 1.0), (5.0, 5.0)])
    view = sight(walk_area(shapely.box(0, 0, 10, 6), doors), doors)
    assert len(view.points_m) == 3
    assert sorted(map(tuple, view.pairs.tolist())) == [(0, 1), (0, 2), (1, 2)]


def test_doors_along_a_corridor_are_linked_to_their_neighbours_not_each_to_each():
    doors = np.array([(x, y) for x in range(1, 60, 2) for y in (0.5, 3.5)])
    view = sight(walk_area(shapely.box(0, 0, 60, 4), doors), doors)
    assert len(view.pairs) < 8 * len(doors)


def test_a_large_square_with_many_columns_is_crossed_in_short_sights():
    columns = [shapely.Point(x, y).buffer(0.6, quad_segs=4) for x in range(10, 200, 15) for y in range(10, 200, 15)]
    square = shapely.difference(shapely.box(0, 0, 200, 200), shapely.union_all(columns))
    corners = np.array([(1.0, 1.0), (199.0, 1.0), (1.0, 199.0), (199.0, 199.0)])
    view = sight(walk_area(square, corners), corners)
    graph = network(view)
    assert nx.dijkstra_path_length(graph, 0, 3) <= 1.02 * np.hypot(198, 198)
    assert view.length_m.max() <= 80


def test_a_point_behind_a_wall_sees_only_its_own_side():
    room = shapely.difference(shapely.box(0, 0, 10, 10), shapely.box(4.9, 2, 5.1, 10))
    nodes = np.array([(1.0, 9.0), (9.0, 9.0)])
    [area] = areas_around([room], nodes, np.zeros(len(nodes), np.intp))
    assert seen_from(area.walls_m, (3.0, 9.0), nodes).tolist() == [0]


def test_a_node_behind_another_is_left_to_the_graph():
    nodes = np.array([(2.0, 5.0), (4.0, 5.0), (8.0, 5.0)])
    [area] = areas_around([shapely.box(0, 0, 10, 10)], nodes, np.zeros(len(nodes), np.intp))
    assert sorted(seen_from(area.walls_m, (3.0, 5.0), nodes).tolist()) == [0, 1]


@settings(max_examples=20)
@given(shift=st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
def test_doors_along_a_core_are_joined_round_its_corners(shift):
    """A lobby round lifts: wherever it lies, the doors of the core lie on its wall, up to a rounding."""
    lobby = shapely.affinity.translate(shapely.box(0, 0, 40, 18).difference(shapely.box(10, 9, 28, 13)), *shift)
    doors = np.array([(23.0, 9.0), (13.0, 9.0), (10.0, 11.0), (19.0, 13.0)]) + shift
    area = walk_area(lobby, doors)
    entered = np.array([area.enter(*door) for door in doors]).round(4)
    found = network(sight(area, entered))
    exact = shortest_m(area.free_m.buffer(1e-3), [tuple(door) for door in entered])
    for a, b in combinations(range(len(doors)), 2):
        best_m = nx.dijkstra_path_length(exact, a, b)
        assert nx.dijkstra_path_length(found, a, b) <= best_m * STRETCH + 0.01
