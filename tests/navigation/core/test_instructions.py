"""Sentences for every maneuver, direction and language, and distances as people say them."""

from fractions import Fraction
from itertools import product
from string import Formatter

import pytest

from navigation.core.guiding.instructions import Manner, Note, NoteKind, Speech
from navigation.core.guiding.maneuvers import Cue, Landmark, ManeuverType, Side
from navigation.core.guiding.phrases import LANGUAGES, language_of, phrases
from navigation.core.guiding.seeing import CONNECTORS, EQUIPMENT, FIRST_AID
from navigation.core.guiding.wording import Wording, plural_category, wording
from tests.navigation.core.small_map import CONCOURSE, GROUND, UPPER, id_of, small_map

MAP = small_map()
LEVELS = {name: MAP.levels[id_] for name, id_ in {"up": UPPER, "down": CONCOURSE, "flat": GROUND}.items()}
PLACES = [{}, {"en": "Al Rayyan Pharmacy"}]
TURNS_DEG = [0.0, 30.0, 90.0, 150.0, 180.0, -30.0, -90.0, -150.0]
RIDES = [None, ManeuverType.TAKE_LIFT, ManeuverType.TAKE_STAIRS]
SEEN = [
    None,
    Landmark(id_of("pharmacy"), PLACES[1], None, True, Side.LEFT, passed=False),
    *(Landmark(id_of("it"), {}, noun, False, Side.RIGHT, passed=True) for noun in CONNECTORS | EQUIPMENT | {FIRST_AID}),
]
MANNERS = [Manner(), Manner(by_touch=True)]
# Tables whose keys are the language's own: nouns with an article, contractions; and plural categories.
OWN_TABLES = frozenset({"articles", "contractions"})
CATEGORIES = frozenset({"zero", "one", "two", "few", "many", "other"})


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_maneuver_has_a_sentence(language: str, manner: Manner) -> None:
    speech = Speech(wording(language), manner)
    notes = [Note(kind, 3) for kind in NoteKind]
    for type_, turn_deg, place, level in product(ManeuverType, TURNS_DEG, PLACES, LEVELS.values()):
        cue = Cue(type_, 90.0, turn_deg, -turn_deg, place, None)
        assert_said(speech.instruct(cue, 23.0, (MAP.levels[GROUND], level), notes))
    for ride, rise, landmark in product(RIDES, [-1.0, 0.0, 2.0], SEEN):
        cue = Cue(ManeuverType.TURN, 90.0, 90.0, landing=ride, rise=rise, landmark=landmark)
        assert_said(speech.instruct(cue, 23.0, (LEVELS["flat"], LEVELS["flat"])))


def assert_said(words: tuple[str, str]) -> None:
    for text in words:
        assert text
        assert not {"{", "}"} & set(text)
        assert "None" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_phrases_with_the_same_variables(language: str) -> None:
    ours, english = phrases(language), phrases("en")
    assert set(ours) == set(english)
    for name in set(english) - OWN_TABLES:
        if set(english[name]) <= CATEGORIES:
            assert "other" in ours[name]
            assert set(ours[name]) <= CATEGORIES, name
            continue
        assert set(ours[name]) == set(english[name]), name
        for key, text in english[name].items():
            assert variables(ours[name][key]) == variables(text), f"{name}.{key}"


def variables(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize(
    ("language", "table", "categories"),
    [
        ("en", "steps", {"one", "other"}),
        ("fr", "spoken.metres", {"one", "other"}),
        ("ar", "steps", {"zero", "one", "two", "few", "many", "other"}),
        ("ar", "spoken.kilometres", {"zero", "one", "two", "few", "many", "other"}),
    ],
)
def test_every_plural_has_the_categories_of_its_language(language: str, table: str, categories: set[str]) -> None:
    assert set(phrases(language)[table]) == categories


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("en", "Women's restroom", "the women's restroom"),
        ("en", "National Archive", "the National Archive"),
        ("en", "Al Rayyan Pharmacy", "Al Rayyan Pharmacy"),
        ("fr", "Rue Al Kahraba", "la rue Al Kahraba"),
        ("fr", "Hôtel Alwadi", "l’hôtel Alwadi"),
        ("fr", "Toilettes femmes", "les toilettes femmes"),
        ("fr", "Al Oud Capital", "Al Oud Capital"),
        ("ar", "ردهة", "الردهة"),
        ("ar", "رواق الكهرباء", "رواق الكهرباء"),
    ],
)
def test_a_name_gets_the_article_of_its_noun(language: str, name: str, said: str) -> None:
    assert Wording(language).name({language: name}) == said


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Hall", "Sortez du hall"),
        ("Hôtel Alwadi", "Sortez de l’hôtel Alwadi"),
        ("Pharmacie Noor", "Sortez de la pharmacie Noor"),
        ("Toilettes femmes", "Sortez des toilettes femmes"),
        ("Al Oud Capital", "Sortez d’Al Oud Capital"),
        ("Park Hyatt", "Sortez de Park Hyatt"),
    ],
)
def test_french_contracts_and_elides(place: str, said: str) -> None:
    leave = Cue(ManeuverType.LEAVE, 0.0, place={"fr": place})
    assert Speech.to("walk", "fr").instruct(leave, 0.0, (LEVELS["flat"], LEVELS["flat"])).written == said


@pytest.mark.parametrize(("turn_deg", "hour"), [(90.0, "3"), (-90.0, "9"), (-120.0, "8"), (40.0, "1"), (165.0, "6")])
def test_who_sees_little_is_told_the_hour(turn_deg: float, hour: str) -> None:
    turn = Cue(ManeuverType.TURN, 0.0, turn_deg)
    words = Speech.to("low_vision", "en").instruct(turn, 3.0, (LEVELS["flat"], LEVELS["flat"]))
    assert words == (f"Turn to your {hour} o’clock and walk 3 m", f"Turn to your {hour} o’clock and walk 3 metres")


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
    assert wording("ar").distance(metres, spoken=True) == said


@pytest.mark.parametrize(
    ("metres", "said"), [(1, "1 mètre"), (20, "20 mètres"), (1500, "1,5 kilomètre"), (3000, "3 kilomètres")]
)
def test_french_counts_from_two_in_the_plural(metres: float, said: str) -> None:
    assert wording("fr").distance(metres, spoken=True) == said


def test_a_fraction_of_arabic_kilometres_is_other() -> None:
    assert plural_category("ar", Fraction(12, 10)) == "other"


def test_a_level_below_the_street_keeps_its_minus_before_the_number_in_arabic() -> None:
    lift = Cue(ManeuverType.TAKE_LIFT, 0.0)
    words = Speech.to("walk", "ar").instruct(lift, 0.0, (LEVELS["flat"], LEVELS["down"]))
    assert "\u200e-2 (الردهة)" in words.written
    assert "سالب 2" in words.spoken


def test_what_is_spoken_is_shorter() -> None:
    turn = Cue(ManeuverType.TURN, 0.0, 90.0)
    words = Speech.to("walk", "en").instruct(turn, 6.0, (LEVELS["flat"], LEVELS["flat"]))
    assert words == ("Turn right and walk 6 m", "Turn right")
