"""What can be seen beside the way: fronts of shops, kiosks, stairs, cash machines, by the unit from which they are seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from navigation.core.guiding.maneuvers import Landmark, Side
from navigation.core.guiding.stretches import Point
from navigation.core.visibility import sees
from navigation.core.walk_area import Walls
from venues.core.imdf.features import Labels

# The numbers below are our assumptions; none is a measurement.
BEFORE_TURN_M = 12.0  # what lies farther back is forgotten by the time of the turn
BESIDE_M = 2.5  # nearer than this along the way, one turns beside it and not behind it
ASIDE_M = 9.0  # across half a street or a whole hall; a sign is read from there
OFF_WALL_M = 0.2  # a front lies in the wall itself: it is looked at from just before it


class Standing(IntEnum):
    """How much something strikes the eye; the highest is said."""

    ROOM = 1
    EQUIPMENT = 2
    CONNECTOR = 3
    ENTRANCE = 4
    SHOP = 5


class Sight(NamedTuple):
    """A thing at a place in a unit: see Landmark."""

    x_m: float
    y_m: float
    feature_id: UUID
    name: Labels
    noun: str | None
    entrance: bool
    standing: Standing


class Turning(NamedTuple):
    """A turn in a unit: where, how one comes there (a unit vector) and how far one has come straight."""

    unit_id: UUID
    point_m: Point
    heading: Point
    straight_m: float


@dataclass(frozen=True, eq=False)
class Sights:
    """The sights of one map by unit, each called differently from the others that are seen in its unit."""

    by_unit: Mapping[UUID, Sequence[Sight]] = field(repr=False)
    walls_of: Callable[[UUID], Walls] = field(repr=False)
    """What nobody sees through who stands in a unit."""

    def at(self, turning: Turning, without: Iterable[UUID | None]) -> Landmark | None:
        """Return the most striking thing that is seen just before a turn or at it, `without` some features."""
        best: tuple[float, float, Sight, float, float] | None = None
        (px, py), (dx, dy), reach_m = turning.point_m, turning.heading, min(turning.straight_m, BEFORE_TURN_M)
        for sight in self.by_unit.get(turning.unit_id, ()):
            x_m, y_m = sight.x_m - px, sight.y_m - py
            along_m, aside_m = x_m * dx + y_m * dy, x_m * dy - y_m * dx
            if not (-reach_m <= along_m <= BESIDE_M and abs(aside_m) <= ASIDE_M) or sight.feature_id in without:
                continue
            rank = (-sight.standing, abs(along_m))
            if (best is None or rank < best[:2]) and self._seen(turning, sight, along_m):
                best = (*rank, sight, along_m, aside_m)
        return best and _landmark(*best[2:])

    def _seen(self, turning: Turning, sight: Sight, along_m: float) -> bool:
        """Return whether one sees the thing, across its unit, from where the way comes nearest to it."""
        (px, py), (dx, dy), back_m = turning.point_m, turning.heading, min(along_m, 0.0)
        eye = px + dx * back_m, py + dy * back_m
        x_m, y_m = eye[0] - sight.x_m, eye[1] - sight.y_m
        share = OFF_WALL_M / max(abs(x_m) + abs(y_m), OFF_WALL_M)
        return sees(eye, (sight.x_m + x_m * share, sight.y_m + y_m * share), self.walls_of(turning.unit_id))


def _landmark(sight: Sight, along_m: float, aside_m: float) -> Landmark:
    side = Side.RIGHT if aside_m > 0 else Side.LEFT
    return Landmark(sight.feature_id, sight.name, sight.noun, sight.entrance, side, along_m < -BESIDE_M)
