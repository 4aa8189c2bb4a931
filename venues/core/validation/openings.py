"""Findings of openings: a door joins units only where it lies on their edges."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from venues.core.imdf.features import FeatureType as T
from venues.core.imdf.features import Opening
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, warning
from venues.core.validation.geometry import LINEAR

# Doors are drawn on one face of a wall or in its middle: units within a wall's thickness count as touched.
WALL_M = 0.5
# Entrances of a venue lead out of its map; nothing need be drawn on their other side.
LEADS_OUT = frozenset({"pedestrian.principal", "emergencyexit"})
# Clear widths: 0.6 m is the narrowest door that is built; gates wider than 30 m are openings drawn by mistake.
NARROWEST_M, WIDEST_M = 0.6, 30.0


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield opening_off_edge, opening_to_nowhere, opening_narrow and opening_wide."""
    openings: dict[UUID, list[Opening]] = defaultdict(list)
    for opening in facts.of_type(T.OPENING):
        shape = facts.shapes.get(opening.id)
        if shape is not None and shape.geom_type in LINEAR:
            openings[opening.level_id].append(opening)
    units = _edges_by_ordinal(facts)
    for level_id, on_level in openings.items():
        level = facts.values.get(level_id)
        edges = units.get(getattr(level, "ordinal", None), np.array([], dtype=object))
        yield from _off_edge(facts, on_level, edges)
        yield from _widths(facts, on_level)


def _edges_by_ordinal(facts: MapFacts) -> dict[Any, Any]:
    """Return the boundaries of the units of each ordinal: a front door joins a level of a building and the street's."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for level_id, unit_ids in facts.units_by_level.items():
        ordinal = getattr(facts.values.get(level_id), "ordinal", None)
        groups[ordinal].extend(facts.shapes_m[id_] for id_ in unit_ids)
    return {ordinal: shapely.boundary(np.array(shapes, dtype=object)) for ordinal, shapes in groups.items()}


def _off_edge(facts: MapFacts, openings: list[Opening], edges: Any) -> Iterator[Finding]:
    middles = [shapely.line_interpolate_point(_line(facts, each), 0.5, normalized=True) for each in openings]
    touching, _ = shapely.STRtree(edges).query(middles, predicate="dwithin", distance=WALL_M)
    counts = np.bincount(touching, minlength=len(openings)).tolist()
    for opening, count in zip(openings, counts, strict=True):
        if opening.id in facts.ends:
            continue  # a path, stairs or a lift leads on from it
        name, at = facts.name(opening.id), facts.at(opening.id)
        if count == 0:
            message = f"{name} lies on no edge of a unit, so it joins nothing. Move it on to the wall that it opens."
            yield warning("opening_off_edge", opening.id, message, at)
        elif count == 1 and opening.category not in LEADS_OUT:
            message = f"{name} lies on the edge of one unit only, so it leads nowhere. Draw the unit on its other side."
            yield warning("opening_to_nowhere", opening.id, message, at)


def _widths(facts: MapFacts, openings: list[Opening]) -> Iterator[Finding]:
    for opening in openings:
        width_m = facts.shapes_m[opening.id].length
        if width_m < NARROWEST_M:
            message = f"{facts.name(opening.id)} is {width_m:.2f} m wide. Draw it over the whole width of the door."
            yield warning("opening_narrow", opening.id, message, facts.at(opening.id))
        elif width_m > WIDEST_M:
            message = f"{facts.name(opening.id)} is {width_m:.0f} m wide. Draw only the part that people pass."
            yield warning("opening_wide", opening.id, message, facts.at(opening.id))


def _line(facts: MapFacts, opening: Opening) -> Any:
    """Return the opening as one line; of several lines the longest."""
    shape = facts.shapes_m[opening.id]
    return max(shapely.get_parts(shape), key=lambda part: part.length)
