"""Maneuvers in words: what is written under a step, and what is read aloud."""

from dataclasses import dataclass
from fractions import Fraction

from navigation.core.maneuvers import Maneuver, ManeuverType, Modifier
from navigation.core.phrases import language_of, phrases
from venues.core.imdf.features import Level
from venues.core.imdf.labels import label_in

COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
# Distances are said in numbers that one can picture: the grain, in metres, below each limit.
SPOKEN_GRAINS_M = ((10, 1), (50, 5), (100, 10), (1000, 50))
KILOMETRE_M = 1000
WORTH_SAYING_M = 2.0  # a walk that is shorter is over before it is said

ALONG = frozenset({ManeuverType.DEPART, ManeuverType.CONTINUE})
RIDES = frozenset(
    {ManeuverType.TAKE_STAIRS, ManeuverType.TAKE_ESCALATOR, ManeuverType.TAKE_LIFT, ManeuverType.TAKE_RAMP}
)


@dataclass(frozen=True)
class Instruction:
    """A sentence to read, and the same with its units in full, to be spoken."""

    written: str
    spoken: str


def instruct(maneuver: Maneuver, length_m: float, levels: tuple[Level, Level], language: str) -> Instruction:
    """Return what to do at a maneuver and how far to walk then.

    `levels` are those on which the step begins and ends; a language that we do not speak gets English.
    """
    ours = language_of(language)
    sentence, clauses = _sentence(maneuver, levels, language)
    if maneuver.type in RIDES or maneuver.type is ManeuverType.ARRIVE or length_m < WORTH_SAYING_M:
        return Instruction(_capital(sentence), _capital(sentence))
    join = "along" if maneuver.type in ALONG else "walk" if clauses == 1 else "walk_long"
    template = phrases(ours)["join"][join]
    written, spoken = (
        _capital(template.format(sentence=sentence, distance=distance_text(length_m, ours, spoken=aloud)))
        for aloud in (False, True)
    )
    return Instruction(written, spoken)


def distance_text(length_m: float, language: str, *, spoken: bool) -> str:
    """Return a distance as one says it, in a language of ours.

    >>> distance_text(47, "en", spoken=False), distance_text(1.2, "en", spoken=True), distance_text(1240, "fr", spoken=False)
    ('45 m', '1 metre', '1,2 km')
    """
    tables, prefix = phrases(language), "spoken." if spoken else ""
    metres = rounded_m(length_m)
    if metres < KILOMETRE_M:
        table, number, shown = tables[f"{prefix}metres"], Fraction(metres), str(metres)
    else:
        tenths = round(metres / 100)
        table, number = tables[f"{prefix}kilometres"], Fraction(tenths, 10)
        shown = f"{tenths / 10:g}".replace(".", tables["join"]["decimal"])
    return table.get(plural_category(language, number), table["other"]).format(n=shown)


def rounded_m(length_m: float) -> int:
    """Return the whole metres that one says of a length; from a kilometre on, hundreds.

    >>> [rounded_m(m) for m in (0.3, 7.4, 23, 96, 430, 1449)]
    [1, 7, 25, 100, 450, 1400]
    """
    grain = next((grain for limit, grain in SPOKEN_GRAINS_M if length_m < limit), 100)
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


def _sentence(maneuver: Maneuver, levels: tuple[Level, Level], language: str) -> tuple[str, int]:
    """Return the sentence without its distance, and how many clauses it has."""
    tables = phrases(language_of(language))
    place = label_in(maneuver.place, language)
    modifier = maneuver.modifier or Modifier.STRAIGHT
    match maneuver.type:
        case ManeuverType.TURN | ManeuverType.CONTINUE as type_:
            return tables[f"{type_}_onto" if place else type_][modifier].format(place=place), 1
        case ManeuverType.ARRIVE:
            return tables["arrive_at" if place else "arrive"][modifier].format(place=place), 1
        case ManeuverType.DEPART:
            return tables["clause"]["depart"].format(compass=tables["compass"][compass(maneuver.bearing_deg)]), 1
    clause = _clause(maneuver.type, place, levels, language)
    if modifier is Modifier.STRAIGHT:
        return clause, 1
    return tables["join"]["clauses"].format(first=tables["turn"][modifier], second=clause), 2


def _clause(type_: ManeuverType, place: str | None, levels: tuple[Level, Level], language: str) -> str:
    tables = phrases(language_of(language))
    if type_ in RIDES:
        rise = levels[1].ordinal - levels[0].ordinal
        table = tables["clause_up" if rise > 0 else "clause_down" if rise < 0 else "clause"]
        return table[type_].format(level=level_text(levels[1], language))
    return tables["clause"][f"{type_}_place" if place else type_].format(place=place)


def level_text(level: Level, language: str) -> str:
    """Return how a level is called: its short name, and its name where that says more: "-2 (Concourse)"."""
    join = phrases(language_of(language))["join"]
    short_name = _with_minus(label_in(level.short_name, language) or f"{level.ordinal:g}", join["minus"])
    name = label_in(level.name, language)
    if not name or short_name.casefold() in name.casefold().split():
        return name if name and not level.short_name else short_name
    return join["level"].format(short_name=short_name, name=name)


def _with_minus(short_name: str, minus: str) -> str:
    """Return "-2" with the minus sign of the language: in Arabic it carries a mark that keeps it before the number."""
    return minus + short_name[1:] if short_name.startswith("-") else short_name


def compass(bearing_deg: float) -> str:
    """Return the compass point, of eight, that a bearing is nearest to.

    >>> compass(350), compass(100)
    ('north', 'east')
    """
    return COMPASS[round(bearing_deg / 45) % 8]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
