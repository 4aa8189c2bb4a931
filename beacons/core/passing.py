"""What one device's pass says of the beacons about it: those that it heard, and those that it should have heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from beacons.core.explaining import expected_at
from beacons.core.fixing import fix_of
from beacons.core.hearing import FAST_DB, GETS_THROUGH, STATIC_DB, THRESHOLD_DBM, Floats
from beacons.core.sighting import Sighting
from beacons.core.terrain import Terrain
from geo.position import LevelPoint

# A pass says something of silence where the beacon should have been heard that surely (POSITIONING.md, Beacon health).
SURELY = 0.9
# No beacon is expected surely from farther off.
EXPECTED_WITHIN_M = 20.0
INSTANT = datetime(2000, 1, 1, tzinfo=UTC)  # any: what is heard at once has no order
NOISE_DB = float(np.hypot(STATIC_DB, FAST_DB))
# Fewer beacons in a pass don't tell the phone's offset from the error of one of them.
LEAST_HEARD = 4
# The beacon that fits worst, if as badly as that, is compared with the fix that the others alone give.
DOUBTFUL_DB = 8.0


@dataclass(frozen=True)
class Fix:
    """A confident position of a device, and what it heard then: the mean dBm of beacons by their index."""

    point: LevelPoint
    rssi_dbm: Mapping[int, float]


@dataclass(frozen=True)
class Evidence:
    """Of one beacon in one pass: how much stronger than expected in deviations, None where missed; and from where.

    `rssi_dbm` and `point` are those of the loudest hearing, `distance_m` from there to where the beacon should be.
    """

    index: int
    deviation: float | None
    point: LevelPoint
    distance_m: float
    rssi_dbm: float


def evidence_of(terrain: Terrain, fixes: Sequence[Fix]) -> list[Evidence]:
    """Return what a pass says, by beacon. Nothing where too few beacons were heard to know the phone's offset."""
    heard = sorted({index for fix in fixes for index in fix.rssi_dbm})
    if len(heard) < LEAST_HEARD:
        return []
    about = np.union1d(heard, _about(terrain, fixes)).astype(np.intp)
    expected = np.stack([expected_at(terrain, fix.point, about) for fix in fixes])
    rssi = np.array([[fix.rssi_dbm.get(int(index), np.nan) for index in about] for fix in fixes])
    offset_db = float(np.nanmedian(rssi - expected))
    was_heard = np.isin(about, heard)
    missed = was_heard | (_chance(expected + offset_db) < SURELY)
    found = [
        Evidence(int(about[k]), None, fixes[-1].point, 0.0, 0.0) for k in np.flatnonzero(~missed)
    ]  # fmt: skip
    residuals_db = np.nanmean(rssi[:, was_heard] - expected[:, was_heard], axis=0) - offset_db
    worst = int(np.abs(residuals_db).argmax())
    for rank, k in enumerate(np.flatnonzero(was_heard)):
        loudest = fixes[int(np.nanargmax(rssi[:, k]))]
        residual_db = float(residuals_db[rank])
        if rank == worst and abs(residual_db) >= DOUBTFUL_DB:
            loudest, residual_db = _by_the_others(terrain, loudest, int(about[k]), residual_db)
        found.append(_hearing(terrain, int(about[k]), residual_db, loudest))
    return found


def _by_the_others(terrain: Terrain, fix: Fix, index: int, residual_db: float) -> tuple[Fix, float]:
    """Return the fix without the beacon, and how much stronger than expected there it was; the same where there is none."""
    deployment, others = terrain.ether.deployment, [other for other in fix.rssi_dbm if other != index]
    sightings = [
        Sighting(deployment.identities[other], deployment.addresses[other] or None, fix.rssi_dbm[other], INSTANT)
        for other in others
    ]
    without = fix_of(terrain, None, sightings).position
    if without is None:
        return fix, residual_db
    own_dbm, *others_dbm = expected_at(terrain, without.point, np.array([index, *others]))
    offset_db = np.median(np.array([fix.rssi_dbm[other] for other in others]) - others_dbm)
    return Fix(without.point, fix.rssi_dbm), float(fix.rssi_dbm[index] - own_dbm - offset_db)


def _hearing(terrain: Terrain, index: int, residual_db: float, fix: Fix) -> Evidence:
    deployment = terrain.ether.deployment
    distance_m = np.hypot(deployment.x_m[index] - fix.point.x_m, deployment.y_m[index] - fix.point.y_m)
    return Evidence(index, residual_db / NOISE_DB, fix.point, float(distance_m), fix.rssi_dbm[index])


def _about(terrain: Terrain, fixes: Sequence[Fix]) -> list[int]:
    """Return the beacons near to where the pass led, on its levels."""
    deployment = terrain.ether.deployment
    found: set[int] = set()
    for fix in fixes:
        on_level = np.array([level.id == fix.point.level_id for level in deployment.levels], bool)[deployment.level]
        flat_m = np.hypot(deployment.x_m - fix.point.x_m, deployment.y_m - fix.point.y_m)
        found.update(np.flatnonzero(on_level & (flat_m <= EXPECTED_WITHIN_M)).tolist())
    return sorted(found)


def _chance(expected_dbm: Floats) -> Floats:
    """Return (k,) the chance that a beacon is heard at least once over (f, k) fixes, whose static errors are the same."""
    from scipy.special import ndtr  # loaded as late as the trees of `nearest`

    received = ndtr((expected_dbm.max(axis=0) - THRESHOLD_DBM) / NOISE_DB)
    return np.asarray(received * (1 - (1 - GETS_THROUGH) ** len(expected_dbm)))
