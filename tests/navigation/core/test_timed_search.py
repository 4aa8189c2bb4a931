"""Doors that open and close on the way: the compiled search against a plain Dijkstra with a clock, on networkx's own data."""

from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Any
from uuid import UUID

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.graph import EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN
from navigation.core.search import Hierarchy, Metric, Seed
from navigation.core.timing.doors import Doors
from navigation.core.timing.timed_search import Clocked, shortest_path_at, waits_ms
from navigation.core.timing.timetable import (
    MAX_WAIT_MS,
    SPAN_MS,
    Cause,
    Rule,
    Spans,
    Timetable,
    complement,
    intersection,
)

BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE_MS = 60_000
LEVEL = UUID(int=1)


def rule(number: int, edges: list[int], open_ms: Spans, cause: Cause = Cause.HOURS) -> Rule:
    return Rule(UUID(int=number), cause, np.array(edges, np.int32), open_ms)


def graph_of(size: int, pairs: list[tuple[int, int]], places: list[tuple[int, int]]) -> RoutingGraph:
    model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash="")
    for node in range(size):
        model.add_node(node, x_m=float(places[node][0]), y_m=float(places[node][1]), level=LEVEL)
    for tail, head in pairs:
        model.add_edge(tail, head, kind=EdgeKind.WALK, length_m=1.0, feature=LEVEL)
    return RoutingGraph.from_networkx(model)


def clocked_on(graph: RoutingGraph, costs: Any, durations: Any) -> Clocked:
    return Clocked(Metric.of(graph, Hierarchy.of(graph), costs), durations)


def plain_search(
    model: "nx.MultiDiGraph[int]", waits: Any, at_ms: int, sources: list[Seed], targets: list[Seed]
) -> int | None:
    """Return the cost of the best way, by labels of cost and clock that are settled in order."""
    waiting = [(seed.cost_ms, at_ms + seed.cost_ms, seed.node) for seed in sources]
    settled: dict[int, tuple[int, int]] = {}
    heap: list[tuple[int, int, int]] = []
    for label in waiting:
        heappush(heap, label)
    while heap:
        cost, clock, node = heappop(heap)
        if node in settled:
            continue
        settled[node] = (cost, clock)
        for _, other, data in model.out_edges(node, data=True):
            wait = waits(data["edge"], clock)
            if data["cost"] != FORBIDDEN and wait is not None and wait <= MAX_WAIT_MS:
                heappush(heap, (cost + data["cost"] + wait, clock + data["duration"] + wait, other))
    ends = [settled[seed.node][0] + seed.cost_ms for seed in targets if seed.node in settled]
    return min(ends, default=None)


spans = st.lists(st.integers(0, 90), max_size=6, unique=True).map(
    lambda minutes: tuple(
        (begin * MINUTE_MS, end * MINUTE_MS)
        for begin, end in zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False)
    )
)


@st.composite
def problems(draw: st.DrawFn, *, weighted: bool) -> Any:
    """A graph whose nodes lie anywhere, what its edges cost and take, and rules for some of them."""
    size = draw(st.integers(2, 9))
    node = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(node, node), min_size=1, max_size=24))
    places = draw(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=size, max_size=size))
    graph = graph_of(size, pairs, places)
    numbers = st.lists(st.integers(0, 20), min_size=graph.edge_count, max_size=graph.edge_count)
    durations = np.array(draw(numbers), np.int32) * MINUTE_MS
    costs = durations * np.array(draw(numbers), np.int32).clip(1, 3) if weighted else durations
    forbidden = draw(st.sets(st.integers(0, graph.edge_count - 1), max_size=3))
    costs = np.array([FORBIDDEN if edge in forbidden else cost for edge, cost in enumerate(costs)], np.int32)
    edges = st.lists(st.integers(0, graph.edge_count - 1), min_size=1, max_size=5, unique=True)
    rules = [
        rule(number, each, open_ms)
        for number, (each, open_ms) in enumerate(draw(st.lists(st.tuples(edges, spans), max_size=6)))
    ]
    seeds = st.lists(st.builds(Seed, node, st.integers(0, 9).map(lambda m: m * MINUTE_MS)), min_size=1, max_size=3)
    return graph, costs, durations, rules, draw(st.integers(0, 70)) * MINUTE_MS, draw(seeds), draw(seeds)


def agree(problem: Any) -> None:
    graph, costs, durations, rules, at_ms, sources, targets = problem
    timetable = Timetable.of(BEGIN, graph.edge_count, rules)
    clocked = clocked_on(graph, costs, durations)
    found = shortest_path_at(clocked, timetable, at_ms, sources, targets)
    model = graph.to_networkx()
    for _, _, edge, data in model.edges(keys=True, data=True):
        data.update(edge=edge, cost=int(costs[edge]), duration=int(durations[edge]))

    def waits(edge: int, clock: int) -> int | None:
        """Walk the minutes one by one until every rule of the edge is open."""
        mine = [each.open_ms for each in rules if edge in each.edges]
        return next(
            (
                later - clock
                for later in range(clock, clock + MAX_WAIT_MS + 1, MINUTE_MS)
                if all(any(begin <= later < end for begin, end in open_ms) for open_ms in mine)
            ),
            None,
        )

    expected = plain_search(model, waits, at_ms, sources, targets)
    assert (None if found is None else found.cost_ms) == expected
    if found is not None:
        start = sources[found.source].cost_ms
        waited = waits_ms(timetable, durations, found.edges, at_ms + start)
        assert (waited <= MAX_WAIT_MS).all()
        assert start + int(costs[found.edges].sum() + waited.sum()) + targets[found.target].cost_ms == expected


@given(problems(weighted=False))
def test_the_earliest_arrival_is_that_of_a_plain_search(problem: Any) -> None:
    agree(problem)


@given(problems(weighted=True))
def test_with_wishes_doors_are_asked_at_the_clock_of_the_cheapest_way(problem: Any) -> None:
    agree(problem)


@given(problems(weighted=False))
def test_the_hierarchy_and_the_clock_agree_with_the_plain_search(problem: Any) -> None:
    graph, costs, durations, rules, at_ms, sources, targets = problem
    timetable = Timetable.of(BEGIN, graph.edge_count, rules)
    doors = Doors(timetable, clocked_on(graph, costs, durations), at_ms)
    metric = Metric.of(graph, Hierarchy.of(graph), costs).without(timetable.shut)
    path, waited = doors.path(metric, sources, targets, frozenset())
    exact = shortest_path_at(doors.clocked, timetable, at_ms, sources, targets)
    assert (path and path.cost_ms) == (exact and exact.cost_ms)
    if path is not None:
        told = doors.waits(path, sources[path.source].cost_ms, waited)
        assert sum(wait.wait_ms for wait in told) == waited.sum()
        assert all(
            not timetable.wait_ms(edge, wait.until_ms) for edge, wait in zip(path.edges[waited > 0], told, strict=True)
        )


def corridor(open_ms: Spans) -> tuple[RoutingGraph, Timetable]:
    """0 -> 1 -> 2 through a door (edge 1), and a way round 0 -> 3 -> 2 that takes an hour."""
    graph = graph_of(4, [(0, 1), (1, 2), (0, 3), (3, 2)], [(0, 0)] * 4)
    door = next(edge for edge in range(4) if (graph.tail[edge], graph.head[edge]) == (1, 2))
    return graph, Timetable.of(BEGIN, 4, [rule(0, [door], open_ms)])


def seconds_to_the_end(open_ms: Spans) -> float | None:
    graph, timetable = corridor(open_ms)
    round_about = (graph.tail == 3) | (graph.head == 3)
    durations = np.where(round_about, 30 * MINUTE_MS, MINUTE_MS).astype(np.int32)
    found = shortest_path_at(clocked_on(graph, durations, durations), timetable, 0, [Seed(0, 0)], [Seed(2, 0)])
    return None if found is None else found.cost_ms / 1000


def test_a_door_is_asked_when_one_gets_there_and_not_when_one_sets_out():
    assert seconds_to_the_end(((MINUTE_MS, 2 * MINUTE_MS),)) == 120
    assert seconds_to_the_end(((0, MINUTE_MS),)) == 3600, "it closes at the moment of arrival"


def test_one_waits_a_quarter_of_an_hour_at_most():
    assert seconds_to_the_end(((16 * MINUTE_MS, SPAN_MS),)) == 120 + 15 * 60
    assert seconds_to_the_end(((16 * MINUTE_MS + 1, SPAN_MS),)) == 3600, "the way round"


def test_a_table_says_what_is_closed_all_the_while_and_what_just_then():
    _, timetable = corridor(((MINUTE_MS, 2 * MINUTE_MS), (9 * MINUTE_MS, SPAN_MS)))
    [door] = timetable.rules[0].edges.tolist()
    assert timetable.closed_between(0, MINUTE_MS).tolist() == [door]
    assert timetable.closed_between(0, MINUTE_MS + 1).tolist() == []
    assert timetable.closed_at(5 * MINUTE_MS).tolist() == [door]
    assert timetable.wait_ms(door, 5 * MINUTE_MS) == 4 * MINUTE_MS


def test_hours_can_be_left_out_and_closures_can_not():
    rules = [rule(1, [0], (), Cause.HOURS), rule(1, [0], ((0, 5),), Cause.CLOSURE), rule(2, [1], ())]
    kept = Timetable.of(BEGIN, 4, rules).without_hours_of({UUID(int=1)})
    assert [(each.feature_id.int, each.cause) for each in kept.rules] == [(1, "closure"), (2, "closed")]


def test_a_rule_that_never_closes_is_none():
    assert Timetable.of(BEGIN, 4, [rule(1, [0], ((0, SPAN_MS),)), rule(2, [], ())]).is_empty


@given(st.lists(spans, min_size=1, max_size=3), st.integers(0, 100))
def test_all_are_open_together_exactly_when_each_is(tables: list[Spans], minute: int) -> None:
    at_ms = minute * MINUTE_MS

    def is_open(table: Spans) -> bool:
        return any(begin <= at_ms < end for begin, end in table)

    assert is_open(intersection(tables)) == all(map(is_open, tables))


@given(st.lists(st.tuples(st.integers(-9, 50), st.integers(50, 99))), st.integers(0, 110))
def test_nothing_is_open_while_something_closes_it(closed: list[tuple[int, int]], at_ms: int) -> None:
    is_open = any(begin <= at_ms < end for begin, end in complement(closed))
    assert is_open != any(begin <= at_ms < end for begin, end in closed)
