"""Positions put on the route: where along it a visitor most probably is, with hysteresis."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import dist
from typing import Any
from uuid import UUID

from geo.position import Position
from navigation.core.route import Json, Route, Step
from navigation.core.stretches import Point

# A visitor neither jumps nor turns back lightly: metres of distance from the line that a metre of leap is worth.
BACK_COST = 0.3
AHEAD_COST = 0.1
START_COST = 0.02  # with no position before: where the route passes a place twice, the first time counts
FREE_AHEAD_M = 15.0  # what one may have walked, and the fix been wrong, since the last position
# A level is believed to have changed within this walk of a place where the route changes levels: the length of a
# flight of escalators, with the error of a fix.
CONNECTOR_REACH_M = 25.0
LEVEL_STRIKES = 4  # so many positions in a row on a wrong level are no error of the fix: the visitor is there


@dataclass(frozen=True)
class MatchedPlace:
    """A place on the route: how far along it in walked metres, which step, and how far the position lies from it.

    `on_level` is False once the position has kept to a level that the route doesn't have there; accuracy_m is the
    position's own 95 % radius.
    """

    along_m: float
    off_m: float
    step_index: int
    level_id: UUID
    x_m: float
    y_m: float
    accuracy_m: float
    level_strikes: int = 0
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


def match(route: Route, position: Position, previous: MatchedPlace | None) -> MatchedPlace:
    """Return where on the route the position belongs, given where the one before it did.

    A new level is believed only near a place where the route changes to it.
    """
    level_id, strikes = _believed_level(route, position, previous)
    point = (position.point.x_m, position.point.y_m)
    candidates = list(_candidates(route, level_id, point)) or list(_candidates(route, None, point))
    best = min(candidates, key=lambda candidate: candidate.off_m + _leap_cost(candidate.along_m, previous))
    return MatchedPlace(
        best.along_m, best.off_m, best.step_index, level_id, *best.point, position.accuracy_95_m,
        level_strikes=strikes, on_level=strikes < LEVEL_STRIKES,
    )  # fmt: skip


def _believed_level(route: Route, position: Position, previous: MatchedPlace | None) -> tuple[UUID, int]:
    """Return the level that the visitor is taken to be on, and how many positions in a row have contradicted it."""
    claimed = position.point.level_id
    if previous is None:
        known = any(claimed in (step.level_id, step.end_level_id) for step in route.steps)
        return (claimed, 0) if known else (route.steps[0].level_id, 1)
    if claimed == previous.level_id or _is_reachable(route, claimed, previous):
        return claimed, 0
    return previous.level_id, previous.level_strikes + 1


def _is_reachable(route: Route, level_id: UUID, previous: MatchedPlace) -> bool:
    """Return whether the route joins the visitor's level and this one, up or down, near where the visitor was."""
    wanted = {previous.level_id, level_id}
    return any(
        {before.level_id, before.end_level_id, after.level_id, after.end_level_id} >= wanted
        and start_m - CONNECTOR_REACH_M <= previous.along_m <= start_m + before.length_m + CONNECTOR_REACH_M
        for start_m, before, after in _level_changes(route)
    )


def _level_changes(route: Route) -> Iterator[tuple[float, Step, Step]]:
    """Yield the rides to another level, and the last steps before a door to one: where each begins, it, and the next."""
    for (before, after), start_m in zip(pairwise(route.steps), route.starts_m, strict=False):
        if before.to_level_id is not None:
            yield start_m, before, after
        elif before.level_id != after.level_id:
            yield start_m + before.length_m, replace(before, length_mm=0), after


def _candidates(route: Route, level_id: UUID | None, point: Point) -> Iterator[_Candidate]:
    """Yield the nearest place of every step on a level; of every step where the level is None.

    Of a ride, the level at its end belongs to the step after it.
    """
    for index, (step, start_m) in enumerate(zip(route.steps, route.starts_m, strict=True)):
        if level_id is None or level_id == step.level_id:
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
