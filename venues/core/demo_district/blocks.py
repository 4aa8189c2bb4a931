"""How a block is cut: arcades along its fronts, lanes (sikkat) through it, and plots to build on."""

from collections.abc import Sequence
from dataclasses import dataclass

from venues.core.demo_district.names import labels
from venues.core.demo_district.rect import Rect
from venues.core.imdf.features import Labels

ARCADE_M = 4.0
ARCADE = labels("Arcade", "رواق", "Arcade")
SIDES = "nsew"


@dataclass(frozen=True)
class OpenGround:
    """A piece of walkable ground in a block."""

    key: str
    rect: Rect
    name: Labels | None
    covered: bool = False
    cooled: bool = False


@dataclass(frozen=True)
class CutBlock:
    """A block cut to the last square metre: open ground, and plots from west to east, then from south to north."""

    ground: tuple[OpenGround, ...]
    plots: tuple[Rect, ...]


def cut_block(
    key: str, rect: Rect, columns: Sequence[float], rows: Sequence[float], *, lane_m: float = 5.0, lane: Labels,
    arcades: str = "", covered: bool = False, cooled: bool = False,
) -> CutBlock:  # fmt: skip
    """Return the block cut into plots in the proportion of columns and rows, a lane between each two.

    `arcades` names the fronts that have one: of n, s, e, w. The lanes are covered or cooled as told.
    """
    ground, inside = _arcades(key, rect, arcades)
    plots: list[Rect] = []
    south = inside.y0
    plot_rows = _spaced(inside.y0, inside.y1, rows, lane_m)
    for number, (y0, y1) in enumerate(plot_rows):
        if number:
            across = Rect(inside.x0, south, inside.x1, y0)
            ground.append(OpenGround(f"{key}/lane-{number}", across, lane, covered, cooled))
        west = inside.x0
        for place, (x0, x1) in enumerate(_spaced(inside.x0, inside.x1, columns, lane_m)):
            if place:
                along = Rect(west, y0, x0, y1)
                ground.append(OpenGround(f"{key}/lane-{number}-{place}", along, lane, covered, cooled))
            plots.append(Rect(x0, y0, x1, y1))
            west = x1
        south = y1
    return CutBlock(tuple(ground), tuple(plots))


def _arcades(key: str, rect: Rect, sides: str) -> tuple[list[OpenGround], Rect]:
    """Return the arcades and what they leave. Those to the north and south run round the corners."""
    left = rect
    arcades: list[OpenGround] = []
    for side in (side for side in SIDES if side in sides):
        if side == "n":
            strip, left = Rect(left.x0, left.y1 - ARCADE_M, left.x1, left.y1), left.inset(north=ARCADE_M)
        elif side == "s":
            strip, left = Rect(left.x0, left.y0, left.x1, left.y0 + ARCADE_M), left.inset(south=ARCADE_M)
        elif side == "e":
            strip, left = Rect(left.x1 - ARCADE_M, left.y0, left.x1, left.y1), left.inset(east=ARCADE_M)
        else:
            strip, left = Rect(left.x0, left.y0, left.x0 + ARCADE_M, left.y1), left.inset(west=ARCADE_M)
        arcades.append(OpenGround(f"{key}/arcade-{side}", strip, ARCADE, covered=True))
    return arcades, left


def _spaced(start: float, end: float, parts: Sequence[float], gap_m: float) -> list[tuple[float, float]]:
    """Return the two ends of each part, with a gap between each two."""
    free_m = end - start - gap_m * (len(parts) - 1)
    widths: list[float] = []
    for part in parts:
        widths += [free_m * part / sum(parts), gap_m]
    edges = Rect(start, 0, end, 1).columns(widths[:-1])
    return [(edge.x0, edge.x1) for edge in edges[::2]]
