"""Following one visitor over the map: the filter's belief from second to second, by what their phone heard.

Where a visitor begins, and where a scan contradicts the belief, every cell about the strongest beacons is tried.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from beacons.core import filter as bayes
from beacons.core.cells import Ints
from beacons.core.deployment import Deployment
from beacons.core.filter import Belief
from beacons.core.hearing import THRESHOLD_DBM, Offset, Scan
from beacons.core.sighting import Sighting
from beacons.core.summary import summarised
from beacons.core.terrain import Terrain
from geo.position import LevelPoint, Position, PositionStatus, Posterior

# What is heard within it is one scan; a walker goes little more than a cell in it.
SCAN = timedelta(seconds=1)
# The strongest of a scan: the others say little, and they are those whose noise was kind. Walks through the demo district err
# 3.4 m in the mean with 10 of them as with 16, those through a building with a beacon for 50 m2 1.67 and 1.54.
BEACONS_USED = 16
# A cold start tries what is within reach of the strongest beacons.
STRONGEST, REACH_M = 3, 35.0
# Longer than that unheard, a visitor may be anywhere.
FORGOTTEN = timedelta(seconds=30)
OK_ACCURACY_M, OK_LEVEL_PROBABILITY, OK_BEACONS = 10.0, 0.7, 2


@dataclass(frozen=True, eq=False)
class Track:
    """What is believed of a visitor at an instant, and how many beacons the newest scan heard."""

    belief: Belief
    at: datetime
    beacons: int


def follow(terrain: Terrain, track: Track | None, sightings: Iterable[Sighting]) -> Track | None:
    """Return the track after these sightings, in whatever order; None before a known beacon was heard on the map.

    What was heard before the track's own instant came too late and is left out.
    """
    deployment = terrain.ether.deployment
    for at, heard in _scans(deployment, track.at if track else None, sightings):
        track = _heard(terrain, track, at, _scan(heard))
    return track


def position(terrain: Terrain, track: Track) -> Position:
    """Return the position at the track's instant."""
    cells, belief = terrain.cells, track.belief
    found = summarised(belief, cells)
    sure = found.accuracy_m <= OK_ACCURACY_M and found.level_probability >= OK_LEVEL_PROBABILITY
    return Position(
        point=LevelPoint(found.x_m, found.y_m, cells.level_ids[found.level]),
        accuracy_m=found.accuracy_m,
        accuracy_95_m=found.accuracy_95_m,
        at=track.at,
        status=PositionStatus.OK if sure and track.beacons >= OK_BEACONS else PositionStatus.LOW_CONFIDENCE,
        posterior=Posterior(
            cells.x_m[belief.cells], cells.y_m[belief.cells], cells.level[belief.cells].astype(np.intp),
            belief.by_cell, cells.level_ids,
        ),
    )  # fmt: skip


def warm_up(terrain: Terrain) -> None:
    """Compile the kernels and lay out what the terrain is asked for."""
    deployment = terrain.ether.deployment
    if not len(deployment):
        return
    scan = Scan(np.zeros(1, np.int32), deployment.measured_power_dbm[:1] - 20.0, np.ones(1))
    begun = _heard(terrain, None, datetime.fromtimestamp(0, UTC), scan)
    if begun is not None:
        _heard(terrain, begun, begun.at + SCAN, scan)


Strengths = Mapping[int, Sequence[float]]


def _scans(
    deployment: Deployment, after: datetime | None, sightings: Iterable[Sighting]
) -> list[tuple[datetime, Strengths]]:
    """Return what was heard of which beacon, second by second up to the newest, each with its newest instant."""
    known = {
        (one.heard_at, index, one.rssi_dbm)
        for one in sightings
        if (index := deployment.index_of(one.identity, one.address)) is not None
        and (after is None or one.heard_at > after)
    }
    if not known:
        return []
    newest = max(heard_at for heard_at, _, _ in known)
    scans: dict[int, dict[int, list[float]]] = {}
    instants: dict[int, datetime] = {}
    for heard_at, index, rssi_dbm in sorted(known):
        ago = (newest - heard_at) // SCAN
        scans.setdefault(ago, {}).setdefault(index, []).append(rssi_dbm)
        instants[ago] = heard_at
    return [(instants[ago], scans[ago]) for ago in sorted(scans, reverse=True)]


def _scan(heard: Strengths) -> Scan:
    """Return the strongest beacons of a second: of each the mean of the stronger half, since bodies only take away."""
    means = {index: stronger_half(values) for index, values in heard.items()}
    ranked = sorted(means, key=lambda index: (-means[index], index))
    strongest = ranked[:BEACONS_USED]
    return Scan(
        np.array(strongest, np.int32),
        np.array([means[index] for index in strongest]),
        np.array([float(len(heard[index])) for index in strongest]),
        means[strongest[-1]] if len(ranked) > BEACONS_USED else THRESHOLD_DBM,
    )


def stronger_half(values: Sequence[float]) -> float:
    """Return the mean of the stronger half of what was heard of a beacon, in dBm: reflections and bodies only take away."""
    kept = sorted(values, reverse=True)[: (len(values) + 1) // 2]
    return sum(kept) / len(kept)


def _heard(terrain: Terrain, track: Track | None, at: datetime, scan: Scan) -> Track | None:
    if track is None or at - track.at > FORGOTTEN:
        begun = _begun(terrain, scan, track.belief.offset if track else Offset())
        return Track(begun, at, len(scan.index)) if begun else None
    before = _at(terrain, track, at)
    belief = bayes.heard(before, terrain.cells, terrain.ether, scan)
    if belief.surprised and len(about := _about(terrain, scan.index[:STRONGEST])):
        belief = bayes.heard(bayes.doubted(before, about), terrain.cells, terrain.ether, scan)
    return Track(belief, at, len(scan.index))


def _at(terrain: Terrain, track: Track, at: datetime) -> Belief:
    seconds = min((at - track.at) / timedelta(seconds=1), FORGOTTEN / timedelta(seconds=1))
    return bayes.later(track.belief, terrain.cells, seconds) if seconds > 0 else track.belief


def _begun(terrain: Terrain, scan: Scan, offset: Offset) -> Belief | None:
    """Return the belief of who has just been heard of, None where the map has nothing about the beacons."""
    cells = _about(terrain, scan.index[:STRONGEST])
    return bayes.heard(bayes.begin(cells, offset), terrain.cells, terrain.ether, scan) if len(cells) else None


def _about(terrain: Terrain, beacons: Ints) -> Ints:
    """Return the cells within reach of any of the beacons, on levels at most one storey off, ascending."""
    deployment = terrain.ether.deployment
    near = [
        terrain.cells.near(float(deployment.x_m[index]), float(deployment.y_m[index]), REACH_M) for index in beacons
    ]
    cells = np.unique(np.concatenate(near))
    ordinals = deployment.level_ordinal[deployment.level[beacons]]
    storeys = np.abs(terrain.ether.ordinal[terrain.cells.level[cells]][:, None] - ordinals).min(axis=1)
    return np.asarray(cells[storeys <= 1], np.int32)
