"""What a position says of every zone that is watched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from geo.position import Position
from notifications.core.circles import Circle, zone_of_circle
from notifications.core.sense import Sense, sensed, sensed_near
from notifications.core.zone_features import zones_of
from notifications.core.zones import ZoneIndex, membership
from venues.core.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class ZoneSet:
    """The watched zones as they are on one map.

    `beyond` tells of each proximity circle which one has to be left to arm it again; `missing` are those that the map lacks.
    """

    index: ZoneIndex
    beyond: Mapping[UUID, UUID]
    missing: frozenset[UUID]

    @classmethod
    def of(cls, snapshot: Snapshot, feature_ids: Iterable[UUID], circles: Iterable[Circle]) -> "ZoneSet":
        """Return these features and circles on a map."""
        circles, features = list(circles), frozenset(feature_ids)
        near = [circle for circle in circles if circle.is_near]
        drawn = [zone_of_circle(snapshot, circle) for circle in [*circles, *(circle.beyond() for circle in near)]]
        index = ZoneIndex([*zones_of(snapshot, features), *(zone for zone in drawn if zone is not None)])
        wanted = features | {circle.id for circle in circles}
        return cls(index, {circle.id: circle.beyond().id for circle in near}, wanted - set(index.zones))


def senses(zones: ZoneSet, position: Position) -> dict[UUID, Sense]:
    """Return what a position says of the zones; of those that are not named it says "away"."""
    found = membership(zones.index, position)
    said = {zone_id: sensed(probability) for zone_id, probability in found.items()}
    for zone_id, beyond_id in zones.beyond.items():
        if (within_beyond := found.get(beyond_id, 0.0)) > 0:
            said[zone_id] = sensed_near(found.get(zone_id, 0.0), within_beyond)
    return said | dict.fromkeys(zones.missing, Sense.UNKNOWN)
