"""The words of a core as the choices of a column."""

from enum import StrEnum


def choices_of(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the words as a column's choices, each with a label of its own."""
    return [(word.value, word.value.replace("_", " ")) for word in words]
