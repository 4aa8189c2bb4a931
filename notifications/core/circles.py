"""Circles as zones: round an anchor of the map, or a point such as where a beacon hangs."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import shapely

from notifications.core.zones import Zone
from venues.core.snapshot import Snapshot

# uuid5(NAMESPACE_URL, "dalil circle")
NAMESPACE = UUID("ac87d7ac-ac92-5f97-806f-3569a560d638")
# A proximity campaign is armed again beyond this many times its distance (CAMPAIGNS.md, Zones).
BEYOND = 1.5
# 128 corners: the area of the polygon is 0.04 % less than that of the circle.
QUARTER_SEGMENTS = 32


@dataclass(frozen=True)
class Spot:
    """A point of the map, by its level's ordinal: the height outlives the level's id."""

    lng: float
    lat: float
    level: float


@dataclass(frozen=True)
class Circle:
    """A circle round an anchor or a spot. `is_near` makes it the distance that a proximity campaign waits for.

    The same circle has the same id in every campaign, so that visitors have one visit of it.
    """

    centre: Spot | UUID
    radius_m: float
    is_near: bool = False

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, f"{self.centre} {self.radius_m:g} {'near' if self.is_near else ''}")

    def beyond(self) -> "Circle":
        """Return the circle that one has to leave for the campaign to be armed again."""
        return replace(self, radius_m=BEYOND * self.radius_m)


def called(circle: Circle) -> str:
    """Return what operators read where a circle's name would stand.

    >>> called(Circle(Spot(51.52671, 25.28455, 0), 15))
    '15 m round 25.28455, 51.52671, level 0'
    """
    centre = circle.centre
    where = (
        f"{centre.lat:.5f}, {centre.lng:.5f}, level {centre.level:g}"
        if isinstance(centre, Spot)
        else f"anchor {centre}"
    )
    return f"{circle.radius_m:g} m round {where}"


def zone_of_circle(snapshot: Snapshot, circle: Circle) -> Zone | None:
    """Return the zone that a circle is on this map, None where the map lacks its anchor or level."""
    centre = _centre(snapshot, circle.centre)
    if centre is None:
        return None
    x_m, y_m, ordinal = centre
    level_ids = frozenset(level.id for level in snapshot.levels.values() if level.ordinal == ordinal)
    shape_m = shapely.Point(x_m, y_m).buffer(circle.radius_m, quad_segs=QUARTER_SEGMENTS)
    return Zone(circle.id, shape_m, level_ids) if level_ids else None


def _centre(snapshot: Snapshot, centre: Spot | UUID) -> tuple[float, float, float] | None:
    """Return x, y and the level's ordinal of a centre."""
    if isinstance(centre, Spot):
        return (*snapshot.frame.to_metres(centre.lng, centre.lat), centre.level)
    anchor = snapshot.anchors.get(centre)
    unit = snapshot.units.get(anchor.unit_id) if anchor is not None and anchor.unit_id is not None else None
    if unit is None:
        return None
    [[x_m, y_m]] = shapely.get_coordinates(snapshot.shapes_m[centre]).tolist()
    return x_m, y_m, snapshot.levels[unit.level_id].ordinal
