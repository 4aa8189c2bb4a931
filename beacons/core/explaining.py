"""Why a position is where it is: what each beacon said, what was expected of it there, and how far it moved the fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core import tracking
from beacons.core.emission import (
    EXPONENT,
    FLOOR_LOSS_DB,
    NEAREST_M,
    PHONE_HEIGHT_M,
    STOREY_M,
    WALL_LOSS_DB,
)
from beacons.core.fixing import fix_of
from beacons.core.hearing import BODY_LOSS_DB, FAST_DB, STATIC_DB, Floats
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


@dataclass(frozen=True, eq=False)
class Explanation:
    """A fix of one batch alone, the phone's offset that it implies, and each beacon's part, strongest first."""

    position: Position
    offset_db: float
    pulls: tuple[Pull, ...]


def explained(terrain: Terrain, sightings: Sequence[Sighting]) -> Explanation | None:
    """Return why the fix of these sightings is where it is, None where nothing known was heard.

    It is the fix of a visitor of whom nothing else is known.
    """
    found = fix_of(terrain, None, sightings)
    if found.position is None:
        return None
    by_beacon, believed = _by_beacon(terrain, sightings), _by_beacon(terrain, found.believed)
    means = {index: float(np.mean([one.rssi_dbm for one in own])) for index, own in by_beacon.items()}
    indices = sorted(means, key=lambda index: (index not in believed, -means[index], index))
    packets = np.array([len(by_beacon[index]) for index in indices])
    rssi_dbm = np.array([means[index] for index in indices])
    counts = np.arange(len(indices)) < min(tracking.BEACONS_USED, len(believed))
    weight = np.where(counts, 1 / (STATIC_DB**2 + FAST_DB**2 / packets), 0)
    expected = expected_dbm(terrain, found.position.point, np.array(indices))
    offset_db = float(weight @ (rssi_dbm - expected) / weight.sum())
    pulls = [
        Pull(
            index, int(packets[i]), float(rssi_dbm[i]), float(expected[i] + offset_db),
            float(rssi_dbm[i] - expected[i] - offset_db), float(weight[i] / weight.sum()), index in believed,
            _shift_m(terrain, found.position, by_beacon, index) if index in believed else None,
        )
        for i, index in enumerate(indices)
    ]  # fmt: skip
    return Explanation(found.position, offset_db, tuple(sorted(pulls, key=lambda pull: (-pull.rssi_dbm, pull.index))))


def expected_dbm(terrain: Terrain, point: LevelPoint, beacons: NDArray[np.intp]) -> Floats:
    """Return (k,) how strong beacons are expected at a place, for a phone without offset, half shaded by its bearer."""
    deployment, at = terrain.ether.deployment, beacons
    level = terrain.cells.level_ids.index(point.level_id)
    storeys = deployment.beacon_ordinal[at] - terrain.ether.ordinal[level]
    up_m = deployment.height_m[at] - PHONE_HEIGHT_M + STOREY_M * storeys
    flat_m2 = (deployment.x_m[at] - point.x_m) ** 2 + (deployment.y_m[at] - point.y_m) ** 2
    loss_db = FLOOR_LOSS_DB * np.abs(storeys) + BODY_LOSS_DB / 2
    loss_db = loss_db + WALL_LOSS_DB * (deployment.beacon_building[at] != terrain.ether.building[level])
    distance_db = 5 * EXPONENT * np.log10(flat_m2 + np.maximum(up_m**2, NEAREST_M**2))
    return np.asarray(deployment.measured_power_dbm[at] - loss_db - distance_db)


def _by_beacon(terrain: Terrain, sightings: Sequence[Sighting]) -> dict[int, list[Sighting]]:
    found: dict[int, list[Sighting]] = {}
    for one in sightings:
        index = terrain.ether.deployment.index_of(one.identity, one.address)
        if index is not None:
            found.setdefault(index, []).append(one)
    return found


def _shift_m(
    terrain: Terrain, position: Position, by_beacon: Mapping[int, Sequence[Sighting]], index: int
) -> tuple[float, float] | None:
    others = [one for other, own in by_beacon.items() if other != index for one in own]
    without = fix_of(terrain, None, others).position if others else None
    if without is None:
        return None
    return position.point.x_m - without.point.x_m, position.point.y_m - without.point.y_m
