"""Texts in several languages: IMDF's LABELS."""

from functools import lru_cache

from venues.core.imdf.features import Labels

FALLBACK_LANGUAGE = "en"


def label_in(labels: Labels, language: str) -> str | None:
    """Return the text in `language`, else in a language of the same stem, in English, or in any; None when there is none.

    >>> label_in({"en": "Gate", "ar": "بوابة"}, "en-GB"), label_in({"ar": "بوابة"}, "fr"), label_in({}, "fr")
    ('Gate', 'بوابة', None)
    """
    if not labels:
        return None
    for wanted in (language, FALLBACK_LANGUAGE):
        if (text := _text_in(labels, wanted)) is not None:
            return text
    return next((labels[tag] for tag in sorted(labels) if labels[tag]), None)


def _text_in(labels: Labels, language: str) -> str | None:
    if text := labels.get(language):
        return text
    stem = _stem(language)
    return next((text for tag, text in sorted(labels.items()) if text and _stem(tag) == stem), None)


@lru_cache(maxsize=256)
def _stem(language: str) -> str:
    """Return the primary language of a BCP 47 tag.

    >>> _stem("zh-Hant-TW")
    'zh'
    """
    return language.replace("_", "-").split("-", 1)[0].lower()


def languages_of(labels: Labels) -> frozenset[str]:
    """Return the language tags that have a text."""
    return frozenset(tag for tag, text in labels.items() if text)
