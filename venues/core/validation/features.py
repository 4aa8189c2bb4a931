"""Findings of single features: ids, required properties, and the one venue of a map."""

from collections import Counter
from collections.abc import Iterator

from venues.core.imdf.features import FeatureType
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, error


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield duplicate_id, property_unreadable, no_venue, several_venues, no_level and no_unit."""
    yield from _duplicates(facts)
    for feature_id, reason in facts.unreadable_properties.items():
        message = f"{facts.name(feature_id)}: {reason}. Correct the property."
        yield error("property_unreadable", feature_id, message, facts.at(feature_id))
    yield from _counts(facts)


def _duplicates(facts: MapFacts) -> Iterator[Finding]:
    counts = Counter(feature.id for feature in facts.features)
    for feature_id, count in counts.items():
        if count > 1:
            kinds = sorted({feature.feature_type.value for feature in facts.features if feature.id == feature_id})
            message = f"{count} features ({', '.join(kinds)}) have the id {feature_id}. Give each an id of its own."
            yield error("duplicate_id", feature_id, message, facts.at(feature_id))


def _counts(facts: MapFacts) -> Iterator[Finding]:
    counts = Counter(feature.feature_type for feature in facts.by_id.values())
    if counts[FeatureType.VENUE] == 0:
        yield error("no_venue", None, "The map has no venue feature. Add one with a name and the outline of the venue.")
    if counts[FeatureType.VENUE] > 1:
        venues = ", ".join(str(id_) for id_, f in facts.by_id.items() if f.feature_type is FeatureType.VENUE)
        yield error("several_venues", None, f"The map has {counts[FeatureType.VENUE]} venues: {venues}. Keep one.")
    if counts[FeatureType.LEVEL] == 0:
        yield error("no_level", None, "The map has no level. Add at least one, with its ordinal.")
    elif counts[FeatureType.UNIT] == 0:
        yield error("no_unit", None, "The map has no unit, so nobody can be anywhere. Add the rooms and corridors.")
