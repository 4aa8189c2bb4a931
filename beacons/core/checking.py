"""Findings of beacons: whether the registry fits a map, so that positions can be computed on it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from beacons.core.registry import Placement, identity_fields, identity_key
from venues.core.imdf.features import Level, Unit
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot
from venues.core.validation.finding import Finding, Severity, error, warning
from venues.core.walkable import is_walkable

# A beacon on the far face of a wall lies outside the unit that it serves: a wall's thickness and what drawing is exact to.
OFF_FLOOR_M = 2.0
# Two beacons of one format closer than this are one that was registered twice: nobody hangs two side by side.
SAME_SPOT_M = 0.3
# At 1 m free space takes 40 dB of what is sent at 2.4 GHz; Bluetooth sends -40 to +10 dBm, cases and bodies take up to 15 dB
# more. Above it stands mostly the strength at 0 m, as Eddystone gives it.
LIKELY_POWER_DBM = (-95, -30)
# Knee height to the ceiling of a concourse: 0 is mostly a field left empty. Our assumption.
LIKELY_HEIGHT_M = (0.2, 15.0)
# iBeacon's 100 ms is the fastest in use; a walker goes 1.2 m/s, so that past 2 s most windows of a fix hear nothing.
LIKELY_INTERVAL_MS = (100, 2_000)
# At 20 m a beacon of -59 dBm at 1 m comes in at -85 dBm, behind one wall (10 dB) at the edge of what phones hear.
REACH_M = 20.0
# Less floor than this out of reach of every beacon is a corner, not a hole. Our assumption.
LARGEST_HOLE_M2 = 100.0
# Fleets of hundreds share one identity: a message names so many.
MOST_NAMED = 3

Registry = Mapping[UUID, Placement]
LngLat = tuple[float, float]


def check(registry: Registry, snapshot: Snapshot) -> list[Finding]:
    """Return every finding of the beacons in use over the map, errors first. `feature_id` is the beacon's id, else a feature's."""
    facts = _Facts(registry, snapshot)
    found = [finding for family in FAMILIES for finding in family(facts)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


@dataclass(frozen=True, eq=False)
class _Facts:
    """What the checks read: the beacons by id, and the map."""

    registry: Registry
    snapshot: Snapshot

    def name(self, beacon_id: UUID) -> str:
        """Return how a message calls the beacon."""
        return f'beacon "{self.registry[beacon_id].name}" ({beacon_id})'

    def names(self, beacon_ids: Sequence[UUID]) -> str:
        """Return how a message calls several beacons: the first few of them, and how many more there are."""
        named = ", ".join(self.name(beacon_id) for beacon_id in beacon_ids[:MOST_NAMED])
        return f"{named} and {len(beacon_ids) - MOST_NAMED} more" if len(beacon_ids) > MOST_NAMED else named

    def at(self, beacon_id: UUID) -> LngLat:
        """Return where the beacon hangs."""
        return self.registry[beacon_id].lng, self.registry[beacon_id].lat

    def points_m(self, beacon_ids: Iterable[UUID]) -> NDArray[np.object_]:
        """Return the places of beacons as points in metres."""
        degrees = np.array([self.at(beacon_id) for beacon_id in beacon_ids]).reshape(-1, 2)
        return np.asarray(shapely.points(self.snapshot.frame.points_to_metres(degrees)))

    @cached_property
    def by_level(self) -> Mapping[UUID, list[UUID]]:
        """The beacons of each level of the map that has any."""
        groups: dict[UUID, list[UUID]] = defaultdict(list)
        for beacon_id, placed in self.registry.items():
            if placed.level_id in self.snapshot.levels:
                groups[placed.level_id].append(beacon_id)
        return groups


def _levels(facts: _Facts) -> Iterator[Finding]:
    """Yield beacon_level_unknown: an error where no beacon is left on the map, so that nobody could be located."""
    severity = warning if facts.by_level else error
    for beacon_id, placed in facts.registry.items():
        if placed.level_id not in facts.snapshot.levels:
            message = (
                f"{facts.name(beacon_id)} hangs on level {placed.level_id}, which is not on the map, so it is left out."
            )
            yield severity(
                "beacon_level_unknown", beacon_id, f"{message} Name a level of the map.", facts.at(beacon_id)
            )


def _floors(facts: _Facts) -> Iterator[Finding]:
    """Yield beacon_off_floor."""
    for level_id, beacon_ids in facts.by_level.items():
        floor = _floor(facts.snapshot, facts.snapshot.levels[level_id])
        points = facts.points_m(beacon_ids)
        near, _ = shapely.STRtree(floor).query(points, predicate="dwithin", distance=OFF_FLOOR_M)
        on_floor = set(near.tolist())
        for index, beacon_id in enumerate(beacon_ids):
            if index not in on_floor:
                message = (
                    f"{facts.name(beacon_id)} hangs outside every unit of its level. Correct its place or its level."
                )
                yield warning("beacon_off_floor", beacon_id, message, facts.at(beacon_id))


def _floor(snapshot: Snapshot, level: Level) -> list[BaseGeometry]:
    """Return what may lie below a beacon in metres: the level's units; in the open all of its outline."""
    shapes = [snapshot.shapes_m.get(unit.id) for unit in snapshot.units_by_level[level.id]]
    if level.outdoor:
        shapes.append(snapshot.shapes_m.get(level.id))
    return [shape for shape in shapes if shape is not None]


def _identities(facts: _Facts) -> Iterator[Finding]:
    """Yield beacon_identity_shared: of beacons that share one, those without an address can't be told from the others."""
    sharing: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for beacon_id, placed in facts.registry.items():
        sharing[identity_key(placed.identity)].append(beacon_id)
    for beacon_ids in sharing.values():
        unaddressed = [beacon_id for beacon_id in beacon_ids if not facts.registry[beacon_id].address]
        for beacon_id in unaddressed if len(beacon_ids) > 1 else ():
            others = facts.names([other for other in beacon_ids if other != beacon_id])
            message = f"{facts.name(beacon_id)} has no address and the identity of {others}, so it is never recognised."
            yield error(
                "beacon_identity_shared", beacon_id, f"{message} Give both their radio address.", facts.at(beacon_id)
            )


def _spots(facts: _Facts) -> Iterator[Finding]:
    """Yield beacon_twice. One device may send several formats, so those of one format are compared."""
    for beacon_ids in facts.by_level.values():
        points = facts.points_m(beacon_ids)
        pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=SAME_SPOT_M)
        for one, other in pairs.T.tolist():
            first, second = beacon_ids[one], beacon_ids[other]
            if one < other and _format(facts.registry[first]) == _format(facts.registry[second]):
                message = (
                    f"{facts.name(second)} hangs where {facts.name(first)} hangs. Remove one, or correct its place."
                )
                yield warning("beacon_twice", second, message, facts.at(second))


def _format(placed: Placement) -> str:
    return identity_fields(placed.identity)["format"]


def _settings(facts: _Facts) -> Iterator[Finding]:
    """Yield beacon_power_unlikely, beacon_height_unlikely and beacon_interval_unlikely."""
    for beacon_id, placed in facts.registry.items():
        name, at = facts.name(beacon_id), facts.at(beacon_id)
        if not _within(placed.measured_power_dbm, LIKELY_POWER_DBM):
            message = f"{name} is measured at {placed.measured_power_dbm} dBm. Give its strength at 1 m, not at 0 m."
            yield warning("beacon_power_unlikely", beacon_id, message, at)
        if not _within(placed.height_m, LIKELY_HEIGHT_M):
            message = f"{name} hangs at {placed.height_m:g} m. Give its height above the floor of its level."
            yield warning("beacon_height_unlikely", beacon_id, message, at)
        if not _within(placed.interval_ms, LIKELY_INTERVAL_MS):
            message = f"{name} advertises every {placed.interval_ms} ms. Set it to 100 to 2000 ms."
            yield warning("beacon_interval_unlikely", beacon_id, message, at)


def _within(value: float, likely: tuple[float, float]) -> bool:
    return likely[0] <= value <= likely[1]


def _coverage(facts: _Facts) -> Iterator[Finding]:
    """Yield level_without_beacons and unit_uncovered: indoors, where nothing else tells where a visitor is."""
    for level in facts.snapshot.levels.values() if facts.by_level else ():
        if level.outdoor:
            continue
        floor = {
            unit.id: facts.snapshot.shapes_m[unit.id]
            for unit in facts.snapshot.units_by_level[level.id]
            if is_walkable(unit) and unit.id in facts.snapshot.shapes_m
        }
        if level.id in facts.by_level:
            yield from _holes(facts, level, floor)
        elif sum(shape.area for shape in floor.values()) > LARGEST_HOLE_M2:
            message = f"{_called(level)} has no beacon, so nobody can be located on it. Hang beacons there."
            yield warning("level_without_beacons", level.id, message, _on(facts.snapshot, next(iter(floor.values()))))


def _holes(facts: _Facts, level: Level, floor: Mapping[UUID, BaseGeometry]) -> Iterator[Finding]:
    large = {unit_id: shape for unit_id, shape in floor.items() if shape.area > LARGEST_HOLE_M2}
    if not large:
        return
    reached = shapely.union_all(shapely.buffer(facts.points_m(facts.by_level[level.id]), REACH_M))
    for unit_id, shape in large.items():
        hole = shape.difference(reached)
        if hole.area > LARGEST_HOLE_M2:
            unit = _called(facts.snapshot.units[unit_id])
            message = f"{hole.area:.0f} m2 of {unit} on {_called(level)} are over {REACH_M:g} m from every beacon."
            yield warning("unit_uncovered", unit_id, f"{message} Hang another there.", _on(facts.snapshot, hole))


def _called(feature: Level | Unit) -> str:
    """Return how a message calls a feature, as those of the map do: `level "Ground floor" (6e6c...)`."""
    kind, text = type(feature).__name__.lower(), label_in(feature.name, "en")
    return f'{kind} "{text}" ({feature.id})' if text else f"{kind} {feature.id}"


def _on(snapshot: Snapshot, shape: BaseGeometry) -> LngLat:
    """Return a point in degrees on a shape in metres."""
    point = shapely.point_on_surface(shape)
    lng, lat = snapshot.frame.to_lng_lat(point.x, point.y)
    return round(lng, 7), round(lat, 7)


FAMILIES: tuple[Callable[[_Facts], Iterator[Finding]], ...] = (
    _levels,
    _floors,
    _identities,
    _spots,
    _settings,
    _coverage,
)
