from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.venues.core.test_spatial_index import INDEX, at
from tests.venues.small_map import id_of
from venues.core.openness import HoursError, is_open, open_periods, require_hours
from venues.core.place_search import MatchKind, Place, PlaceSearch, places_of
from venues.core.spelling import folded

SEARCH = PlaceSearch(places_of(INDEX.snapshot))


def found(q: str, **options: Any) -> list[object]:
    return [match.place.id for match in SEARCH.find(q, **options)]


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("café été", "cafe"), ("cafe ete", "cafe"), ("CAFE", "cafe"), ("مقهى الصيف", "cafe"), ("مقهي صيف", "cafe"),
        ("musee", "museum room"), ("heritage musuem", "museum room"), ("heritge", "museum room"),
        ("bin test", "house"), ("بيت بن تِسْت", "house"), ("ساحه تست", "square"), ("west gate", "street door"),
        ("toilet", "restroom"), ("حمام", "restroom"), ("دورة المياه", "restroom"), ("drinking water", "fountain"),
        ("coffee", "cafe"), ("south lawn", "west section"), ("hall d'entree", "hall"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_what_people_type(q, name):
    assert found(q)[0] == id_of(name)


def named(number: int, **name: str) -> Place:
    return replace(SEARCH.places[0], id=UUID(int=number), name=name, alt_names=(), category="unspecified")


@pytest.mark.parametrize("q", ["souq", "suq", "souk", "suk", "sūq", "سوق", "السوق", "سُوق", "ســوق"])
def test_a_souq_is_found_in_every_spelling(q):
    for number, name in enumerate(({"ar": "سوق واقف"}, {"en": "Souq Waqif"}, {"fr": "Souk Waqif"}), start=1):
        [match] = PlaceSearch([named(number, **name), named(9, en="Fire Station", ar="محطة الإطفاء")]).find(q)
        assert match.place.id == UUID(int=number)


@pytest.mark.parametrize(
    ("q", "arabic"),
    [
        ("msheireb", "مشيرب"), ("mushayrib", "مشيرب"), ("nakheel", "النخيل"), ("nakhil", "النخيل"), ("wakif", "واقف"),
        ("baraha", "براحة"), ("al kahraba", "الكهرباء"), ("jelmood", "جلمود"), ("galleria", "غاليريا"), ("masjid", "مسجد"),
    ],
)  # fmt: skip
def test_names_written_in_arabic_only_are_found_as_they_sound(q, arabic):
    places = [named(1, ar=arabic), named(2, ar="محطة القطار"), named(3, en="Heritage Museum")]
    assert PlaceSearch(places).find(q)[0].place.id == UUID(int=1)


def test_words_of_one_script_that_share_only_consonants_are_other_words():
    assert PlaceSearch([named(1, en="Hello"), named(2, en="Shape")]).find("hall") == []


@pytest.mark.parametrize(
    ("q", "arabic"),
    [
        ("احمد", "أحمد"), ("أحمد", "احمد"), ("اسلام", "إسلام"), ("قران", "قرآن"), ("مدرسه", "مدرسة"), ("مستشفي", "مستشفى"),
        ("مؤسسه", "مؤسسة"), ("سماء", "سما"), ("مَتْحَف", "متحف"), ("متــحف", "متحف"), ("بوابة ۱۲", "بوابة ١٢"),
        ("بوابة 12", "بوابة ۱۲"), ("کتاب", "كتاب"), ("شئون", "شؤون"),
    ],
)  # fmt: skip
def test_arabic_spellings_are_one(q, arabic):
    assert PlaceSearch([named(1, ar=arabic), named(2, ar="سوق")]).find(q)[0].place.id == UUID(int=1)


def test_what_nothing_is_called_finds_nothing():
    assert found("zzzzzz") == []
    assert found("hall", category="restroom") == []


def test_names_come_before_categories_and_both_before_typing_errors():
    kinds = [match.kind for match in SEARCH.find("test")]
    assert kinds == sorted(kinds, reverse=True)
    assert SEARCH.find("Heritage Museum")[0].kind is MatchKind.EXACT_NAME
    assert SEARCH.find("Herritage Museum")[0].kind is MatchKind.MISTYPED


def test_a_square_comes_before_the_kiosks_that_bear_its_name_as_an_alias():
    kiosk = replace(named(1, en="A kiosk"), alt_names=({"en": "Barahat", "fr": "Place Barahat"},))
    places = PlaceSearch([kiosk, named(2, en="Barahat", fr="Place Barahat"), named(3, en="Barahat Street")])
    for language in ("en", "ar", "fr"):
        matches = places.find("barahat", language=language)
        assert [match.place.id.int for match in matches] == [2, 1, 3]
        assert [match.kind for match in matches] == [MatchKind.EXACT_NAME, MatchKind.EXACT_ALIAS, MatchKind.BY_NAME]


def test_without_words_the_nearest_of_a_category_comes_first():
    lifts = SEARCH.find(category="elevator", near=at(32, 7, "First"))
    assert [match.place.id for match in lifts] == [id_of("lift 1"), id_of("lift 0")]
    assert [round(match.distance_m) for match in lifts] == [1, 41]


def test_a_category_holds_those_below_it():
    assert id_of("cafe room") not in {place.id for place in SEARCH.places}  # the occupant stands for it
    assert found("", category="coffeeandtea") == [id_of("cafe")]


def test_places_know_their_level_their_units_and_their_building():
    cafe = SEARCH.by_id[id_of("cafe")]
    assert (cafe.level_id, cafe.unit_ids, cafe.building_id) == (id_of("Ground"), (id_of("cafe room"),), id_of("house"))
    house = SEARCH.by_id[id_of("house")]
    assert (house.level_id, house.unit_ids) == (id_of("Ground"), ())
    assert SEARCH.by_id[id_of("restroom")].name["fr"] == "Toilettes"


def test_an_empty_map_of_places_can_be_searched():
    assert PlaceSearch(()).find("x", category="y") == []


@given(st.text(max_size=40))
def test_any_text_can_be_searched(q):
    assert len(SEARCH.find(q, limit=3)) <= 3


@given(st.text(max_size=40))
@example("𝚨 Ω")
def test_folding_twice_changes_nothing_more(text):
    assert folded(folded(text)) == folded(text)


@given(st.sampled_from(SEARCH.places), st.sampled_from(["en", "ar", "fr"]))
def test_every_place_is_found_by_its_own_name(place, language):
    name = place.name.get(language)
    if name:
        best = SEARCH.find(name, limit=1)[0]
        assert best.kind is MatchKind.EXACT_NAME
        assert folded(name) in {folded(text) for text in best.place.name.values()}


def test_hours_are_meant_in_the_venues_time_zone():
    friday_noon_utc = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert is_open("Fr 14:00-23:00", friday_noon_utc, "Asia/Qatar")
    assert not is_open("Fr 14:00-23:00", friday_noon_utc, "Europe/Paris")
    with pytest.raises(HoursError, match="whenever"):
        require_hours("whenever 99")


@pytest.mark.parametrize(
    ("hours", "at", "country", "expected"),
    [
        ("09:00-18:00; PH off", datetime(2026, 12, 18, 9, tzinfo=UTC), "QA", False),  # the national day
        ("09:00-18:00; PH off", datetime(2026, 12, 18, 9, tzinfo=UTC), None, True),
        ("09:00-18:00; PH off", datetime(2026, 12, 18, 9, tzinfo=UTC), "XX", True),
        ("09:00-18:00; PH off", datetime(2026, 12, 17, 9, tzinfo=UTC), "QA", True),
        ("Mo-Th,PH 10:00-12:00", datetime(2026, 12, 18, 8, tzinfo=UTC), "QA", True),
        ("Mo-Th 10:00-12:00; PH 20:00-02:00", datetime(2026, 12, 18, 22, tzinfo=UTC), "QA", True),  # 01:00 on the 19th
        ("Mo-Th 10:00-12:00; PH 20:00-02:00", datetime(2026, 12, 19, 22, tzinfo=UTC), "QA", False),
        ("09:00-18:00; PH +1 day off", datetime(2026, 12, 18, 9, tzinfo=UTC), "QA", True),
    ],
)
def test_public_holidays_are_those_of_the_venues_country(hours, at, country, expected):
    assert is_open(hours, at, "Asia/Qatar", country) is expected


@given(
    st.sampled_from(
        ["24/7", "Mo-Fr 08:00-18:00", "22:00-03:00", "09:00-18:00; PH off", "Fr 14:00-23:00; PH 20:00-02:00", "off"]
    ),
    st.integers(0, 40 * 24 * 4),
    st.integers(0, 50 * 4),
)
def test_periods_are_open_inside_and_closed_between(hours, begin_quarters, length_quarters):
    quarter = timedelta(minutes=15)
    begin = datetime(2026, 11, 20, tzinfo=UTC) + begin_quarters * quarter
    end = begin + length_quarters * quarter
    periods = open_periods(hours, begin, end, "Asia/Qatar", "QA")
    for number in range(length_quarters):
        at = begin + number * quarter
        inside = any(opens <= at < closes for opens, closes in periods)
        assert inside == is_open(hours, at, "Asia/Qatar", "QA")
    assert all(one[1] < other[0] for one, other in pairwise(periods))


def test_the_country_is_that_of_the_venues_address():
    assert INDEX.snapshot.country == "QA"


def test_hours_are_asked_once_for_each_text_and_only_places_with_wanted_ones_are_found():
    asked: list[str | None] = []

    def only_given(hours: str | None) -> bool:
        asked.append(hours)
        return hours is not None

    matches = SEARCH.find(has_hours=only_given, limit=100)
    assert [match.place.id for match in matches] == [id_of("cafe")]
    assert len(asked) == len(set(asked)) == 2
    assert PlaceSearch(()).find(has_hours=only_given) == []


def test_words_that_are_typed_twice_or_without_end_are_looked_for_once():
    assert found("hall hall hall")[0] == id_of("hall")
    assert found(" ".join(map(str, range(1000, 1100)))) == []
