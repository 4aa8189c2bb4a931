"""The goals of the issue beside what a run reached (POSITIONING.md, the bench)."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.reporting import Result

# (operation, figure): must, and the stretch where there is one.
Goals = Mapping[tuple[str, str], tuple[float, float | None]]
EVERYWHERE: Goals = {
    ("live", "level_hit"): (0.99, 0.997),
    ("live_in_hall", "level_hit"): (0.95, 0.98),
    ("live_after_change", "level_hit"): (0.95, 0.98),
    ("live", "better_than_kalman"): (0.30, 0.45),
}
OF_SCENARIO: Mapping[str, Goals] = {
    "D50": {
        ("snapshot_white", "times_bound"): (1.12, 1.05),
        ("live", "mean_m"): (1.5, 1.3), ("live", "p75_m"): (1.9, 1.6), ("live", "p90_m"): (2.8, 2.3),
        ("lag", "mean_m"): (1.2, 1.05), ("lag", "p75_m"): (1.5, 1.3),
    },
    "D100": {("live", "mean_m"): (1.9, 1.5), ("live", "p75_m"): (2.4, 1.9), ("live", "p90_m"): (3.4, 2.8)},
}  # fmt: skip
# In D50, after 24 simulated hours of traffic.
AFTER_A_DAY: Goals = {("learned_live", "mean_m"): (1.0, 0.75), ("learned_live", "p75_m"): (1.3, 0.95)}
# (operation, how many beacons or visitors at once): the figure, must, stretch.
COST = {("batch", 32): ("cpu_us_per_fix", 500.0, 150.0), ("scale", 50_000): ("times_500", 1.3, 1.1)}
# Single scans, of another campaign than the one given.
LIBRARY: Goals = {
    ("single", "mean_m"): (1.90, 1.75), ("single", "median_m"): (1.62, 1.50), ("single", "p90_m"): (3.35, 3.10),
    ("single_learned", "mean_m"): (1.80, 1.65), ("single_learned", "median_m"): (1.52, 1.40),
    ("single_learned", "p90_m"): (3.10, 2.85),
}  # fmt: skip
MALL: Goals = {
    ("sighting", "mean_m"): (8.5, 7.0), ("sighting", "median_m"): (5.5, 4.7), ("sighting", "p90_m"): (17.0, 13.5),
    ("sighting", "level_hit"): (0.97, 0.985),
    ("carried", "mean_m"): (9.0, None), ("carried", "availability"): (0.96, None),
}  # fmt: skip
# Where few beacons hang, of the fixes called `ok`: their share of the windows comes first.
FEW_BEACONS: Goals = {
    ("ok_only", "availability"): (0.20, None),
    ("ok_only", "level_hit"): (0.97, None),
    ("ok_only", "median_m"): (10.0, None),
}
# The share of truths inside the 95 % radius, from and to.
HELD_95, HELD_95_STRETCH = (0.92, 0.98), (0.94, 0.96)
# Of the rest less is better.
MORE_IS_BETTER = ("availability", "better_than_kalman", "level_hit")

ByOp = dict[tuple[str, str], dict[str, float]]


def of_scenario(name: str, rows: Sequence[Result]) -> Iterator[Result]:
    """Yield a row for each goal of a scenario: must, stretch, what was reached, and whether that is enough (1 or 0)."""
    figures, labels = _by_op(rows), {"scenario": name}
    kalman_m, own_m = (figures[engine, "live"]["mean_m"] for engine in ("irls+kalman", "dalil"))
    figures["dalil", "live"] |= {"better_than_kalman": round(1 - own_m / kalman_m, 3)}
    yield from _reached({**EVERYWHERE, **OF_SCENARIO.get(name, {})}, figures, labels)
    yield from _calibrated(("live", "lag"), figures, labels)


def of_district(rows: Sequence[Result]) -> Iterator[Result]:
    """Yield whether the radii of walks through the demo district hold as many truths as they say; errors have no goal there."""
    yield from _calibrated(("live", "lag"), _by_op(rows), {"scenario": "district"})


def of_traffic(name: str, walks: int, rows: Sequence[Result]) -> Iterator[Result]:
    """Yield the same of what so many walks have taught; only D50 has goals, and they are of 360 walks."""
    labels = {"scenario": name, "walks": str(walks)}
    yield from _reached(AFTER_A_DAY if name == "D50" else {}, _by_op(rows), labels)


def of_cost(rows: Sequence[Result]) -> Iterator[Result]:
    """Yield the same of what a fix costs in batches, and among many beacons: at least as many as the goal says."""
    for (op, least), (figure, must, stretch) in COST.items():
        found = next(row.figures[figure] for row in rows if row.op == op and row.n >= least)
        yield _row(f"{op} {least}", figure, {"must": must, "stretch": stretch}, found, found <= must, {})


def of_library(recording: str, rows: Sequence[Result]) -> Iterator[Result]:
    """Yield the same of single scans, and of all scans of a point, which have to beat the centroid on the same scans.

    The centroid places every scan that hears anything, and no other: so shall we.
    """
    figures, labels = _by_op(rows), {"recording": recording}
    centroid = figures["centroid", "fused"]
    fused: Goals = {
        ("fused", name): (centroid[name], None) for name in ("mean_m", "median_m", "p90_m") if name in centroid
    }
    yield from _reached({**LIBRARY, **fused}, figures, labels)
    heard = figures["centroid", "single"]["availability"]
    yield _between(
        "single", "availability", figures["dalil", "single"]["availability"], {"must": (heard, heard)}, labels
    )
    yield from _calibrated(("single", "single_learned", "fused", "fused_learned"), figures, labels)


def of_mall(recording: str, rows: Sequence[Result], *, few_beacons: bool) -> Iterator[Result]:
    """Yield the same of walks in a mall: of all its beacons, or of what is called `ok` where few hang."""
    figures, labels = _by_op(rows), {"recording": recording}
    figures.setdefault(("dalil", "ok_only"), {"availability": 0.0})
    yield from _reached(FEW_BEACONS if few_beacons else MALL, figures, labels)
    yield from _calibrated(("sighting", "carried"), figures, labels)


def _by_op(rows: Sequence[Result]) -> ByOp:
    return {(row.engine, row.op): row.figures for row in rows}


def _reached(goals: Goals, figures: ByOp, labels: dict[str, str]) -> Iterator[Result]:
    """Yield the rows of the goals whose figures there are."""
    for (op, figure), (must, stretch) in goals.items():
        found = figures.get(("dalil", op), {}).get(figure)
        if found is not None:
            enough = found >= must if figure in MORE_IS_BETTER else found <= must
            wanted = {"must": must} | ({} if stretch is None else {"stretch": stretch})
            yield _row(op, figure, wanted, found, enough, labels)


def _calibrated(ops: Sequence[str], figures: ByOp, labels: dict[str, str]) -> Iterator[Result]:
    """Yield whether the 95 % radius holds as many truths as it says."""
    for op in ops:
        held = figures.get(("dalil", op), {}).get("r95_coverage")
        if held is not None:
            yield _between(op, "r95_coverage", held, {"must": HELD_95, "stretch": HELD_95_STRETCH}, labels)


def _between(
    op: str, figure: str, found: float, ranges: Mapping[str, tuple[float, float]], labels: dict[str, str]
) -> Result:
    wanted = {
        f"{name}_{end}": value for name, pair in ranges.items() for end, value in zip(("from", "to"), pair, strict=True)
    }
    low, high = ranges["must"]
    return _row(op, figure, wanted, found, low <= found <= high, labels)


def _row(op: str, figure: str, wanted: dict[str, float], found: float, enough: bool, labels: dict[str, str]) -> Result:
    return Result("goal", f"{op} {figure}", 1, wanted | {"reached": found, "enough": float(enough)}, labels)
