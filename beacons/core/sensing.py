"""What a phone's sensors mean for where it is: spots on the map, and how it moved since the moment before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from uuid import UUID

import numpy as np

from beacons.core.batch import SightingBatch
from beacons.core.cells import Cells
from beacons.core.evidence import Moved, Spot
from beacons.core.felt import Anchor, AnchorKind, Gnss, Point
from beacons.errors import InvalidBatch
from venues.core.places import place_of
from venues.core.snapshot import Snapshot

# The radius that holds 68 % of a normal distribution in two dimensions, and the one that holds 95 %, in deviations.
RADIUS_68, RADIUS_95 = 1.51, 2.45
# Between buildings satellites err by some metres more than phones own to. Our assumption.
LEAST_GNSS_DEVIATION_M = 3.0
# Worse fixes come from radio masts and say nothing that the map does not.
WORST_GNSS_M = 100.0
# Nobody walkable within so many times the radius that holds 95 %: outside of the venue, not on the pavement before it.
OUTSIDE_RADII = 2.0
# How far from a code people scan it, and how well they tap where they are.
DEVIATION_M = {AnchorKind.QR: 1.5, AnchorKind.TAP: 4.0}
# Grown people's steps are 0.65 to 0.8 m long (Öberg et al. 1993, normal gait).
STEP_M = 0.7
# Whoever scans a code or taps on the map corrects us: it outweighs what was believed at once. Our assumption.
CORRECTS = 0.8
# The hypsometric equation's R T / g M at 22 degrees.
SCALE_HEIGHT_M = 8_640.0
# A storey is climbed in some 10 s: over so long a climb stands out of the noise of the air (0.3 m), within a second it does not.
CLIMB_S = timedelta(seconds=6)
# Longer ago, the air and the way somebody faced say nothing of a change; fixes and codes so old are of another place.
TOO_LONG = timedelta(seconds=30)
TOO_OLD = timedelta(seconds=10)


@dataclass(frozen=True)
class Felt:
    """What a phone said last, to tell changes by, and which fix and which code counted already."""

    at: datetime
    heading_deg: float | None = None
    pressures: tuple[tuple[datetime, float], ...] = ()
    """In hPa, of the last CLIMB_S, the oldest first."""
    gnss_at: datetime | None = None
    anchor_at: datetime | None = None


@dataclass(frozen=True)
class Sensed:
    """What a batch's sensors mean, and what to remember of it. `is_outside`: satellites see it far from the venue.

    `told`: spots by what told them, `gnss` or the kind of the anchor.
    """

    told: Mapping[str, Spot]
    moved: tuple[Moved, ...]
    is_outside: bool
    felt: Felt

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(self.told.values())


def sensed(batch: SightingBatch, felt: Felt | None, snapshot: Snapshot, cells: Cells, now: datetime) -> Sensed:
    """Return what the sensors say at an event time. A fix or a code that counted before does not count again.

    Raises InvalidBatch where an anchor is at no place, or on no level, of the map.
    """
    before = felt if felt is not None and timedelta(0) <= now - felt.at <= TOO_LONG else None
    told: dict[str, Spot] = {}
    is_outside = False
    counted = felt or Felt(now)
    if (anchor := batch.anchor) and _is_fresh(anchor.at, counted.anchor_at, now):
        told[anchor.kind] = anchor_spot(anchor, snapshot, cells)
    if (gnss := batch.gnss) and _is_fresh(gnss.at, counted.gnss_at, now) and gnss.accuracy_m <= WORST_GNSS_M:
        is_outside = is_off(gnss, snapshot, cells)
        told |= {} if is_outside else {"gnss": gnss_spot(gnss, snapshot)}
    return Sensed(told, tuple(_moved(before, batch, now)), is_outside, _remembered(counted, batch, now))


def gnss_spot(gnss: Gnss, snapshot: Snapshot) -> Spot:
    """Return where satellites see the phone, on whatever level."""
    x_m, y_m = snapshot.frame.to_metres(gnss.lng, gnss.lat)
    return Spot(gnss.at, x_m, y_m, max(gnss.accuracy_m / RADIUS_68, LEAST_GNSS_DEVIATION_M))


def is_off(gnss: Gnss, snapshot: Snapshot, cells: Cells) -> bool:
    """Return whether a fix is so far from everywhere one can walk that the phone can't be in the venue."""
    x_m, y_m = snapshot.frame.to_metres(gnss.lng, gnss.lat)
    reach_m = OUTSIDE_RADII * RADIUS_95 / RADIUS_68 * max(gnss.accuracy_m, LEAST_GNSS_DEVIATION_M)
    if not len(cells):
        return True
    beyond_m = max(
        float(cells.x_m.min()) - x_m,
        x_m - float(cells.x_m.max()),
        float(cells.y_m.min()) - y_m,
        y_m - float(cells.y_m.max()),
    )
    return beyond_m > reach_m or not len(cells.near(x_m, y_m, reach_m))


def anchor_spot(anchor: Anchor, snapshot: Snapshot, cells: Cells) -> Spot:
    """Return where the visitor says to be. Raises InvalidBatch where the map has no such place or level."""
    deviation_m = DEVIATION_M[anchor.kind]
    if isinstance(anchor.where, Point):
        x_m, y_m = snapshot.frame.to_metres(anchor.where.lng, anchor.where.lat)
        levels = _levels(anchor.where.level, snapshot, cells)
        return Spot(anchor.at, x_m, y_m, deviation_m, levels, CORRECTS)
    place = place_of(snapshot, anchor.where)
    if place is None or place.point is None:
        raise InvalidBatch(f"anchor.place {anchor.where} is no place of the map with a point.", param="anchor.place")
    shapes = (snapshot.shapes_m.get(feature_id) for feature_id in (place.id, *place.unit_ids))
    area_m2 = next((shape.area for shape in shapes if shape is not None), 0.0)
    point = place.point
    # Of a square, uniformly: the deviation along a side.
    deviation_m = max(deviation_m, float(np.sqrt(area_m2 / 12)))
    return Spot(anchor.at, point.x_m, point.y_m, deviation_m, _numbers({point.level_id}, cells), CORRECTS)


def _levels(level: UUID | float, snapshot: Snapshot, cells: Cells) -> frozenset[int]:
    if isinstance(level, UUID):
        ids = {level} & set(snapshot.levels)
    else:
        ids = {each.id for each in snapshot.levels.values() if each.ordinal == level}
    if not ids:
        raise InvalidBatch(f"anchor.level {level} is no level of the map.", param="anchor.level")
    return _numbers(ids, cells)


def _numbers(level_ids: Iterable[UUID], cells: Cells) -> frozenset[int]:
    return frozenset(cells.level_ids.index(level_id) for level_id in level_ids)


def _moved(before: Felt | None, batch: SightingBatch, now: datetime) -> Iterable[Moved]:
    """Yield how the phone moved since it last said, where it says anything; the climb is that of the last CLIMB_S."""
    if before is None or now <= before.at:
        return
    motion, barometer = batch.motion, batch.barometer
    walked_m = motion.steps * STEP_M if motion and motion.steps is not None else None
    turned_deg = climbed_m = None
    if motion and motion.heading_deg is not None and before.heading_deg is not None:
        turned_deg = (motion.heading_deg - before.heading_deg + 180) % 360 - 180
    if barometer and before.pressures:
        climbed_m = SCALE_HEIGHT_M * log(before.pressures[0][1] / barometer.pressure_hpa)
    if (walked_m, turned_deg, climbed_m) != (None, None, None):
        yield Moved(before.at, now, walked_m, turned_deg, climbed_m)


def _is_fresh(at: datetime, counted_at: datetime | None, now: datetime) -> bool:
    return at >= now - TOO_OLD and (counted_at is None or at > counted_at)


def _remembered(counted: Felt, batch: SightingBatch, now: datetime) -> Felt:
    """Return what to remember: the heading said just now, the air of the last seconds, of fixes and codes the newest."""
    pressures = [(at, hpa) for at, hpa in counted.pressures if now - CLIMB_S <= at < now]
    return Felt(
        now,
        batch.motion.heading_deg if batch.motion else None,
        (*pressures, *([(now, batch.barometer.pressure_hpa)] if batch.barometer else [])),
        _later(counted.gnss_at, batch.gnss.at if batch.gnss else None),
        _later(counted.anchor_at, batch.anchor.at if batch.anchor else None),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
