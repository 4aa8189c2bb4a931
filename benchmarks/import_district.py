"""A generated district of 100 buildings and 20,000 units: read, checked, imported, compiled and published, on one core.

python -m benchmarks.import_district [--buildings 100] [--json]

It works on a SQLite file and a blob folder of its own, which are thrown away. The time of the whole is held to 60 s.
"""

import os
import resource
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console

from benchmarks import database
from benchmarks.reporting import Result, report

GOAL_S = 60.0
SLUG = "district"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--buildings", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        database.set_up(Path(folder))
        result = measured(Path(folder), options.buildings)
    report([result], seed=0, packages=("django", "shapely", "numba", "numpy"), as_json=options.json)
    if result.figures["total_s"] > GOAL_S:
        raise SystemExit(f"The district took {result.figures['total_s']} s; it should take less than {GOAL_S:g} s.")


def measured(folder: Path, buildings: int) -> Result:
    """Return the seconds of each step from an IMDF archive on disk to a map that visitors see."""
    from django.utils import timezone

    from benchmarks.districts import generated
    from navigation.services import graphs, releases
    from venues.core.imdf.writing import write_archive
    from venues.services import importing
    from venues.services.imdf_files import read_imdf_file

    archive_path = folder / "district.zip"
    archive_path.write_bytes(write_archive(generated(buildings).features))
    graphs.warm_up()
    seconds: dict[str, float] = {}
    begin = perf_counter()
    with _timed(seconds, "read_s"):
        archive = read_imdf_file(archive_path)
    with _timed(seconds, "import_s"):
        features = archive.features
        draft = importing.import_features(slug=SLUG, features=features, time_zone=None, by=None, now=timezone.now())
    with _timed(seconds, "check_and_compile_s"):
        checked = releases.check(draft=draft)
    with _timed(seconds, "publish_s"):
        releases.release(draft=draft, by=None, now=timezone.now())
    figures: dict[str, Any] = {"total_s": round(perf_counter() - begin, 2), **seconds}
    if checked.compilation is not None:
        figures["nodes"] = checked.compilation.graph.node_count
    figures["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    units = sum(feature.feature_type.value == "unit" for feature in features)
    return Result("dalil", "import_district", units, figures)


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    with Console(stderr=True).status(name.removesuffix("_s").replace("_", " ")):
        begin = perf_counter()
        yield
        seconds[name] = round(perf_counter() - begin, 2)


if __name__ == "__main__":
    main()
