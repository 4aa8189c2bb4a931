"""What every benchmark prints: the machine, versions and seed, a table with ratios, or one JSON object on the last line."""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from math import ceil, inf
from pathlib import Path
from statistics import median
from time import perf_counter, perf_counter_ns
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

Item = TypeVar("Item")

RATIO = "times_dalil"
"""The figure that says how many times Dalil's median a peer's is, where it answered only some of the questions."""


@dataclass(frozen=True)
class Result:
    """The figures of one engine in one operation on a problem of size n; units stand in their names.

    `labels` name what it was measured on, such as the recording.
    """

    engine: str
    op: str
    n: int
    figures: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"engine": self.engine, "op": self.op, "n": self.n, **self.labels, **self.figures}


def timed_us(
    call: Callable[[Any], object],
    inputs: Sequence[Any],
    what: str,
    *,
    limit_s: float = inf,
    least: int = 1,
    warm: bool = True,
) -> list[float]:
    """Return the microseconds of each call, after one that is not counted if `warm`; shows progress on a terminal.

    After the limit no further call is begun, once there were at least so many.
    """
    begun_s = perf_counter()
    if warm:
        call(inputs[0])
    times: list[float] = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for each in progress.track(inputs, description=what):
            begin = perf_counter_ns()
            call(each)
            times.append((perf_counter_ns() - begin) / 1000)
            if len(times) >= least and perf_counter() - begun_s > limit_s:
                break
    return times


def tracked(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items; shows progress on a terminal."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(items, description=what)


def spread(times_us: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th percentile, the nearest rank."""
    p99 = sorted(times_us)[ceil(0.99 * len(times_us)) - 1]
    return {"median_us": round(median(times_us), 2), "p99_us": round(p99, 2)}


def resident_mb() -> float:
    """Return the memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(
    results: Sequence[Result], *, seed: int, packages: Sequence[str], as_json: bool, notes: Sequence[str] = ()
) -> None:
    """Print the results, how many times slower than Dalil each peer is at the same operation, and the notes."""
    about = {"machine": machine(), "versions": {name: version(name) for name in packages}, "seed": seed}
    if as_json:
        answer = about | {"results": [result.as_json() for result in results], "notes": list(notes)}
        Console(width=10**9, highlight=False, markup=False).print(json.dumps(answer))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(about)
    table = Table("engine", "op", "n", "figures", "times dalil's median")
    ours = {(r.op, r.n): r.figures["median_us"] for r in results if r.engine == "dalil" and "median_us" in r.figures}
    for result in results:
        base, own = ours.get((result.op, result.n)), result.figures.get("median_us")
        ratio = result.figures.get(RATIO) or (own / base if base and own else None)
        figures = ", ".join(f"{name} {value:g}" for name, value in result.figures.items() if name != RATIO)
        table.add_row(result.engine, result.op, str(result.n), figures, _rounded(ratio))
    console.print(table)
    for note in notes:
        console.print(note)


def _rounded(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:,.1f}" if ratio >= 10 else f"{ratio:.2f}"


def machine() -> str:
    """Return processor, cores in use, system and Python."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"{_processor()}, {cores} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
