"""Where things stand in the metro station: outlines of its levels, and its shafts. The plan is invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from venues.core.demo_district.names import labels
from venues.core.demo_district.rect import Rect
from venues.core.imdf.features import Labels

# Metres, as in streets.py.
MAIN_PAVILION = Rect(-104, -268, -64, -250)
EXIT_5 = Rect(-144, -268, -124, -250)
MEZZANINE = Rect(-150, -290, -40, -246)
CONCOURSE = Rect(-150, -290, -16, -246)
TUNNEL = Rect(-104, -246, -96, -174)  # to the basement of the mall
UNPAID = Rect(-150, -268, -40, -246)
GATE_LINE = Rect(-150, -270, -40, -268)
PAID = Rect(-150, -290, -40, -270)
ISLANDS = (Rect(-150, -284, -40, -274), Rect(-150, -262, -40, -252))
GOLD_WEST = Rect(-56, -308, -40, -222)
GOLD_EAST = Rect(-30, -308, -16, -222)
SOUTH_ROW = (-281.0, -277.0)
NORTH_ROW = (-259.0, -255.0)
ROOM_DEPTH_M = 6.0

LEVELS: Mapping[int, tuple[Labels, tuple[Rect, ...]]] = {
    0: (labels("Street", "الشارع", "Rue"), (MAIN_PAVILION, EXIT_5)),
    -1: (labels("Mezzanine", "الميزانين", "Mezzanine"), (MEZZANINE, TUNNEL)),
    -2: (labels("Concourse", "البهو", "Salle des échanges"), (CONCOURSE,)),
    -3: (labels("Red and Green line platforms", "أرصفة الخطين الأحمر والأخضر", "Quais des lignes rouge et verte"),
         (MEZZANINE,)),
    -4: (labels("Gold line platforms", "أرصفة الخط الذهبي", "Quais de la ligne or"), (Rect(-56, -308, -16, -222),)),
}  # fmt: skip


@dataclass(frozen=True)
class Shaft:
    """A lift, a flight of stairs or an escalator: where it stands and which levels it serves, lowest first."""

    kind: str
    west_m: float
    row: tuple[float, float]
    width_m: float
    levels: tuple[int, ...]
    up: bool = True

    @property
    def rect(self) -> Rect:
        return Rect(self.west_m, self.row[0], self.west_m + self.width_m, self.row[1])


def _bank(row: tuple[float, float], west_m: float, lifts: Sequence[tuple[int, ...]], levels: tuple[int, int],
          escalators: int = 1) -> list[Shaft]:  # fmt: skip
    """Return lifts, then pairs of escalators, then stairs, side by side from the west."""
    shafts: list[Shaft] = []
    x_m = west_m
    for served in lifts:
        shafts.append(Shaft("elevator", x_m, row, 3.0, served))
        x_m += 3.0
    for _ in range(escalators):
        for up in (True, False):
            shafts.append(Shaft("escalator", x_m, row, 2.0, levels, up))
            x_m += 2.0
    return [*shafts, Shaft("stairs", x_m, row, 4.0, levels)]


SHAFTS: tuple[Shaft, ...] = (
    *_bank(NORTH_ROW, -94, [(-1, 0), (-1, 0)], (-1, 0), 2),       # main pavilion
    *_bank(NORTH_ROW, -140, [(-1, 0)], (-1, 0)),                  # exit 5
    *_bank(SOUTH_ROW, -120, [(-3, -2, -1), (-3, -2, -1)], (-2, -1), 2),  # through the gates, on to island 1
    *_bank(SOUTH_ROW, -84, [], (-3, -2), 2),                      # concourse to island 1
    *_bank(NORTH_ROW, -110, [(-3, -2), (-3, -2)], (-3, -2), 2),   # concourse to island 2
    *_bank(SOUTH_ROW, -52, [(-4, -3)], (-4, -3)),                 # island 1 to the Gold line, westbound side
    *_bank(NORTH_ROW, -52, [(-4, -3)], (-4, -3)),                 # island 2 to the Gold line, westbound side
    *_bank(SOUTH_ROW, -28, [(-4, -2)], (-4, -2)),                 # concourse to the Gold line, other side
)  # fmt: skip
