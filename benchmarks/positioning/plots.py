"""Pictures of errors, of what they depend on, and of tracks over the map."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from beacons.core.terrain import Terrain
from benchmarks.positioning.worlds import Second

mpl.use("Agg")
from matplotlib import pyplot


def plot_errors(path: Path, errors_m: Mapping[str, Sequence[float]]) -> None:
    """Draw the share of fixes that err less than each distance, one line a method."""
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for engine, values_m in errors_m.items():
        axes.plot(np.sort(values_m), np.linspace(0, 1, len(values_m)), label=engine)
    axes.set(xlabel="error, m", ylabel="share of fixes", xlim=(0, 12), ylim=(0, 1))
    axes.grid(alpha=0.3)
    axes.legend()
    _save(figure, path)


def plot_curve(path: Path, unit: str, curves: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Draw the mean error over what changes, one line a method."""
    figure, axes = pyplot.subplots(figsize=(5, 3.5))
    for engine, points in curves.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=engine)
    axes.set(xlabel=unit, ylabel="mean error, m")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    _save(figure, path)


def plot_track(
    path: Path, terrain: Terrain, seconds: Sequence[Second], places_m: Sequence[tuple[float, float]]
) -> None:
    """Draw the truth and the fixes of one walk over the cells, all levels on top of one another."""
    figure, axes = pyplot.subplots(figsize=(7, 7))
    axes.scatter(terrain.cells.x_m, terrain.cells.y_m, s=2, color="0.85")
    axes.plot([one.walker.x_m for one in seconds], [one.walker.y_m for one in seconds], label="truth")
    axes.plot(*zip(*places_m, strict=True), label="dalil")
    axes.set(xlabel="east, m", ylabel="north, m", aspect="equal")
    axes.legend()
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, bbox_inches="tight")
    pyplot.close(figure)
