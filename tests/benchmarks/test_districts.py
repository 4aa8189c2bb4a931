"""The generated districts are what benchmarks take them for: one connected graph of the size that was asked for."""

import numpy as np
import pytest

from benchmarks.districts import generated, graph_of
from navigation.core.compiling import compile_graph
from navigation.core.compiling.connectivity import component_count
from navigation.core.graph import EdgeKind


@pytest.mark.parametrize("nodes", [400, 4_000, 50_000])
def test_a_district_of_copies_has_about_the_nodes_asked_for_and_hangs_together(nodes: int):
    graph = graph_of(nodes)
    assert graph.node_count == pytest.approx(nodes, rel=0.2)
    assert component_count(graph) == 1


def test_the_edges_of_copies_are_as_long_as_their_ends_are_apart():
    graph = graph_of(40_000)
    apart_m = np.hypot(*(at[graph.tail] - at[graph.head] for at in (graph.node_x_m, graph.node_y_m)))
    on_foot = np.isin(graph.kind, (EdgeKind.WALK, EdgeKind.DOOR))
    assert graph.length_m[on_foot] == pytest.approx(apart_m[on_foot], abs=1e-3)


def test_a_block_has_the_nodes_and_edges_of_the_district_that_is_compiled_whole_and_those_of_its_four_ends():
    copied, compiled = graph_of(4_000), compile_graph(generated(9)).graph
    assert 0 < copied.node_count - compiled.node_count <= 16
    doors = [np.count_nonzero(graph.kind == EdgeKind.DOOR) for graph in (copied, compiled)]
    assert doors[0] == doors[1]
