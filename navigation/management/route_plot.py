"""A drawing of a route: one panel for each floor in the order of the walk, and the steps beside it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from pathlib import Path
from textwrap import wrap

import matplotlib as mpl
import shapely

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from shapely.plotting import patch_from_polygon

from navigation.core.guiding.stretches import Point
from navigation.core.guiding.wording import wording
from navigation.core.route import Route, Step
from venues.core.imdf.features import Unit
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot
from venues.core.walkable import is_walkable

COLUMNS = 2
PANEL_IN = 5.2
STEPS_IN = 4.6
MARGIN_M = 14.0  # shown round the route, so that one recognises where it is
NAMED_SHARE = 0.10  # of the panel's width: a narrower room has no place for its name
LETTER_SHARE = 0.0125  # of the panel's width: one letter of a name
WRAP = 54  # letters in a line of the steps
UNIT = re.compile(r"(?<=\d) (?=k?m\b|م\b|كم\b)")  # "10 m" stays on one line

ROUTE, START, END, PAPER, INK = "#1c62d1", "#1e8e4e", "#c8372d", "#f4f1ea", "#3d3a36"
OUTDOORS, PASSAGE, ROOM, SOLID = "#fffdf8", "#ffffff", "#e3e8ee", "#d5cfc4"
COLOURS = {
    "elevator": "#e6b8b2", "stairs": "#d6c6e1", "escalator": "#f2d2ab", "ramp": "#cfd6d8", "vegetation": "#cfe3bf",
    "parking": "#e4e9eb", "road": "#dedede", "foodservice": "#f8e6cc",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar"})
FONTS = ["Noto Sans", "Noto Sans Arabic", "DejaVu Sans"]


@dataclass(frozen=True)
class _Floor:
    """The steps that a route takes on one floor in one go, numbered from 1 over the whole route."""

    ordinal: float
    steps: tuple[tuple[int, Step], ...]

    @property
    def points_m(self) -> list[Point]:
        return [point for _, step in self.steps for point in step.points_m]


def draw(route: Route, snapshot: Snapshot, path: Path) -> None:
    """Write the drawing; the suffix of the path says in which format: png, svg, pdf."""
    floors = list(_floors(route))
    columns, rows = min(COLUMNS, len(floors)), ceil(len(floors) / COLUMNS)
    width_in = columns * PANEL_IN + STEPS_IN
    with mpl.rc_context({"font.family": FONTS, "svg.fonttype": "none", "text.color": INK}):
        figure = plt.figure(figsize=(width_in, max(rows * PANEL_IN, 4.5)), dpi=130, facecolor=PAPER)
        ratios = [PANEL_IN] * columns + [STEPS_IN]
        grid = figure.add_gridspec(rows, columns + 1, width_ratios=ratios, wspace=0.04, hspace=0.12)
        figure.subplots_adjust(left=0.015, right=0.985, top=0.95, bottom=0.02)
        for number, floor in enumerate(floors):
            _panel(figure.add_subplot(grid[number // columns, number % columns]), floor, route, snapshot)
        _write_steps(figure, figure.add_subplot(grid[:, columns]), route)
        figure.savefig(path, facecolor=PAPER)
        plt.close(figure)


def _floors(route: Route) -> Iterator[_Floor]:
    numbered = enumerate(route.steps, start=1)
    for ordinal, group in groupby(numbered, key=lambda pair: route.ordinals[pair[1].level_id]):
        yield _Floor(ordinal, tuple(group))


def _panel(axes: Axes, floor: _Floor, route: Route, snapshot: Snapshot) -> None:
    window = _window(floor.points_m)
    west, south, east, north = window.bounds
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal", xticks=[], yticks=[], facecolor=SOLID)
    axes.set_title(_title(floor, route, snapshot), fontsize=10, loc="left", pad=5, fontweight="bold")
    for spine in axes.spines.values():
        spine.set_edgecolor("#b9b2a6")
    _draw_map(axes, floor.ordinal, route, snapshot, window)
    _draw_route(axes, floor, route)


def _window(points_m: Sequence[Point]) -> shapely.Polygon:
    """Return the square that holds the points and what is round them."""
    west, south, east, north = shapely.MultiPoint(points_m).bounds
    half_m = max(east - west, north - south) / 2 + MARGIN_M
    x_m, y_m = (west + east) / 2, (south + north) / 2
    return shapely.box(x_m - half_m, y_m - half_m, x_m + half_m, y_m + half_m)


def _title(floor: _Floor, route: Route, snapshot: Snapshot) -> str:
    """Return the names of the levels that the steps lie on, each once."""
    levels = dict.fromkeys(step.level_id for _, step in floor.steps)
    names = (label_in(snapshot.levels[id_].name, route.language) for id_ in levels)
    return " · ".join(dict.fromkeys(name for name in names if name)) or f"{floor.ordinal:g}"


def _draw_map(axes: Axes, ordinal: float, route: Route, snapshot: Snapshot, window: shapely.Polygon) -> None:
    width_m = window.bounds[2] - window.bounds[0]
    shown = {level.id for level in snapshot.levels.values() if level.ordinal == ordinal}
    units = [unit for unit in snapshot.units.values() if unit.level_id in shown and unit.id in snapshot.shapes_m]
    for unit in sorted(units, key=lambda unit: -snapshot.shapes_m[unit.id].area):
        seen = snapshot.shapes_m[unit.id].intersection(window)
        if isinstance(seen, shapely.Polygon) and not seen.is_empty:
            colour = _colour(unit, outdoor=snapshot.levels[unit.level_id].outdoor)
            axes.add_patch(patch_from_polygon(seen, facecolor=colour, edgecolor="#a7a196", linewidth=0.45, zorder=1))
            _write_name(axes, label_in(unit.name, route.language), seen, width_m)
    for opening in snapshot.openings.values():
        if opening.level_id in shown and snapshot.shapes_m[opening.id].intersects(window):
            axes.plot(*snapshot.shapes_m[opening.id].xy, color="#fffdf8", linewidth=1.6, zorder=2)


def _colour(unit: Unit, *, outdoor: bool) -> str:
    plain = OUTDOORS if outdoor else PASSAGE if unit.category in {"walkway", "lobby", "platform"} else ROOM
    return COLOURS.get(unit.category, plain if is_walkable(unit) else SOLID)


def _write_name(axes: Axes, name: str | None, seen: shapely.Polygon, width_m: float) -> None:
    """Write a name where it fits into its room."""
    west, south, east, north = seen.bounds
    long_m = max(east - west, north - south)
    if not name or min(east - west, north - south) < NAMED_SHARE / 4 * width_m:
        return
    if long_m < max(NAMED_SHARE, len(name) * LETTER_SHARE) * width_m:
        return
    point = seen.representative_point()
    upright = north - south > 1.5 * (east - west)
    axes.text(
        point.x, point.y, name, fontsize=5.2, ha="center", va="center", rotation=90 if upright else 0, alpha=0.85,
        clip_on=True, zorder=3,
    )  # fmt: skip


def _draw_route(axes: Axes, floor: _Floor, route: Route) -> None:
    x_m, y_m = zip(*floor.points_m, strict=True)
    axes.plot(x_m, y_m, color="white", linewidth=6, solid_capstyle="round", solid_joinstyle="round", zorder=4)
    axes.plot(x_m, y_m, color=ROUTE, linewidth=3.2, solid_capstyle="round", solid_joinstyle="round", zorder=5)
    last = len(route.steps)
    for number, step in floor.steps:
        colour = START if number == 1 else END if number == last else ROUTE
        axes.plot(*step.points_m[0], marker="o", markersize=12, color="white", markeredgecolor=colour,
                  markeredgewidth=1.8, zorder=6)  # fmt: skip
        axes.text(*step.points_m[0], str(number), fontsize=6.5, fontweight="bold", color=colour, ha="center",
                  va="center_baseline", zorder=7)  # fmt: skip


def _write_steps(figure: Figure, axes: Axes, route: Route) -> None:
    """Write the steps under what they sum up to, in the direction in which the language is written."""
    axes.set_axis_off()
    lines = [(number, line) for number, step in enumerate(route.steps, start=1) for line in _lines(step)]
    size = min(9.0, 72 * figure.get_figheight() * 0.9 / (len(lines) + 3) / 1.45)
    line_height = size * 1.45 / 72 / (figure.get_figheight() * 0.93)
    leftward = wording(route.language).language in RIGHT_TO_LEFT
    side, number_x, text_x = ("right", 0.97, 0.90) if leftward else ("left", 0.03, 0.10)
    total = f"{route.length_m:.0f} m · {ceil(route.duration_s / 60)} min · {route.profile}"
    axes.text(number_x, 0.995, total, fontsize=size + 2, fontweight="bold", va="top", ha=side)
    for row, (number, (is_first, text)) in enumerate(lines, start=2):
        y = 0.995 - row * line_height
        if is_first:
            colour = START if number == 1 else END if number == len(route.steps) else ROUTE
            axes.text(number_x, y, str(number), fontsize=size, fontweight="bold", color=colour, ha=side, va="top")
        axes.text(text_x, y, text, fontsize=size, va="top", ha=side)


def _lines(step: Step) -> Iterator[tuple[bool, str]]:
    for row, text in enumerate(wrap(UNIT.sub("\u00a0", step.instruction), WRAP)):
        yield row == 0, text
