"""A path as its teller takes it: walks and rides in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from uuid import UUID

from geo.bearings import bearing_deg
from navigation.core.graph import EdgeKind
from navigation.core.guiding.maneuvers import ManeuverType
from navigation.core.guiding.stretches import RIDES, Stretch, Trace
from venues.core.imdf.features import Level

RIDE_TYPES = {
    EdgeKind.STAIRS: ManeuverType.TAKE_STAIRS,
    EdgeKind.ESCALATOR: ManeuverType.TAKE_ESCALATOR,
    EdgeKind.LIFT: ManeuverType.TAKE_LIFT,
    EdgeKind.RAMP: ManeuverType.TAKE_RAMP,
}
LANDING_M = 6.0  # two flights of stairs with no more between them are one way up
FACING_M = 0.5  # a ride that moves less over the ground, such as a lift, says nothing about where one looks


@dataclass(frozen=True)
class Ride:
    """Stretches of one kind taken as one, such as both escalators to the second level; `rise` is in ordinals."""

    stretches: tuple[Stretch, ...]
    rise: float

    @property
    def type(self) -> ManeuverType:
        return RIDE_TYPES[self.stretches[0].kind]

    @cached_property
    def facing_deg(self) -> float | None:
        """The bearing in which it sets one down; None where it hardly moves over the ground."""
        (ax, ay), (bx, by) = self.stretches[-1].points_m[0], self.stretches[-1].points_m[-1]
        if max(abs(bx - ax), abs(by - ay)) < FACING_M:
            return None
        return bearing_deg(bx - ax, by - ay)


Part = Trace | Ride


def parts_of(stretches: Sequence[Stretch], levels: Mapping[UUID, Level]) -> list[Part]:
    """Return the stretches as walks and rides in turn; rides of one kind on the same way up or down are one."""
    parts: list[Part] = []
    for kind, group in groupby(stretches, key=_ride_kind):
        members = tuple(group)
        if kind is None:
            parts.append(Trace.of(members))
            continue
        rise = levels[members[-1].to_level_id].ordinal - levels[members[0].level_id].ordinal
        ride = Ride(members, rise)
        if joined := _joined(parts, ride):
            parts[-2:] = [joined]
        else:
            parts.append(ride)
    return parts


def _ride_kind(stretch: Stretch) -> EdgeKind | None:
    return stretch.kind if stretch.kind in RIDES else None


def _joined(parts: Sequence[Part], onward: Ride) -> Ride | None:
    """Return the ride before the last landing together with the ride after it; None where they are two."""
    if len(parts) < 2:
        return None
    before, landing = parts[-2:]
    if not isinstance(before, Ride) or not isinstance(landing, Trace) or landing.along_m[-1] > LANDING_M:
        return None
    if before.type is not onward.type or before.rise * onward.rise <= 0:
        return None
    return Ride((*before.stretches, *landing.stretches, *onward.stretches), before.rise + onward.rise)
