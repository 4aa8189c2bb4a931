"""A position from what was heard: the one way that batches take, whether a visitor is followed or an operator asks why."""

from collections.abc import Sequence
from dataclasses import dataclass

from beacons.core import positioning, tracking
from beacons.core.agreeing import agreeing
from beacons.core.evidence import Moved, Spot
from beacons.core.sighting import Sighting
from beacons.core.terrain import Terrain
from beacons.core.tracking import Track
from beacons.core.window import recent
from geo.position import Position


@dataclass(frozen=True, eq=False)
class Found:
    """What is believed now, the position that it stands for, and the sightings that it rests on."""

    track: Track | None
    position: Position | None
    believed: Sequence[Sighting]


def fix_of(
    terrain: Terrain,
    before: Track | None,
    known: Sequence[Sighting],
    spots: Sequence[Spot] = (),
    moved: Sequence[Moved] = (),
) -> Found:
    """Return the fix after sightings of known beacons and what sensors say; without a position where nothing ever spoke of one.

    Beacons that can't have been heard beside the others have no say. Among beacons that hang where the map has no floor the
    position is that of this batch alone.
    """
    believed = agreeing(terrain.ether.deployment, known, tracking.point(terrain, before) if before else None)
    track = tracking.follow(terrain, before, believed, spots=spots, moved=moved)
    position = tracking.position(terrain, track) if track else _off_the_map(terrain, believed)
    return Found(track, position, believed)


def _off_the_map(terrain: Terrain, known: Sequence[Sighting]) -> Position | None:
    deployment, window = terrain.ether.deployment, recent(known)
    heard = positioning.heard_of(deployment, window)
    return positioning.locate(deployment, heard, window[-1].heard_at) if window else None
