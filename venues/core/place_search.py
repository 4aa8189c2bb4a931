"""Finding places by what visitors type, in every language at once, and by what is near.

Words, not whole names, are compared: each word of the query is looked up once among the distinct words of the map (exact,
beginning alike, sounding alike in another script or spelling, or with typing errors), and the places are scored from the
lists of where each word stands. So a query costs the number of distinct words, not that of places times languages.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import nan

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from geo.position import LevelPoint
from venues.core.imdf.categories import category_aliases, category_name, falls_under
from venues.core.imdf.labels import FALLBACK_LANGUAGE, label_in, languages_of
from venues.core.places import Place, places_of
from venues.core.spelling import words
from venues.core.transliteration import Sound, sound_of

__all__ = ["Match", "MatchKind", "Place", "PlaceSearch", "places_of"]

# How well a word of the query matches a word of the map.
EXACT, BEGINS, SOUNDS_ALIKE, MISTYPED = 1.0, 0.9, 0.8, 0.7
# Words of two scripts that share so many consonants are one name, as good as one that was only begun.
SAME_NAME_CONSONANTS = 3
# Typing errors allowed (insertions, deletions, exchanges, neighbours swapped) by the length of the typed word: Damerau (1964)
# found 80 % of misspelt words to hold one error; long names are transliterated in many ways and get two.
ONE_ERROR_FROM, TWO_ERRORS_FROM = 4, 7
# So much of what was typed, by letters, must be found in one name. A query may hold one word too many.
LEAST_FOUND = 0.6
# No place has a longer name; what is typed beyond that is not looked for.
MOST_WORDS = 12
# A name that is much longer than what was typed is worth this share of one that was typed whole.
LEAST_COVERED = 0.8
# Walking to another level takes as long as some 40 m on the flat (a flight of stairs and the way to it).
LEVEL_M = 40.0


class MatchKind(IntEnum):
    """How a place was found, the best last."""

    MISTYPED = 1
    BY_CATEGORY = 2
    BY_NAME = 3
    EXACT_ALIAS = 4
    EXACT_NAME = 5


class TextKind(IntEnum):
    """What a text that finds a place is to it. An alias may be another's name: that of the square a kiosk stands on."""

    CATEGORY = 0
    ALIAS = 1
    NAME = 2


@dataclass(frozen=True)
class Match:
    """A place found. score in (0, 1]; distance_m straight to it, levels counted as LEVEL_M, where `near` was given.

    walk_s: how long one walks there, where that was given too; infinite where nothing leads there.
    """

    place: Place
    kind: MatchKind
    score: float
    distance_m: float | None
    walk_s: float | None = None


@dataclass(frozen=True, eq=False)
class _Index:
    """Where the words stand. An entry is one text of one place; arrays of entries are (n,)."""

    entry_place: NDArray[np.intp]
    entry_kind: NDArray[np.intp]
    entry_letters: NDArray[np.float64]
    vocabulary: Sequence[str]
    postings: Sequence[NDArray[np.intp]]
    by_length: Mapping[int, tuple[Sequence[str], NDArray[np.intp]]]
    by_consonants: Mapping[str, Sequence[tuple[Sound, int]]]

    @classmethod
    def of(cls, places: Sequence[Place]) -> "_Index":
        numbers: list[int] = []
        kinds: list[TextKind] = []
        letters: list[int] = []
        positions: dict[str, list[int]] = {}
        for number, place in enumerate(places):
            for text, kind in _texts(place):
                entry = words(text)
                for word in set(entry):
                    positions.setdefault(word, []).append(len(numbers))
                numbers.append(number)
                kinds.append(kind)
                letters.append(sum(map(len, entry)))
        vocabulary = sorted(positions)
        postings = [np.array(positions[word], dtype=np.intp) for word in vocabulary]
        return cls(
            np.array(numbers, dtype=np.intp), np.array(kinds, dtype=np.intp), np.array(letters, dtype=float),
            vocabulary, postings, _by_length(vocabulary), _by_consonants(vocabulary),
        )  # fmt: skip


def _by_length(vocabulary: Sequence[str]) -> Mapping[int, tuple[Sequence[str], NDArray[np.intp]]]:
    """Return the words of each length and their numbers: typing errors change the length by no more than their count."""
    numbers: dict[int, list[int]] = {}
    for number, word in enumerate(vocabulary):
        numbers.setdefault(len(word), []).append(number)
    return {
        length: ([vocabulary[number] for number in group], np.array(group, dtype=np.intp))
        for length, group in numbers.items()
    }


def _by_consonants(vocabulary: Sequence[str]) -> Mapping[str, Sequence[tuple[Sound, int]]]:
    """Return the sounds and numbers of the words with the same consonants."""
    found: dict[str, list[tuple[Sound, int]]] = {}
    for number, word in enumerate(vocabulary):
        if (sound := sound_of(word)).is_telling:
            found.setdefault(sound.consonants, []).append((sound, number))
    return found


def _texts(place: Place) -> Iterable[tuple[str, TextKind]]:
    """Return every text that finds the place, and what it is to it."""
    texts = dict.fromkeys(
        (*category_name(place.category).values(), *category_aliases(place.category)), TextKind.CATEGORY
    )
    texts |= {text: TextKind.ALIAS for labels in place.alt_names for text in labels.values()}
    texts |= dict.fromkeys(place.name.values(), TextKind.NAME)
    return texts.items()


class PlaceSearch:
    """Searches the places of one map. Made once for a map; a search changes nothing."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self.by_id = {place.id: place for place in self.places}
        self.categories = sorted({place.category for place in self.places})
        self._index = _Index.of(self.places)
        self._category = np.array([self.categories.index(place.category) for place in self.places], dtype=np.intp)
        self._hours = sorted({place.hours for place in self.places}, key=str)
        numbers = {text: number for number, text in enumerate(self._hours)}
        self._hours_of = np.array([numbers[place.hours] for place in self.places], dtype=np.intp)
        # (n, 3) metres east, metres north, ordinal; NaN where a place is on no level.
        self._where = np.array([_where(place) for place in self.places], dtype=float).reshape(-1, 3)
        self._ordinals = {p.level_id: p.ordinal for p in self.places if p.ordinal is not None}
        tags = {FALLBACK_LANGUAGE} | {tag for place in self.places for tag in languages_of(place.name)}
        self._name_rank = {tag: _ranks([label_in(place.name, tag) or "" for place in self.places]) for tag in tags}

    def find(
        self,
        q: str = "",
        *,
        language: str = FALLBACK_LANGUAGE,
        category: str | None = None,
        near: LevelPoint | None = None,
        walks_s: NDArray[np.float64] | None = None,
        has_hours: Callable[[str | None], bool] | None = None,
        limit: int = 20,
    ) -> list[Match]:
        """Return the best places first: by how they were found, then by how near they are, then by how well.

        Near is what one walks to soonest, where `walks_s` (n places,) says so, else by straight distance. `has_hours` says
        whether a place with these hours, None where it gives none, is wanted; it is asked once for each text.

        Without a query, every place of the category (and of those below it), nearest first, else by name.
        """
        typed = tuple(dict.fromkeys(words(q)))[:MOST_WORDS]
        found = self._matching(typed) if typed else np.full(len(self.places), MatchKind.BY_NAME + 0.5)
        chosen = np.flatnonzero(found * self._wanted(category, has_hours))
        kinds = np.floor(found[chosen]).astype(int)
        scores = 2 * (found[chosen] - kinds)
        distances_m = self._distances_m(near, chosen) if near else np.zeros(len(chosen))
        # A mistyped name comes first by how likely it is meant, everything else by how near it is.
        likely = np.where(kinds == MatchKind.MISTYPED, np.round(scores, 1), 0.0)
        names = self._name_rank.get(language, self._name_rank[FALLBACK_LANGUAGE])[chosen]
        walks = None if walks_s is None else walks_s[chosen]
        nearness = (distances_m,) if walks is None else (distances_m, walks)
        order = np.lexsort((names, -scores, *nearness, -likely, -kinds))[:limit]
        return [
            Match(
                self.places[chosen[i]], MatchKind(kinds[i]), float(scores[i]),
                float(distances_m[i]) if near else None, None if walks is None else float(walks[i]),
            )
            for i in order.tolist()
        ]  # fmt: skip

    def _wanted(self, category: str | None, has_hours: Callable[[str | None], bool] | None) -> NDArray[np.bool_]:
        """Return (n places,) whether each is of the category, or of one below it, and has hours that are wanted."""
        wanted = np.ones(len(self.places), dtype=bool)
        if category is not None:
            wanted &= np.array([falls_under(known, category) for known in self.categories], dtype=bool)[self._category]
        if has_hours is not None:
            wanted &= np.array([has_hours(text) for text in self._hours], dtype=bool)[self._hours_of]
        return wanted

    def _matching(self, typed: tuple[str, ...]) -> NDArray[np.float64]:
        """Return (n places,) the kind of match plus half its score, so that the better kind is the greater number; else 0."""
        index, best = self._index, np.zeros(len(self.places))
        lengths = np.array([len(word) for word in typed], dtype=float) / sum(map(len, typed))
        per_word = np.zeros((len(typed), len(index.entry_place)))
        for word, scores in zip(typed, per_word, strict=True):
            self._score_word(word, scores)
        touched = np.flatnonzero(per_word.any(axis=0))
        entries = touched[lengths @ (per_word[:, touched] > 0) >= LEAST_FOUND]
        per_word = per_word[:, entries]
        quality = lengths @ per_word
        covered = np.minimum(1.0, sum(map(len, typed)) / np.maximum(index.entry_letters[entries], 1.0))
        scores = quality * (LEAST_COVERED + (1 - LEAST_COVERED) * covered)
        clean = np.all(per_word >= BEGINS, axis=0)
        whole = np.all(per_word == EXACT, axis=0) & (covered == 1.0)
        texts = index.entry_kind[entries]
        names = texts > TextKind.CATEGORY
        kinds = np.select(
            [clean & whole & (texts == TextKind.NAME), clean & whole & names, clean & names, clean],
            [int(MatchKind.EXACT_NAME), int(MatchKind.EXACT_ALIAS), int(MatchKind.BY_NAME), int(MatchKind.BY_CATEGORY)],
            int(MatchKind.MISTYPED),
        )
        np.maximum.at(best, index.entry_place[entries], kinds + scores / 2)
        return best

    def _score_word(self, word: str, scores: NDArray[np.float64]) -> None:
        """Put into (n entries,) scores, zeros so far, how well the best word of each entry matches."""
        index = self._index
        for number in self._mistyped(word):
            scores[index.postings[number]] = MISTYPED
        for number, score in self._sounding_alike(word):
            here = index.postings[number]
            scores[here] = np.maximum(scores[here], score)
        start = bisect_left(index.vocabulary, word)
        for number in range(start, len(index.vocabulary)):
            if not index.vocabulary[number].startswith(word):
                break
            here = index.postings[number]
            scores[here] = np.maximum(scores[here], EXACT if index.vocabulary[number] == word else BEGINS)

    def _mistyped(self, word: str) -> Iterator[int]:
        """Yield the words of the vocabulary within the typing errors that the word's length allows."""
        allowed = (len(word) >= ONE_ERROR_FROM) + (len(word) >= TWO_ERRORS_FROM)
        if not allowed:
            return
        index = self._index
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            if length in index.by_length:
                alike, numbers = index.by_length[length]
                errors = cdist([word], alike, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8)[0]
                yield from numbers[errors <= allowed].tolist()

    def _sounding_alike(self, word: str) -> Iterator[tuple[int, float]]:
        """Yield the words of the vocabulary that may be another spelling of this one, and how well they match."""
        sound = sound_of(word)
        for other, number in self._index.by_consonants.get(sound.consonants, ()):
            if sound.is_like(other):
                is_name = sound.is_arabic != other.is_arabic and len(sound.consonants) >= SAME_NAME_CONSONANTS
                yield number, BEGINS if is_name else SOUNDS_ALIKE

    def _distances_m(self, near: LevelPoint, chosen: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return (n chosen,) metres straight to each place, levels counted as LEVEL_M; infinite where it is on no level."""
        where = self._where[chosen]
        flat_m = np.hypot(where[:, 0] - near.x_m, where[:, 1] - near.y_m)
        here = self._ordinals.get(near.level_id)
        levels_m = 0.0 if here is None else np.abs(where[:, 2] - here) * LEVEL_M
        return np.nan_to_num(flat_m + levels_m, nan=np.inf)


def _where(place: Place) -> tuple[float, float, float]:
    if place.point is None or place.ordinal is None:
        return nan, nan, nan
    return place.point.x_m, place.point.y_m, place.ordinal


def _ranks(names: Sequence[str]) -> NDArray[np.intp]:
    """Return (n,) the place of each name in their order; names that are equal keep the order they come in."""
    ranks = np.empty(len(names), dtype=np.intp)
    ranks[sorted(range(len(names)), key=lambda number: names[number])] = np.arange(len(names))
    return ranks
