"""Gates: where one passes through openings, and what lies on either side of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from navigation.core.compiling.areas import Nodes, Place
from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model, Traits
from navigation.core.graph import EdgeFlag, EdgeKind
from navigation.core.walk_area import CLEARANCE_M
from venues.core.imdf.features import Opening
from venues.core.snapshot import Snapshot

# How far from its line an opening's units are looked for: touching, then across walls of growing thickness.
PROBES_M = (0.05, 0.15, 0.3, 0.5)
# An opening as wide as this is passed at both of its ends too, clear of the jambs: there the shortest ways lead through it.
WIDE_M = 1.5
# Between its ends a wide opening is passed at places no further apart than this (our assumption: with 4 m the ways over the
# squares of the demo district are 0.5 % shorter and the graph has half as many edges again).
GATE_EVERY_M = 7.0
# Openings that are not for people on foot, or only in an emergency (IMDF, OPENING-CATEGORY).
NOT_ON_FOOT = frozenset({"automobile", "bicycle", "emergencyexit"})
# What only somebody who works here gets through (IMDF, ACCESS-CONTROL-CATEGORY).
KEYED = frozenset(
    {"badgereader", "fingerprintreader", "keyaccess", "passwordaccess", "retinascanner", "voicerecognition"}
)
TURNING = frozenset({"revolving", "turnstile"})


@dataclass(frozen=True)
class Gate:
    """One place to pass through an opening: its middle, and the unit on either side as an index into Floors.units."""

    opening: Opening
    number: int
    x_m: float
    y_m: float
    width_m: float
    sides: tuple[int | None, int | None]

    def key(self, side: int) -> tuple[UUID, int, int]:
        """Return what the gate's node on a side is called."""
        return (self.opening.id, self.number, side)


@dataclass(frozen=True, eq=False)
class GateSet:
    """All gates, and the units that their sides refer to."""

    gates: Sequence[Gate]
    floors: Floors

    @cached_property
    def of_opening(self) -> Mapping[UUID, Sequence[Gate]]:
        """The gates of each opening."""
        groups: dict[UUID, list[Gate]] = {}
        for gate in self.gates:
            groups.setdefault(gate.opening.id, []).append(gate)
        return groups


def gates_of(snapshot: Snapshot, floors: Floors) -> GateSet:
    """Return the gates of all openings that people on foot may use."""
    openings = [opening for opening in snapshot.openings.values() if is_passable(opening)]
    cuts = [
        (opening, number, width_m, middle, normal)
        for opening in openings
        if opening.id in snapshot.shapes_m
        for number, (width_m, middle, normal) in enumerate(_cuts(snapshot.shapes_m[opening.id]))
    ]
    if not cuts:
        return GateSet((), floors)
    middles = np.array([middle for *_, middle, _ in cuts])
    normals = np.array([normal for *_, normal in cuts])
    sides = _sides(floors, middles, normals, [cut[0].level_id for cut in cuts])
    gates = [
        Gate(opening, number, float(x_m), float(y_m), width_m, side)
        for (opening, number, width_m, (x_m, y_m), _), side in zip(cuts, sides, strict=True)
    ]
    return GateSet(gates, floors)


def is_passable(opening: Opening) -> bool:
    """Return whether people on foot may ever use the opening."""
    return opening.category not in NOT_ON_FOOT and "outofservice" not in opening.access_control


def places_of(gates: GateSet) -> Iterable[Place]:
    """Yield both sides of each gate between two units, and the one side of those that have only one."""
    for gate in gates.gates:
        for side, unit in enumerate(gate.sides):
            if unit is not None:
                yield Place(gate.key(side), gates.floors.units[unit].id, gate.x_m, gate.y_m, gate.opening.id)


def join_gates(model: Model, gates: GateSet, nodes: Nodes) -> None:
    """Add the way through every gate that has a unit on both sides."""
    for gate in gates.gates:
        if gate.sides[0] is not None and gate.sides[1] is not None:
            a, b = nodes[gate.key(0)], nodes[gate.key(1)]
            model.both_ways(a, b, traits_of(gates, gate), model.crow_m(a, b))


def traits_of(gates: GateSet, gate: Gate) -> Traits:
    """Return what is true of passing the gate: its own, and what both of its sides have in common."""
    opening = gate.opening
    sides = [gates.floors.flags_of(gates.floors.units[unit]) for unit in gate.sides if unit is not None]
    flags = EdgeFlag(0)
    for flag in (EdgeFlag.COVERED, EdgeFlag.COOLED, EdgeFlag.OUTDOOR):
        if sides and all(flag in side for side in sides):
            flags |= flag
    keyed = opening.category == "service" or not KEYED.isdisjoint(opening.access_control)
    if keyed or any(EdgeFlag.STAFF_ONLY in side for side in sides):
        flags |= EdgeFlag.STAFF_ONLY
    if opening.automatic:
        flags |= EdgeFlag.AUTOMATIC_DOOR
    elif opening.door_type not in (None, "open"):
        flags |= EdgeFlag.LEAF
    if opening.door_type in TURNING:
        flags |= EdgeFlag.TURNING_DOOR
    if gates.floors.snapshot.by_id[opening.id].properties.get("dalil:wheelchair") == "no":
        flags |= EdgeFlag.NO_WHEELS
    return Traits(EdgeKind.DOOR, opening.id, flags, gate.width_m)


_Cut = tuple[float, tuple[float, float], tuple[float, float]]


def _cuts(line_m: BaseGeometry) -> Iterable[_Cut]:
    """Yield the width of the opening, the middle of each gate, and the unit vector across the line there."""
    width_m = float(line_m.length)
    step_m = min(0.05, width_m / 4)
    for along_m in _gates_m(width_m):
        ends = [line_m.interpolate(along_m + offset) for offset in (-step_m, 0.0, step_m)]
        before, middle, after = (np.array((point.x, point.y)) for point in map(shapely.Point, ends))
        along = after - before
        length = float(np.hypot(*along)) or 1.0
        yield width_m, (float(middle[0]), float(middle[1])), (-along[1] / length, along[0] / length)


def _gates_m(width_m: float) -> list[float]:
    """Return how far along an opening each of its gates is.

    >>> _gates_m(0.9), _gates_m(10.86)
    ([0.45], [0.43, 5.43, 10.43])
    """
    if width_m < WIDE_M:
        return [width_m / 2]
    inner_m = width_m - 2 * CLEARANCE_M
    spaces = ceil(inner_m / GATE_EVERY_M)
    return [CLEARANCE_M + number * inner_m / spaces for number in range(spaces + 1)]


def _sides(
    floors: Floors, middles: NDArray[np.float64], normals: NDArray[np.float64], level_ids: Sequence[UUID]
) -> list[tuple[int | None, int | None]]:
    """Return the unit to the left and to the right of each gate: the nearest, not the same on both sides."""
    near: list[tuple[list[int], list[int]]] = [([], []) for _ in level_ids]
    pairs: list[tuple[int | None, int | None]] = [(None, None)] * len(level_ids)
    waiting = list(range(len(level_ids)))
    for probe_m in PROBES_M:
        for side, sign in enumerate((1.0, -1.0)):
            points = middles[waiting] + sign * probe_m * normals[waiting]
            for gate, units in zip(waiting, floors.at(points, [level_ids[gate] for gate in waiting]), strict=True):
                near[gate][side].extend(unit for unit in units if unit not in near[gate][side])
        for gate in waiting:
            pairs[gate] = _pair(floors, level_ids[gate], *near[gate])
        waiting = [gate for gate in waiting if not _is_settled(floors, level_ids[gate], pairs[gate])]
    return pairs


def _is_settled(floors: Floors, level_id: UUID, pair: tuple[int | None, int | None]) -> bool:
    """Return whether looking further would find nothing better: a unit on both sides, one of them of the own level."""
    return None not in pair and any(unit is not None and floors.units[unit].level_id == level_id for unit in pair)


def _pair(floors: Floors, level_id: UUID, left: list[int], right: list[int]) -> tuple[int | None, int | None]:
    """Return the first of each side; where that is one unit that reaches under both sides, the next one of either."""
    for side in (left, right):
        side.sort(key=lambda unit: floors.units[unit].level_id != level_id)  # stable: nearer ones stay first
    first_left, first_right = (side[0] if side else None for side in (left, right))
    if first_left is None or first_left != first_right:
        return first_left, first_right
    other_right = next((unit for unit in right if unit != first_left), None)
    if other_right is not None:
        return first_left, other_right
    other_left = next((unit for unit in left if unit != first_right), None)
    return (other_left, first_right) if other_left is not None else (None, None)
