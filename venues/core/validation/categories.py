"""Findings of categories and hours: words that the standards know."""

from collections.abc import Iterator

from venues.core.imdf.categories import RESTRICTION, VOCABULARIES, stems
from venues.core.imdf.features import FeatureType as T
from venues.core.openness import HoursError, require_hours
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, warning

OPEN_AT_TIMES = (T.VENUE, T.LEVEL, T.UNIT, T.OPENING, T.RELATIONSHIP, T.OCCUPANT, T.AMENITY)
RESTRICTED = (T.LEVEL, T.UNIT, T.SECTION)


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield category_unknown, restriction_unknown and hours_unreadable."""
    for feature_type, known in VOCABULARIES.items():
        for value in facts.of_type(feature_type):
            if not any(stem in known for stem in stems(value.category)):
                message = (
                    f'{facts.name(value.id)} has the category "{value.category}", which IMDF does not have. Choose one.'
                )
                yield warning("category_unknown", value.id, message, facts.at(value.id))
    for feature_type in RESTRICTED:
        for value in facts.of_type(feature_type):
            if value.restriction is not None and value.restriction not in RESTRICTION:
                message = f'{facts.name(value.id)} has the restriction "{value.restriction}"; IMDF knows {_known()}.'
                yield warning("restriction_unknown", value.id, message, facts.at(value.id))
    yield from _hours(facts)


def _known() -> str:
    return " and ".join(sorted(RESTRICTION))


def _hours(facts: MapFacts) -> Iterator[Finding]:
    for feature_type in OPEN_AT_TIMES:
        for value in facts.of_type(feature_type):
            if value.hours is None:
                continue
            try:
                require_hours(value.hours)
            except HoursError as reason:
                message = f"{facts.name(value.id)}: {reason}. Until then it counts as always open."
                yield warning("hours_unreadable", value.id, message, facts.at(value.id))
