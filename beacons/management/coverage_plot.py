"""A heat map of the expected error: one panel a floor, with the beacons in use and those proposed."""

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
    ordinals = sorted({coverage.levels[number].ordinal for number in np.unique(coverage.cells.level)})
    columns, rows = min(COLUMNS, max(len(ordinals), 1)), max(ceil(len(ordinals) / COLUMNS), 1)
    colours = mpl.colormaps["viridis_r"].with_extremes(bad=UNLOCATED)
    norm = BoundaryNorm([0, *BANDS_M], colours.N)
    with mpl.rc_context({"font.family": FONTS, "svg.fonttype": "none", "text.color": INK}):
        figure, grid = plt.subplots(
            rows, columns, figsize=(columns * PANEL_IN + 1, rows * PANEL_IN), squeeze=False, facecolor=PAPER
        )
        for axes in grid.flat[len(ordinals) :]:
            axes.set_axis_off()
        for axes, ordinal in zip(grid.flat, ordinals, strict=False):
            _panel(axes, prediction, ordinal, proposals, mpl.cm.ScalarMappable(norm, colours))
        label = f"expected RMSE of one batch, m; grey: not located within {LOCATED_M:g} m"
        figure.colorbar(mpl.cm.ScalarMappable(norm, colours), ax=grid, shrink=0.6, label=label)
        figure.savefig(path, facecolor=PAPER, bbox_inches="tight")
        plt.close(figure)


def _panel(
    axes: Axes, prediction: Prediction, ordinal: float, proposals: list[Proposal], scale: mpl.cm.ScalarMappable
) -> None:
    coverage, deployment = prediction.coverage, prediction.deployment
    of_level = np.array([level.ordinal for level in coverage.levels])
    here = np.flatnonzero(of_level[coverage.cells.level] == ordinal)
    error_m = np.ma.masked_where(~coverage.located[here], coverage.rmse_m[here])
    half_m = coverage.cells.spacing_m / 2
    corners = half_m * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    middles = np.column_stack([coverage.cells.x_m[here], coverage.cells.y_m[here]])
    squares = PolyCollection(
        list(middles[:, None, :] + corners), array=error_m, cmap=scale.cmap, norm=scale.norm, linewidths=0
    )
    squares.set_rasterized(True)  # tens of thousands of squares make no drawing that opens
    axes.add_collection(squares)
    own = deployment.beacon_ordinal == ordinal
    axes.plot(deployment.x_m[own], deployment.y_m[own], linestyle="", marker=".", markersize=2, color=INK)
    wanted = [each for each in proposals if of_level[each.level] == ordinal]
    axes.plot(
        [each.x_m for each in wanted], [each.y_m for each in wanted],
        linestyle="", marker="+", markersize=11, markeredgewidth=2.2, color=PROPOSED,
    )  # fmt: skip
    axes.set(aspect="equal", xticks=[], yticks=[], facecolor=PAPER)
    axes.autoscale_view()
    levels = (
        prediction.snapshot.levels[coverage.levels[number].id] for number in np.unique(coverage.cells.level[here])
    )
    names = dict.fromkeys(label_in(level.name, "en") or f"{ordinal:g}" for level in levels)
    axes.set_title(" \u00b7 ".join(names), fontsize=10, loc="left", fontweight="bold")
