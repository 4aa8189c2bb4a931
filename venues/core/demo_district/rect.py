"""Rectangles in metres: what every plan of the demo district is cut from.

All plans are parallel to the axes, so that a door in the middle of a wall stays exactly on it when degrees are rounded.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

# Walls stand on a grid of 5 cm: neighbours that are cut apart have the very same corners.
GRID_M = 0.05


def snap(value_m: float) -> float:
    """Return the nearest grid line.

    >>> snap(3.333)
    3.35
    """
    return round(round(value_m / GRID_M) * GRID_M, 2)


@dataclass(frozen=True)
class Rect:
    """A rectangle from its south-west to its north-east corner, metres east and north of the district's origin."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width_m(self) -> float:
        return self.x1 - self.x0

    @property
    def depth_m(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @property
    def polygon(self) -> shapely.Polygon:
        return shapely.box(self.x0, self.y0, self.x1, self.y1)

    def inset(self, west: float = 0, south: float = 0, east: float = 0, north: float = 0) -> "Rect":
        """Return what is left when strips are taken away at the sides."""
        return Rect(self.x0 + west, self.y0 + south, self.x1 - east, self.y1 - north)

    def columns(self, widths_m: Sequence[float]) -> list["Rect"]:
        """Return strips from west to east in the proportion of the widths; together they are the rectangle."""
        edges = _edges(self.x0, self.x1, widths_m)
        return [Rect(west, self.y0, east, self.y1) for west, east in itertools.pairwise(edges)]

    def rows(self, depths_m: Sequence[float]) -> list["Rect"]:
        """Return strips from south to north in the proportion of the depths; together they are the rectangle."""
        edges = _edges(self.y0, self.y1, depths_m)
        return [Rect(self.x0, south, self.x1, north) for south, north in itertools.pairwise(edges)]

    def bays(self, width_m: float) -> list["Rect"]:
        """Return equal columns, as near to the width as goes up."""
        return self.columns([1.0] * max(1, round(self.width_m / width_m)))


def without(ground: shapely.Polygon, taken: Sequence[shapely.Polygon]) -> shapely.Polygon:
    """Return the ground less what is taken. Raises ValueError where that falls into pieces: the plan is wrong."""
    left = shapely.difference(ground, shapely.union_all(list(taken)))
    if not isinstance(left, shapely.Polygon) or left.is_empty:
        raise ValueError(f"what is left of {ground.bounds} is a {left.geom_type}, not one polygon")
    return left


def hull(rects: Sequence[Rect]) -> Rect:
    """Return the smallest rectangle round the rectangles."""
    return Rect(min(r.x0 for r in rects), min(r.y0 for r in rects), max(r.x1 for r in rects), max(r.y1 for r in rects))


def _edges(start: float, end: float, parts: Sequence[float]) -> list[float]:
    total, edges, reached = sum(parts), [start], 0.0
    for part in parts[:-1]:
        reached += part
        edges.append(snap(start + (end - start) * reached / total))
    return [*edges, end]
