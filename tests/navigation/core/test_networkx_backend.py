"""Dalil as networkx's backend gives networkx's own answers: the same nodes in the same order, the same numbers of the same types."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigation.core.networkx_backend import dispatch
from navigation.core.networkx_backend.info import FUNCTIONS, backend_info

# networkx warns that a kept conversion does not see changes made behind its back; there are none here.
pytestmark = pytest.mark.filterwarnings("ignore:Note. conversions to backend graphs:UserWarning")

KINDS = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)
NODES = ["a", 1, (2, 3), frozenset({4}), "e", 5.5, "g"]


WEIGHTS = st.sampled_from([0, 1, 1, 2, 3, 0.5, 1.0, 2.25, 0.1, np.inf])


@st.composite
def graphs(draw: st.DrawFn, weights: "st.SearchStrategy[float]" = WEIGHTS) -> "nx.Graph[Any]":
    """Small graphs of every kind with loops, parallel edges, equal weights, zeros, and edges that name no weight."""
    graph: nx.Graph[Any] = draw(st.sampled_from(KINDS))()
    graph.add_nodes_from(draw(st.permutations(NODES)))
    node = st.sampled_from(NODES)
    for tail, head in draw(st.lists(st.tuples(node, node), max_size=24)):
        graph.add_edge(tail, head, **({"ms": draw(weights)} if draw(st.booleans()) else {}))
    return graph


def same(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    ours, theirs = (outcome(function, *args, **kwargs, backend=backend) for backend in ("dalil", "networkx"))
    assert repr(ours) == repr(theirs)  # the order of dicts and the types of numbers too


def outcome(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return what the function answers, generators as lists, or the exception that it raises."""
    try:
        answer = function(*args, **kwargs)
        return list(answer) if isinstance(answer, Iterator) else answer
    except (nx.NetworkXException, ValueError) as error:
        return error


@pytest.mark.parametrize("function", [nx.single_source_dijkstra, nx.single_source_dijkstra_path_length])
@given(graph=graphs(), source=st.sampled_from([*NODES, "nowhere"]), cutoff=st.sampled_from([None, 0, 1, 2.5]))
def test_searches_from_a_node_answer_as_networkx(function, graph, source, cutoff):
    same(function, graph, source, weight="ms", cutoff=cutoff)


@given(graph=graphs(), sources=st.lists(st.sampled_from(NODES), unique=True, max_size=3))
def test_searches_from_several_nodes_answer_as_networkx(graph, sources):
    same(nx.multi_source_dijkstra, graph, sources, weight="ms")
    same(nx.multi_source_dijkstra, graph, sources, "e", weight="ms")


@pytest.mark.parametrize(
    "function",
    [nx.shortest_path, nx.shortest_path_length, nx.dijkstra_path, nx.dijkstra_path_length, nx.bidirectional_dijkstra],
)
@given(graph=graphs(), ends=st.tuples(*[st.sampled_from([*NODES, "nowhere"])] * 2))
def test_ways_between_two_nodes_are_those_of_networkx(function, graph, ends):
    same(function, graph, *ends, weight="ms")


@given(graph=graphs(weights=st.sampled_from([-2, -1, 1, 2])), ends=st.tuples(*[st.sampled_from(NODES)] * 2))
def test_negative_weights_are_refused_where_networkx_refuses_them(graph, ends):
    same(nx.single_source_dijkstra, graph, ends[0], weight="ms")
    same(nx.bidirectional_dijkstra, graph, *ends, weight="ms")


@given(graph=graphs(), ends=st.tuples(*[st.sampled_from(NODES)] * 2), cutoff=st.sampled_from([None, 1, 2.5]))
def test_searches_without_weights_answer_as_networkx(graph, ends, cutoff):
    same(nx.shortest_path, graph, *ends)
    same(nx.has_path, graph, *ends)
    same(nx.single_source_shortest_path, graph, ends[0], cutoff=cutoff)
    same(nx.single_source_shortest_path_length, graph, ends[0], cutoff=cutoff)


@pytest.mark.parametrize("weight", [None, "ms"])
@given(graph=graphs())
def test_ends_left_open_mean_all_nodes_as_in_networkx(weight, graph):
    for ends in ({}, {"source": "a"}, {"target": "a"}):
        same(nx.shortest_path_length, graph, weight=weight, **ends)
        same(nx.shortest_path, graph, weight=weight, **ends)
    same(nx.all_pairs_dijkstra, graph, weight=weight)


@given(
    graph=graphs(),
    ends=st.tuples(*[st.sampled_from(NODES)] * 2),
    guess=st.fixed_dictionaries({node: st.sampled_from([0, 0.5, 1, 3, 40]) for node in NODES}),
    cutoff=st.sampled_from([None, 0, 2, 3.5]),
)
def test_a_star_follows_any_heuristic_as_networkx_does_even_a_wrong_one(graph, ends, guess, cutoff):
    for function in (nx.astar_path, nx.astar_path_length):
        same(function, graph, *ends, heuristic=lambda node, _: guess[node], weight="ms", cutoff=cutoff)
        same(function, graph, *ends, weight="ms", cutoff=cutoff)


def test_a_star_asks_only_for_the_nodes_that_it_meets():
    graph = nx.path_graph(5_000)
    asked: set[int] = set()

    def heuristic(node: int, target: int) -> int:
        asked.add(node)
        return abs(node - target)

    nx.astar_path(graph, 10, 20, heuristic=heuristic, backend="dalil")
    assert asked <= set(range(9, 22))


def test_a_heap_that_fills_up_grows():
    graph = nx.complete_graph(70)  # more entries than there is room for at first
    same(nx.astar_path, graph, 0, 69, heuristic=lambda a, b: (b - a) % 7, weight="ms")
    same(nx.single_source_dijkstra, graph, 0)


def test_edges_without_a_weight_are_hidden_where_it_is_none():
    graph = nx.cycle_graph(6)
    graph.edges[0, 1]["weight"] = None
    same(nx.bidirectional_dijkstra, graph, 0, 1)
    same(nx.single_source_dijkstra, graph, 0)
    same(nx.astar_path, graph, 0, 1)


def test_a_change_of_the_graph_is_seen():
    graph = nx.cycle_graph(6)
    assert nx.shortest_path(graph, 0, 3, weight="weight", backend="dalil") == [0, 1, 2, 3]
    graph.add_edge(0, 3)
    assert nx.shortest_path(graph, 0, 3, weight="weight", backend="dalil") == [0, 3]


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ([1, "two"], "are str"),
        ([1.0, float("nan")], "NaN"),
        ([2**53, 1], "2\\*\\*53"),
        ([10**400, 1], "greater than any float"),
    ],
)
def test_weights_that_the_kernels_would_add_up_otherwise_are_left_to_networkx(weights, problem):
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from([(0, 1, weights[0]), (1, 2, weights[1])])
    with pytest.raises(NotImplementedError, match=problem):
        dispatch.convert_from_nx(graph, edge_attrs={"weight": 1})


def test_functions_as_weights_and_bellman_ford_are_left_to_networkx():
    graph = nx.path_graph(3)
    for arguments in ({"weight": lambda *_: 1}, {"weight": "weight", "method": "bellman-ford"}):
        with pytest.raises(NotImplementedError, match="for the given arguments"):
            nx.shortest_path(graph, 0, 2, **arguments, backend="dalil")


@given(graph=graphs(weights=st.sampled_from([1, 2, 0.5])))
def test_a_converted_graph_converts_back(graph):
    weights = {"ms": 1}
    there = dispatch.convert_from_nx(graph, edge_attrs=weights)
    again = dispatch.convert_from_nx(dispatch.convert_to_nx(there), edge_attrs=weights)
    assert (list(again.nodes), again.is_directed()) == (list(there.nodes), graph.is_directed())
    for source in graph:
        ours = dispatch.single_source_dijkstra_path_length(again, source, weight="ms")
        assert ours == nx.single_source_dijkstra_path_length(graph, source, weight="ms")


def test_the_backend_has_every_function_that_it_announces():
    assert set(backend_info()["functions"]) == set(FUNCTIONS)
    assert all(callable(getattr(dispatch, name)) for name in FUNCTIONS)
    assert all("dalil" in getattr(nx, name).backends for name in FUNCTIONS)


@pytest.mark.proof
def test_networkx_finds_no_fault_with_it(tmp_path: Path):
    """networkx's own tests of shortest paths, each call of which goes through the backend; far from our settings."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nlog_file = calls.log\nlog_file_level = DEBUG\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "--pyargs", "networkx.algorithms.shortest_paths"],
        cwd=tmp_path, env=os.environ | {"NETWORKX_TEST_BACKEND": "dalil"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert re.search(r"^1\d\d passed in", run.stdout, re.MULTILINE), run.stdout
    calls = (tmp_path / "calls.log").read_text()
    assert set(re.findall(r"Using backend 'dalil' for call to '(\w+)'", calls)) == set(FUNCTIONS)
