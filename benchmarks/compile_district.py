"""From polygons to a routing graph: the demo district, and a generated one of 100 buildings and 20,000 rooms.

python -m benchmarks.compile_district [--buildings 100] [--json]
"""

import resource
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

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
    report(results, seed=0, packages=("numba", "numpy", "shapely", "networkx"), as_json=options.json)


def measured(op: str, snapshot: Snapshot) -> Result:
    """Return the seconds from polygons to arrays, the process's memory at its highest, and what came of it."""
    begin = perf_counter()
    compilation = compile_graph(snapshot)
    build_s = perf_counter() - begin
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    graph = compilation.graph
    figures = {
        "build_s": round(build_s, 3),
        "memory_mb": round(memory_mb, 1),
        "nodes": graph.node_count,
        "edges": graph.edge_count,
        "components": compilation.components,
    }
    return Result("dalil", op, len(snapshot.units), figures)


if __name__ == "__main__":
    main()
