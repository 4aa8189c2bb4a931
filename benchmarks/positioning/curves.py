"""How errors grow as beacons get fewer, the air noisier, beacons die, phones differ, batches lengthen and packets get lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from beacons.core.simulator import Air
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.positioning.plots import plot_curve
from benchmarks.positioning.simulate import SECONDS, WARM_UP_S, Kept, followed, methods_in, warmed
from benchmarks.positioning.worlds import SCENARIOS, SIDE_M, Scenario, building, drawn, walk_in
from benchmarks.reporting import Result

ENGINES = ("dalil", "irls+kalman", "centroid")
WALKS = 3
D50 = SCENARIOS["D50"]
# Beacons in a row of a level: as rows are whole, these are the densities that there are, a beacon for 30 to 225 m2.
IN_A_ROW = (11, 8, 7, 6, 5, 4)
# What changes, in which unit, and the scenario of each value; all else is as in D50.
AXES: Mapping[str, tuple[str, Mapping[float, Scenario]]] = {
    "density": (
        "m2 for each beacon",
        {round(every_m2, 1): replace(D50, beacon_every_m2=every_m2) for every_m2 in (SIDE_M**2 / k**2 for k in IN_A_ROW)},
    ),
    "noise": (
        "dB of fast and of static noise",
        {noise_db: replace(D50, air=Air(fast_db=noise_db, static_db=noise_db)) for noise_db in (1.0, 2.0, 3.5, 5.0, 6.5)},
    ),
    "dead": ("share of beacons dead", {dead: replace(D50, dead=dead) for dead in (0.0, 0.1, 0.2, 0.3, 0.4)}),
    "offset": (
        "dB that the phone reads too much",
        {phone_db: replace(D50, phone_db=phone_db, phone_spread_db=0.0) for phone_db in (-8.0, -4.0, 0.0, 4.0, 8.0)},
    ),
    "batch": ("seconds between batches", {float(batch_s): replace(D50, batch_s=batch_s) for batch_s in range(1, 6)}),
    "loss": (
        "share of packets lost",
        {lost: replace(D50, air=Air(packet_loss=lost)) for lost in (0.0, 0.2, 0.4, 0.6)},
    ),
}  # fmt: skip


def results(axes: Sequence[str], seed: int, walks: int, plots: Path | None) -> Iterator[Result]:
    """Yield a row for each method at each value of each axis, of so many walks, each through a building of its own."""
    for axis in axes:
        unit, scenarios = AXES[axis]
        curves: dict[str, list[tuple[float, float]]] = {engine: [] for engine in ENGINES}
        for value, scenario in scenarios.items():
            for engine, fixes in _walked(scenario, seed, walks).items():
                due = walks * (SECONDS - WARM_UP_S)
                figures = {"value": value, "walks": float(walks), **figures_of(fixes, due)}
                curves[engine].append((value, figures["mean_m"]))
                yield Result(engine, f"{axis} {value:g}", due, figures, {"axis": axis, "unit": unit})
        if plots is not None:
            plot_curve(plots / f"curve-{axis}.png", unit, curves)


def _walked(scenario: Scenario, seed: int, walks: int) -> dict[str, list[Fix]]:
    """Return the fixes of each method. The buildings of an axis are drawn alike, where the density is."""
    kept = {engine: Kept() for engine in ENGINES}
    for number in range(walks):
        rng = np.random.default_rng((seed, number))
        terrain = building(scenario, rng)
        warmed(terrain)
        seconds = list(walk_in(terrain, drawn(terrain, scenario, rng), SECONDS, rng))
        methods = methods_in(terrain, scenario, rng)
        for engine, own in kept.items():
            list(followed(methods[engine], seconds, own))
    return {engine: own.fixes for engine, own in kept.items()}
