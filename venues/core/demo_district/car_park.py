"""The car park below the streets: two storeys of zones, joined by a ramp and by the lifts of the buildings above."""

import shapely

from venues.core.demo_district.names import ROOM_NAMES, labels, numbered
from venues.core.demo_district.rect import Rect, without
from venues.core.demo_district.sheet import Sheet, Space, Storey, shared_edges
from venues.core.imdf.features import Labels

ZONE = labels("Parking zone", "منطقة المواقف", "Zone de parking")
NAME = labels("Msheireb Car Park", "مواقف مشيرب", "Parking Msheireb")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
# The upper storey leaves out what lies below the mall: its basement is on that level.
UPPER = (Rect(-266, -178, -142, -70), Rect(-54, -178, 76, -70))
LOWER = (Rect(-266, -178, 76, -70),)
ZONE_M = 30.0
RAMP = Rect(-166, -130, -160, -100)
RAMP_SLOPE_PERCENT = 8.0
STAIR_TOWERS = (Rect(-158, -90, -154, -84), Rect(-44, -90, -40, -84))


def storeys(sheet: Sheet) -> dict[int, Storey]:
    """Return the two storeys, still empty."""
    return {
        -1: _storey(sheet, -1, UPPER, labels("Parking 1", "مواقف 1", "Parking 1")),
        -2: _storey(sheet, -2, LOWER, labels("Parking 2", "مواقف 2", "Parking 2")),
    }


def _storey(sheet: Sheet, ordinal: int, outlines: tuple[Rect, ...], name: Labels) -> Storey:
    shape = shapely.union_all([outline.polygon for outline in outlines])
    return sheet.storey(
        f"parking/{ordinal}", shape, ordinal=ordinal, name=name, short_name=f"P{-ordinal}", category="parking"
    )


def lay_out(sheet: Sheet, storeys_by_ordinal: dict[int, Storey]) -> dict[int, list[Space]]:
    """Draw ramp, stairs and zones round the lifts that are already there; return the zones of each storey."""
    _ramp_and_stairs(sheet, storeys_by_ordinal)
    return {
        ordinal: _zones(sheet, storeys_by_ordinal[ordinal], outlines)
        for ordinal, outlines in ((-1, UPPER), (-2, LOWER))
    }


def _ramp_and_stairs(sheet: Sheet, by_ordinal: dict[int, Storey]) -> None:
    ramp = labels("Ramp", "منحدر", "Rampe")
    ends = [sheet.space(by_ordinal[o], "ramp", RAMP.polygon, "ramp", name=ramp, covered=True) for o in (-2, -1)]
    sheet.way("ramp", ends, slope_percent=RAMP_SLOPE_PERCENT, width_m=2.5)
    for number, rect in enumerate(STAIR_TOWERS):
        flights = [
            sheet.space(
                by_ordinal[o], f"stairs-{number}", rect.polygon, "stairs", name=ROOM_NAMES["stairs"], covered=True
            )
            for o in (-2, -1)
        ]
        sheet.way("stairs", flights, steps=20, width_m=1.4)


def _zones(sheet: Sheet, storey: Storey, outlines: tuple[Rect, ...]) -> list[Space]:
    inside = [space for space in sheet.spaces if space.storey == storey]
    zones: list[Space] = []
    for outline in outlines:
        for column in outline.bays(ZONE_M):
            for rect in column.rows([1.0] * round(column.depth_m / ZONE_M)):
                name = numbered(ZONE, f"{-storey.ordinal}{LETTERS[len(zones) % 24]}{len(zones) // 24 + 1}")
                shape = without(rect.polygon, [space.shape for space in inside])
                zones.append(sheet.space(storey, f"zone-{len(zones)}", shape, "parking", name=name, covered=True))
    for index, zone in enumerate(zones):
        for other in zones[index + 1 :]:
            if shared_edges(zone.shape, other.shape):
                sheet.open_side(zone, other)
        for space in inside:
            if shared_edges(space.shape, zone.shape):
                _into(sheet, space, zone)
    return zones


def _into(sheet: Sheet, space: Space, zone: Space) -> None:
    if space.category == "elevator":
        sheet.door(space, zone, door_type="sliding", automatic=True, material="metal", accessibility=("wheelchair",))
    elif space.category == "ramp":
        sheet.door(space, zone, width_m=2.5, door_type=None)
    else:
        sheet.door(space, zone, width_m=1.2, material="metal")
