"""Edges that areas share, in metres: where walls stand and doors are cut."""

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, substring

# Edges closer than this are the same edge: maps round coordinates to 1e-7 degrees, 11 mm.
SAME_EDGE_M = 0.05


def lines_of(shape: BaseGeometry) -> list[LineString]:
    """Return the lines of a shape, joined where they meet end to end."""
    lines = [part for part in shapely.get_parts(shape) if isinstance(part, LineString) and part.length > 0]
    merged = linemerge(MultiLineString(lines)) if len(lines) > 1 else MultiLineString(lines)
    return [line for line in shapely.get_parts(merged) if isinstance(line, LineString)]


def shared_edges(first: BaseGeometry, second: BaseGeometry) -> list[LineString]:
    """Return the parts of the first area's edge that run along the second's."""
    return lines_of(first.boundary.intersection(second.boundary.buffer(SAME_EDGE_M, cap_style="flat")))


def stretch_around(line: LineString, point: shapely.Point, length_m: float) -> LineString:
    """Return the part of the line of that length around the point on it, shifted where an end is near.

    On a ring the part may run across the ring's first vertex. The point itself is a vertex of the part.
    """
    if line.is_ring:
        line = _ring_opened_opposite(line, point)
    wanted = min(length_m, line.length)
    middle = line.project(point)
    start = min(max(middle - wanted / 2, 0.0), line.length - wanted)
    parts = [substring(line, start, middle), substring(line, middle, start + wanted)]
    coordinates: list[tuple[float, ...]] = []
    for part in parts:
        coordinates += [place for place in part.coords if not coordinates or place != coordinates[-1]]
    return LineString(coordinates)


def _ring_opened_opposite(ring: LineString, point: shapely.Point) -> LineString:
    far = (ring.project(point) + ring.length / 2) % ring.length
    before, after = substring(ring, 0, far), substring(ring, far, ring.length)
    coordinates = [*after.coords, *before.coords[1:]] if before.length > 0 else list(after.coords)
    return LineString(coordinates)


def middle_of_a_side(edge: LineString, outline: Polygon) -> Point:
    """Return the middle of the edge's longest straight part; of equal ones, the one with most room before it in the outline."""
    segments = [LineString(pair) for pair in zip(edge.coords, edge.coords[1:], strict=False)]
    around = LineString(outline.exterior.coords)
    best = max(segments, key=lambda segment: (round(segment.length, 2), round(segment.centroid.distance(around), 3)))
    return Point(best.interpolate(0.5, normalized=True))
