"""The floor that most buildings repeat: a spine from front to back, corridors across it, a core beside it, rooms along.

row | core | spine | core | row
corridor   |       |   corridor
row | core |       | core | row
"""

from dataclasses import dataclass

from venues.core.demo_district.rect import Rect


@dataclass(frozen=True)
class Style:
    """How wide things are, in metres. Corridors are added until rooms are about as deep as asked."""

    room_width_m: float = 5.0
    room_depth_m: float = 8.0
    corridor_m: float = 2.5
    spine_m: float = 7.0
    core_m: float = 6.0


@dataclass(frozen=True)
class Row:
    """Rooms side by side along one side of a corridor."""

    corridor: int
    rooms: tuple[Rect, ...]


@dataclass(frozen=True)
class FloorPlan:
    """The parts of a floor. Core bays touch the spine; each is cut into pieces along it."""

    spine: Rect
    corridors: tuple[Rect, ...]
    core_bays: tuple[Rect, ...]
    rows: tuple[Row, ...]


def floor_plan(outline: Rect, style: Style) -> FloorPlan:
    """Return the outline cut into spine, corridors, core bays and rows of rooms, without a gap."""
    wing_m = (outline.width_m - style.spine_m) / 2
    west, spine, east = outline.columns([wing_m, style.spine_m, wing_m])
    corridors: list[Rect] = []
    core_bays: list[Rect] = []
    rows: list[Row] = []
    for wing, core_is_east in ((west, True), (east, False)):
        for band in wing.rows(_band_depths(outline.depth_m, style)):
            strips = _strips(band, style)
            corridors.append(strips[1])
            for strip in (strips[0], strips[2]):
                core, rest = _core_and_rest(strip, style.core_m, core_is_east)
                core_bays.append(core)
                rows.append(Row(len(corridors) - 1, tuple(rest.bays(style.room_width_m))))
    return FloorPlan(spine, tuple(corridors), _near_the_front_first(core_bays), tuple(rows))


def _band_depths(depth_m: float, style: Style) -> list[float]:
    return [1.0] * max(1, round(depth_m / (2 * style.room_depth_m + style.corridor_m)))


def _strips(band: Rect, style: Style) -> list[Rect]:
    room_m = (band.depth_m - style.corridor_m) / 2
    return band.rows([room_m, style.corridor_m, room_m])


def _core_and_rest(strip: Rect, core_m: float, core_is_east: bool) -> tuple[Rect, Rect]:
    rest_m = strip.width_m - core_m
    if core_is_east:
        rest, core = strip.columns([rest_m, core_m])
    else:
        core, rest = strip.columns([core_m, rest_m])
    return core, rest


def _near_the_front_first(bays: list[Rect]) -> tuple[Rect, ...]:
    """Lifts and stairs take the first bays: those of the middle of the building, west and east by turns."""
    middle_y = sum(bay.centre[1] for bay in bays) / len(bays)
    return tuple(sorted(bays, key=lambda bay: (round(abs(bay.centre[1] - middle_y), 2), bay.y0, bay.x0)))
