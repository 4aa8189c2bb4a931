"""Raising a building: footprint, levels, rooms, core, doors, and the ways between levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from numpy.random import Generator

from venues.core.demo_district.core_bays import pieces_of_bay
from venues.core.demo_district.floor import FloorPlan, Style, floor_plan
from venues.core.demo_district.names import LIFT, labels, level_name, short_level_name
from venues.core.demo_district.programme import Floor, Programme, Use, dealt
from venues.core.demo_district.rect import Rect, hull
from venues.core.demo_district.sheet import Sheet, Space, Storey, display_point
from venues.core.imdf.features import FeatureType, Labels

STEPS_A_FLOOR = 24


@dataclass(frozen=True)
class Plot:
    """A building that stands, or shall stand, on a piece of ground."""

    key: str
    name: Labels
    outline: Rect
    address: str
    category: str = "unspecified"


@dataclass(frozen=True)
class Design:
    """How a building is made inside. `parking` names the storeys of the car park that its lifts go down to."""

    floors: Sequence[int]
    style: Style
    programme: Programme
    hours: str | None = None
    escalators: bool = False
    tenant_category: str | None = None
    parking: Mapping[int, Storey] = field(default_factory=dict)


@dataclass(frozen=True)
class Built:
    """A building as drawn: its ids, and on each floor the halls that may have a door to what lies outside."""

    building_id: UUID
    address_id: UUID
    halls: Mapping[int, tuple[Space, ...]]


@dataclass
class Shafts:
    """The pieces of the core by their place and floor: what lifts, stairs and escalators are strung from."""

    pieces: dict[tuple[str, str], dict[int, Space]] = field(default_factory=dict)

    def put(self, kind: str, place: str, floor: int, space: Space) -> None:
        self.pieces.setdefault((kind, place), {})[floor] = space


Outlines = Sequence[tuple[str, Rect, str]]
"""Footprints: path, outline, category."""


def register(sheet: Sheet, plot: Plot, outlines: Outlines | None = None) -> tuple[UUID, UUID]:
    """Draw the building, its address and its footprints; return the ids of building and address."""
    address_id = sheet.add(
        FeatureType.ADDRESS, plot.key, None,
        address=plot.address, unit=None, locality="Doha", province="QA-DA", country="QA", postal_code=None,
        postal_code_ext=None, postal_code_vanity=None,
    )  # fmt: skip
    building_id = sheet.add(
        FeatureType.BUILDING, plot.key, None,
        name=plot.name, alt_name=None, category=plot.category, restriction=None,
        display_point=display_point(plot.outline.polygon), address_id=str(address_id),
    )  # fmt: skip
    for path, outline, category in outlines or ((plot.key, plot.outline, "ground"),):
        sheet.add(
            FeatureType.FOOTPRINT, path, outline.polygon,
            category=category, name=plot.name, building_ids=[str(building_id)],
        )  # fmt: skip
    return building_id, address_id


def raise_building(sheet: Sheet, plot: Plot, design: Design, random: Generator) -> Built:
    """Draw the building with every floor of its design."""
    building_id, address_id = register(sheet, plot)
    plan = floor_plan(plot.outline, design.style)
    storeys = {floor: _storey(sheet, plot, floor, building_id, design.hours) for floor in design.floors}
    shafts = Shafts()
    halls: dict[int, tuple[Space, ...]] = {}
    for floor, storey in storeys.items():
        numbering = Floor(floor, max(design.floors), random)
        spine, corridors = _halls(sheet, storey, plan, floor)
        _core(sheet, storey, plan, spine, design, floor, shafts)
        _rooms(sheet, storey, plan, corridors, design.programme, numbering, address_id)
        halls[floor] = (spine, *corridors)
    _down_to_the_car_park(sheet, plan, design, shafts)
    string_shafts(sheet, shafts, plot.name)
    if design.tenant_category:
        sheet.occupant(halls[0][0], design.tenant_category, plot.name, hours=design.hours, address=address_id)
    return Built(building_id, address_id, halls)


def _storey(sheet: Sheet, plot: Plot, floor: int, building_id: UUID, hours: str | None) -> Storey:
    return sheet.storey(
        f"{plot.key}/{floor}", plot.outline.polygon,
        ordinal=floor, name=level_name(floor), short_name=short_level_name(floor), buildings=(building_id,),
        hours=hours,
    )  # fmt: skip


def _halls(sheet: Sheet, storey: Storey, plan: FloorPlan, floor: int) -> tuple[Space, list[Space]]:
    category = "lobby" if floor == 0 else "walkway"
    name = labels("Lobby", "ردهة", "Hall") if floor == 0 else None
    spine = sheet.space(storey, "spine", plan.spine.polygon, category, name=name, covered=True, cooled=True)
    corridors = []
    for number, rect in enumerate(plan.corridors):
        corridor = sheet.space(storey, f"corridor-{number}", rect.polygon, "walkway", covered=True, cooled=True)
        sheet.open_side(corridor, spine)
        corridors.append(corridor)
    return spine, corridors


def _core(
    sheet: Sheet, storey: Storey, plan: FloorPlan, spine: Space, design: Design, floor: int, shafts: Shafts
) -> None:
    for number, bay in enumerate(plan.core_bays):
        pieces = pieces_of_bay(number, escalators=design.escalators)
        for place, (piece, rect) in enumerate(zip(pieces, bay.rows([p.share for p in pieces]), strict=True)):
            use = piece.on_floor(floor, design.floors)
            key = f"core-{number}-{place}"
            space = sheet.space(
                storey, key, rect.polygon, use.category,
                name=use.name, restriction=use.restriction, accessibility=piece.accessibility_of(use),
                covered=True, cooled=True,
            )  # fmt: skip
            _core_door(sheet, space, spine, use)
            if use.category in ("elevator", "stairs", "escalator"):
                shafts.put(use.category, f"{key}{piece.direction}", floor, space)


def _core_door(sheet: Sheet, space: Space, spine: Space, use: Use) -> None:
    if use.category == "elevator":
        sheet.door(space, spine, door_type="sliding", automatic=True, material="metal", accessibility=("wheelchair",))
    elif use.category == "escalator":
        sheet.open_side(space, spine)
    else:
        sheet.door(space, spine, width_m=1.0, category="service" if use.staff_only else "pedestrian")
    for amenity in use.amenities:
        sheet.amenity(space, amenity)


def _rooms(
    sheet: Sheet, storey: Storey, plan: FloorPlan, corridors: Sequence[Space], programme: Programme, floor: Floor,
    address_id: UUID,
) -> None:  # fmt: skip
    uses = programme(floor)
    number = 0
    for row in plan.rows:
        first = 0
        for use, taken in dealt(uses, len(row.rooms)):
            rect = hull(row.rooms[first : first + taken])
            first += taken
            number += 1
            draw_room(sheet, storey, f"room-{number}", rect, use, corridors[row.corridor], address_id)


def draw_room(sheet: Sheet, storey: Storey, key: str, rect: Rect, use: Use, corridor: Space, address_id: UUID) -> Space:
    """Return the room with its door to the corridor, its tenant and its amenities."""
    space = sheet.space(
        storey, key, rect.polygon, use.category, name=use.name, restriction=use.restriction, covered=True, cooled=True,
        hours=use.tenant.hours if use.tenant else None,
    )  # fmt: skip
    shop = use.tenant is not None
    sheet.door(
        space, corridor,
        width_m=2.4 if shop else 1.2, category="service" if use.staff_only else "pedestrian",
        door_type="sliding" if shop else "swinging", automatic=shop, material="glass" if shop else "wood",
    )  # fmt: skip
    if use.tenant is not None:
        tenant = use.tenant
        sheet.occupant(
            space, tenant.category, tenant.name, hours=tenant.hours, address=address_id, website=tenant.website
        )
    for category in use.amenities:
        sheet.amenity(space, category)
    return space


def _down_to_the_car_park(sheet: Sheet, plan: FloorPlan, design: Design, shafts: Shafts) -> None:
    """Draw the lifts of the first bay on the storeys of the car park; the car park leaves room for them."""
    bay = plan.core_bays[0]
    pieces = pieces_of_bay(0, escalators=design.escalators)
    for floor, storey in design.parking.items():
        for place, rect in enumerate(bay.rows([piece.share for piece in pieces])):
            if pieces[place].category != "elevator":
                continue
            path = f"lift-{round(rect.x0)}-{round(rect.y0 * 10)}"
            lift = sheet.space(storey, path, rect.polygon, "elevator", name=LIFT, accessibility=("wheelchair",))
            shafts.put("elevator", f"core-0-{place}", floor, lift)


def string_shafts(sheet: Sheet, shafts: Shafts, name: Labels) -> None:
    """Draw the ways between levels: one for a lift, one for each flight of stairs and each escalator."""
    for (kind, place), by_floor in shafts.pieces.items():
        spaces = [by_floor[floor] for floor in sorted(by_floor)]
        if kind == "elevator":
            if len(spaces) > 1:
                sheet.way("elevator", spaces)
            continue
        for below, above in zip(sorted(by_floor), sorted(by_floor)[1:], strict=False):
            _flight(sheet, kind, place, by_floor[below], by_floor[above], above - below, below)


def _flight(sheet: Sheet, kind: str, place: str, below: Space, above: Space, floors: int, floor: int) -> None:
    if kind == "stairs":
        sheet.way("stairs", [below, above], steps=STEPS_A_FLOOR * floors, width_m=1.6)
        return
    parity = 0 if "/even" in place else 1
    if floor % 2 != parity:
        return
    ends = [below, above] if place.endswith("up") else [above, below]
    sheet.way("escalator", ends, directed=True)
