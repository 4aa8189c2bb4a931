"""A drawing of a tried campaign: one panel for each floor that somebody walked on, with zones, walks and decisions."""

from math import ceil
from pathlib import Path
from uuid import UUID

import matplotlib as mpl
import shapely

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from shapely.plotting import patch_from_polygon

from notifications.core.deciding import Suppressed
from notifications.services.trying import Trial, outcome_of, stretches

COLUMNS, PANEL_IN = 2, 6.0
MARGIN_M = 20.0
PAPER, INK, UNIT, EDGE, ZONE, WALK = "#f4f1ea", "#3d3a36", "#ffffff", "#d5cfc4", "#1c62d1", "#8a8580"
OUTCOMES = {"sent": ("o", "#1e8e4e"), "deferred": ("D", "#c98a1b"), "suppressed": ("X", "#c8372d")}


def draw(trial: Trial, path: Path) -> None:
    """Write the drawing; the suffix of the path says in which format: png, svg, pdf."""
    walked = [position.point for tried in trial.tried for position in tried.walked.positions]
    ordinals = sorted({trial.snapshot.levels[point.level_id].ordinal for point in walked})
    columns, rows = min(COLUMNS, len(ordinals)), ceil(len(ordinals) / COLUMNS)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * PANEL_IN, rows * PANEL_IN), dpi=130, facecolor=PAPER, squeeze=False
    )
    for panel in axes.flat:
        panel.axis("off")
    for ordinal, panel in zip(ordinals, axes.flat, strict=False):
        _panel(panel, trial, ordinal)
    figure.suptitle(f"{trial.campaign.name}: tried on {len(trial.tried)} walks", color=INK)
    figure.tight_layout()
    figure.savefig(path, facecolor=PAPER)
    plt.close(figure)


def _panel(axes: Axes, trial: Trial, ordinal: float) -> None:
    levels = {level.id for level in trial.snapshot.levels.values() if level.ordinal == ordinal}
    _draw_map(axes, trial, levels)
    for tried in trial.tried:
        for level_id, points in stretches(tried.walked.positions):
            if level_id in levels:
                axes.plot(*zip(*points, strict=True), color=WALK, linewidth=1, zorder=3)
        for decided, position in tried.decided:
            if position.point.level_id in levels:
                verdict = decided.verdict
                marker, colour = OUTCOMES[outcome_of(verdict)]
                said = verdict.reason.value if isinstance(verdict, Suppressed) else decided.case.campaign.name
                at = (position.point.x_m, position.point.y_m)
                axes.scatter(*at, marker=marker, color=colour, s=60, alpha=0.8, zorder=5, label=said)
    walked = [p.point for tried in trial.tried for p in tried.walked.positions if p.point.level_id in levels]
    x_m, y_m = [point.x_m for point in walked], [point.y_m for point in walked]
    axes.set_xlim(min(x_m) - MARGIN_M, max(x_m) + MARGIN_M)
    axes.set_ylim(min(y_m) - MARGIN_M, max(y_m) + MARGIN_M)
    axes.set_aspect("equal")
    _explain(axes)
    axes.set_title(f"level {ordinal:g}", fontsize=9, color=INK)


def _explain(axes: Axes) -> None:
    """Say what each marker stands for, once, and how many of them there are."""
    handles, said = axes.get_legend_handles_labels()
    each = dict(zip(said, handles, strict=True))
    if each:
        axes.legend(each.values(), [f"{said.count(words)} x {words}" for words in each], fontsize=8, loc="lower right")


def _draw_map(axes: Axes, trial: Trial, levels: set[UUID]) -> None:
    """Draw the units of the levels, and over them the zones that the campaign is about."""
    for unit in trial.snapshot.units.values():
        if unit.level_id in levels:
            for area in shapely.get_parts(trial.snapshot.shapes_m[unit.id]):
                axes.add_patch(patch_from_polygon(area, facecolor=UNIT, edgecolor=EDGE, linewidth=0.4, zorder=1))
    for zone in trial.zones:
        if zone.level_ids & levels:
            for area in shapely.get_parts(zone.shape_m):
                axes.add_patch(patch_from_polygon(area, facecolor=ZONE, edgecolor=ZONE, alpha=0.12, zorder=2))
