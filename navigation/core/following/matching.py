"""Positions put on the route: where along it a visitor most probably is, with hysteresis."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import dist
from typing import Any
from uuid import UUID

from geo.position import Position
from navigation.core.following.connectors import NO_CONNECTORS, Connectors
from navigation.core.guiding.stretches import Point
from navigation.core.route import Json, Route, Step

# A visitor neither jumps nor turns back lightly: metres of distance from the line that a metre of leap is worth.
BACK_COST = 0.3
AHEAD_COST = 0.1
START_COST = 0.02  # with no position before: where the route passes a place twice, the first time counts
FREE_AHEAD_M = 15.0  # what one may have walked, and the fix been wrong, since the last position
# A level is believed to have changed within this walk of a place where the route changes levels: the length of a
# flight of escalators, with the error of a fix.
CONNECTOR_REACH_M = 25.0
# So many positions in a row on a wrong level are no error of the fix, and the visitor is there:
LEVEL_STRIKES = 4  # where a connector of the map is at hand
RIDE_STRIKES = 12  # where the route takes a ride: a lift passes the floors between, and may wait at each
LOST_STRIKES = 30  # where nothing leads to that level: in an atrium the radio deceives for long


@dataclass(frozen=True)
class MatchedPlace:
    """A place on the route: how far along it in walked metres, which step, and how far the position lies from it.

    `on_level` is False once the position has kept to a floor that the route doesn't have there; `by_connector` is true once
    it was near a way to that floor meanwhile; accuracy_m is the position's own 95 % radius.
    """

    along_m: float
    off_m: float
    step_index: int
    level_id: UUID
    x_m: float
    y_m: float
    accuracy_m: float
    level_strikes: int = 0
    by_connector: bool = False
    on_level: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, from which `from_json` makes the same place again."""
        return {**asdict(self), "level_id": str(self.level_id)}

    @classmethod
    def from_json(cls, stored: Json) -> "MatchedPlace":
        """Return the place that `to_json` wrote."""
        return cls(**{**stored, "level_id": UUID(stored["level_id"])})


@dataclass(frozen=True)
class _Candidate:
    along_m: float
    off_m: float
    step_index: int
    point: Point


def match(
    route: Route, position: Position, previous: MatchedPlace | None, connectors: Connectors = NO_CONNECTORS
) -> MatchedPlace:
    """Return where on the route the position belongs, given where the one before it did.

    Another floor is believed only near a place where the route changes to it; levels of one ordinal are one floor, since a
    fix beside a wall may fall on either side of it. `connectors` are those of the map: who keeps to another floor has left
    the route soon where one of them leads there, and else only after long.
    """
    floor = _believed_floor(route, position, previous, connectors)
    point = (position.point.x_m, position.point.y_m)
    best = min(
        _candidates(route, floor.ordinal, point), key=lambda found: found.off_m + _leap_cost(found.along_m, previous)
    )
    limit = LEVEL_STRIKES if floor.by_connector else LOST_STRIKES
    if any(_rides_near(route, best.along_m)):
        limit = RIDE_STRIKES
    return MatchedPlace(
        best.along_m, best.off_m, best.step_index, route.steps[best.step_index].level_id, *best.point,
        position.accuracy_95_m, floor.strikes, floor.by_connector, on_level=floor.strikes < limit,
    )  # fmt: skip


@dataclass(frozen=True)
class _Floor:
    """The floor that a visitor is taken to be on, how many positions in a row have contradicted it, and how credibly."""

    ordinal: float
    strikes: int = 0
    by_connector: bool = False


def _believed_floor(route: Route, position: Position, previous: MatchedPlace | None, connectors: Connectors) -> _Floor:
    claimed = route.ordinals.get(position.point.level_id)
    if previous is None:
        return _Floor(route.ordinals[route.steps[0].level_id], 1) if claimed is None else _Floor(claimed)
    believed = route.ordinals[previous.level_id]
    if claimed is not None and (claimed == believed or _is_reachable(route, {believed, claimed}, previous.along_m)):
        return _Floor(claimed)
    here, there = (previous.x_m, previous.y_m), (position.point.x_m, position.point.y_m)
    by_connector = previous.by_connector or any(
        connectors.leads(believed, claimed, point, CONNECTOR_REACH_M) for point in (here, there)
    )
    return _Floor(believed, previous.level_strikes + 1, by_connector)


def _is_reachable(route: Route, ordinals: set[float], along_m: float) -> bool:
    """Return whether a ride of the route joins the two floors, up or down, near where the visitor was."""
    return any(
        {route.ordinals[step.level_id], route.ordinals[step.end_level_id]} == ordinals
        for step in _rides_near(route, along_m)
    )


def _rides_near(route: Route, along_m: float) -> Iterator[Step]:
    """Yield the steps to another level that begin or end within reach of a place along the route."""
    for step, start_m in zip(route.steps, route.starts_m, strict=True):
        near = start_m - CONNECTOR_REACH_M <= along_m <= start_m + step.length_m + CONNECTOR_REACH_M
        if near and step.to_level_id is not None:
            yield step


def _candidates(route: Route, ordinal: float, point: Point) -> Iterator[_Candidate]:
    """Yield the nearest place of every step on a floor. Of a ride, the floor at its end belongs to the step after it."""
    for index, (step, start_m) in enumerate(zip(route.steps, route.starts_m, strict=True)):
        if route.ordinals[step.level_id] == ordinal:
            share, nearest = nearest_on(step.points_m, point)
            yield _Candidate(start_m + share * step.length_m, dist(nearest, point), index, nearest)


def nearest_on(points_m: Sequence[Point], point: Point) -> tuple[float, Point]:
    """Return the place of a line that is nearest to a point: its share of the line's length, and itself.

    >>> nearest_on([(0, 0), (10, 0), (10, 10)], (12, 5))
    (0.75, (10.0, 5.0))
    """
    lengths_m = [dist(a, b) for a, b in pairwise(points_m)]
    feet = [_foot(a, b, point) for a, b in pairwise(points_m)]
    index = min(range(len(feet)), key=lambda i: dist(feet[i], point))
    total_m = sum(lengths_m)
    along_m = sum(lengths_m[:index]) + dist(points_m[index], feet[index])
    return (min(along_m / total_m, 1.0) if total_m else 0.0), feet[index]


def _foot(a: Point, b: Point, point: Point) -> Point:
    """Return the point of the segment from a to b that is nearest to a point."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square if square else 0.0
    share = min(max(share, 0.0), 1.0)
    return a[0] + share * dx, a[1] + share * dy


def _leap_cost(along_m: float, previous: MatchedPlace | None) -> float:
    """Return what a leap along the route costs, in metres of distance from the line; the start of a route attracts."""
    if previous is None:
        return along_m * START_COST
    leap_m = along_m - previous.along_m
    return -leap_m * BACK_COST if leap_m < 0 else max(0.0, leap_m - FREE_AHEAD_M) * AHEAD_COST
