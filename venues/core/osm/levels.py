"""The `level` of OpenStreetMap: lists and ranges of numbers."""

import re
from collections.abc import Mapping

from venues.core.osm.elements import Tags

NUMBER = r"-?\d+(?:\.\d+)?"
ONE = re.compile(NUMBER)
RANGE = re.compile(rf"({NUMBER})\s*-\s*({NUMBER})")
# The tallest building has 163 storeys: a longer range is a slip of the hand.
LONGEST_RANGE = 200

GROUND = 0.0

# Values that say that something is not on the ground, or not beside it (OSM wiki, Key:layer, Key:location).
OFF_GROUND_LOCATIONS = frozenset({"underground", "indoor", "overhead", "overground", "roof", "rooftop", "underwater"})


class LevelError(ValueError):
    """The text is not a list of levels; the message says what came."""


def parse_levels(text: str) -> tuple[float, ...]:
    """Return the levels of a list such as `-1;0`, `0-2` or `-3--1;0.5`, ascending, each once.

    A range runs in whole steps from its first value, as the wiki reads it. Raises LevelError.

    >>> parse_levels("1;-1-0"), parse_levels("0.5"), parse_levels("-1--3")
    ((-1.0, 0.0, 1.0), (0.5,), (-3.0, -2.0, -1.0))
    """
    parts = [part.strip() for part in re.split("[;,]", text) if part.strip()]
    if not parts:
        raise LevelError(f"a level must be a number, a list or a range such as 0;1 or -1-3, got {text!r}")
    return tuple(sorted({level for part in parts for level in _levels_of_part(part)}))


def _levels_of_part(part: str) -> list[float]:
    if ONE.fullmatch(part):
        return [float(part) + 0.0]  # -0 is 0
    if (ends := RANGE.fullmatch(part)) is None:
        raise LevelError(f"a level must be a number, a list or a range such as 0;1 or -1-3, got {part!r}")
    low, high = sorted((float(ends[1]), float(ends[2])))
    if high - low > LONGEST_RANGE:
        raise LevelError(f"a range of levels must span at most {LONGEST_RANGE}, got {part!r}")
    return [low + step for step in range(int(high - low) + 1)]


def levels_given(tags: Tags) -> tuple[float, ...]:
    """Return the levels that `level` and `repeat_on` name, or none. Raises LevelError.

    >>> levels_given({"level": "0", "repeat_on": "2-3"}), levels_given({})
    ((0.0, 2.0, 3.0), ())
    """
    texts = [tags[key] for key in ("level", "repeat_on") if tags.get(key)]
    return tuple(sorted({level for text in texts for level in parse_levels(text)}))


def is_on_the_ground(tags: Tags) -> bool:
    """Return whether something outdoors without a level is on the ground by the wiki's convention.

    >>> is_on_the_ground({"highway": "footway"}), is_on_the_ground({"highway": "footway", "bridge": "yes"})
    (True, False)
    """
    if tags.get("tunnel") == "building_passage":
        return True
    lifted = any(tags.get(key, "no") != "no" for key in ("tunnel", "bridge"))
    indoors = tags.get("indoor", "no") != "no"
    elsewhere = tags.get("location") in OFF_GROUND_LOCATIONS
    return not lifted and not indoors and not elsewhere and tags.get("layer", "0") in ("0", "+0", "-0")


def with_given_level(tags: Tags, given: str | None) -> Tags:
    """Return the tags with the level that a manager gave, where one was given."""
    return tags if given is None else {**tags, "level": given}


def short_name(ordinal: float) -> str:
    """Return how a level without a `level:ref` is called.

    >>> short_name(-1.0), short_name(0.5)
    ('-1', '0.5')
    """
    return f"{ordinal:g}"


def level_refs(tags: Tags, levels: tuple[float, ...]) -> Mapping[float, str]:
    """Return what `level:ref` calls each level, where it names as many as there are levels.

    >>> level_refs({"level:ref": "P1;G"}, (-1.0, 0.0))
    {-1.0: 'P1', 0.0: 'G'}
    """
    refs = [part.strip() for part in tags.get("level:ref", "").split(";") if part.strip()]
    return dict(zip(levels, refs, strict=True)) if len(refs) == len(levels) else {}
