"""From polygons to a routing graph and its hierarchy: the demo district, and a generated one of 100 buildings, 20,000 rooms.

python -m benchmarks.compile_district [--buildings 100] [--json]
"""

import resource
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from apikit.services.memory import collector_paused
from benchmarks.districts import generated
from benchmarks.reporting import Result, report
from navigation.core import search, visibility
from navigation.core.compiling import compile_graph
from venues.core.snapshot import Snapshot
from venues.services.imdf_files import read_imdf_file

DEMO = Path("fixtures/venues/msheireb/imdf.zip")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--buildings", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    begin = perf_counter()
    search.warm_up()
    visibility.warm_up()
    warm_up_s = perf_counter() - begin
    maps: dict[str, Callable[[], Snapshot]] = {
        "compile_demo": lambda: Snapshot.from_features(read_imdf_file(DEMO).features),
        "compile_generated": lambda: generated(options.buildings),
    }
    results = [Result("dalil", "warm_up", 0, {"build_s": round(warm_up_s, 3)})]
    results += [measured(op, make()) for op, make in maps.items()]
    report(results, seed=0, packages=("numba", "numpy", "shapely", "networkx", "pymetis"), as_json=options.json)


@collector_paused()
def measured(op: str, snapshot: Snapshot) -> Result:
    """Return the seconds from coordinates to shapes, to the graph, to its hierarchy, and the process's memory at its highest.

    Garbage is not collected meanwhile, as where a map is published; `cpu_s` counts this process alone.
    """
    begin, cpu_begin = perf_counter(), process_time()
    shapes_m = snapshot.shapes_m
    drawn = perf_counter()
    compilation = compile_graph(snapshot)
    compiled = perf_counter()
    hierarchy = search.Hierarchy.of(compilation.graph)
    end = perf_counter()
    figures = {
        "build_s": round(end - begin, 3),
        "cpu_s": round(process_time() - cpu_begin, 3),
        "geometry_s": round(drawn - begin, 3),
        "graph_s": round(compiled - drawn, 3),
        "hierarchy_s": round(end - compiled, 3),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "shapes": len(shapes_m),
        "nodes": compilation.graph.node_count,
        "edges": compilation.graph.edge_count,
        "arcs": hierarchy.arc_count,
        "components": compilation.components,
    }
    return Result("dalil", op, len(snapshot.units), figures)


if __name__ == "__main__":
    main()
