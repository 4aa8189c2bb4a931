"""Findings of names: what visitors are told and search for."""

import re
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from venues.core.imdf.features import FeatureType as T
from venues.core.imdf.labels import languages_of
from venues.core.validation.facts import MapFacts
from venues.core.validation.finding import Finding, warning

NAMED = (T.VENUE, T.BUILDING, T.OCCUPANT)
LABELLED = (T.VENUE, T.BUILDING, T.LEVEL, T.UNIT, T.SECTION, T.OCCUPANT, T.AMENITY, T.OPENING, T.KIOSK, T.GEOFENCE)
# RFC 5646, section 2.1, without its rare forms.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")


def check(facts: MapFacts) -> Iterator[Finding]:
    """Yield name_missing, name_blank, language_tag, language_missing and short_name_shared."""
    for feature_type in NAMED:
        for value in facts.of_type(feature_type):
            if not languages_of(value.name):
                message = f"{facts.name(value.id)} has no name, so nobody finds it. Give it one in each language."
                yield warning("name_missing", value.id, message, facts.at(value.id))
    yield from _texts(facts)
    yield from _languages(facts)
    yield from _short_names(facts)


def _texts(facts: MapFacts) -> Iterator[Finding]:
    for feature_type in LABELLED:
        for value in facts.of_type(feature_type):
            for tag, text in value.name.items():
                if not LANGUAGE_TAG.fullmatch(tag):
                    message = (
                        f'{facts.name(value.id)} has a name in "{tag}", which is no language tag. Use one such as ar.'
                    )
                    yield warning("language_tag", value.id, message, facts.at(value.id))
                if not text.strip():
                    message = f"{facts.name(value.id)} has a blank name in {tag}. Fill it in or remove it."
                    yield warning("name_blank", value.id, message, facts.at(value.id))


def _languages(facts: MapFacts) -> Iterator[Finding]:
    """Yield language_missing for names that lack a language which the venue itself is named in."""
    spoken = {tag for venue in facts.of_type(T.VENUE) for tag in languages_of(venue.name)}
    for feature_type in (T.BUILDING, T.OCCUPANT, T.SECTION):
        for value in facts.of_type(feature_type):
            missing = spoken - languages_of(value.name)
            if languages_of(value.name) and missing:
                message = f"{facts.name(value.id)} has no name in {', '.join(sorted(missing))}. Translate it."
                yield warning("language_missing", value.id, message, facts.at(value.id))


def _short_names(facts: MapFacts) -> Iterator[Finding]:
    """Yield short_name_shared where two levels of a building have one short name: a lift's buttons would look alike."""
    seen: dict[tuple[UUID, str, str], list[UUID]] = defaultdict(list)
    for level in facts.of_type(T.LEVEL):
        for building_id in level.building_ids:
            for tag, text in level.short_name.items():
                seen[building_id, tag, text].append(level.id)
    for (building_id, tag, text), levels in seen.items():
        for level_id in levels[1:]:
            message = f'{facts.name(building_id)} has {len(levels)} levels called "{text}" ({tag}). Tell them apart.'
            yield warning("short_name_shared", level_id, message, facts.at(level_id))
