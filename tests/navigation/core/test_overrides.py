"""What managers say of the ways: forbidden, added, re-weighted, and what of it no longer matches the map."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from navigation.core.compiling import Compilation, compile_graph
from navigation.core.graph import EdgeKind, RoutingGraph
from navigation.core.overrides import Override, OverrideError, OverrideKind, read_override
from navigation.core.profiles import PROFILES
from tests.navigation.core.test_compiling import reachable
from tests.venues.small_map import id_of, lng_lat, small_map, without
from venues.core.imdf.features import Feature
from venues.core.snapshot import Snapshot

OVERRIDE = UUID(int=7)


def compiled(*overrides: Override, features: Sequence[Feature] | None = None) -> Compilation:
    return compile_graph(Snapshot.from_features(features or small_map()), overrides)


def forbid(name: str, **ends: str) -> Override:
    content = {"feature_id": str(id_of(name))} | {f"{end}_id": str(id_of(unit)) for end, unit in ends.items()}
    return read_override(OVERRIDE, OverrideKind.FORBID, content)


def reweight(name: str, factor: float) -> Override:
    return read_override(OVERRIDE, OverrideKind.REWEIGHT, {"feature_id": str(id_of(name)), "factor": factor})


def at(level: str, x_m: float, y_m: float) -> dict[str, Any]:
    lng, lat = lng_lat(x_m, y_m)
    return {"lng": lng, "lat": lat, "level_id": str(id_of(level))}


def add(start: Any, end: Any, **more: Any) -> Override:
    return read_override(OVERRIDE, OverrideKind.ADD, {"start": start, "end": end} | more)


def edges_of(graph: RoutingGraph, name: str) -> list[int]:
    index = graph.feature_ids.index(id_of(name))
    return [edge for edge in range(graph.edge_count) if graph.edge_feature[edge] == index]


def test_a_forbidden_door_leads_nowhere():
    result = compiled(forbid("museum door"))
    assert not reachable(result.graph, "corridor", "museum room")
    assert {finding.code for finding in result.findings} == {"unit_unreachable"}


def test_a_door_can_be_forbidden_in_one_direction():
    graph = compiled(forbid("street door", **{"from": "square"})).graph
    assert not reachable(graph, "square", "hall")
    assert reachable(graph, "hall", "square")


def test_a_slow_lift_takes_longer_and_is_no_longer():
    plain, slow = compiled().graph, compiled(reweight("lift", 3.0)).graph
    for edge in edges_of(slow, "lift"):
        assert slow.length_m[edge] == plain.length_m[edge]
        assert PROFILES["walk"].costs_ms(slow)[edge] == 3 * PROFILES["walk"].costs_ms(plain)[edge]
    assert RoutingGraph.from_bytes(slow.to_bytes()).time_factor.tolist() == slow.time_factor.tolist()


def test_factors_multiply():
    twice = compiled(reweight("lift", 3.0), reweight("lift", 2.0)).graph
    assert {float(twice.time_factor[edge]) for edge in edges_of(twice, "lift")} == {6.0}


def test_an_added_way_joins_two_units_that_nothing_joins():
    split = without(small_map(), "street door")
    assert not reachable(compiled(features=split).graph, "square", "hall")
    way = add(at("Street", 20, 15), at("Ground", 40, 15), length_m=30)
    result = compiled(way, features=split)
    assert reachable(result.graph, "square", "hall")
    assert reachable(result.graph, "hall", "square")
    assert {finding.code for finding in result.findings} <= {"unit_unreachable"}
    one_way = add(at("Street", 20, 15), at("Ground", 40, 15), one_way=True)
    assert not reachable(compiled(one_way, features=split).graph, "hall", "square")


def test_added_stairs_are_stairs():
    graph = compiled(add(at("Ground", 35, 15), at("First", 35, 15), way="stairs", length_m=9), features=without(
        small_map(), "stairs", "lift")).graph  # fmt: skip
    [up, down] = [edge for edge in range(graph.edge_count) if graph.kind[edge] == EdgeKind.STAIRS]
    assert sorted([graph.rise[up], graph.rise[down]]) == [-1, 1]
    assert reachable(graph, "square", "museum room")
    assert not reachable(graph, "square", "museum room", "wheelchair")


@pytest.mark.parametrize(
    "override",
    [
        forbid("nothing of this map"),
        reweight("fountain", 2.0),
        forbid("street door", **{"from": "museum room"}),
        add(at("Street", 20, 15), at("Ground", 70, 15)),
        add(at("Street", 20, 15), at("no level", 40, 15)),
        add(at("Street", 20, 15), at("Street", 20, 15)),
    ],
)
def test_what_matches_nothing_is_found_and_the_map_compiles_all_the_same(override: Override):
    result = compiled(override)
    [finding] = result.findings
    assert (finding.code, str(OVERRIDE) in finding.message) == ("override_unmatched", True)


def test_overrides_survive_another_map_and_give_the_same_bytes_again():
    said = [reweight("lift", 3.0), forbid("cafe door"), add(at("Street", 20, 15), at("First", 40, 15), way="lift")]
    assert compiled(*said).graph.content_hash == compiled(*said).graph.content_hash
    other = without(small_map(), "restroom door")
    assert not [f for f in compiled(*said, features=other).findings if f.code == "override_unmatched"]
    assert compiled(*said).graph.content_hash != compiled().graph.content_hash


@pytest.mark.parametrize(
    ("kind", "content", "member"),
    [
        ("forbid", {}, "feature_id"),
        ("forbid", {"feature_id": "the lift"}, "feature_id"),
        ("forbid", {"feature_id": str(OVERRIDE), "from_id": 3}, "from_id"),
        ("reweight", {"feature_id": str(OVERRIDE)}, "factor"),
        ("reweight", {"feature_id": str(OVERRIDE), "factor": 0}, "factor"),
        ("reweight", {"feature_id": str(OVERRIDE), "factor": float("nan")}, "factor"),
        ("add", {"start": 1}, "start"),
        ("add", {"start": at("Street", 1, 1), "end": {"lng": 51}}, "end.level_id"),
        ("add", {"start": at("Street", 1, 1), "end": {"lng": 51, "lat": 99, "level_id": str(OVERRIDE)}}, "end.lat"),
        ("add", {"start": at("Street", 1, 1), "end": at("Street", 2, 2), "way": "rope"}, "way"),
        ("add", {"start": at("Street", 1, 1), "end": at("Street", 2, 2), "length_m": -1}, "length_m"),
        ("add", {"start": at("Street", 1, 1), "end": at("Street", 2, 2), "one_way": "yes"}, "one_way"),
    ],
)
def test_what_is_no_override_is_refused_by_its_member(kind: str, content: dict[str, Any], member: str):
    with pytest.raises(OverrideError) as refused:
        read_override(OVERRIDE, OverrideKind(kind), content)
    assert refused.value.member == member
