"""The names of OpenStreetMap as IMDF labels."""

import re

from venues.core.imdf.features import Labels
from venues.core.osm.elements import Tags

# A language code of ISO 639 with BCP 47 subtags; keeps out name:left, name:etymology and the like.
LANGUAGE = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
ALIASES = ("alt_name", "short_name", "official_name", "old_name", "loc_name", "int_name")


def labels_of(tags: Tags, language: str, key: str = "name") -> Labels:
    """Return the texts of `key` and `key:xx` by language; the plain one stands for `language`.

    The plain name is left out where it only repeats one of the others and `language` has its own.

    >>> labels_of({"name": "سوق واقف", "name:en": "Souq Waqif"}, "ar") == {"en": "Souq Waqif", "ar": "سوق واقف"}
    True
    """
    found = {}
    for tag, text in sorted(tags.items()):
        if (match := re.fullmatch(rf"{re.escape(key)}:({LANGUAGE})", tag)) and text.strip():
            found[match[1]] = text.strip()
    plain = tags.get(key, "").strip()
    if plain and plain not in found.values():
        found.setdefault(language, plain)
    return found


def aliases_of(tags: Tags, language: str) -> Labels:
    """Return the other names, in each language joined by `; `: IMDF has one alt_name a language."""
    joined: dict[str, list[str]] = {}
    for key in ALIASES:
        for tag, text in labels_of(tags, language, key).items():
            if text not in joined.setdefault(tag, []):
                joined[tag].append(text)
    return {tag: "; ".join(texts) for tag, texts in joined.items()}
