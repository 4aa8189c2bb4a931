"""The words of a core as the choices of a column."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


def choices_of(words: type[StrEnum]) -> list[tuple[str, str | Promise]]:
    """Return the words as a column's choices, each with a label of its own in the reader's language."""
    return [(word.value, gettext_lazy(word.value.replace("_", " "))) for word in words]
