"""The level of a position, and the place on it, as the map has them: nobody stands in a wall or in the air."""

from collections.abc import Iterator
from dataclasses import replace

from shapely import Point
from shapely.ops import nearest_points

from geo.position import LevelPoint, Position
from venues.core.imdf.features import Unit
from venues.core.spatial_index import SpatialIndex

LEAST_REACH_M = 3.0  # the thickness of a wall with what stands along it
INSIDE_M = 0.2  # how far past the edge of a unit a position is put


def on_the_map(index: SpatialIndex, position: Position) -> Position:
    """Return the position moved to where one can walk: on its level, or on another of the same ordinal if that is nearer.

    A building and the street before it are two levels of one ordinal. The level that the beacons speak for is preferred by
    half the accuracy. Where nothing walkable is within the 95 % radius, the position stays as it is.
    """
    reach_m = max(position.accuracy_95_m, LEAST_REACH_M)
    best: tuple[float, LevelPoint] | None = None
    for point in _beside(index, position.point):
        found = index.nearest_walkable(point)
        if found is None or found[1] > reach_m:
            continue
        unit, distance_m = found
        handicap_m = 0.0 if point.level_id == position.point.level_id else position.accuracy_m / 2
        if best is None or distance_m + handicap_m < best[0]:
            best = distance_m + handicap_m, _inside(index, unit, point, distance_m)
        if best[0] == 0.0:
            break
    return position if best is None else replace(position, point=best[1])


def _beside(index: SpatialIndex, point: LevelPoint) -> Iterator[LevelPoint]:
    """Yield the point on its own level, then on the others of the same ordinal."""
    yield point
    own = index.snapshot.levels.get(point.level_id)
    for level in index.levels_of(own.ordinal) if own else ():
        if level.id != point.level_id:
            yield replace(point, level_id=level.id)


def _inside(index: SpatialIndex, unit: Unit, point: LevelPoint, distance_m: float) -> LevelPoint:
    if distance_m == 0:
        return point
    edge, _ = nearest_points(index.snapshot.shapes_m[unit.id], Point(point.x_m, point.y_m))
    stretch = 1 + INSIDE_M / distance_m
    return LevelPoint(
        point.x_m + stretch * (edge.x - point.x_m), point.y_m + stretch * (edge.y - point.y_m), point.level_id
    )
