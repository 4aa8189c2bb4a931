"""From a snapshot to a routing graph, without a hand-drawn edge.

Units give areas that one walks freely in (`areas`), openings lead from one to the next (`openings`), relationships lead
between levels (`connectors`) and along lines (`paths`); managers forbid, add and re-weight (`overriding`); what can't be reached
is found (`connectivity`). Each part adds nodes and edges to one networkx model (`model`); the arrays of `navigation.core.graph`
are made from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from navigation.core.compiling import areas, connectors, openings, overriding, paths
from navigation.core.compiling.connectivity import component_count, findings_of
from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model
from navigation.core.compiling.shared_squares import stretches_of
from navigation.core.graph import RoutingGraph
from navigation.core.overrides import Override
from venues.core.snapshot import Snapshot
from venues.core.validation.finding import Finding

__all__ = ["Compilation", "compile_graph", "compile_model"]


@dataclass(frozen=True, eq=False)
class Compilation:
    """The graph of a snapshot, how many unconnected parts it has, and what a manager should see."""

    graph: RoutingGraph
    components: int
    findings: tuple[Finding, ...]


def compile_graph(snapshot: Snapshot, said: Sequence[Override] = ()) -> Compilation:
    """Return the routing graph of a map and what managers said of it. The same snapshot and overrides give the same bytes."""
    model, findings = compile_model(snapshot, said)
    graph = model.compiled()
    return Compilation(graph, component_count(graph), (*findings, *findings_of(graph, snapshot)))


def compile_model(snapshot: Snapshot, said: Sequence[Override] = ()) -> tuple[Model, list[Finding]]:
    """Return the networkx model of a map, and what of the map and the overrides could not be used."""
    model, floors = Model.of(snapshot), Floors.of(snapshot)
    gates, lines = openings.gates_of(snapshot, floors), paths.lines_of(snapshot)
    points = list(paths.places_of(lines, floors))
    ends = overriding.places_of(said, floors)
    places = [*openings.places_of(gates), *points, *connectors.places_of(snapshot, floors), *ends]
    nodes = areas.join_areas(model, floors, places, stretches_of(snapshot, lines, points))
    openings.join_gates(model, gates, nodes)
    paths.join_lines(model, floors, lines, gates, nodes)
    findings = connectors.join_connectors(model, floors, gates, nodes)
    return model, [*findings, *overriding.apply_overrides(model, said, floors, nodes)]
