"""What networkx calls: the functions of `info.FUNCTIONS`, with the arguments, answers and exceptions of their namesakes.

Weights are attributes by name or, where an algorithm allows, none; a function as weight is left to networkx.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import Signature, signature
from math import ceil, isfinite
from typing import Any

import networkx as nx

from navigation.core.networkx_backend import arrays, searching
from navigation.core.networkx_backend.a_star import Heuristic
from navigation.core.networkx_backend.arrays import ArrayGraph, Node
from navigation.core.networkx_backend.searching import Number

Path = list[Node]


def convert_from_nx(graph: "nx.Graph[Any]", *, edge_attrs: Mapping[str, Any] | None = None, **_: object) -> ArrayGraph:
    """Return the arrays of a graph with the weights that the algorithm will read. Raises NotImplementedError."""
    return arrays.from_networkx(graph, edge_attrs or {})


def convert_to_nx(result: Any, **_: object) -> Any:
    """Return an answer as networkx knows it; only graphs differ."""
    return result.to_networkx() if isinstance(result, ArrayGraph) else result


def can_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Return True, or why these arguments are left to networkx."""
    asked = _signature(name).bind(*args, **kwargs).arguments
    if callable(asked.get("weight")):
        return "weights that a function computes are not in the arrays"
    if asked.get("method") == "bellman-ford":
        return "Bellman-Ford is not implemented"
    return True


@cache
def _signature(name: str) -> Signature:
    return signature(getattr(nx, name))


def on_start_tests(items: Sequence[object]) -> None:
    """Let networkx's own test suite fall back to networkx for what is not here, instead of expecting it to fail."""
    nx.config.fallback_to_nx = True


def shortest_path(
    G: ArrayGraph, source: Node = None, target: Node = None, weight: str | None = None, method: str = "dijkstra"
) -> Path | dict[Node, Path] | Iterator[tuple[Node, dict[Node, Path]]]:
    _require_method(method)
    if source is None and target is None:
        return all_pairs_shortest_path(G) if weight is None else all_pairs_dijkstra_path(G, weight=weight)
    if source is None:
        from_target = _paths_from(G.reversed(), target, weight)
        return {node: path[::-1] for node, path in from_target.items()}
    if target is None:
        return _paths_from(G, source, weight)
    if weight is None:
        return bidirectional_shortest_path(G, source, target)
    return bidirectional_dijkstra(G, source, target, weight)[1]


def shortest_path_length(
    G: ArrayGraph, source: Node = None, target: Node = None, weight: str | None = None, method: str = "dijkstra"
) -> Number | dict[Node, Number] | Iterator[tuple[Node, dict[Node, Number]]]:
    _require_method(method)
    if source is None and target is None:
        return all_pairs_shortest_path_length(G) if weight is None else all_pairs_dijkstra_path_length(G, weight=weight)
    if source is None:
        return _costs_from(G.reversed(), target, weight)
    if target is None:
        return _costs_from(G, source, weight)
    if weight is None:
        return len(bidirectional_shortest_path(G, source, target)) - 1
    return dijkstra_path_length(G, source, target, weight)


def has_path(G: ArrayGraph, source: Node, target: Node) -> bool:
    try:
        bidirectional_shortest_path(G, source, target)
    except nx.NetworkXNoPath:
        return False
    return True


def bidirectional_shortest_path(G: ArrayGraph, source: Node, target: Node) -> Path:
    _require_ends(G, source, target)
    path = searching.fewest_nodes_between(G, source, target)
    if path is None:
        raise nx.NetworkXNoPath(f"No path between {source} and {target}.")
    return path


def single_source_shortest_path(G: ArrayGraph, source: Node, cutoff: float | None = None) -> dict[Node, Path]:
    _require(G, source, f"Source {source} not in G")
    return searching.tree_from(G, [source], None, cutoff=_whole_levels(cutoff)).paths([source])


def single_source_shortest_path_length(G: ArrayGraph, source: Node, cutoff: float | None = None) -> dict[Node, Number]:
    _require(G, source, f"Source {source} is not in G")
    return searching.tree_from(G, [source], None, cutoff=_whole_levels(cutoff)).costs()


def all_pairs_shortest_path(G: ArrayGraph, cutoff: float | None = None) -> Iterator[tuple[Node, dict[Node, Path]]]:
    for source in G.nodes:
        yield source, single_source_shortest_path(G, source, cutoff)


def all_pairs_shortest_path_length(
    G: ArrayGraph, cutoff: float | None = None
) -> Iterator[tuple[Node, dict[Node, Number]]]:
    for source in G.nodes:
        yield source, single_source_shortest_path_length(G, source, cutoff)


def dijkstra_path(G: ArrayGraph, source: Node, target: Node, weight: str | None = "weight") -> Path:
    path: Path = multi_source_dijkstra(G, [source], target, weight=weight)[1]
    return path


def dijkstra_path_length(G: ArrayGraph, source: Node, target: Node, weight: str | None = "weight") -> Number:
    _require(G, source, f"Node {source} not found in graph")
    if source == target:
        return 0
    way = searching.tree_from(G, [source], weight, target=target).way_to(target)
    if way is None:
        raise nx.NetworkXNoPath(f"Node {target} not reachable from {source}")
    return way[0]


def single_source_dijkstra(
    G: ArrayGraph, source: Node, target: Node = None, cutoff: float | None = None, weight: str | None = "weight"
) -> Any:
    return multi_source_dijkstra(G, [source], target, cutoff, weight)


def single_source_dijkstra_path(
    G: ArrayGraph, source: Node, cutoff: float | None = None, weight: str | None = "weight"
) -> dict[Node, Path]:
    return multi_source_dijkstra_path(G, [source], cutoff, weight)


def single_source_dijkstra_path_length(
    G: ArrayGraph, source: Node, cutoff: float | None = None, weight: str | None = "weight"
) -> dict[Node, Number]:
    return multi_source_dijkstra_path_length(G, [source], cutoff, weight)


def multi_source_dijkstra(
    G: ArrayGraph, sources: Iterable[Node], target: Node = None, cutoff: float | None = None,
    weight: str | None = "weight",
) -> Any:  # fmt: skip
    """Return cost and path to the target; or, without one, the dicts of costs and paths by node."""
    starts = _starts(G, sources)
    if target in starts:
        return 0, [target]
    tree = searching.tree_from(G, starts, weight, target=target, cutoff=cutoff)
    if target is None:
        return tree.costs(), tree.paths(starts)
    way = tree.way_to(target)
    if way is None:
        raise nx.NetworkXNoPath(f"No path to {target}.")
    return way


def multi_source_dijkstra_path(
    G: ArrayGraph, sources: Iterable[Node], cutoff: float | None = None, weight: str | None = "weight"
) -> dict[Node, Path]:
    starts = _starts(G, sources)
    return searching.tree_from(G, starts, weight, cutoff=cutoff).paths(starts)


def multi_source_dijkstra_path_length(
    G: ArrayGraph, sources: Iterable[Node], cutoff: float | None = None, weight: str | None = "weight"
) -> dict[Node, Number]:
    return searching.tree_from(G, _starts(G, sources), weight, cutoff=cutoff).costs()


def all_pairs_dijkstra(
    G: ArrayGraph, cutoff: float | None = None, weight: str | None = "weight"
) -> Iterator[tuple[Node, tuple[dict[Node, Number], dict[Node, Path]]]]:
    for source in G.nodes:
        yield source, single_source_dijkstra(G, source, None, cutoff, weight)


def all_pairs_dijkstra_path(
    G: ArrayGraph, cutoff: float | None = None, weight: str | None = "weight"
) -> Iterator[tuple[Node, dict[Node, Path]]]:
    for source in G.nodes:
        yield source, single_source_dijkstra_path(G, source, cutoff, weight)


def all_pairs_dijkstra_path_length(
    G: ArrayGraph, cutoff: float | None = None, weight: str | None = "weight"
) -> Iterator[tuple[Node, dict[Node, Number]]]:
    for source in G.nodes:
        yield source, single_source_dijkstra_path_length(G, source, cutoff, weight)


def bidirectional_dijkstra(
    G: ArrayGraph, source: Node, target: Node, weight: str | None = "weight"
) -> tuple[Number, Path]:
    _require_ends(G, source, target)
    if source == target:
        return 0, [source]
    way = searching.way_between(G, source, target, weight)
    if way is None:
        raise nx.NetworkXNoPath(f"No path between {source} and {target}.")
    return way


def astar_path(
    G: ArrayGraph, source: Node, target: Node, heuristic: Heuristic | None = None, weight: str | None = "weight", *,
    cutoff: float | None = None,
) -> Path:  # fmt: skip
    _require(G, source, f"Source {source} is not in G")
    _require(G, target, f"Target {target} is not in G")
    return _a_star(G, source, target, heuristic, weight, cutoff)[1]


def astar_path_length(
    G: ArrayGraph, source: Node, target: Node, heuristic: Heuristic | None = None, weight: str | None = "weight", *,
    cutoff: float | None = None,
) -> Number:  # fmt: skip
    for node in (source, target):
        _require(G, node, f"Either source {source} or target {target} is not in G")
    return _a_star(G, source, target, heuristic, weight, cutoff)[0]


def _a_star(
    graph: ArrayGraph, source: Node, target: Node, heuristic: Heuristic | None, weight: str | None,
    cutoff: float | None,
) -> tuple[Number, Path]:  # fmt: skip
    way = searching.way_ahead(graph, source, target, weight, heuristic, cutoff)
    if way is None:
        raise nx.NetworkXNoPath(f"Node {target} not reachable from {source}")
    return way


def _paths_from(graph: ArrayGraph, source: Node, weight: str | None) -> dict[Node, Path]:
    if weight is None:
        return single_source_shortest_path(graph, source)
    return single_source_dijkstra_path(graph, source, weight=weight)


def _costs_from(graph: ArrayGraph, source: Node, weight: str | None) -> dict[Node, Number]:
    if weight is None:
        return single_source_shortest_path_length(graph, source)
    return single_source_dijkstra_path_length(graph, source, weight=weight)


def _starts(graph: ArrayGraph, sources: Iterable[Node]) -> list[Node]:
    starts = list(sources)
    if not starts:
        raise ValueError("sources must not be empty")
    for node in starts:
        _require(graph, node, f"Node {node} not found in graph")
    return starts


def _whole_levels(cutoff: float | None) -> float | None:
    """Return the cutoff as networkx's search by levels has it: a level begun is a level done."""
    return cutoff if cutoff is None or not isfinite(cutoff) else ceil(cutoff)


def _require_ends(graph: ArrayGraph, source: Node, target: Node) -> None:
    _require(graph, source, f"Source {source} is not in G")
    _require(graph, target, f"Target {target} is not in G")


def _require(graph: ArrayGraph, node: Node, message: str) -> None:
    if node not in graph:
        raise nx.NodeNotFound(message)


def _require_method(method: str) -> None:
    if method != "dijkstra":
        raise ValueError(f"method not supported: {method}")
