"""Ways found for one traveller: forbidden is forbidden, wishes bend the way and never its duration."""

from dataclasses import dataclass

import networkx as nx
import pytest

from geo.position import LevelPoint
from navigation.core.finding.alternatives import alternatives
from navigation.core.finding.anchors import Anchor, Finder, anchor_at_node
from navigation.core.finding.snapping import Link
from navigation.core.graph import EdgeKind, RoutingGraph
from navigation.core.guiding.guidance import Destination
from navigation.core.preferences import Avoidance, Preference, Wish
from navigation.core.profiles import FORBIDDEN, PROFILES
from navigation.core.search import Hierarchy, Metric, blocking_features
from tests.navigation.core.hand_graph import FLIGHT, NODE, RIDE, hand_graph
from tests.navigation.core.small_map import GROUND, STREET_LEVEL, id_of

GRAPH = hand_graph()
HIERARCHY = Hierarchy.of(GRAPH)


@dataclass(frozen=True)
class NothingInSight:
    """A snapper of a map on which no point sees another."""

    def direct_m(self, a: object, b: object) -> None:
        return None


def finder(wish: Wish) -> Finder:
    metric = Metric.of(GRAPH, HIERARCHY, wish.costs_ms(GRAPH))
    return Finder(GRAPH, NothingInSight(), wish.pace, metric, wish.durations_ms(GRAPH))  # type: ignore[arg-type]  # it looks at no point


def at(name: str) -> tuple[Anchor, ...]:
    return (anchor_at_node(GRAPH, NODE[name], Destination()),)


def kinds(wish: Wish, start: str = "street", end: str = "concourse") -> set[EdgeKind]:
    found = finder(wish).find(at(start), at(end))
    assert found is not None
    return {stretch.kind for stretch in found.stretches}


def test_on_foot_one_takes_the_stairs() -> None:
    assert EdgeKind.STAIRS in kinds(Wish(PROFILES["walk"]))


def test_a_wheelchair_takes_the_lift() -> None:
    assert EdgeKind.STAIRS not in kinds(Wish(PROFILES["wheelchair"]))


def test_who_avoids_stairs_takes_the_lift() -> None:
    assert EdgeKind.LIFT in kinds(Wish(PROFILES["walk"], avoid=frozenset({Avoidance.STAIRS})))


def test_who_avoids_every_way_down_is_told_what_was_in_the_way() -> None:
    wish = Wish(PROFILES["walk"], avoid=frozenset({Avoidance.STAIRS, Avoidance.LIFT}))
    finding = finder(wish)
    assert finding.find(at("street"), at("concourse")) is None
    blocked = blocking_features(GRAPH, wish, finding.seeds(at("street")), finding.seeds(at("concourse")))
    assert set(blocked) <= {FLIGHT, RIDE}
    assert blocked


@pytest.mark.parametrize("preference", Preference)
def test_a_preference_never_makes_the_way_itself_shorter_or_longer(preference: Preference) -> None:
    plain, wish = Wish(PROFILES["walk"]), Wish(PROFILES["walk"], frozenset({preference}))
    assert (wish.durations_ms(GRAPH) == plain.durations_ms(GRAPH)).all()
    assert (wish.costs_ms(GRAPH) >= plain.costs_ms(GRAPH)).all()
    assert ((wish.costs_ms(GRAPH) == FORBIDDEN) == (plain.costs_ms(GRAPH) == FORBIDDEN)).all()


def test_the_way_to_a_point_is_told_with_the_walks_to_and_from_the_graph() -> None:
    point = LevelPoint(2.0, 5.0, STREET_LEVEL)
    start = Anchor(Destination(), point, (Link(NODE["street"], 3.0, ((2.0, 5.0), (5.0, 5.0))),))
    found = finder(Wish(PROFILES["walk"])).find((start,), at("gate"))
    assert found is not None
    assert found.length_mm == 3_000 + 25_500
    assert found.stretches[0].points_m == ((2.0, 5.0), (5.0, 5.0))
    assert found.duration_ms == found.cost_ms


def test_of_several_doors_the_nearest_is_taken() -> None:
    doors = (*at("pharmacy door"), *at("gate inside"))
    found = finder(Wish(PROFILES["walk"])).find(at("street"), doors)
    assert found is not None
    assert found.end is doors[1]


def test_being_there_already_costs_nothing() -> None:
    found = finder(Wish(PROFILES["walk"])).find(at("gate"), at("gate"))
    assert found is not None
    assert (found.cost_ms, len(found.stretches)) == (0, 1)


def test_the_stairs_are_an_alternative_to_the_lift_beside_one() -> None:
    finding = finder(Wish(PROFILES["walk"]))
    best = finding.find(at("lift"), at("concourse"))
    assert best is not None
    (other,) = alternatives(finding, at("lift"), at("concourse"), best, 3)
    assert EdgeKind.LIFT in {stretch.kind for stretch in best.stretches}
    assert EdgeKind.STAIRS in {stretch.kind for stretch in other.stretches}
    assert best.duration_ms <= other.duration_ms <= 1.5 * best.duration_ms


def corridors(detour_m: float, room: bool) -> Finder:
    """Return a finder on two ways from 0 to 3: straight on, and over 2, in a room of its own or across the same."""
    same, own = id_of("hall"), id_of("side hall") if room else id_of("hall")
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="0" * 64)
    for node, (x_m, y_m) in enumerate([(0.0, 0.0), (50.0, 0.0), (50.0, 30.0), (100.0, 0.0)]):
        model.add_node(node, x_m=x_m, y_m=y_m, level=GROUND, unit=same)
    for tail, head, length_m, feature in ((0, 1, 50, same), (1, 3, 50, same), (0, 2, detour_m, own), (2, 3, 58, own)):
        model.add_edge(tail, head, kind=EdgeKind.WALK, feature=feature, length_m=length_m)
    graph = RoutingGraph.from_networkx(model)
    wish = Wish(PROFILES["walk"])
    metric = Metric.of(graph, Hierarchy.of(graph), wish.costs_ms(graph))
    return Finder(graph, NothingInSight(), wish.pace, metric, wish.durations_ms(graph))  # type: ignore[arg-type]  # it looks at no point


@pytest.mark.parametrize(("detour_m", "room", "count"), [(58.0, True, 1), (58.0, False, 0), (120.0, True, 0)])
def test_an_alternative_leads_elsewhere_and_is_not_much_longer(detour_m: float, room: bool, count: int) -> None:
    finding = corridors(detour_m, room)
    start, end = ((anchor_at_node(finding.graph, node, Destination()),) for node in (0, 3))
    best = finding.find(start, end)
    assert best is not None
    assert len(alternatives(finding, start, end, best, 3)) == count
