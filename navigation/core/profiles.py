"""Profiles: what a way costs whom. A profile is one small class and one line in PROFILES.

A cost is a duration in whole milliseconds, so that sums are exact in any order. Forbidden is infinite: FORBIDDEN is never
added to anything, and no route contains such an edge.

Speeds are plan speeds: metres as a map shows them. They are our assumptions, after these works as they are commonly cited; the
works themselves were not at hand:

* walking 1.34 m/s, stairs up 0.61 m/s, stairs down 0.69 m/s: U. Weidmann, Transporttechnik der Fussgänger, ETH Zürich 1993;
* powered wheelchair 0.89 m/s: K. Boyce, T. Shields, G. Silcock, Fire Technology 35(1), 1999;
* escalator 0.5 m/s along an incline of 30 degrees, so 0.43 m/s in plan, and moving walkway 0.65 m/s: EN 115-1:2017, 5.4.1;
* lift: 30 s from call to boarding, CIBSE Guide D:2020, chapter 3; 4 s a level is a storey of 4.5 m at 1.6 m/s with its share of
  starting and stopping;
* where no source is named, the number is our assumption.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import ClassVar, Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph

Costs = NDArray[np.int32]
Mask = NDArray[np.bool_]

FORBIDDEN = 2**31 - 1
"""The cost of an edge that can't be taken."""

# For the kernel, which knows numbers only.
LEAF, AUTOMATIC_DOOR = int(EdgeFlag.LEAF), int(EdgeFlag.AUTOMATIC_DOOR)

# The steepest ramp, in per cent, and the narrowest passage, in metres, for a wheelchair (our assumption, after ISO 21542:2021).
WHEELCHAIR_SLOPE_PERCENT = 8.0
WHEELCHAIR_WIDTH_M = 0.8
STROLLER_WIDTH_M = 0.6


@dataclass(frozen=True)
class Pace:
    """How fast somebody is on each kind of way, and how long doors and lifts take them."""

    walk_mps: float
    stairs_up_mps: float
    stairs_down_mps: float
    ramp_mps: float
    escalator_mps: float
    moving_walkway_mps: float
    door_s: float
    automatic_door_s: float
    lift_wait_s: float = 30.0
    lift_s_per_level: float = 4.0

    def at(self, walk_mps: float) -> "Pace":
        """Return the pace of somebody who walks so fast on the flat: feet are faster or slower by that, machines are not.

        >>> WALKING.at(0.67).stairs_up_mps, WALKING.at(0.67).escalator_mps, round(WALKING.at(1.0).moving_walkway_mps, 2)
        (0.305, 0.43, 1.65)
        """
        factor = walk_mps / self.walk_mps
        carried_mps = max(self.moving_walkway_mps - self.walk_mps, 0.0)  # by the belt, where one walks on it
        return replace(
            self,
            walk_mps=walk_mps,
            stairs_up_mps=self.stairs_up_mps * factor,
            stairs_down_mps=self.stairs_down_mps * factor,
            ramp_mps=self.ramp_mps * factor,
            moving_walkway_mps=carried_mps + walk_mps if carried_mps else self.moving_walkway_mps,
        )

    def walk_ms(self, length_m: float) -> int:
        """Return the whole milliseconds of a walk on the flat, such as from a door to the middle of a room.

        >>> WALKING.walk_ms(13.4)
        10000
        """
        return ceil(round(length_m / self.walk_mps * 1000, 6))


WALKING = Pace(1.34, 0.61, 0.69, 1.2, 0.43, 1.34 + 0.65, door_s=2.0, automatic_door_s=0.5)
ROLLING = Pace(0.89, 0.61, 0.69, 0.6, 0.43, 0.65, door_s=6.0, automatic_door_s=1.0)
PUSHING = Pace(1.1, 0.3, 0.3, 0.9, 0.43, 0.65, door_s=4.0, automatic_door_s=0.5)
FEELING = Pace(1.0, 0.45, 0.45, 0.9, 0.43, 0.65, door_s=4.0, automatic_door_s=1.0)


class Profile(Protocol):
    """How somebody moves. A profile says how fast and what is forbidden; the rest follows."""

    name: ClassVar[str]
    pace: ClassVar[Pace]

    def forbids(self, graph: RoutingGraph) -> Mask:
        """(m,) true for the edges that this visitor can't or may not take."""
        ...

    def costs_ms(self, graph: RoutingGraph, pace: Pace | None = None) -> Costs:
        """(m,) whole milliseconds of each edge at a pace, the profile's own by default; FORBIDDEN where it can't be taken."""
        return np.where(self.forbids(graph), np.int32(FORBIDDEN), durations_ms(pace or self.pace, graph))


class Walk(Profile):
    """On foot, without staff's keys."""

    name: ClassVar[str] = "walk"
    pace: ClassVar[Pace] = WALKING

    def forbids(self, graph: RoutingGraph) -> Mask:
        return has(graph, EdgeFlag.STAFF_ONLY)


class Wheelchair(Profile):
    """Step-free: no stairs, no escalators, nothing steep or narrow, no revolving doors."""

    name: ClassVar[str] = "wheelchair"
    pace: ClassVar[Pace] = ROLLING

    def forbids(self, graph: RoutingGraph) -> Mask:
        steep = np.abs(graph.slope_percent) > WHEELCHAIR_SLOPE_PERCENT
        return not_on_wheels(graph) | steep | (graph.width_m < WHEELCHAIR_WIDTH_M)


class Stroller(Profile):
    """With a pushchair: no stairs, no escalators, no revolving doors."""

    name: ClassVar[str] = "stroller"
    pace: ClassVar[Pace] = PUSHING

    def forbids(self, graph: RoutingGraph) -> Mask:
        return not_on_wheels(graph) | (graph.width_m < STROLLER_WIDTH_M)


class LowVision(Profile):
    """With a cane: slower, and not through revolving doors."""

    name: ClassVar[str] = "low_vision"
    pace: ClassVar[Pace] = FEELING

    def forbids(self, graph: RoutingGraph) -> Mask:
        return has(graph, EdgeFlag.STAFF_ONLY | EdgeFlag.TURNING_DOOR)


class Staff(Profile):
    """On foot, also behind the scenes."""

    name: ClassVar[str] = "staff"
    pace: ClassVar[Pace] = WALKING

    def forbids(self, graph: RoutingGraph) -> Mask:
        return np.zeros(graph.edge_count, np.bool_)


PROFILES: Mapping[str, Profile] = {
    profile.name: profile for profile in (Walk(), Wheelchair(), Stroller(), LowVision(), Staff())
}


def has(graph: RoutingGraph, flags: EdgeFlag) -> Mask:
    """(m,) true where the edge has any of the flags."""
    mask: Mask = (graph.flags & np.uint16(flags)) != 0
    return mask


def not_on_wheels(graph: RoutingGraph) -> Mask:
    """(m,) true where nobody on or with wheels may or can go."""
    steps = (graph.kind == EdgeKind.STAIRS) | (graph.kind == EdgeKind.ESCALATOR)
    mask: Mask = steps | has(graph, EdgeFlag.STAFF_ONLY | EdgeFlag.TURNING_DOOR | EdgeFlag.NO_WHEELS)
    return mask


def durations_ms(pace: Pace, graph: RoutingGraph) -> Costs:
    """(m,) whole milliseconds that each edge takes at this pace, whether or not it is allowed.

    Rounded up, so that no step is free and none is faster than the pace.
    """
    kinds = len(EdgeKind)
    speeds_mps = np.full(2 * kinds, pace.walk_mps)  # on the level and upwards, then downwards
    speeds_mps[[EdgeKind.RAMP, kinds + EdgeKind.RAMP]] = pace.ramp_mps
    speeds_mps[[EdgeKind.ESCALATOR, kinds + EdgeKind.ESCALATOR]] = pace.escalator_mps
    speeds_mps[[EdgeKind.MOVING_WALKWAY, kinds + EdgeKind.MOVING_WALKWAY]] = pace.moving_walkway_mps
    speeds_mps[[EdgeKind.STAIRS, kinds + EdgeKind.STAIRS]] = pace.stairs_up_mps, pace.stairs_down_mps
    doors_s = np.array([0.0, pace.door_s, pace.automatic_door_s, pace.door_s + pace.automatic_door_s])
    waits_s, rides_s = np.zeros(kinds), np.zeros(kinds)
    waits_s[EdgeKind.LIFT], rides_s[EdgeKind.LIFT] = pace.lift_wait_s, pace.lift_s_per_level
    costs: Costs = _durations_ms(
        graph.kind, graph.flags, graph.length_m, graph.rise, graph.time_factor, speeds_mps, doors_s, waits_s, rides_s
    )
    return costs


@njit(cache=True, nogil=True)
def _durations_ms(kind, flags, length_m, rise, time_factor, speeds_mps, doors_s, waits_s, rides_s):  # type: ignore[no-untyped-def]  # Numba infers the types
    """(m,) what `durations_ms` says; a kernel without branches, because who asks for another profile waits for it."""
    durations = np.empty(len(kind), np.int32)
    kinds = len(waits_s)
    for edge in range(len(kind)):
        rise_levels = np.float64(rise[edge])
        seconds = np.float64(length_m[edge]) / speeds_mps[kind[edge] + kinds * (rise_levels < 0)]
        seconds += doors_s[((flags[edge] & LEAF) != 0) + 2 * ((flags[edge] & AUTOMATIC_DOOR) != 0)]
        seconds += waits_s[kind[edge]] + rides_s[kind[edge]] * abs(rise_levels)
        # Rounded to a nanosecond first: what is a whole millisecond but for the rounding of floats must not become another.
        milliseconds = np.ceil(np.rint(seconds * time_factor[edge] * 1e9) / 1e6)
        durations[edge] = np.int32(min(milliseconds, FORBIDDEN - 1.0))
    return durations
