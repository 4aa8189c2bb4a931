"""Which block is cut how, and which building stands on which plot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from venues.core.demo_district import squares
from venues.core.demo_district.ground import Ground
from venues.core.demo_district.names import labels
from venues.core.imdf.features import Labels


@dataclass(frozen=True)
class BlockPlan:
    """A block cut into plots; `houses` names the buildings that are drawn inside, by plot. The others are homes."""

    columns: int
    rows: int
    lane: Labels
    houses: Mapping[int, str]
    arcades: str = ""
    covered: bool = False
    cooled: bool = False
    lane_m: float = 5.0


def _lane(word: str, arabic: str) -> Labels:
    return labels(f"Sikkat {word}", f"سكة {arabic}", f"Sikkat {word}")


# By column from the west and row from the south.
BLOCKS: Mapping[tuple[int, int], BlockPlan] = {
    (0, 0): BlockPlan(3, 2, _lane("Al Ward", "الورد"), {}),
    (2, 0): BlockPlan(2, 2, _lane("Al Saqqayin", "السقايين"), {0: "wadi-arcade", 3: "sidra-arcade"}, "ns", covered=True),
    (3, 0): BlockPlan(
        2, 2, _lane("Al Mal", "المال"), {0: "qfc-1", 1: "qfc-2", 2: "qfc-3", 3: "qfc-4"}, "sw", covered=True, cooled=True
    ),
    (4, 0): BlockPlan(3, 3, _lane("Al Yasmin", "الياسمين"), {}),
    (0, 1): BlockPlan(2, 2, _lane("Al Tujjar", "التجار"), {1: "traders-house", 3: "kahraba-arcade"}, "n"),
    (1, 1): BlockPlan(1, 1, _lane("Al Galleria", "الغاليريا"), {0: "galleria"}, "nsew"),
    (4, 1): BlockPlan(3, 3, _lane("Al Ghaf", "الغاف"), {}),
    (1, 2): BlockPlan(
        2, 2, _lane("Al Attarin", "العطارين"), {0: "attarin-arcade", 1: "dhow-arcade", 2: "clinic"}, "ns",
        covered=True, cooled=True,
    ),
    (2, 2): BlockPlan(2, 2, _lane("Al Kahraba", "الكهرباء"), {0: "kahraba-offices"}, "se", covered=True),
    (3, 2): BlockPlan(2, 2, _lane("Al Madrasa", "المدرسة"), {0: "school"}, "s"),
    (4, 2): BlockPlan(3, 2, _lane("Al Nawras", "النورس"), {}),
    (0, 3): BlockPlan(3, 3, _lane("Al Lulu", "اللؤلؤ"), {}),
    (1, 3): BlockPlan(3, 2, _lane("Al Rumman", "الرمان"), {}),
    (3, 3): BlockPlan(
        2, 2, _lane("Al Turath", "التراث"),
        {0: "bin-jelmood", 1: "company-house", 2: "mohammed-bin-jassim", 3: "radwani"}, lane_m=7.0,
    ),
    (0, 4): BlockPlan(3, 2, _lane("Al Hail", "الهيل"), {}),
    (1, 4): BlockPlan(2, 2, _lane("Al Hara", "الحارة"), {0: "hara-mosque"}),
    (2, 4): BlockPlan(3, 2, _lane("Al Zafaran", "الزعفران"), {}, "n"),
    (3, 4): BlockPlan(2, 1, _lane("Al Diwan", "الديوان"), {0: "national-archive", 1: "diwan-annexe"}, "n"),
    (4, 4): BlockPlan(1, 1, _lane("Al Haras", "الحرس"), {0: "amiri-guard"}, "nw"),
}  # fmt: skip

SQUARES: Mapping[tuple[int, int], Callable[[Ground], squares.Plots]] = {
    (1, 0): squares.station_square,
    (2, 1): squares.barahat,
    (3, 1): squares.masjid,
    (0, 2): squares.nakheel,
    (2, 3): squares.al_baraha,
    (4, 3): squares.prayer_ground,
}
HERITAGE_QUARTER = (3, 3)
