"""What a language does with names and numbers: articles, contractions, plurals, distances, levels."""

import re
from bisect import bisect_right
from fractions import Fraction
from functools import cache

from navigation.core.guiding.phrases import language_of, phrases
from venues.core.imdf.features import Labels, Level
from venues.core.imdf.labels import label_in

# Distances are said in numbers that one can picture: multiples of a grain, from each of these lengths on of the next.
GRAINS_FROM_M = (10, 50, 300, 1000)
GRAINS_M = (1, 5, 10, 50, 100)
KILOMETRE_M = 1000


class Wording:
    """The words of one language tag (BCP 47), and how they bend. A language that we do not speak is English."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.language = language_of(tag)
        self.tables = phrases(self.language)
        contractions = self.tables["contractions"]
        self._contractible = (
            re.compile(r"\b(?:" + "|".join(map(re.escape, contractions)) + ")") if contractions else None
        )
        self._names: dict[str, str] = {}
        self._distances: dict[tuple[int, bool], str] = {}

    def name(self, labels: Labels) -> str | None:
        """Return what a place is called, with its article where the language gives it one; None where it has no name."""
        text = label_in(labels, self.tag)
        if text is None:
            return None
        if text not in self._names:
            self._names[text] = self._with_article(text)
        return self._names[text]

    def contracted(self, sentence: str) -> str:
        """Return a sentence as it is written: in French "de le hall" is "du hall"."""
        if self._contractible is None:
            return sentence
        return self._contractible.sub(lambda found: self.tables["contractions"][found[0]], sentence)

    def count(self, table: str, number: int) -> str:
        """Return a number of things, by the plural categories of a table."""
        forms = self.tables[table]
        return forms.get(plural_category(self.language, Fraction(number)), forms["other"]).format(n=number)

    def distance(self, length_m: float, *, spoken: bool, only_metres: bool = False) -> str:
        """Return a distance as one says it.

        >>> Wording("en").distance(47, spoken=False), Wording("en").distance(1.2, spoken=True)
        ('45 m', '1 metre')
        >>> Wording("fr").distance(1240, spoken=False), Wording("fr").distance(1240, spoken=False, only_metres=True)
        ('1,2 km', '1200 m')
        """
        metres = rounded_m(length_m)
        prefix = "spoken." if spoken else ""
        if metres >= KILOMETRE_M and not only_metres:
            return self._kilometres(metres, f"{prefix}kilometres")
        key = metres, spoken
        if key not in self._distances:
            self._distances[key] = self.count(f"{prefix}metres", metres)
        return self._distances[key]

    def level(self, level: Level, *, spoken: bool) -> str:
        """Return how a level is called: its short name and, in writing, its name where that says more: "-2 (Concourse)"."""
        join = self.tables["join"]
        number = label_in(level.short_name, self.tag) or f"{level.ordinal:g}"
        minus = join["spoken_minus" if spoken else "minus"]
        short_name = minus + number[1:] if number.startswith("-") else number
        name = label_in(level.name, self.tag)
        if spoken and level.short_name:
            return short_name
        if not name or number.casefold() in name.casefold().split():
            return name if name and not level.short_name else short_name
        if number.lstrip("-").isdecimal() and any(word in self._generic for word in name.casefold().split()):
            return short_name  # "4 (Fourth floor)" says nothing twice
        return join["level"].format(short_name=short_name, name=name)

    def _kilometres(self, metres: int, table: str) -> str:
        tenths = round(metres / 100)
        shown = f"{tenths / 10:g}".replace(".", self.tables["join"]["decimal"])
        forms = self.tables[table]
        return forms.get(plural_category(self.language, Fraction(tenths, 10)), forms["other"]).format(n=shown)

    def _with_article(self, name: str) -> str:
        """Return "the waiting room", "la rue Al Kahraba": an article where the table knows the name's noun."""
        words = name.split()
        noun = words[-1 if self.tables["names"]["noun"] == "last" else 0]
        article = self.tables["articles"].get(noun.casefold())
        if article is None or (self.tables["names"]["noun"] == "only" and len(words) > 1):
            return name
        common = noun is words[0] or all(word.islower() for word in words[1:])
        return article + (name[0].lower() + name[1:] if common else name)

    @property
    def _generic(self) -> list[str]:
        return self.tables["names"]["floor"].split()


@cache
def wording(tag: str) -> Wording:
    """Return the words of a language tag."""
    return Wording(tag)


def rounded_m(length_m: float) -> int:
    """Return the whole metres that one says of a length; from a kilometre on, hundreds.

    >>> [rounded_m(m) for m in (0.3, 7.4, 23, 96, 128, 430, 1449)]
    [1, 7, 25, 100, 130, 450, 1400]
    """
    grain = GRAINS_M[bisect_right(GRAINS_FROM_M, length_m)]
    return max(1, round(length_m / grain) * grain)


def plural_category(language: str, number: Fraction) -> str:
    """Return the plural category of a number in English, Arabic or French (CLDR 44, supplemental/plurals.xml).

    >>> [plural_category("ar", Fraction(n)) for n in (0, 1, 2, 7, 20, 100, 103)]
    ['zero', 'one', 'two', 'few', 'many', 'other', 'few']
    """
    whole = number.denominator == 1
    match language:
        case "fr":
            return "one" if number < 2 else "other"
        case "ar" if whole:
            return _arabic_category(int(number))
        case "en" if number == 1:
            return "one"
    return "other"


def _arabic_category(n: int) -> str:
    if n <= 2:
        return ("zero", "one", "two")[n]
    rest = n % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"
