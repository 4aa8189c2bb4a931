"""The sentences of guidance, one TOML file a language: the only files that a translator edits."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("en", "ar", "fr")
FALLBACK = "en"

Table = Mapping[str, str]


@cache
def language_of(tag: str) -> str:
    """Return the language of ours that serves a BCP 47 tag best; English where we do not speak it.

    >>> language_of("ar-QA"), language_of("de")
    ('ar', 'en')
    """
    stem = tag.replace("_", "-").split("-", 1)[0].lower()
    return stem if stem in LANGUAGES else FALLBACK


@cache
def phrases(language: str) -> Mapping[str, Table]:
    """Return the tables of one of LANGUAGES; a nested table is named with a dot, such as `spoken.metres`."""
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    spoken = tables.pop("spoken")
    return tables | {f"spoken.{name}": table for name, table in spoken.items()}
