"""The closed vocabularies of IMDF 1.0.0 (OGC 20-094, Categories), and what people call a category in each language.

The vocabularies of amenities, occupants, sections and fixtures are open here: maps in use extend them freely.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from venues.core.imdf.features import NO_LABELS, FeatureType, Labels


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNIT = _words("""
    auditorium brick classroom column concrete conferenceroom drywall elevator escalator fieldofplay firstaid fitnessroom
    foodservice footbridge glass huddleroom kitchen laboratory library lobby lounge mailroom mothersroom movietheater
    movingwalkway nonpublic office opentobelow parking phoneroom platform privatelounge ramp recreation restroom
    restroom.family restroom.female restroom.female.wheelchair restroom.male restroom.male.wheelchair
    restroom.transgender restroom.transgender.wheelchair restroom.unisex restroom.unisex.wheelchair restroom.wheelchair
    road room serverroom shower smokingarea stairs steps storage structure terrace theater unenclosedarea unspecified
    vegetation waitingroom walkway walkway.island wood
    """)
OPENING = _words("""
    automobile bicycle emergencyexit pedestrian pedestrian.principal pedestrian.transit service
    """)
RELATIONSHIP = _words("elevator escalator movingwalkway ramp stairs traversal traversal.path")
LEVEL = _words("""
    arrivals arrivals.domestic arrivals.intl departures departures.domestic departures.intl parking transit unspecified
    """)
FOOTPRINT = _words("aerial ground subterranean")
RESTRICTION = _words("employeesonly restricted")

VOCABULARIES: Mapping[FeatureType, frozenset[str]] = {
    FeatureType.UNIT: UNIT,
    FeatureType.OPENING: OPENING,
    FeatureType.RELATIONSHIP: RELATIONSHIP,
    FeatureType.LEVEL: LEVEL,
    FeatureType.FOOTPRINT: FOOTPRINT,
}


def stems(category: str) -> tuple[str, ...]:
    """Return the category and the wider ones above it.

    >>> stems("restroom.female.wheelchair")
    ('restroom.female.wheelchair', 'restroom.female', 'restroom')
    """
    parts = category.split(".")
    return tuple(".".join(parts[:length]) for length in range(len(parts), 0, -1))


def falls_under(category: str, wanted: str) -> bool:
    """Return whether the category is the wanted one or narrower.

    >>> falls_under("restroom.female", "restroom"), falls_under("restroom", "restroom.female")
    (True, False)
    """
    return category == wanted or category.startswith(f"{wanted}.")


def category_name(category: str) -> Labels:
    """Return what people call the category, by language; that of the nearest wider one where it has no name of its own."""
    names = _names()
    return next((names[stem] for stem in stems(category) if stem in names), NO_LABELS)


def category_aliases(category: str) -> tuple[str, ...]:
    """Return other words for the category, in any language, such as WC or toilets for a restroom."""
    return tuple(alias for stem in stems(category) for alias in _aliases().get(stem, ()))


@cache
def _table() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(files(__package__).joinpath("category_names.toml").read_text("utf-8"))


@cache
def _names() -> Mapping[str, Labels]:
    return {
        category: {tag: str(text) for tag, text in entry.items() if tag != "aliases"}
        for category, entry in _table().items()
    }


@cache
def _aliases() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for category, entry in _table().items():
        words = entry.get("aliases")
        found[category] = tuple(str(word) for word in words) if isinstance(words, list) else ()
    return found
