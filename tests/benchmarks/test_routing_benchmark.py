"""The routing benchmark asks every engine that is installed the same, and finds out who answers something else."""

import numpy as np
import pytest

from benchmarks import peers, routing
from benchmarks.districts import graph_of
from benchmarks.peers import Dalil, Problem, Scipy
from benchmarks.routing import OPS, Limits, Truth
from navigation.core.profiles import PROFILES

ASKED = [op for op in OPS if op != "request"]


def test_every_engine_answers_every_question_alike():
    results = routing.compared(nodes=500, queries=20, ops=ASKED, limits=Limits(0.05))
    assert {each.op for each in results if each.engine == "dalil"} == set(ASKED)
    assert {each.engine for each in results if each.op == "route"} == {"dalil", *(p.name for p in peers.installed())}
    assert all(each.figures["median_us"] > 0 for each in results)


def test_a_slow_peer_that_is_named_answers_a_handful():
    limits = Limits(0.0, least=3, names=frozenset({"networkx"}))
    results = routing.compared(nodes=500, queries=20, ops=["route"], limits=limits)
    assert {each.engine: each.figures["queries"] for each in results} == {"dalil": 20, "networkx": 3}


def test_another_cost_fails_the_run():
    graph = graph_of(500)
    problem = Problem(graph, PROFILES["walk"].costs_ms(graph))
    dearer = Scipy(Problem(graph, problem.costs_ms + np.int32(1)))
    truth = Truth(problem)
    ends = ((0, 1, 2), (40, 50, 60))
    truth.check(ends, Dalil(problem).matrix(*ends), "dalil")
    with pytest.raises(AssertionError, match="scipy finds other costs"):
        truth.check(ends, dearer.matrix(*ends), "scipy")


def test_a_path_beside_the_edges_fails_the_run():
    graph = graph_of(500)
    problem = Problem(graph, PROFILES["walk"].costs_ms(graph))
    with pytest.raises(AssertionError, match="follows no edges"):
        problem.cost_ms([0, graph.node_count - 1])
