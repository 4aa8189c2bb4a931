"""Checking a whole map: every finding, never only the first. One file a family of findings."""

from collections.abc import Callable, Iterable, Iterator

from venues.core.imdf.features import Feature
from venues.core.validation import categories, features, geometry, names, openings, references, verticals
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, Severity, errors_in

__all__ = ["Finding", "MapFacts", "Severity", "errors_in", "validate"]

FAMILIES: tuple[Callable[[MapFacts], Iterator[Finding]], ...] = (
    features.check,
    references.check,
    geometry.check,
    openings.check,
    verticals.check,
    names.check,
    categories.check,
)


def validate(map_features: Iterable[Feature]) -> list[Finding]:
    """Return every finding of the map, errors first, in the order of the families."""
    facts = MapFacts.of(map_features)
    found = [finding for check in FAMILIES for finding in check(facts)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)
