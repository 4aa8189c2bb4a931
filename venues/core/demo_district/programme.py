"""What a building's rooms are for: uses of rooms, dealt out row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from numpy.random import Generator

from venues.core.imdf.features import Labels

STAFF = "employeesonly"  # IMDF, RESTRICTION-CATEGORY


@dataclass(frozen=True)
class Tenant:
    """Who is in a room: becomes an occupant with an anchor."""

    category: str
    name: Labels
    hours: str
    website: str | None = None


@dataclass(frozen=True)
class Use:
    """What a room is for. `span` is how many bays it takes; amenities are categories of IMDF."""

    category: str
    name: Labels | None = None
    span: int = 1
    tenant: Tenant | None = None
    amenities: tuple[str, ...] = ()
    restriction: str | None = None

    @property
    def staff_only(self) -> bool:
        return self.restriction is not None


@dataclass(frozen=True)
class Floor:
    """Which floor is being filled. `number` is what people say: G is 0, B1 is -1."""

    number: int
    top: int
    random: Generator


Programme = Callable[[Floor], Iterator[Use]]
"""Yields uses without end; a building takes as many as it has rooms."""


def dealt(uses: Iterator[Use], bays: int) -> list[tuple[Use, int]]:
    """Return the next uses that fill a row of bays, each with the number of bays that it gets."""
    row: list[tuple[Use, int]] = []
    left = bays
    while left:
        use = next(uses)
        taken = min(use.span, left)
        row.append((use, taken))
        left -= taken
    return row
