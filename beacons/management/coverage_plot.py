"""A heat map of the expected error: one panel a level, with the beacons in use and those proposed."""

from math import ceil
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import BoundaryNorm

from beacons.core.coverage import LOCATED_M
from beacons.core.proposing import Proposal
from beacons.services.coverage import BANDS_M, Prediction
from venues.core.imdf.labels import label_in

COLUMNS = 2
PANEL_IN = 5.2
PAPER, INK, UNLOCATED, PROPOSED = "#f4f1ea", "#3d3a36", "#8d8a86", "#c8372d"
FONTS = ["Noto Sans", "Noto Sans Arabic", "DejaVu Sans"]


def draw(prediction: Prediction, proposals: list[Proposal], path: Path) -> None:
    """Write the drawing; the suffix of the path says in which format: png, svg, pdf."""
    coverage = prediction.coverage
    numbers = sorted(np.unique(coverage.cells.level).tolist(), key=lambda number: coverage.levels[number].ordinal)
    columns, rows = min(COLUMNS, max(len(numbers), 1)), max(ceil(len(numbers) / COLUMNS), 1)
    colours = mpl.colormaps["viridis_r"].with_extremes(bad=UNLOCATED)
    norm = BoundaryNorm([0, *BANDS_M], colours.N)
    with mpl.rc_context({"font.family": FONTS, "svg.fonttype": "none", "text.color": INK}):
        figure, grid = plt.subplots(
            rows, columns, figsize=(columns * PANEL_IN + 1, rows * PANEL_IN), squeeze=False, facecolor=PAPER
        )
        for axes in grid.flat[len(numbers) :]:
            axes.set_axis_off()
        for axes, number in zip(grid.flat, numbers, strict=False):
            _panel(axes, prediction, number, proposals, mpl.cm.ScalarMappable(norm, colours))
        label = f"expected RMSE of one batch, m; grey: not located within {LOCATED_M:g} m"
        figure.colorbar(mpl.cm.ScalarMappable(norm, colours), ax=grid, shrink=0.6, label=label)
        figure.savefig(path, facecolor=PAPER, bbox_inches="tight")
        plt.close(figure)


def _panel(
    axes: Axes, prediction: Prediction, number: int, proposals: list[Proposal], scale: mpl.cm.ScalarMappable
) -> None:
    coverage, level = prediction.coverage, prediction.coverage.levels[number]
    here = np.flatnonzero(coverage.cells.level == number)
    error_m = np.ma.masked_where(~coverage.located[here], coverage.rmse_m[here])
    half_m = coverage.cells.spacing_m / 2
    corners = half_m * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    middles = np.column_stack([coverage.cells.x_m[here], coverage.cells.y_m[here]])
    squares = PolyCollection(
        list(middles[:, None, :] + corners), array=error_m, cmap=scale.cmap, norm=scale.norm, linewidths=0
    )
    squares.set_rasterized(True)  # tens of thousands of squares make no drawing that opens
    axes.add_collection(squares)
    beacons = prediction.deployment
    own = [i for i, at in enumerate(beacons.level) if beacons.levels[at].id == level.id]
    axes.plot(beacons.x_m[own], beacons.y_m[own], linestyle="", marker=".", markersize=3, color=INK)
    wanted = [each for each in proposals if each.level == number]
    axes.plot(
        [each.x_m for each in wanted], [each.y_m for each in wanted],
        linestyle="", marker="+", markersize=11, markeredgewidth=2.2, color=PROPOSED,
    )  # fmt: skip
    axes.set(aspect="equal", xticks=[], yticks=[], facecolor=PAPER)
    axes.autoscale_view()
    name = label_in(prediction.snapshot.levels[level.id].name, "en") or f"{level.ordinal:g}"
    axes.set_title(name, fontsize=10, loc="left", fontweight="bold")
