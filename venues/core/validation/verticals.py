"""Findings of what joins levels: lifts, stairs, escalators, ramps."""

from collections.abc import Iterator
from uuid import UUID

from venues.core.imdf.features import FeatureType as T
from venues.core.imdf.features import Reference, Relationship
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, error, warning

VERTICAL = frozenset({"elevator", "escalator", "stairs", "ramp"})
# A unit of these categories that no relationship names can't be used to change level.
JOINED_UNITS = {"elevator": "elevator", "escalator": "escalator", "stairs": "stairs"}
# Ramps are steeper than this only by mistake (ISO 21542 allows 1:12, 8.3 %, for short ones).
STEEPEST_PERCENT = 20.0


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield end_missing, end_on_no_level, level_joined_to_itself, escalator_undirected, connector_unjoined, slope_unlikely."""
    for relationship in facts.of_type(T.RELATIONSHIP):
        if relationship.category in VERTICAL:
            yield from _ends(facts, relationship)
        if relationship.category == "escalator" and not relationship.directed:
            message = f"{facts.name(relationship.id)} runs both ways. Give it the direction in which it moves."
            yield warning("escalator_undirected", relationship.id, message)
        slope = relationship.slope_percent
        if slope is not None and not 0 <= abs(slope) <= STEEPEST_PERCENT:
            message = f"{facts.name(relationship.id)} has a slope of {slope:g} %. Give rise over run in percent."
            yield warning("slope_unlikely", relationship.id, message)
    yield from _unjoined(facts)


def _ends(facts: MapFacts, relationship: Relationship) -> Iterator[Finding]:
    name = facts.name(relationship.id)
    if relationship.origin is None or relationship.destination is None:
        message = f"{name} joins levels, but has no origin or no destination. Name the features at both of its ends."
        yield error("end_missing", relationship.id, message)
        return
    ends = [relationship.origin, *relationship.intermediary, relationship.destination]
    levels = [level_of_end(facts, end) for end in ends]
    for end, level_id in zip(ends, levels, strict=True):
        if level_id is None and end.id in facts.by_id:
            message = (
                f"{name} ends at {facts.name(end.id)}, which is on no level. Name a unit, opening or anchor instead."
            )
            yield error("end_on_no_level", relationship.id, message)
    if None not in levels and len(set(levels)) == 1:
        message = f"{name} begins and ends on {facts.name(levels[0])}." if levels[0] else name
        yield warning("level_joined_to_itself", relationship.id, f"{message} Name the unit that it reaches.")


def level_of_end(facts: MapFacts, end: Reference) -> UUID | None:
    """Return the level that the feature at an end lies on; None where it is on none, or not on the map."""
    value = facts.values.get(end.id)
    if end.feature_type is T.LEVEL:
        return end.id if value is not None else None
    if end.feature_type is T.ANCHOR:
        value = facts.values.get(getattr(value, "unit_id", None) or end.id)
    level_id = getattr(value, "level_id", None)
    return level_id if isinstance(level_id, UUID) and level_id in facts.values else None


def _unjoined(facts: MapFacts) -> Iterator[Finding]:
    named: dict[str, set[UUID]] = {category: set() for category in JOINED_UNITS.values()}
    for relationship in facts.of_type(T.RELATIONSHIP):
        if relationship.category in named:
            ends = (relationship.origin, *relationship.intermediary, relationship.destination)
            named[relationship.category].update(_unit_of(facts, end) for end in ends if end is not None)
    for unit in facts.of_type(T.UNIT):
        wanted = JOINED_UNITS.get(unit.category)
        if wanted is not None and unit.id not in named[wanted]:
            message = (
                f"{facts.name(unit.id)} is named by no relationship of category {wanted}, so it leads to no level."
            )
            yield warning("connector_unjoined", unit.id, f"{message} Add one.", facts.at(unit.id))


def _unit_of(facts: MapFacts, end: Reference) -> UUID:
    """Return the unit that an end stands for: itself, or the one that an anchor lies in."""
    unit_id = getattr(facts.values.get(end.id), "unit_id", None)
    return unit_id if isinstance(unit_id, UUID) else end.id
