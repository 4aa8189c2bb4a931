"""Findings of references: every id that a feature names is on the map, and of the right type."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from venues.core.imdf.features import FeatureType as T
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, error, warning

# Which property of which type names features of which type, and the code where it names none.
# One place on a level is needed by everything that is drawn there; the rest loses a link, not its place.
REFERENCES: tuple[tuple[T, str, T, str], ...] = (
    (T.UNIT, "level_id", T.LEVEL, "level_unknown"),
    (T.OPENING, "level_id", T.LEVEL, "level_unknown"),
    (T.SECTION, "level_id", T.LEVEL, "level_unknown"),
    (T.KIOSK, "level_id", T.LEVEL, "level_unknown"),
    (T.FIXTURE, "level_id", T.LEVEL, "level_unknown"),
    (T.DETAIL, "level_id", T.LEVEL, "level_unknown"),
    (T.RELATIONSHIP, "level_id", T.LEVEL, "level_unknown"),
    (T.GEOFENCE, "level_ids", T.LEVEL, "level_unknown"),
    (T.LEVEL, "building_ids", T.BUILDING, "building_unknown"),
    (T.FOOTPRINT, "building_ids", T.BUILDING, "building_unknown"),
    (T.GEOFENCE, "building_ids", T.BUILDING, "building_unknown"),
    (T.AMENITY, "unit_ids", T.UNIT, "unit_unknown"),
    (T.ANCHOR, "unit_id", T.UNIT, "unit_unknown"),
    (T.OCCUPANT, "anchor_id", T.ANCHOR, "anchor_unknown"),
    (T.KIOSK, "anchor_id", T.ANCHOR, "anchor_unknown"),
    (T.FIXTURE, "anchor_id", T.ANCHOR, "anchor_unknown"),
)
# IMDF lets these be absent; a map without an address still guides.
ADDRESSED = (T.VENUE, T.BUILDING, T.AMENITY, T.ANCHOR)


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield level_unknown, building_unknown, unit_unknown, anchor_unknown, end_unknown, address_unknown, occupant_nowhere."""
    for feature_type, property_name, wanted, code in REFERENCES:
        for value in facts.of_type(feature_type):
            for id_ in _ids(getattr(value, property_name)):
                if not _is(facts, id_, wanted):
                    yield _dangling(facts, code, value.id, property_name, id_, wanted)
    yield from _ends(facts)
    yield from _addresses(facts)
    yield from _occupants(facts)


def _ids(value: Any) -> Iterable[UUID]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _is(facts: MapFacts, id_: UUID, wanted: T) -> bool:
    feature = facts.by_id.get(id_)
    return feature is not None and feature.feature_type is wanted


def _dangling(facts: MapFacts, code: str, feature_id: UUID, property_name: str, id_: UUID, wanted: T) -> Finding:
    there = facts.by_id.get(id_)
    what = "which is not on the map" if there is None else f"which is a {there.feature_type}"
    message = (
        f"{facts.name(feature_id)} names {id_} as {property_name}, {what}. Name a {wanted} of this map, or add it."
    )
    return error(code, feature_id, message, facts.at(feature_id))


def _ends(facts: MapFacts) -> Iterator[Finding]:
    for relationship in facts.of_type(T.RELATIONSHIP):
        for end in (relationship.origin, *relationship.intermediary, relationship.destination):
            if end is not None and not _is(facts, end.id, end.feature_type):
                yield _dangling(facts, "end_unknown", relationship.id, "an end", end.id, end.feature_type)


def _addresses(facts: MapFacts) -> Iterator[Finding]:
    for feature in facts.by_id.values():
        address_id = feature.properties.get("address_id")
        if feature.feature_type in ADDRESSED and address_id is not None:
            try:
                known = _is(facts, UUID(str(address_id)), T.ADDRESS)
            except ValueError:
                known = False
            if not known:
                message = f"{facts.name(feature.id)} names the address {address_id}, which is not on the map. Add it."
                yield warning("address_unknown", feature.id, message, facts.at(feature.id))


def _occupants(facts: MapFacts) -> Iterator[Finding]:
    for occupant in facts.of_type(T.OCCUPANT):
        if occupant.anchor_id is None:
            message = f"{facts.name(occupant.id)} has no anchor, so nobody can be guided to it. Give it an anchor_id."
            yield warning("occupant_nowhere", occupant.id, message)
