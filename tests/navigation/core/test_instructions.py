"""Sentences for every maneuver, direction and language, and distances as people say them."""

from fractions import Fraction
from itertools import product

import pytest

from navigation.core.instructions import distance_text, instruct, plural_category
from navigation.core.maneuvers import Maneuver, ManeuverType, Modifier
from navigation.core.phrases import LANGUAGES, language_of, phrases
from tests.navigation.core.small_map import CONCOURSE, GROUND, UPPER, small_map

MAP = small_map()
LEVELS = {name: MAP.levels[id_] for name, id_ in {"up": UPPER, "down": CONCOURSE, "flat": GROUND}.items()}
PLACES = [{}, {"en": "Al Rayyan Pharmacy"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_maneuver_has_a_sentence(language: str) -> None:
    for type_, modifier, place, level in product(ManeuverType, [None, *Modifier], PLACES, LEVELS.values()):
        maneuver = Maneuver(type_, modifier, 90, 0.0, 0.0, place, None)
        words = instruct(maneuver, 23.0, (MAP.levels[GROUND], level), language)
        assert words.written
        assert not {"{", "}"} & set(words.written + words.spoken)
        assert "None" not in words.written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_tables(language: str) -> None:
    ours, english = phrases(language), phrases("en")
    for name in set(english) - {"spoken.metres", "spoken.kilometres"}:
        assert set(ours[name]) == set(english[name]), name


def test_a_language_that_is_not_spoken_gets_english() -> None:
    assert language_of("ja") == "en"


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (1, "متر واحد"),
        (2, "مترين"),
        (7, "7 أمتار"),
        (23, "25 مترًا"),
        (98, "100 متر"),
        (1240, "1٫2 كيلومتر"),
        (2010, "كيلومترين"),
    ],
)
def test_arabic_counts_metres_as_arabic_does(metres: float, said: str) -> None:
    assert distance_text(metres, "ar", spoken=True) == said


@pytest.mark.parametrize(
    ("metres", "said"), [(1, "1 mètre"), (20, "20 mètres"), (1500, "1,5 kilomètre"), (3000, "3 kilomètres")]
)
def test_french_counts_from_two_in_the_plural(metres: float, said: str) -> None:
    assert distance_text(metres, "fr", spoken=True) == said


def test_a_fraction_of_arabic_kilometres_is_other() -> None:
    assert plural_category("ar", Fraction(12, 10)) == "other"


def test_a_level_below_the_street_keeps_its_minus_before_the_number_in_arabic() -> None:
    lift = Maneuver(ManeuverType.TAKE_LIFT, None, 0, 0.0, 0.0, {}, None)
    assert "\u200e-2 (الردهة)" in instruct(lift, 0.0, (LEVELS["flat"], LEVELS["down"]), "ar").written
