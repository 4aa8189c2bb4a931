"""What networkx is told of the backend when it is imported."""

from typing import Any

FUNCTIONS = (
    "all_pairs_dijkstra",
    "all_pairs_dijkstra_path",
    "all_pairs_dijkstra_path_length",
    "all_pairs_shortest_path",
    "all_pairs_shortest_path_length",
    "astar_path",
    "astar_path_length",
    "bidirectional_dijkstra",
    "bidirectional_shortest_path",
    "dijkstra_path",
    "dijkstra_path_length",
    "has_path",
    "multi_source_dijkstra",
    "multi_source_dijkstra_path",
    "multi_source_dijkstra_path_length",
    "shortest_path",
    "shortest_path_length",
    "single_source_dijkstra",
    "single_source_dijkstra_path",
    "single_source_dijkstra_path_length",
    "single_source_shortest_path",
    "single_source_shortest_path_length",
)


def backend_info() -> dict[str, Any]:
    """Return what the documentation of each function says about the backend, and which functions it has."""
    return {
        "backend_name": "dalil",
        "project": "dalil",
        "package": "navigation.core.networkx_backend",
        "short_summary": "Shortest paths on arrays, in compiled kernels that release the GIL.",
        "functions": {name: {} for name in FUNCTIONS},
    }
