"""Searching 20,000 places by what visitors type, beside rapidfuzz's plain extract over the same names.

python -m benchmarks.search [--places 20000] [--queries 500] [--json]

Names are made by rule in English, Arabic and French: a made-up word, transliterated, and a kind of place. Queries are names as
they are, begun, mistyped, in another spelling, in another script, and kinds of place. `hit_rate` is the share of those whose
place, or one of the same name, is among the first five.
"""

import random
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from rapidfuzz.process import extract

from benchmarks.reporting import Result, report, spread, timed_us
from geo.position import LevelPoint
from venues.core.imdf.features import FeatureType
from venues.core.place_search import Place, PlaceSearch
from venues.core.spelling import folded

SEED = 20_261_123
# The peer answers fewer queries: each takes it some ten milliseconds.
PEER_QUERIES = 100
LIMIT, LOOKED_AT = 20, 5
LEVEL = UUID(int=1)
KINDS = (
    ("Café", "مقهى", "Café", "coffee"), ("Museum", "متحف", "Musée", "museum"), ("Tower", "برج", "Tour", "office"),
    ("Hotel", "فندق", "Hôtel", "hotel"), ("Pharmacy", "صيدلية", "Pharmacie", "pharmacy"), ("Gate", "بوابة", "Porte", "entry"),
    ("Restaurant", "مطعم", "Restaurant", "restaurant"), ("Bookshop", "مكتبة", "Librairie", "books"),
    ("Clinic", "عيادة", "Clinique", "clinic"), ("Bakery", "مخبز", "Boulangerie", "bakery"),
)  # fmt: skip
CONSONANTS = {
    "b": "ب", "t": "ت", "j": "ج", "h": "ح", "kh": "خ", "d": "د", "r": "ر", "z": "ز", "s": "س", "sh": "ش",
    "f": "ف", "q": "ق", "k": "ك", "l": "ل", "m": "م", "n": "ن",
}  # fmt: skip
VOWELS = {"a": "ا", "i": "ي", "u": "و", "e": "ي", "o": "و"}


@dataclass(frozen=True)
class Query:
    """What is typed, and the folded name of the place that is meant."""

    text: str
    meant: str


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    places = made_places(options.places)
    queries = made_queries(places, options.queries)
    report([dalil(places, queries), peer(places, queries)], seed=SEED, packages=("rapidfuzz",), as_json=options.json)


def dalil(places: Sequence[Place], queries: Sequence[Query]) -> Result:
    """Return the figures of our own search, from where a visitor stands."""
    begin = perf_counter()
    search = PlaceSearch(places)
    build_s = perf_counter() - begin
    near = LevelPoint(100.0, 100.0, LEVEL)

    def names(query: Query) -> list[str]:
        return [_name(match.place) for match in search.find(query.text, near=near, limit=LIMIT)]

    return _measured("dalil", len(places), names, queries, {"build_s": round(build_s, 3)})


def peer(places: Sequence[Place], queries: Sequence[Query]) -> Result:
    """Return the figures of rapidfuzz over every name in every language, folded once as ours are."""
    texts = [(folded(text), number) for number, place in enumerate(places) for text in place.name.values()]
    choices = [text for text, _ in texts]

    def names(query: Query) -> list[str]:
        return [_name(places[texts[index][1]]) for _, _, index in extract(folded(query.text), choices, limit=LIMIT)]

    return _measured("rapidfuzz", len(places), names, queries[:PEER_QUERIES], {})


def _measured(
    engine: str, n: int, names: Callable[[Query], list[str]], queries: Sequence[Query], figures: dict[str, float]
) -> Result:
    times_us = timed_us(names, queries, engine)
    hits = sum(query.meant in names(query)[:LOOKED_AT] for query in queries)
    return Result(engine, "search", n, {**spread(times_us), "hit_rate": round(hits / len(queries), 3), **figures})


def _name(place: Place) -> str:
    return folded(place.name["en"])


def made_places(count: int) -> list[Place]:
    """Return places with names in three languages, on one level of a square kilometre."""
    rng = random.Random(SEED)
    words = [_made_word(rng) for _ in range(max(count // 4, 1))]
    return [_made_place(rng, number, rng.choice(words)) for number in range(count)]


def _made_word(rng: random.Random) -> tuple[str, str]:
    """Return a word in Latin letters and in Arabic ones."""
    syllables = [(rng.choice(list(CONSONANTS)), rng.choice(list(VOWELS))) for _ in range(rng.randint(2, 4))]
    end = rng.choice(list(CONSONANTS))
    latin = "".join(consonant + vowel for consonant, vowel in syllables) + end
    arabic = "".join(CONSONANTS[consonant] + VOWELS[vowel] for consonant, vowel in syllables) + CONSONANTS[end]
    return latin.capitalize(), arabic


def _made_place(rng: random.Random, number: int, word: tuple[str, str]) -> Place:
    english, arabic, french, category = rng.choice(KINDS)
    return Place(
        id=UUID(int=number), feature_type=FeatureType.OCCUPANT,
        name={"en": f"{word[0]} {english}", "ar": f"{arabic} ال{word[1]}", "fr": f"{french} {word[0]}"},
        alt_names=(), category=category, level_id=LEVEL,
        point=LevelPoint(rng.uniform(0, 1000), rng.uniform(0, 1000), LEVEL),
        unit_ids=(), hours=None, building_id=None, ordinal=0.0,
    )  # fmt: skip


def made_queries(places: Sequence[Place], count: int) -> list[Query]:
    """Return what visitors type, of each way in turn."""
    rng = random.Random(SEED + 1)
    ways = (_whole, _begun, _mistyped, _arabic_spelling, _respelt)
    return [ways[number % len(ways)](rng, rng.choice(places)) for number in range(count)]


def _whole(rng: random.Random, place: Place) -> Query:
    return Query(rng.choice(list(place.name.values())), _name(place))


def _begun(rng: random.Random, place: Place) -> Query:
    return Query(place.name["en"][:-2], _name(place))


def _mistyped(rng: random.Random, place: Place) -> Query:
    """Return the name with two neighbouring letters of its first word swapped."""
    text = place.name["en"].lower()
    at = rng.randrange(1, len(text.split()[0]) - 1)
    return Query(text[:at] + text[at + 1] + text[at] + text[at + 2 :], _name(place))


def _arabic_spelling(rng: random.Random, place: Place) -> Query:
    """Return the Arabic name stretched, with a mark, without its article."""
    return Query(place.name["ar"].replace(" ال", " ").replace("ا", "أ", 1).replace("م", "مـ", 1) + "ّ", _name(place))


def _respelt(rng: random.Random, place: Place) -> Query:
    """Return the made-up word as others transliterate it, beside the kind of place."""
    text = place.name["en"].lower()
    for sound, spelling in (("u", "ou"), ("q", "k"), ("i", "ee"), ("e", "ei")):
        text = text.replace(sound, spelling, 1) if sound in text.split()[0] else text
    return Query(text, _name(place))


if __name__ == "__main__":
    main()
