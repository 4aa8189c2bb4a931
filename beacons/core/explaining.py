"""Why a position is where it is: what each beacon said, what was expected of it there, and how far it moved the fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core import tracking
from beacons.core.evidence import Spot
from beacons.core.fixing import Found, fix_of
from beacons.core.hearing import FAST_DB, STATIC_DB, Floats, expected_dbm
from beacons.core.sighting import Sighting
from beacons.core.terrain import Terrain
from geo.position import LevelPoint, Position


@dataclass(frozen=True)
class Pull:
    """One beacon's part in a fix. The shift, in metres, is where the fix is less where it would be without the beacon.

    `residual_db`: how much stronger it was than expected at the fix, the phone's offset taken off: above 0 it speaks for a
    place nearer to it. `weight`: its share of the evidence, 0 where it was too weak to be used. `believed`: whether it can have
    been heard beside the others; who can't has no weight. The shift is None where it has no say, or where nobody would be
    located without it.
    """

    index: int
    packets: int
    rssi_dbm: float
    expected_dbm: float
    residual_db: float
    weight: float
    believed: bool
    shift_m: tuple[float, float] | None


@dataclass(frozen=True)
class Hint:
    """The part of a satellite fix, a code or a tap: how far from the fix it speaks for, and the shift as of a beacon."""

    kind: str
    spot: Spot
    distance_m: float
    shift_m: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class Explanation:
    """A fix of one batch alone, the phone's offset that it implies (None where no beacon was heard), and each one's part.

    Beacons come strongest first.
    """

    position: Position
    offset_db: float | None
    pulls: tuple[Pull, ...]
    hints: tuple[Hint, ...]


def explained(terrain: Terrain, sightings: Sequence[Sighting], told: Mapping[str, Spot]) -> Explanation | None:
    """Return why the fix of these sightings and spots is where it is, None where nothing speaks of a place.

    It is the fix of a visitor of whom nothing else is known. Spots come by what told them.
    """
    found = fix_of(terrain, None, sightings, tuple(told.values()))
    if found.position is None:
        return None
    offset_db, pulls = _pulls(terrain, found, found.position, sightings, tuple(told.values()))
    hints = [
        Hint(
            kind, spot, float(np.hypot(spot.x_m - found.position.point.x_m, spot.y_m - found.position.point.y_m)),
            _shift_m(terrain, found.position, sightings, [other for other in told.values() if other is not spot]),
        )
        for kind, spot in told.items()
    ]  # fmt: skip
    return Explanation(found.position, offset_db, pulls, tuple(hints))


def _pulls(
    terrain: Terrain, found: Found, position: Position, sightings: Sequence[Sighting], spots: Sequence[Spot]
) -> tuple[float | None, tuple[Pull, ...]]:
    """Return the phone's offset and the part of each beacon, strongest first."""
    by_beacon, believed = _by_beacon(terrain, sightings), _by_beacon(terrain, found.believed)
    if not by_beacon:
        return None, ()
    means = {index: float(np.mean([one.rssi_dbm for one in own])) for index, own in by_beacon.items()}
    indices = sorted(means, key=lambda index: (index not in believed, -means[index], index))
    packets = np.array([len(by_beacon[index]) for index in indices])
    rssi_dbm = np.array([means[index] for index in indices])
    counts = np.arange(len(indices)) < min(tracking.BEACONS_USED, len(believed))
    weight = np.where(counts, 1 / (STATIC_DB**2 + FAST_DB**2 / packets), 0)
    expected = expected_at(terrain, position.point, np.array(indices))
    offset_db = float(weight @ (rssi_dbm - expected) / weight.sum())
    pulls = [
        Pull(
            index, int(packets[i]), float(rssi_dbm[i]), float(expected[i] + offset_db),
            float(rssi_dbm[i] - expected[i] - offset_db), float(weight[i] / weight.sum()), index in believed,
            _shift_m(terrain, position, _without(by_beacon, index), spots) if index in believed else None,
        )
        for i, index in enumerate(indices)
    ]  # fmt: skip
    return offset_db, tuple(sorted(pulls, key=lambda pull: (-pull.rssi_dbm, pull.index)))


def expected_at(terrain: Terrain, point: LevelPoint, beacons: NDArray[np.intp]) -> Floats:
    """Return (k,) how strong beacons are expected at a place, for a phone without offset, half shaded by its bearer."""
    level = np.full(len(beacons), terrain.cells.level_ids.index(point.level_id), np.int32)
    place_m = np.full(len(beacons), point.x_m), np.full(len(beacons), point.y_m)
    return expected_dbm(terrain.ether, *place_m, level, beacons.astype(np.int32))


def _by_beacon(terrain: Terrain, sightings: Sequence[Sighting]) -> dict[int, list[Sighting]]:
    found: dict[int, list[Sighting]] = {}
    for one in sightings:
        index = terrain.ether.deployment.index_of(one.identity, one.address)
        if index is not None:
            found.setdefault(index, []).append(one)
    return found


def _without(by_beacon: Mapping[int, Sequence[Sighting]], index: int) -> list[Sighting]:
    return [one for other, own in by_beacon.items() if other != index for one in own]


def _shift_m(
    terrain: Terrain, position: Position, sightings: Sequence[Sighting], spots: Sequence[Spot]
) -> tuple[float, float] | None:
    """Return how far the position is from what it were by these alone; None where that is nowhere."""
    without = fix_of(terrain, None, sightings, spots).position if sightings or spots else None
    if without is None:
        return None
    return position.point.x_m - without.point.x_m, position.point.y_m - without.point.y_m
