"""Whoever travels through the demo district meets nothing that they can't take, judged by the map, not by the graph's flags."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from random import Random

import networkx as nx
import numpy as np
import pytest

from navigation.core.compiling import compile_graph
from navigation.core.graph import NONE, EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN, PROFILES, WHEELCHAIR_SLOPE_PERCENT, WHEELCHAIR_WIDTH_M
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import UNREACHED, Path, Seed
from navigation.core.timing.hours import rules_of
from navigation.core.timing.passages import Passages
from navigation.core.timing.timetable import Timetable
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable
from venues.services.imdf_files import read_imdf_file

SEED = 20_260_301
STEPPED = ("stairs", "steps", "escalator")


class District:
    """The demo district, compiled, and the marks that the map itself sets on the edges."""

    def __init__(self) -> None:
        demo = read_imdf_file(FilePath("fixtures/venues/msheireb/imdf.zip"))
        self.snapshot = Snapshot.from_features(demo.features)
        self.graph: RoutingGraph = compile_graph(self.snapshot).graph
        self.hierarchy = Hierarchy.of(self.graph)
        names = [self._category(index) for index in range(len(self.graph.feature_ids))]
        self.stepped = self._marked([index for index, name in enumerate(names) if name in STEPPED])
        self.staff = self._marked([index for index in range(len(names)) if self._is_for_staff(index)])
        self.steep = np.abs(self.graph.slope_percent) > WHEELCHAIR_SLOPE_PERCENT
        self.narrow = self.graph.width_m < WHEELCHAIR_WIDTH_M
        in_stepped = np.isin(self.graph.node_unit, [index for index, name in enumerate(names) if name in STEPPED])
        self.places = np.flatnonzero(~in_stepped & (self.graph.node_unit != NONE)).tolist()
        """Nodes that lie in a unit, but not on a stair: to begin or end there would be to meet it."""

    def metric(self, profile: str) -> Metric:
        return Metric.of(self.graph, self.hierarchy, PROFILES[profile].costs_ms(self.graph))

    def paths(self, profile: str, count: int) -> Iterator[Path]:
        """Yield the paths of so many random routes, of those that there are."""
        chance, metric = Random(SEED), self.metric(profile)
        for _ in range(count):
            path = metric.shortest_path([Seed(chance.choice(self.places), 0)], [Seed(chance.choice(self.places), 0)])
            if path is not None:
                yield path

    def _marked(self, features: list[int]) -> "np.typing.NDArray[np.bool_]":
        return np.isin(self.graph.edge_feature, features)

    def _category(self, index: int) -> str:
        return str(self.snapshot.by_id[self.graph.feature_ids[index]].properties.get("category"))

    def _is_for_staff(self, index: int) -> bool:
        unit = self.snapshot.units.get(self.graph.feature_ids[index])
        return unit is not None and not is_walkable(unit)


@pytest.fixture(scope="module")
def district() -> District:
    return District()


@pytest.mark.proof
def test_a_wheelchair_never_meets_stairs_in_ten_thousand_random_district_routes(district: District):
    barred = district.stepped | district.staff | district.steep | district.narrow
    kinds = (EdgeKind.STAIRS, EdgeKind.ESCALATOR)
    found = 0
    for path in district.paths("wheelchair", 10_000):
        found += 1
        assert not barred[path.edges].any()
        assert not np.isin(district.graph.kind[path.edges], kinds).any()
    assert found > 8_500  # what remains lies behind doors for staff


@pytest.mark.parametrize("profile", ["walk", "stroller", "low_vision"])
def test_no_visitor_is_led_behind_the_scenes(district: District, profile: str):
    barred = district.staff | (district.stepped if profile == "stroller" else False)
    paths = list(district.paths(profile, 1_000))
    assert len(paths) > 850
    assert not any(barred[path.edges].any() for path in paths)


def test_walkers_do_take_stairs_and_escalators_and_staff_get_everywhere(district: District):
    assert any(district.stepped[path.edges].any() for path in district.paths("walk", 1_000))
    assert len(list(district.paths("staff", 1_000))) == 1_000


@pytest.mark.parametrize("profile", ["walk", "wheelchair"])
def test_routes_of_the_district_cost_what_networkx_says(district: District, profile: str):
    metric, chance = district.metric(profile), Random(SEED)
    graph = district.graph
    model: nx.DiGraph[int] = nx.DiGraph()
    model.add_nodes_from(range(graph.node_count))
    for tail, head, cost_ms in zip(graph.tail.tolist(), graph.head.tolist(), metric.costs_ms.tolist(), strict=True):
        if cost_ms != FORBIDDEN and cost_ms < model.get_edge_data(tail, head, {"ms": FORBIDDEN})["ms"]:
            model.add_edge(tail, head, ms=cost_ms)
    for source in chance.sample(district.places, 3):
        truth_ms = nx.single_source_dijkstra_path_length(model, source, weight="ms")
        for target in chance.sample(district.places, 200):
            path = metric.shortest_path([Seed(source, 0)], [Seed(target, 0)])
            assert (None if path is None else path.cost_ms) == truth_ms.get(target)


def test_whatever_the_hour_only_one_exit_of_the_station_is_closed(district: District):
    begins_at = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # midnight in Doha
    rules = list(rules_of(district.snapshot, Passages(district.graph), begins_at, "Asia/Qatar"))
    names = {district.snapshot.by_id[rule.feature_id].properties["name"]["en"] for rule in rules}
    assert names == {"Exit 5 (tram)"}
    timetable = Timetable.of(begins_at, district.graph.edge_count, rules)
    by_night = district.metric("wheelchair").without(timetable.closed_at(0))
    start = [Seed(district.places[0], 0)]
    open_ms, closed_ms = district.metric("wheelchair").costs_from(start), by_night.costs_from(start)
    lost = np.flatnonzero((open_ms < UNREACHED) & (closed_ms >= UNREACHED))
    units = {district.graph.feature_ids[index] for index in district.graph.node_unit[lost].tolist()}
    # Exit 5 itself, and the tops of its stairs and escalators, which open on to nothing else.
    assert {district.snapshot.units[unit].category for unit in units} <= {"lobby", "stairs", "escalator"}
    assert len(units) < 10
