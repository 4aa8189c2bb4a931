"""Numbers in tags: widths in metres, slopes in percent, counts of steps, yes and no."""

import re
from math import radians, tan

from venues.core.osm.elements import Tags

METRES = re.compile(r"(\d+(?:[.,]\d+)?)\s*(m|cm|mm)?")
METRES_PER_UNIT = {"m": 1.0, "cm": 0.01, "mm": 0.001}
YES = frozenset({"yes", "true", "1", "arcade", "colonnade", "booth"})


def width_m(tags: Tags, *keys: str) -> float | None:
    """Return the first of the widths that can be read, in metres.

    >>> width_m({"width": "1,5 m"}, "door:width", "width"), width_m({"width": "wide"}, "width")
    (1.5, None)
    """
    for key in keys:
        if match := METRES.fullmatch(tags.get(key, "").strip()):
            metres = float(match[1].replace(",", ".")) * METRES_PER_UNIT[match[2] or "m"]
            if metres > 0:
                return metres
    return None


def slope_percent(tags: Tags) -> float | None:
    """Return the rise over the run in percent, upwards along the way, or None when no number is given.

    >>> slope_percent({"incline": "-6%"}), round(slope_percent({"incline": "45°"})), slope_percent({"incline": "up"})
    (-6.0, 100, None)
    """
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)\s*(%|°)?", tags.get("incline", "").strip())
    if match is None:
        return None
    value = float(match[1])
    return 100 * tan(radians(value)) if match[2] == "°" else value


def rises_along(tags: Tags) -> bool | None:
    """Return whether the line goes up from its first node, down (False), or does not say (None).

    >>> rises_along({"incline": "down"}), rises_along({"incline": "8%"}), rises_along({})
    (False, True, None)
    """
    if tags.get("incline") in ("up", "down"):
        return tags["incline"] == "up"
    slope = slope_percent(tags)
    return None if not slope else slope > 0


def step_count(tags: Tags) -> int | None:
    """Return the number of steps, where it is a positive whole number."""
    text = tags.get("step_count", "")
    return int(text) if text.isdecimal() and int(text) > 0 else None


def is_covered(tags: Tags) -> bool:
    """Return whether a roof is over it."""
    return (
        tags.get("covered", "no") in YES
        or tags.get("tunnel", "no") != "no"
        or tags.get("indoor", "no") != "no"
        or tags.get("building") == "roof"
    )


def accessibility_of(tags: Tags) -> list[str] | None:
    """Return IMDF's accessibility words, or None when the tags say nothing.

    >>> accessibility_of({"wheelchair": "yes", "tactile_paving": "yes"})
    ['wheelchair', 'tactilepaving']
    """
    words = {"wheelchair": "wheelchair", "tactile_paving": "tactilepaving", "hearing_loop": "hearingloop"}
    found = [word for key, word in words.items() if tags.get(key) in ("yes", "designated")]
    return found or None
