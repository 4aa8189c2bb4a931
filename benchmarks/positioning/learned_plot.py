"""A picture of what was learned: the true and the learned field of one beacon, and the errors before and after."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from beacons.core.simulator import Walker, World
from beacons.core.terrain import Terrain
from benchmarks.positioning.worlds import SIDE_M

mpl.use("Agg")
from matplotlib import pyplot

LEVEL = 0
SCALE_DB = 8.0


def plot_learned(
    path: Path, lawful: Terrain, taught: Terrain, world: World, errors_m: Mapping[str, Sequence[float]]
) -> None:
    """Draw to a file; the suffix says in which format."""
    beacon = _central(lawful)
    here = np.flatnonzero(lawful.cells.level == LEVEL)
    x_m, y_m = lawful.cells.x_m[here], lawful.cells.y_m[here]
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(14, 4.4))
    fields = (
        (left, "in truth", _true_db(lawful, world, beacon, x_m, y_m)),
        (middle, "learned", _learned_db(lawful, taught, beacon, here)),
    )
    for axes, title, field_db in fields:
        drawn = axes.scatter(x_m, y_m, c=field_db, s=9, marker="s", cmap="RdBu_r", vmin=-SCALE_DB, vmax=SCALE_DB)
        axes.plot(lawful.ether.deployment.x_m[beacon], lawful.ether.deployment.y_m[beacon], "k^", markersize=8)
        axes.set(title=f"Against the law, {title}", xlabel="east, m", aspect="equal")
    figure.colorbar(drawn, ax=(left, middle), label="dB stronger than the law", shrink=0.85)
    for label, values_m in errors_m.items():
        right.plot(
            np.sort(values_m), np.linspace(0, 1, len(values_m)), label=f"{label}: mean {np.mean(values_m):.2f} m"
        )
    right.set(
        title="Live positions on later walks", xlabel="error, m", ylabel="share of fixes", xlim=(0, 5), ylim=(0, 1)
    )
    right.grid(alpha=0.3)
    right.legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, bbox_inches="tight")
    pyplot.close(figure)


def _central(terrain: Terrain) -> int:
    """Return the beacon of the level that hangs nearest to the middle."""
    deployment = terrain.ether.deployment
    away_m = np.hypot(deployment.x_m - SIDE_M / 2, deployment.y_m - SIDE_M / 2)
    return int(np.where(deployment.level == LEVEL, away_m, np.inf).argmin())


def _true_db(terrain: Terrain, world: World, beacon: int, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
    """Return how much stronger the simulated beacon is at places than one that hangs and sends as registered, its field aside."""
    deployment, air = terrain.ether.deployment, world.air
    up_m = deployment.height_m[beacon] - 1.2
    found = []
    for x, y in zip(x_m.tolist(), y_m.tolist(), strict=True):
        ahead = float(np.degrees(np.arctan2(world.true.x_m[beacon] - x, world.true.y_m[beacon] - y)))
        expected_dbm = world.expected_dbm(Walker(x, y, float(LEVEL), 0, ahead))[beacon]
        distance_m = float(np.hypot(np.hypot(deployment.x_m[beacon] - x, deployment.y_m[beacon] - y), up_m))
        found.append(expected_dbm - deployment.measured_power_dbm[beacon] + 10 * air.exponent * np.log10(distance_m))
    return np.array(found)


def _learned_db(lawful: Terrain, taught: Terrain, beacon: int, cells: np.ndarray) -> np.ndarray:
    power_db = taught.ether.deployment.measured_power_dbm[beacon] - lawful.ether.deployment.measured_power_dbm[beacon]
    if taught.ether.patches is None:
        return np.full(len(cells), power_db)
    own = lawful.cells
    at = np.full(len(cells), beacon)
    return np.asarray(power_db + taught.ether.patches.at(at, own.level[cells], own.x_m[cells], own.y_m[cells]))
