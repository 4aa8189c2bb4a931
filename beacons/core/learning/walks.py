"""What is learned from: somebody's walk through a venue, and what their phone heard on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from uuid import UUID

from beacons.core.sighting import Sighting
from geo.position import LevelPoint

# A surveyor taps every few metres; between way points farther apart in time nobody knows how the walk went.
LONGEST_LEG = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class WayPoint:
    """Where a surveyor was when they tapped the map."""

    at: datetime
    point: LevelPoint


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk in one go. Sightings and way points in the order of their instants; a visitor's walk has no way points.

    `walker` tells apart those who walked: what one of them taught is never judged by a walk of the same.
    """

    id: UUID
    walker: str
    sightings: Sequence[Sighting]
    way_points: Sequence[WayPoint] = ()

    @property
    def is_surveyed(self) -> bool:
        return len(self.way_points) > 1

    def place_at(self, at: datetime) -> LevelPoint | None:
        """Return where the surveyor was: on the straight line from way point to way point, None where there is none."""
        for before, after in pairwise(self.way_points):
            same_level = before.point.level_id == after.point.level_id
            if before.at <= at <= after.at and same_level and after.at - before.at <= LONGEST_LEG:
                return _between(before, after, at)
        return None


def seconds_of(sightings: Sequence[Sighting]) -> Iterator[tuple[datetime, Sequence[Sighting]]]:
    """Yield what was heard second by second, each with its newest instant; seconds of silence are left out."""
    if not sightings:
        return
    begun = sightings[0].heard_at
    for _, heard in groupby(sightings, key=lambda one: (one.heard_at - begun) // SECOND):
        own = list(heard)
        yield own[-1].heard_at, own


def _between(before: WayPoint, after: WayPoint, at: datetime) -> LevelPoint:
    share = (at - before.at) / (after.at - before.at) if after.at > before.at else 0.0
    x_m, y_m = (
        one + share * (other - one)
        for one, other in ((before.point.x_m, after.point.x_m), (before.point.y_m, after.point.y_m))
    )
    return LevelPoint(x_m, y_m, before.point.level_id)
