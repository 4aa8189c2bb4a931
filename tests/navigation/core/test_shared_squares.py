"""A square that vehicles run through is walked along its drawn ways; one without lanes is crossed freely."""

from collections.abc import Sequence

import networkx as nx
import pytest

from navigation.core.compiling import compile_graph
from navigation.core.graph import RoutingGraph
from tests.venues.small_map import box, door, feature, id_of, line, small_map, unit
from venues.core.imdf.features import Feature
from venues.core.snapshot import Snapshot

Points = Sequence[tuple[float, float]]


def way(name: str, points: Points, highway: str) -> Feature:
    return feature(
        name, "relationship", line(*points), category="traversal.path", direction="undirected", origin=None,
        intermediary=None, destination=None, **{"dalil:level_id": str(id_of("Street")), "dalil:highway": highway},
    )  # fmt: skip


def square_with(*ways: Feature) -> RoutingGraph:
    """A square of 60 x 60 m, south of the small map, with a kiosk at its west and another at its east side."""
    kiosks = [
        unit("plaza", "Street", box(0, -60, 60, 0), "walkway", name=None),
        *(
            feature
            for side, west, edge in (("west", -5, 0), ("east", 60, 60))
            for feature in (
                unit(side, "Street", box(west, -32, west + 5, -28), "retail", name=None),
                door(f"{side} door", "Street", line((edge, -30.5), (edge, -29.5))),
            )
        ),
    ]
    return compile_graph(Snapshot.from_features([*small_map(), *kiosks, *ways])).graph


def walk_m(graph: RoutingGraph) -> float:
    """Return the length of the shortest way from kiosk to kiosk."""
    model = nx.DiGraph(graph.to_networkx())
    start, end = (int(graph.nodes_of_unit[id_of(side)][0]) for side in ("west", "east"))
    return nx.dijkstra_path_length(model, start, end, weight="length_m")


FOOTWAY = way("footway", [(5, -30), (5, -50), (30, -50), (55, -50), (55, -30)], "footway")


def test_a_square_with_a_drawn_footway_is_crossed_freely():
    length_m = walk_m(square_with(FOOTWAY))
    assert length_m == pytest.approx(60, abs=1)


def test_a_square_that_a_tram_runs_through_is_walked_along_the_footway_and_crossed_where_it_crosses():
    lane = way("lane", [(30, -5), (30, -30), (30, -50), (30, -58)], "busway")
    length_m = walk_m(square_with(FOOTWAY, lane))
    assert length_m == pytest.approx(101, abs=1)


def test_a_square_without_footways_is_crossed_freely_even_if_a_lane_leads_on_to_it():
    lane = way("lane", [(-60, -58), (-30, -58), (5, -58)], "service")
    length_m = walk_m(square_with(lane))
    assert length_m == pytest.approx(60, abs=1)


def test_what_only_a_lane_parts_is_joined_over_the_lane():
    lane = way("lane", [(30, -1), (30, -59)], "service")
    length_m = walk_m(square_with(lane))
    assert 60 <= length_m < 130
