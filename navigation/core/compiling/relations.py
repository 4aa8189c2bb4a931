"""What relationships refer to: units, openings, anchors and levels, and what is true of the way that they are."""

from collections.abc import Mapping
from uuid import UUID

from navigation.core.compiling.floors import Floors
from navigation.core.graph import EdgeFlag, EdgeKind
from venues.core.imdf.features import FeatureType, Reference, Relationship
from venues.core.snapshot import Snapshot

KINDS: Mapping[str, EdgeKind] = {
    "elevator": EdgeKind.LIFT,
    "escalator": EdgeKind.ESCALATOR,
    "movingwalkway": EdgeKind.MOVING_WALKWAY,
    "ramp": EdgeKind.RAMP,
    "stairs": EdgeKind.STAIRS,
    "traversal": EdgeKind.WALK,
    "traversal.path": EdgeKind.WALK,
}
"""How the categories of relationships (IMDF, RELATIONSHIP-CATEGORY) are travelled."""


def ends_of(relationship: Relationship) -> tuple[Reference, ...]:
    """Return what the relationship joins, in order."""
    ends = (relationship.origin, *relationship.intermediary, relationship.destination)
    return tuple(end for end in ends if end is not None)


def unit_of(snapshot: Snapshot, end: Reference | None) -> UUID | None:
    """Return the unit that an end is, or that its anchor lies in."""
    if end is None:
        return None
    if end.feature_type is FeatureType.UNIT:
        return end.id
    anchor = snapshot.anchors.get(end.id)
    return anchor.unit_id if anchor else None


def level_of(snapshot: Snapshot, end: Reference | None) -> UUID | None:
    """Return the level that an end lies on."""
    if end is None:
        return None
    if end.feature_type is FeatureType.LEVEL:
        return end.id
    unit = snapshot.units.get(unit_of(snapshot, end) or end.id)
    opening = snapshot.openings.get(end.id)
    if unit is not None:
        return unit.level_id
    return opening.level_id if opening else None


def flags_of(floors: Floors, relationship: Relationship, *, has_line: bool) -> EdgeFlag:
    """Return the flags of a way; between units it has a roof, along a line where the map says so."""
    flags = EdgeFlag.COVERED if relationship.covered or not has_line else EdgeFlag(0)
    if relationship.cooled:
        flags |= EdgeFlag.COOLED
    units = [floors.snapshot.units.get(unit_of(floors.snapshot, end) or end.id) for end in ends_of(relationship)]
    if any(EdgeFlag.STAFF_ONLY in floors.flags_of(unit) for unit in units if unit is not None):
        flags |= EdgeFlag.STAFF_ONLY
    if floors.snapshot.by_id[relationship.id].properties.get("dalil:wheelchair") == "no":
        flags |= EdgeFlag.NO_WHEELS
    return flags
