"""The core of a building: lifts, stairs, escalators, restrooms and the rooms that nobody visits."""

from collections.abc import Sequence
from dataclasses import dataclass

from venues.core.demo_district.names import LIFT, ROOM_NAMES
from venues.core.demo_district.programme import STAFF, Use


@dataclass(frozen=True)
class Piece:
    """A part of a core bay: the same place on every floor. `share` is its part of the bay.

    The direction of an escalator is `/even-up` and so on: even ones rise from even floors, so that going on means
    walking round, as in most malls.
    """

    category: str
    share: float = 1.0
    direction: str = ""
    restriction: str | None = None
    name: str | None = None
    amenities: tuple[str, ...] = ()

    def on_floor(self, floor: int, floors: Sequence[int]) -> Use:
        """Return what the piece is on a floor: an escalator that neither starts nor ends there is a void or storage."""
        if self.category == "escalator" and not self._lands_on(floor, floors):
            return Use("storage", ROOM_NAMES["storage"], restriction=STAFF)
        name = LIFT if self.category == "elevator" else ROOM_NAMES.get(self.name or self.category)
        return Use(self.category, name, amenities=self.amenities, restriction=self.restriction)

    def accessibility_of(self, use: Use) -> tuple[str, ...]:
        return ("wheelchair",) if use.category == "elevator" or use.category.endswith("wheelchair") else ()

    def _lands_on(self, floor: int, floors: Sequence[int]) -> bool:
        parity = 0 if self.direction.startswith("/even") else 1
        lower = floor if floor % 2 == parity else floor - 1
        return lower in floors and lower + 1 in floors


SERVICES = (Piece("serverroom", restriction=STAFF), Piece("kitchen", restriction=STAFF, name="pantry"))
ESCALATORS = tuple(
    Piece("escalator", direction=direction) for direction in ("/even-up", "/even-down", "/odd-up", "/odd-down")
)
# In the order of the bays of a floor plan, from the middle of the building outwards; the last is repeated.
BAYS: Sequence[tuple[Piece, ...]] = (
    (Piece("elevator"), Piece("elevator"), Piece("nonpublic", 0.8, restriction=STAFF, name="mechanical")),
    (Piece("stairs", 1.4), Piece("storage", 0.8, restriction=STAFF)),
    (
        Piece("restroom.female", amenities=("restroom.female",)),
        Piece("restroom.wheelchair", amenities=("restroom.wheelchair", "babychanging")),
        Piece("restroom.male", amenities=("restroom.male",)),
    ),
    SERVICES,
    (
        Piece("room", name="prayer_male", amenities=("prayerroom.islam.male",)),
        Piece("room", name="prayer_female", amenities=("prayerroom.islam.female",)),
    ),
    (Piece("stairs", 1.4), Piece("mailroom", 0.8, restriction=STAFF)),
    (
        Piece("mothersroom", amenities=("mothersroom",)),
        Piece("firstaid", amenities=("firstaid", "defibrillator")),
    ),
    (Piece("phoneroom"), Piece("huddleroom"), Piece("lounge", amenities=("seating", "drinkingfountain"))),
    (Piece("storage", restriction=STAFF), Piece("nonpublic", restriction=STAFF, name="mechanical")),
)


def pieces_of_bay(number: int, *, escalators: bool) -> tuple[Piece, ...]:
    """Return what stands in a bay; in buildings with escalators they take the place of services."""
    pieces = BAYS[min(number, len(BAYS) - 1)]
    return ESCALATORS if escalators and pieces is SERVICES else pieces
