"""Houses round a courtyard: the museums of the Heritage Quarter and the mosques.

north rooms
west | gallery round the court | east
south rooms, the entrance in the middle
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import shapely
from numpy.random import Generator

from venues.core.demo_district.building import STEPS_A_FLOOR, Built, Plot, draw_room, register
from venues.core.demo_district.names import LIFT, ROOM_NAMES, labels, level_name, short_level_name
from venues.core.demo_district.programme import STAFF, Floor, Programme, Use, dealt
from venues.core.demo_district.rect import Rect, hull, without
from venues.core.demo_district.sheet import Sheet, Space, Storey
from venues.core.imdf.features import Labels

GALLERY_M = 2.6
BAY_M = 8.5
CORNER_DOOR_M = 4.0  # what a corner room has in common with the ring, at the least about
COURT = labels("Courtyard", "الفناء", "Cour")
RING = labels("Gallery", "الليوان", "Galerie")
ROOF = labels("Roof terrace", "سطح المنزل", "Toit-terrasse")


@dataclass(frozen=True)
class House:
    """How a courtyard house is made. The roof terrace, where there is one, is reached by stairs only."""

    floors: tuple[int, ...]
    programme: Programme
    hours: str
    category: str
    roof_terrace: bool = False
    room_depth_m: float = 6.5

    @property
    def climbs_by_lift(self) -> bool:
        return len(self.floors) > 1


@dataclass(frozen=True)
class HousePlan:
    """The parts of a floor: the court, the ring round it, the rooms, and the west wing's lift, stairs and restroom."""

    court: Rect
    ring: shapely.Polygon
    entrance: Rect
    rows: tuple[tuple[Rect, ...], ...]
    lift: Rect
    stairs: Rect
    restrooms: tuple[Rect, Rect]


def house_plan(outline: Rect, room_m: float) -> HousePlan:
    """Return the parts of a house of this outline, without a gap."""
    south, middle, north = outline.rows([room_m, outline.depth_m - 2 * room_m, room_m])
    west, inner, east = middle.columns([room_m, outline.width_m - 2 * room_m, room_m])
    court = inner.inset(GALLERY_M, GALLERY_M, GALLERY_M, GALLERY_M)
    ring = without(inner.polygon, [court.polygon])
    corner_bay_m = max(BAY_M, room_m + CORNER_DOOR_M)
    front = south.bays(corner_bay_m)
    half = len(front) // 2
    core = west.rows([1.0, 1.4, 1.0, 1.0])
    return HousePlan(
        court, ring, front[half],
        (tuple(north.bays(corner_bay_m)), tuple(east.rows([1.0] * max(1, round(east.depth_m / BAY_M)))),
         tuple(front[:half]), tuple(front[half + 1 :])),
        core[0], core[1], (core[2], core[3]),
    )  # fmt: skip


def raise_house(sheet: Sheet, plot: Plot, house: House, random: Generator) -> Built:
    """Draw a courtyard house with every floor."""
    building_id, address_id = register(sheet, plot)
    plan = house_plan(plot.outline, house.room_depth_m)
    lifts: list[Space] = []
    stairs: list[Space] = []
    front: list[Space] = []
    for floor in house.floors:
        storey = _storey(sheet, plot, floor, building_id, house.hours)
        ring = _ring_and_court(sheet, storey, plan, floor)
        if house.climbs_by_lift:
            lifts.append(_lift(sheet, storey, plan, ring))
        else:
            _closet(sheet, storey, "lift-closet", plan.lift, ring)
        if house.climbs_by_lift or house.roof_terrace:
            stairs.append(_stairs(sheet, storey, plan, ring))
        else:
            _closet(sheet, storey, "stairs-closet", plan.stairs, ring)
        _restrooms(sheet, storey, plan, ring)
        entrance = _entrance(sheet, storey, plan, ring, floor)
        if floor == 0:
            front = [entrance]
            sheet.occupant(entrance, house.category, plot.name, hours=house.hours, address=address_id)
        _rooms(sheet, storey, plan, ring, house.programme(Floor(floor, max(house.floors), random)), address_id)
    if house.roof_terrace:
        stairs.append(_roof(sheet, plot, plan, max(house.floors) + 1, building_id, house.hours))
    if house.climbs_by_lift:
        sheet.way("elevator", lifts)
    for below, above in itertools.pairwise(stairs):
        sheet.way("stairs", [below, above], steps=STEPS_A_FLOOR, width_m=1.2)
    return Built(building_id, address_id, {0: tuple(front)})


def _storey(sheet: Sheet, plot: Plot, floor: int, building_id: UUID, hours: str, name: Labels | None = None) -> Storey:
    return sheet.storey(
        f"{plot.key}/{floor}", plot.outline.polygon,
        ordinal=floor, name=name or level_name(floor), short_name=short_level_name(floor), buildings=(building_id,),
        hours=hours,
    )  # fmt: skip


def _ring_and_court(sheet: Sheet, storey: Storey, plan: HousePlan, floor: int) -> Space:
    """Return the ring; the court is floor below and air above."""
    ring = sheet.space(storey, "ring", plan.ring, "walkway", name=RING, covered=True)
    if floor == 0:
        court = sheet.space(storey, "court", plan.court.polygon, "unenclosedarea", name=COURT)
        sheet.open_side(court, ring)
    else:
        sheet.space(storey, "court", plan.court.polygon, "opentobelow", name=COURT)
    return ring


def _lift(sheet: Sheet, storey: Storey, plan: HousePlan, ring: Space) -> Space:
    lift = sheet.space(
        storey, "lift", plan.lift.polygon, "elevator", name=LIFT, accessibility=("wheelchair",), covered=True
    )
    sheet.door(lift, ring, door_type="sliding", automatic=True, material="metal", accessibility=("wheelchair",))
    return lift


def _stairs(sheet: Sheet, storey: Storey, plan: HousePlan, ring: Space) -> Space:
    stairs = sheet.space(storey, "stairs", plan.stairs.polygon, "stairs", name=ROOM_NAMES["stairs"], covered=True)
    sheet.door(stairs, ring, width_m=1.2)
    return stairs


def _closet(sheet: Sheet, storey: Storey, key: str, rect: Rect, ring: Space) -> None:
    """Draw a store room where a house without an upper floor needs neither lift nor stairs."""
    closet = sheet.space(storey, key, rect.polygon, "storage", name=ROOM_NAMES["storage"], restriction=STAFF)
    sheet.door(closet, ring, width_m=1.0, category="service")


def _restrooms(sheet: Sheet, storey: Storey, plan: HousePlan, ring: Space) -> None:
    for rect, category in zip(plan.restrooms, ("restroom.wheelchair", "restroom.unisex"), strict=True):
        space = sheet.space(
            storey, category, rect.polygon, category, name=ROOM_NAMES[category], covered=True, cooled=True
        )
        sheet.door(space, ring, width_m=1.0)
        sheet.amenity(space, category)


def _entrance(sheet: Sheet, storey: Storey, plan: HousePlan, ring: Space, floor: int) -> Space:
    name = labels("Entrance hall", "المدخل", "Vestibule") if floor == 0 else labels("Majlis", "المجلس", "Majlis")
    hall = sheet.space(
        storey, "entrance", plan.entrance.polygon, "lobby" if floor == 0 else "lounge", name=name, covered=True,
        cooled=True,
    )  # fmt: skip
    sheet.door(hall, ring, width_m=2.0, door_type="open")
    if floor == 0:
        sheet.amenity(hall, "information", name=labels("Information", "استعلامات", "Accueil"))
    return hall


def _rooms(sheet: Sheet, storey: Storey, plan: HousePlan, ring: Space, uses: Iterator[Use], address_id: UUID) -> None:
    number = 0
    for row in plan.rows:
        first = 0
        for use, taken in dealt(uses, len(row)):
            number += 1
            rect = hull(row[first : first + taken])
            first += taken
            draw_room(sheet, storey, f"room-{number}", rect, use, ring, address_id)


def _roof(sheet: Sheet, plot: Plot, plan: HousePlan, floor: int, building_id: UUID, hours: str) -> Space:
    """Return the stairs that come out on the roof terrace: no lift goes there."""
    storey = _storey(sheet, plot, floor, building_id, hours, ROOF)
    stairs = sheet.space(storey, "stairs", plan.stairs.polygon, "stairs", name=ROOM_NAMES["stairs"], covered=True)
    floor_of_the_roof = without(plot.outline.polygon, [plan.court.polygon, plan.stairs.polygon])
    terrace = sheet.space(storey, "terrace", floor_of_the_roof, "terrace", name=ROOF)
    sheet.space(storey, "court", plan.court.polygon, "opentobelow", name=COURT)
    sheet.door(stairs, terrace, width_m=1.2)
    return stairs
