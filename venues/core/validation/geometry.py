"""Findings of geometry: every feature is drawn as its type asks, soundly, and where its level is."""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
import shapely

from venues.core.imdf.features import FeatureType as T
from venues.core.validation.facts import POLYGONAL, MapFacts
from venues.core.validation.finding import Finding, error, warning

LINEAR = frozenset({"LineString", "MultiLineString"})
# What IMDF has each type drawn as (OGC 20-094, "Feature Structure" of each). Types that are not here may have no geometry.
DRAWN_AS: dict[T, frozenset[str]] = {
    T.VENUE: POLYGONAL,
    T.FOOTPRINT: POLYGONAL,
    T.LEVEL: POLYGONAL,
    T.UNIT: POLYGONAL,
    T.SECTION: POLYGONAL,
    T.GEOFENCE: POLYGONAL,
    T.KIOSK: POLYGONAL,
    T.FIXTURE: POLYGONAL,
    T.OPENING: LINEAR,
    T.ANCHOR: frozenset({"Point"}),
    T.AMENITY: frozenset({"Point"}),
    T.DETAIL: LINEAR,
}
# Types that stop publishing when they can't be drawn: routes and positions are computed from them.
NEEDED = frozenset({T.LEVEL, T.UNIT, T.OPENING, T.SECTION, T.GEOFENCE})
# A person takes up 0.3 m2 (body ellipse of Fruin 1971); a unit smaller than that is a slip of the pen.
SMALLEST_UNIT_M2 = 0.3
# Units are drawn to walls' faces or middles, so edges overlap by decimetres without harm; more is one floor drawn twice.
OVERLAP_SHARE = 0.5
# A unit may stick out of its level's outline by what drawing is exact to, on each side.
OUTLINE_TOLERANCE_M = 2.0
# A district is walked: some 0.3 to 5 km across. Beyond this a coordinate is wrong, or longitude and latitude are swapped.
WIDEST_MAP_M = 50_000.0


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield geometry_unreadable, geometry_missing, geometry_type, geometry_invalid and how units lie on their levels."""
    for feature_id, reason in facts.unreadable_geometries.items():
        yield error("geometry_unreadable", feature_id, f"{facts.name(feature_id)}: {reason}. Draw it again.")
    yield from _types(facts)
    yield from _validity(facts)
    yield from _extent(facts)
    yield from _small_units(facts)
    yield from _outside_level(facts)
    yield from _overlaps(facts)
    yield from _same_outline(facts)


def _types(facts: MapFacts) -> Iterator[Finding]:
    for feature in facts.by_id.values():
        wanted = DRAWN_AS.get(feature.feature_type)
        if wanted is None or feature.id in facts.unreadable_geometries:
            continue
        severity = error if feature.feature_type in NEEDED else warning
        shape = facts.shapes.get(feature.id)
        if shape is None:
            message = f"{facts.name(feature.id)} has no geometry. Draw it as {_either(wanted)}."
            yield severity("geometry_missing", feature.id, message)
        elif shape.geom_type not in wanted:
            message = f"{facts.name(feature.id)} is drawn as {shape.geom_type}. Draw it as {_either(wanted)}."
            yield severity("geometry_type", feature.id, message, facts.at(feature.id))


def _either(types: frozenset[str]) -> str:
    return " or ".join(sorted(types, reverse=True))


def _validity(facts: MapFacts) -> Iterator[Finding]:
    ids = list(facts.shapes)
    valid = shapely.is_valid(np.array([facts.shapes[id_] for id_ in ids], dtype=object))
    for index in np.flatnonzero(~np.atleast_1d(valid)).tolist():
        feature_id = ids[index]
        reason = shapely.is_valid_reason(facts.shapes[feature_id])
        severity = error if facts.by_id[feature_id].feature_type in NEEDED else warning
        message = f"{facts.name(feature_id)} is not a sound {facts.shapes[feature_id].geom_type}: {reason}. Redraw it."
        yield severity("geometry_invalid", feature_id, message, facts.at(feature_id))


def _extent(facts: MapFacts) -> Iterator[Finding]:
    if not facts.shapes_m:
        return
    west, south, east, north = shapely.total_bounds(list(facts.shapes_m.values()))
    widest_m = max(east - west, north - south)
    if widest_m > WIDEST_MAP_M:
        message = (
            f"The map is {widest_m / 1000:.0f} km across. Look for a misplaced feature, or for longitude and latitude "
            "exchanged: coordinates are [lng, lat]."
        )
        yield error("map_too_wide", None, message)


def _small_units(facts: MapFacts) -> Iterator[Finding]:
    for unit in facts.of_type(T.UNIT):
        shape_m = facts.shapes_m.get(unit.id)
        if shape_m is not None and shape_m.geom_type in POLYGONAL and shape_m.area < SMALLEST_UNIT_M2:
            message = f"{facts.name(unit.id)} has an area of {shape_m.area:.2f} m2. Remove it, or draw it whole."
            yield warning("unit_too_small", unit.id, message, facts.at(unit.id))


def _outside_level(facts: MapFacts) -> Iterator[Finding]:
    for level_id, units in facts.units_by_level.items():
        outline = facts.shapes_m.get(level_id)
        if outline is None or not outline.is_valid:
            continue
        allowed = outline.buffer(OUTLINE_TOLERANCE_M)
        shapely.prepare(allowed)
        inside = np.atleast_1d(shapely.covers(allowed, [facts.shapes_m[id_] for id_ in units]))
        for index in np.flatnonzero(~inside).tolist():
            message = (
                f"{facts.name(units[index])} reaches out of {facts.name(level_id)}. "
                "Correct its outline or that of the level, or move it to its own level."
            )
            yield warning("unit_outside_level", units[index], message, facts.at(units[index]))


def _overlaps(facts: MapFacts) -> Iterator[Finding]:
    """Yield unit_overlap where two units of a level share most of the smaller one and neither lies inside the other."""
    for units in facts.units_by_level.values():
        shapes = np.array([facts.shapes_m[id_] for id_ in units], dtype=object)
        left, right = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
        once = left < right
        left, right = left[once], right[once]
        shared_m2 = shapely.area(shapely.intersection(shapes[left], shapes[right]))
        smaller_m2 = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
        for index in np.flatnonzero(shared_m2 > OVERLAP_SHARE * smaller_m2).tolist():
            first, second = units[left[index]], units[right[index]]
            message = (
                f"{facts.name(first)} and {facts.name(second)} share {shared_m2[index]:.1f} m2 of one level. "
                "Move their border, or remove one."
            )
            yield warning("unit_overlap", first, message, facts.at(first))


def _same_outline(facts: MapFacts) -> Iterator[Finding]:
    """Yield unit_twice where units of one level have the same outline."""
    for units in facts.units_by_level.values():
        seen: dict[bytes, UUID] = {}
        for unit_id in units:
            outline = shapely.to_wkb(shapely.normalize(facts.shapes[unit_id]))
            first = seen.setdefault(outline, unit_id)
            if first != unit_id:
                message = f"{facts.name(unit_id)} has the outline of {facts.name(first)}. Keep one of the two."
                yield warning("unit_twice", unit_id, message, facts.at(unit_id))
