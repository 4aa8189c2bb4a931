"""Where beacons of a venue may hang: on a level of its map, and about what it covers."""

from dataclasses import dataclass
from math import hypot
from uuid import UUID

from beacons.core.registry import Fault, Placement
from geo.frame import LocalFrame

# Farther off no beacon is heard on the map: a typing mistake, or degrees in the wrong order (our assumption).
FARTHEST_M = 1000.0


@dataclass(frozen=True)
class Ground:
    """The levels of a map, and what it covers: west, south, east and north in metres of its frame."""

    level_ids: frozenset[UUID]
    frame: LocalFrame
    extent_m: tuple[float, float, float, float]

    def faults(self, placement: Placement) -> list[Fault]:
        """Return what is wrong with a place: a level that the map does not have, or a point too far from it to be meant."""
        found = []
        if placement.level_id not in self.level_ids:
            found.append(Fault("level_id", f"the published map has no level {placement.level_id}"))
        away_m = self._away_m(placement)
        if away_m > FARTHEST_M:
            km = f"{away_m / 1000:,.0f} km"
            found.append(Fault("lng", f"and lat lie {km} from the map: lng is degrees east, lat degrees north"))
        return found

    def _away_m(self, placement: Placement) -> float:
        west_m, south_m, east_m, north_m = self.extent_m
        x_m, y_m = self.frame.to_metres(placement.lng, placement.lat)
        return hypot(max(west_m - x_m, x_m - east_m, 0.0), max(south_m - y_m, y_m - north_m, 0.0))
