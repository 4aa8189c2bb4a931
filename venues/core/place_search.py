"""Finding places by what visitors type, in every language at once, and by what is near.

Words, not whole names, are compared: each word of the query is looked up once among the distinct words of the map (exact,
beginning alike, or with typing errors), and the places are scored from the lists of where each word stands. So a query
costs the number of distinct words, not that of places times languages.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import hypot, inf
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from geo.position import LevelPoint
from venues.core.imdf.categories import category_aliases, category_name, falls_under
from venues.core.imdf.labels import label_in
from venues.core.places import Place, places_of
from venues.core.spelling import words

__all__ = ["Match", "MatchKind", "Place", "PlaceSearch", "places_of"]

# How well a word of the query matches a word of the map.
EXACT, BEGINS, MISTYPED = 1.0, 0.9, 0.7
# Typing errors allowed (insertions, deletions, exchanges, neighbours swapped) by the length of the typed word: Damerau (1964)
# found 80 % of misspelt words to hold one error; long names are transliterated in many ways and get two.
ONE_ERROR_FROM, TWO_ERRORS_FROM = 4, 7
# So much of what was typed, by letters, must be found in one name. A query may hold one word too many.
LEAST_FOUND = 0.6
# Walking to another level takes as long as some 40 m on the flat (a flight of stairs and the way to it).
LEVEL_M = 40.0


class MatchKind(IntEnum):
    """How a place was found, the best last."""

    MISTYPED = 1
    BY_CATEGORY = 2
    BY_NAME = 3
    EXACT_NAME = 4


@dataclass(frozen=True)
class Match:
    """A place found. score in (0, 1]; distance_m straight to it, levels counted as LEVEL_M, where `near` was given."""

    place: Place
    kind: MatchKind
    score: float
    distance_m: float | None


@dataclass(frozen=True, eq=False)
class _Index:
    """Where the words stand. An entry is one text of one place; arrays of entries are (n,)."""

    entry_place: NDArray[np.intp]
    entry_is_name: NDArray[np.bool_]
    entry_letters: NDArray[np.float64]
    vocabulary: Sequence[str]
    postings: Sequence[NDArray[np.intp]]

    @classmethod
    def of(cls, places: Sequence[Place]) -> "_Index":
        numbers: list[int] = []
        names: list[bool] = []
        letters: list[int] = []
        positions: dict[str, list[int]] = {}
        for number, place in enumerate(places):
            for text, is_name in _texts(place):
                entry = words(text)
                for word in set(entry):
                    positions.setdefault(word, []).append(len(numbers))
                numbers.append(number)
                names.append(is_name)
                letters.append(sum(map(len, entry)))
        vocabulary = sorted(positions)
        postings = [np.array(positions[word], dtype=np.intp) for word in vocabulary]
        return cls(
            np.array(numbers, dtype=np.intp), np.array(names, dtype=bool), np.array(letters, dtype=float),
            vocabulary, postings,
        )  # fmt: skip


def _texts(place: Place) -> Iterable[tuple[str, bool]]:
    """Yield every text that finds the place, and whether it is a name of it."""
    texts = {text: True for labels in (place.name, *place.alt_names) for text in labels.values()}
    for text in (*category_name(place.category).values(), *category_aliases(place.category)):
        texts.setdefault(text, False)
    return texts.items()


class PlaceSearch:
    """Searches the places of one map. Made once for a map; a search changes nothing."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self.by_id = {place.id: place for place in self.places}
        self.categories = sorted({place.category for place in self.places})
        self._index = _Index.of(self.places)
        self._ordinals = {p.level_id: p.ordinal for p in self.places if p.ordinal is not None}

    def find(
        self,
        q: str = "",
        *,
        language: str = "en",
        category: str | None = None,
        near: LevelPoint | None = None,
        limit: int = 20,
    ) -> list[Match]:
        """Return the best places first: by how they were found, then by distance, then by how well.

        Without a query, every place of the category (and of those below it), nearest first, else by name.
        """
        typed = words(q)
        found = self._matching(typed) if typed else [(place, MatchKind.BY_NAME, 1.0) for place in self.places]
        matches = [
            Match(place, kind, score, self._distance_m(place, near) if near else None)
            for place, kind, score in found
            if category is None or falls_under(place.category, category)
        ]
        return sorted(matches, key=lambda match: _rank(match, language))[:limit]

    def _matching(self, typed: tuple[str, ...]) -> list[tuple[Place, MatchKind, float]]:
        """Return (place, kind, score) for each place that holds enough of the typed words."""
        index = self._index
        if not len(index.entry_place):
            return []
        lengths = np.array([len(word) for word in typed], dtype=float)
        per_word = np.array([self._word_scores(word) for word in typed])
        found = (per_word > 0).T @ lengths / lengths.sum()
        entries = np.flatnonzero(found >= LEAST_FOUND)
        quality = (per_word[:, entries].T @ lengths) / lengths.sum()
        covered = np.minimum(1.0, lengths.sum() / np.maximum(index.entry_letters[entries], 1.0))
        scores = quality * (0.8 + 0.2 * covered)
        clean = np.all(per_word[:, entries] >= BEGINS, axis=0)
        whole = (quality >= EXACT - 1e-9) & (covered >= 1.0)
        names = index.entry_is_name[entries]
        kinds = np.select(
            [clean & whole & names, clean & names, clean],
            [MatchKind.EXACT_NAME, MatchKind.BY_NAME, MatchKind.BY_CATEGORY],
            MatchKind.MISTYPED,
        )
        best: dict[int, tuple[int, float]] = {}
        for number, kind, score in zip(
            index.entry_place[entries].tolist(), kinds.tolist(), scores.tolist(), strict=True
        ):
            best[number] = max(best.get(number, (0, 0.0)), (kind, score))
        return [(self.places[number], MatchKind(kind), score) for number, (kind, score) in best.items()]

    def _word_scores(self, word: str) -> NDArray[np.float64]:
        """Return (n entries,) how well the best word of each entry matches."""
        index = self._index
        scores = np.zeros(len(index.entry_place))
        for number in self._mistyped(word):
            scores[index.postings[number]] = MISTYPED
        start = bisect_left(index.vocabulary, word)
        for number in range(start, len(index.vocabulary)):
            if not index.vocabulary[number].startswith(word):
                break
            here = index.postings[number]
            scores[here] = np.maximum(scores[here], EXACT if index.vocabulary[number] == word else BEGINS)
        return scores

    def _mistyped(self, word: str) -> Iterable[int]:
        """Return the words of the vocabulary within the typing errors that the word's length allows."""
        allowed = (len(word) >= ONE_ERROR_FROM) + (len(word) >= TWO_ERRORS_FROM)
        if not allowed:
            return ()
        errors = cdist([word], self._index.vocabulary, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8)[0]
        return np.flatnonzero(errors <= allowed).tolist()

    def _distance_m(self, place: Place, near: LevelPoint) -> float:
        if place.point is None:
            return inf
        flat_m = hypot(place.point.x_m - near.x_m, place.point.y_m - near.y_m)
        here = self._ordinals.get(near.level_id)
        levels = 0.0 if here is None or place.ordinal is None else abs(place.ordinal - here)
        return flat_m + levels * LEVEL_M


def _rank(match: Match, language: str) -> tuple[int, float, float, float, str, UUID]:
    """Return the sort key: a mistyped name first by how likely it is meant, everything else first by how near it is."""
    likely = -round(match.score, 1) if match.kind is MatchKind.MISTYPED else 0.0
    distance_m = 0.0 if match.distance_m is None else match.distance_m
    name = label_in(match.place.name, language) or ""
    return (-match.kind, likely, distance_m, -match.score, name, match.place.id)
