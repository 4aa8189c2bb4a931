"""Where each thing of a walk was heard: by a surveyor's way points, or by the filter where it is sure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from math import atan2, degrees, hypot, nan

import numpy as np
from numpy.typing import NDArray

from beacons.core import tracking
from beacons.core.cells import Ints
from beacons.core.learning.walks import SECOND, Walk, seconds_of
from beacons.core.sighting import Sighting
from beacons.core.terrain import Terrain
from geo.position import LevelPoint, Position

Floats = NDArray[np.float64]

# A visitor's fix teaches something where it is sure: half of its probability lies within a tile or two of what is learned.
CONFIDENT_M, CONFIDENT_LEVEL = 3.0, 0.95
# So far within three seconds, and the way somebody goes is the way they face.
WALKING_M = 1.2


@dataclass(frozen=True)
class Fix:
    """Where somebody was at an instant, and the way they faced, clockwise from north; nan where they stood."""

    at: datetime
    point: LevelPoint
    facing_deg: float = nan


@dataclass(frozen=True, eq=False)
class Placed:
    """What was heard at known places of one walk: (k,) metres, indices of levels, degrees (nan: not known), indices of beacons, dBm."""

    x_m: Floats
    y_m: Floats
    level: Ints
    """Into the level ids of the cells."""
    facing_deg: Floats
    beacon: Ints
    rssi_dbm: Floats

    def __len__(self) -> int:
        return len(self.beacon)

    @classmethod
    def together(cls, parts: Sequence["Placed"]) -> "Placed":
        """Return all rows in one."""
        columns = zip(*([getattr(part, each.name) for each in fields(cls)] for part in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns)) if parts else _NOTHING


_NOTHING = Placed(np.empty(0), np.empty(0), np.empty(0, np.int32), np.empty(0), np.empty(0, np.int32), np.empty(0))


def placed(terrain: Terrain, walk: Walk) -> Placed:
    """Return what the walk heard at places that are known: a surveyor's word before the filter's."""
    fixes = surveyed_fixes(walk) if walk.is_surveyed else confident_fixes(terrain, walk.sightings)
    return placed_at(terrain, walk.sightings, fixes)


def placed_at(terrain: Terrain, sightings: Sequence[Sighting], fixes: Sequence[Fix]) -> Placed:
    """Return what was heard within half a second of each fix on a level of the map."""
    number = {level_id: index for index, level_id in enumerate(terrain.cells.level_ids)}
    heard_at = np.array([one.heard_at.timestamp() for one in sightings])
    rows = []
    for fix in fixes:
        begin, end = np.searchsorted(heard_at, fix.at.timestamp() + np.array([-0.5, 0.5]))
        if (level := number.get(fix.point.level_id)) is not None:
            heard = terrain.ether.deployment.means_dbm(sightings[begin:end])
            rows += [(fix.point.x_m, fix.point.y_m, level, fix.facing_deg, *one) for one in heard.items()]
    if not rows:
        return _NOTHING
    x_m, y_m, on, facing_deg, beacon, rssi_dbm = np.array(rows).T
    return Placed(x_m, y_m, on.astype(np.int32), facing_deg, beacon.astype(np.int32), rssi_dbm)


def surveyed_fixes(walk: Walk) -> list[Fix]:
    """Return where a surveyor was in every second between their way points."""
    found = [Fix(at, point) for at, _ in seconds_of(walk.sightings) if (point := walk.place_at(at)) is not None]
    return _facing(found)


def followed(terrain: Terrain, sightings: Sequence[Sighting]) -> list[Position]:
    """Return the smoothed positions of a walk, as far as they can be told."""
    found: list[Position] = []
    track: tracking.Track | None = None
    for _, heard in seconds_of(sightings):
        track = tracking.follow(terrain, track, heard)
        position = tracking.smoothed(terrain, track) if track else None
        if position is not None and (not found or position.at > found[-1].at):
            found.append(position)
    return found


def confident_fixes(terrain: Terrain, sightings: Sequence[Sighting]) -> list[Fix]:
    """Return where the filter is sure that somebody was."""
    sure = [
        Fix(each.at, each.point)
        for each in followed(terrain, sightings)
        if each.accuracy_m <= CONFIDENT_M and _level_probability(each) >= CONFIDENT_LEVEL
    ]
    return _facing(sure)


def _level_probability(position: Position) -> float:
    return position.posterior.level_probability()[position.point.level_id]


def _facing(fixes: Sequence[Fix]) -> list[Fix]:
    """Return the fixes with the way from the one before each to the one after it."""
    found = list(fixes)
    for number in range(1, len(fixes) - 1):
        before, fix, after = fixes[number - 1 : number + 2]
        east_m, north_m = after.point.x_m - before.point.x_m, after.point.y_m - before.point.y_m
        in_one_go = after.at - before.at <= 3 * SECOND and before.point.level_id == after.point.level_id
        if in_one_go and hypot(east_m, north_m) >= WALKING_M:
            found[number] = Fix(fix.at, fix.point, degrees(atan2(east_m, north_m)) % 360)
    return found
