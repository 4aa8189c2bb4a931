"""The goals of the issue beside what a run reached (POSITIONING.md, the bench)."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.reporting import Result

# (operation, figure): must, stretch. Of a level's hit rate and of the advantage more is better, of the rest less.
Goals = Mapping[tuple[str, str], tuple[float, float]]
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
# The share of truths inside the 95 % radius.
HELD_95 = (0.92, 0.98)
MORE_IS_BETTER = ("level_hit", "better_than_kalman")


def reached(name: str, rows: Sequence[Result]) -> Iterator[Result]:
    """Yield a row for each goal of a scenario: must, stretch, what was reached, and whether that is enough (1 or 0)."""
    figures = {(row.engine, row.op): row.figures for row in rows}
    kalman_m, own_m = (figures[engine, "live"]["mean_m"] for engine in ("irls+kalman", "dalil"))
    figures["dalil", "live"] |= {"better_than_kalman": round(1 - own_m / kalman_m, 3)}
    for (op, figure), (must, stretch) in {**EVERYWHERE, **OF_SCENARIO.get(name, {})}.items():
        if ("dalil", op) in figures:
            found = figures["dalil", op][figure]
            enough = found >= must if figure in MORE_IS_BETTER else found <= must
            yield _row(name, op, figure, {"must": must, "stretch": stretch, "reached": found, "enough": float(enough)})
    held = figures["dalil", "live"]["r95_coverage"]
    low, high = HELD_95
    yield _row(
        name,
        "live",
        "r95_coverage",
        {"must_from": low, "must_to": high, "reached": held, "enough": float(low <= held <= high)},
    )


def _row(name: str, op: str, figure: str, figures: dict[str, float]) -> Result:
    return Result("goal", f"{op} {figure}", 1, figures, {"scenario": name})
