"""Msheireb metro station: what lies on which level is true, the plan is invented.

Two pavilions stand on the square. Below: mezzanine with fare gates and ticket sales (-1), concourse with shops (-2),
the two island platforms of the Red and Green lines side by side (-3), and the side platforms of the Gold line (-4), east
of the others and perpendicular to them. Lifts, stairs and escalators stand in two rows of shafts, north and south.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import shapely

from venues.core.demo_district.building import STEPS_A_FLOOR, Built, Plot, register
from venues.core.demo_district.names import LIFT, ROOM_NAMES, labels, numbered
from venues.core.demo_district.programme import STAFF
from venues.core.demo_district.rect import Rect, without
from venues.core.demo_district.sheet import Sheet, Space, Storey, display_point, shared_edges
from venues.core.demo_district.shops import CAFES, TRADES, Register
from venues.core.demo_district.station_plan import (
    CONCOURSE,
    EXIT_5,
    GATE_LINE,
    GOLD_EAST,
    GOLD_WEST,
    ISLANDS,
    LEVELS,
    MAIN_PAVILION,
    PAID,
    SHAFTS,
    TUNNEL,
    UNPAID,
    Shaft,
)
from venues.core.imdf.features import FeatureType, Labels

# True in 2019. That the way under the street stays open when the trains have gone, and Exit 5 does not, is invented.
METRO_HOURS = "Sa-Th 06:00-23:00; Fr 14:00-23:00"
FOOTPRINTS = (
    ("metro/main", MAIN_PAVILION, "ground"),
    ("metro/exit-5", EXIT_5, "ground"),
    ("metro/box", CONCOURSE, "subterranean"),
)
NAME = labels("Msheireb Metro Station", "محطة مترو مشيرب", "Station de métro Msheireb")


@dataclass
class StationDrawing:
    """The station while it is drawn: its storeys, and what stands in each shaft on each level."""

    sheet: Sheet
    storeys: dict[int, Storey]
    address_id: UUID
    shafts: dict[Shaft, dict[int, Space]] = field(default_factory=dict)

    def hall(
        self, level: int, key: str, outline: shapely.Polygon, name: Labels, category: str = "walkway", *,
        hours: str | None = None,
    ) -> Space:  # fmt: skip
        """Return a hall of this outline, less what already stands in it; every shaft inside opens on to it."""
        taken = [space.shape for space in self.sheet.spaces if space.storey == self.storeys[level]]
        shape = without(outline, taken)
        hall = self.sheet.space(
            self.storeys[level], key, shape, category, name=name, covered=True, cooled=True, hours=hours
        )
        for shaft, by_level in self.shafts.items():
            if level in by_level and shared_edges(by_level[level].shape, shape):
                self._open_shaft(shaft, by_level[level], hall)
        return hall

    def _open_shaft(self, shaft: Shaft, space: Space, hall: Space) -> None:
        if shaft.kind == "elevator":
            self.sheet.door(
                space, hall, door_type="sliding", automatic=True, material="metal", accessibility=("wheelchair",)
            )
        else:
            self.sheet.door(space, hall, width_m=1.6, door_type=None)

    def sink(self, shaft: Shaft) -> None:
        """Draw a shaft on each of its levels, and the way between them."""
        spaces = self.shafts.setdefault(shaft, {})
        for level in shaft.levels:
            name = LIFT if shaft.kind == "elevator" else ROOM_NAMES[shaft.kind]
            key = f"{shaft.kind}-{int(-shaft.west_m * 10)}-{int(-shaft.row[0])}"
            accessibility = ("wheelchair",) if shaft.kind == "elevator" else ()
            spaces[level] = self.sheet.space(
                self.storeys[level], key, shaft.rect.polygon, shaft.kind, name=name, accessibility=accessibility,
                covered=True, cooled=True,
            )  # fmt: skip
        ends = [spaces[level] for level in shaft.levels]
        floors = shaft.levels[-1] - shaft.levels[0]
        if shaft.kind == "elevator":
            self.sheet.way("elevator", ends)
        elif shaft.kind == "stairs":
            self.sheet.way("stairs", ends, steps=STEPS_A_FLOOR * floors, width_m=2.4)
        else:
            self.sheet.way("escalator", ends if shaft.up else ends[::-1], directed=True)


def build_station(sheet: Sheet, tenants: Register) -> Built:
    """Draw the station with its five levels."""
    plot = Plot("metro", NAME, MAIN_PAVILION, "Wadi Msheireb Street / Al Diwan Street", "transit")
    building_id, address_id = register(sheet, plot, FOOTPRINTS)
    storeys = {level: _storey(sheet, level, building_id) for level in LEVELS}
    drawing = StationDrawing(sheet, storeys, address_id)
    for shaft in SHAFTS:
        drawing.sink(shaft)
    fronts = _street(drawing)
    tunnel = _mezzanine(drawing, tenants)
    _paid_area(drawing, building_id)
    _concourse(drawing, tenants)
    _islands(drawing)
    _gold(drawing)
    sheet.occupant(fronts[0], "transit", NAME, hours=METRO_HOURS, address=address_id)
    return Built(building_id, address_id, {0: tuple(fronts), -1: (tunnel,)})


def _storey(sheet: Sheet, level: int, building_id: UUID) -> Storey:
    name, outlines = LEVELS[level]
    shape = shapely.union_all([outline.polygon for outline in outlines])
    return sheet.storey(
        f"metro/{level}", shape,
        ordinal=level, name=name, short_name="G" if level == 0 else str(level), buildings=(building_id,),
        category="transit", hours=METRO_HOURS,
    )  # fmt: skip


def _street(drawing: StationDrawing) -> list[Space]:
    main = drawing.hall(0, "main-hall", MAIN_PAVILION.polygon, labels("Entrance hall", "صالة المدخل", "Hall d'entrée"),
                        "lobby")  # fmt: skip
    exit_5 = drawing.hall(0, "exit-5", EXIT_5.polygon, labels("Exit 5 (tram)", "المخرج 5 (الترام)", "Sortie 5 (tram)"),
                          "lobby", hours=METRO_HOURS)  # fmt: skip
    drawing.sheet.amenity(
        main, "information.transit", name=labels("Metro information", "استعلامات المترو", "Info métro")
    )
    return [main, exit_5]


def _edge_rooms(
    drawing: StationDrawing, level: int, side: str, strip: Rect, uses: Sequence[tuple[str, Labels, tuple[str, ...], bool]]
) -> list[Space]:  # fmt: skip
    """Draw rooms side by side in a strip; return them, without doors."""
    rooms = []
    for number, (rect, (category, name, amenities, staff)) in enumerate(
        zip(strip.columns([1.0] * len(uses)), uses, strict=True)
    ):
        room = drawing.sheet.space(
            drawing.storeys[level], f"{side}-{number}", rect.polygon, category, name=name,
            restriction=STAFF if staff else None, covered=True, cooled=True,
        )  # fmt: skip
        for amenity in amenities:
            drawing.sheet.amenity(room, amenity)
        rooms.append(room)
    return rooms


SERVICE_ROOMS: tuple[tuple[str, Labels, tuple[str, ...], bool], ...] = (
    ("restroom.female", ROOM_NAMES["restroom.female"], ("restroom.female",), False),
    ("restroom.wheelchair", ROOM_NAMES["restroom.wheelchair"], ("restroom.wheelchair", "babychanging"), False),
    ("restroom.male", ROOM_NAMES["restroom.male"], ("restroom.male",), False),
    ("room", ROOM_NAMES["prayer_male"], ("prayerroom.islam.male",), False),
    ("room", ROOM_NAMES["prayer_female"], ("prayerroom.islam.female",), False),
    ("firstaid", ROOM_NAMES["firstaid"], ("firstaid", "defibrillator"), False),
    ("nonpublic", ROOM_NAMES["mechanical"], (), True),
)
TICKETS = labels("Ticket office", "مكتب التذاكر", "Guichets")
TICKET_ROOMS: tuple[tuple[str, Labels, tuple[str, ...], bool], ...] = (
    ("room", TICKETS, ("ticketing",), False),
    ("room", labels("Customer service", "خدمة العملاء", "Service clients"), ("information.transit", "atm"), False),
    ("office", labels("Station office", "مكتب المحطة", "Bureau de la station"), (), True),
)


def _mezzanine(drawing: StationDrawing, tenants: Register) -> Space:
    """Return the tunnel to the mall."""
    tickets = _edge_rooms(drawing, -1, "tickets", Rect(-92, -252, -40, -246), TICKET_ROOMS)
    services = _edge_rooms(drawing, -1, "services", Rect(-150, -290, -90, -284), SERVICE_ROOMS)
    shops = _shops(drawing, tenants, -1, "kiosks", Rect(-150, -252, -108, -246), 5)
    unpaid = drawing.hall(-1, "unpaid", UNPAID.polygon, labels("Ticket hall", "صالة التذاكر", "Salle des billets"))
    paid = drawing.hall(-1, "paid", PAID.polygon, labels("Gate hall", "صالة البوابات", "Hall des portillons"))
    for room in [*tickets, *shops]:
        drawing.sheet.door(room, unpaid, width_m=1.6)
    for room in services:
        drawing.sheet.door(room, paid, width_m=1.2)
    _fare_gates(drawing, unpaid, paid)
    tunnel = drawing.hall(-1, "tunnel", TUNNEL.polygon, labels("Galleria link", "ممر الغاليريا", "Galerie de liaison"))
    drawing.sheet.open_side(tunnel, unpaid)
    return tunnel


def _fare_gates(drawing: StationDrawing, unpaid: Space, paid: Space) -> None:
    """Draw the line of gates: walls, and four passages of which the last is wide."""
    passages = [8.0, 6.0, 20.0, 6.0, 20.0, 6.0, 20.0, 6.0, 18.0]
    gate = labels("Fare gates", "بوابات التذاكر", "Portillons")
    for number, rect in enumerate(GATE_LINE.columns(passages)):
        is_gate = number % 2 == 1
        space = drawing.sheet.space(
            drawing.storeys[-1], f"gate-line-{number}", rect.polygon, "walkway" if is_gate else "structure",
            name=numbered(gate, number // 2 + 1) if is_gate else None, covered=True, cooled=True,
            accessibility=("wheelchair",) if is_gate else (),
        )  # fmt: skip
        if is_gate:
            drawing.sheet.open_side(space, unpaid)
            drawing.sheet.open_side(space, paid)
            drawing.sheet.amenity(space, "faregate", name=numbered(gate, number // 2 + 1))


def _paid_area(drawing: StationDrawing, building_id: UUID) -> None:
    """Draw the geofence behind the gates."""
    drawing.sheet.add(
        FeatureType.GEOFENCE, "metro/paid-area", PAID.polygon,
        category="paidarea", restriction=None, name=labels("Paid area", "المنطقة المدفوعة", "Zone sous contrôle"),
        alt_name=None, correlation_id=None, display_point=display_point(PAID.polygon),
        building_ids=[str(building_id)], level_ids=[str(drawing.storeys[-1].id)], parents=None,
    )  # fmt: skip


def _shops(drawing: StationDrawing, tenants: Register, level: int, side: str, strip: Rect, count: int) -> list[Space]:
    rooms = []
    for number, rect in enumerate(strip.columns([1.0] * count)):
        trade, tenant = tenants.tenant(CAFES if number % 3 == 0 else TRADES)
        room = drawing.sheet.space(
            drawing.storeys[level], f"{side}-{number}", rect.polygon, trade.unit, name=tenant.name, covered=True,
            cooled=True, hours=METRO_HOURS,
        )  # fmt: skip
        drawing.sheet.occupant(room, tenant.category, tenant.name, hours=METRO_HOURS, address=drawing.address_id)
        rooms.append(room)
    return rooms


def _concourse(drawing: StationDrawing, tenants: Register) -> None:
    north = _shops(drawing, tenants, -2, "north", Rect(-150, -252, -16, -246), 15)
    south = _shops(drawing, tenants, -2, "south", Rect(-100, -290, -16, -284), 9)
    services = _edge_rooms(drawing, -2, "services", Rect(-150, -290, -100, -284), SERVICE_ROOMS)
    hall = drawing.hall(-2, "hall", CONCOURSE.polygon, LEVELS[-2][0])
    for room in [*north, *south, *services]:
        drawing.sheet.door(room, hall, width_m=1.6)
    drawing.sheet.amenity(hall, "information.transit", at=(-90, -268))


def _islands(drawing: StationDrawing) -> None:
    names = (
        labels("Red Line platform", "رصيف الخط الأحمر", "Quai de la ligne rouge"),
        labels("Green Line platform", "رصيف الخط الأخضر", "Quai de la ligne verte"),
    )
    for number, (rect, name) in enumerate(zip(ISLANDS, names, strict=True)):
        platform = drawing.hall(-3, f"island-{number + 1}", rect.polygon, name, "platform")
        drawing.sheet.amenity(platform, "platform", name=name, hours=METRO_HOURS)
    for number, (south, north) in enumerate(((-290, -284), (-274, -262), (-252, -246))):
        _track(drawing, -3, number, Rect(-150, south, -40, north))


def _gold(drawing: StationDrawing) -> None:
    names = (
        labels("Gold Line platform 1", "رصيف الخط الذهبي 1", "Quai 1 de la ligne or"),
        labels("Gold Line platform 2", "رصيف الخط الذهبي 2", "Quai 2 de la ligne or"),
    )
    for rect, name in zip((GOLD_WEST, GOLD_EAST), names, strict=True):
        platform = drawing.hall(-4, f"side-{round(-rect.x0)}", rect.polygon, name, "platform")
        drawing.sheet.amenity(platform, "platform", name=name, hours=METRO_HOURS)
    _track(drawing, -4, 0, Rect(-40, -308, -30, -222))


def _track(drawing: StationDrawing, level: int, number: int, rect: Rect) -> None:
    name = labels("Tracks", "السكة", "Voies")
    drawing.sheet.space(drawing.storeys[level], f"track-{number}", rect.polygon, "structure", name=name)
