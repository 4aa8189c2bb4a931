"""A published graph leaves as GraphML or node-link JSON and comes back the same."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from django.core.management import CommandError, call_command

from navigation.core.interchange import from_portable
from navigation.services import graphs
from venues import selectors
from venues.models import Venue


@pytest.fixture
def exported(released: Venue, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"graph{request.param}"
    call_command("export_graph", "small", str(path), stdout=StringIO())
    return path


@pytest.mark.parametrize("exported", [".graphml", ".json"], indirect=True)
def test_an_exported_graph_comes_back_byte_for_byte(released: Venue, exported: Path):
    portable: Any
    if exported.suffix == ".graphml":
        portable = nx.read_graphml(exported, node_type=int, edge_key_type=int, force_multigraph=True)
    else:
        portable = nx.node_link_graph(json.loads(exported.read_text()), edges="edges")
    graph = graphs.engine_for(selectors.current_publication(released)).graph
    assert from_portable(portable).to_bytes() == graph.to_bytes()


@pytest.mark.parametrize("exported", [".graphml"], indirect=True)
def test_an_exported_graph_is_read_by_name(exported: Path):
    portable: Any = nx.read_graphml(exported, node_type=int, edge_key_type=int, force_multigraph=True)
    kinds = {kind for _, _, kind in portable.edges(data="kind")}
    assert {"walk", "door", "stairs", "lift"} <= kinds
    lng, lat = portable.nodes[0]["lng"], portable.nodes[0]["lat"]
    assert -180 < lng < 180
    assert -90 < lat < 90


def test_what_was_written_is_told(released: Venue, tmp_path: Path):
    out = StringIO()
    call_command("export_graph", "small", str(tmp_path / "g.json"), "--json", stdout=out)
    graph = graphs.engine_for(selectors.current_publication(released)).graph
    told = json.loads(out.getvalue())
    assert (told["nodes"], told["edges"]) == (graph.node_count, graph.edge_count)


@pytest.mark.parametrize(
    ("venue", "name", "problem"),
    [
        ("small", "graph.dot", ".graphml nor .json"),
        ("small", "no/graph.json", "folder that exists"),
        ("none", "g.json", "none"),
    ],
)
def test_what_cannot_be_written_is_said(released: Venue, tmp_path: Path, venue: str, name: str, problem: str):
    with pytest.raises(CommandError, match=problem):
        call_command("export_graph", venue, str(tmp_path / name))
