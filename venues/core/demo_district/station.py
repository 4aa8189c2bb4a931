"""Msheireb metro station: what lies on which level is true, the plan is invented.

Two pavilions stand on the square. Below: mezzanine with fare gates and ticket sales (-1), concourse with shops (-2),
the two island platforms of the Red and Green lines side by side (-3), and the side platforms of the Gold line (-4), east
of the others and perpendicular to them. Lifts, stairs and escalators stand in two rows of shafts, north and south.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import shapely

from venues.core.demo_district.building import STEPS_A_FLOOR, Built, Plot
from venues.core.demo_district.names import LIFT, ROOM_NAMES, labels, numbered
from venues.core.demo_district.rect import Rect, without
from venues.core.demo_district.sheet import Sheet, Space, Storey, display_point, shared_edges
from venues.core.demo_district.shops import CAFES, TRADES, Register
from venues.core.imdf.features import FeatureType, Labels

METRO_HOURS = "Sa-Th 06:00-23:00; Fr 14:00-23:00"  # true in 2019
STAFF = "employeesonly"
NAME = labels("Msheireb Metro Station", "محطة مترو مشيرب", "Station de métro Msheireb")

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


@dataclass
class StationDrawing:
    """The station while it is drawn: its storeys, and what stands in each shaft on each level."""

    sheet: Sheet
    storeys: dict[int, Storey]
    address_id: UUID
    shafts: dict[Shaft, dict[int, Space]] = field(default_factory=dict)

    def hall(self, level: int, key: str, outline: shapely.Polygon, name: Labels, category: str = "walkway") -> Space:
        """Return a hall of this outline, less what already stands in it; every shaft inside opens on to it."""
        taken = [space.shape for space in self.sheet.spaces if space.storey == self.storeys[level]]
        shape = without(outline, taken)
        hall = self.sheet.space(
            self.storeys[level], key, shape, category, name=name, covered=True, cooled=True, hours=METRO_HOURS
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
            self.sheet.way("escalator", ends if shaft.up else ends[::-1], directed=True, hours=METRO_HOURS)


def build_station(sheet: Sheet, register: Register) -> Built:
    """Draw the station with its five levels."""
    plot = Plot("metro", NAME, MAIN_PAVILION, "Wadi Msheireb Street / Al Diwan Street", "transit")
    building_id, address_id = _register(sheet, plot)
    storeys = {level: _storey(sheet, level, building_id) for level in LEVELS}
    drawing = StationDrawing(sheet, storeys, address_id)
    for shaft in SHAFTS:
        drawing.sink(shaft)
    fronts = _street(drawing)
    tunnel = _mezzanine(drawing, register)
    _concourse(drawing, register)
    _islands(drawing)
    _gold(drawing)
    sheet.occupant(fronts[0], "transit", NAME, hours=METRO_HOURS, address=address_id)
    return Built(building_id, address_id, {0: tuple(fronts), -1: (tunnel,)})


def _register(sheet: Sheet, plot: Plot) -> tuple[UUID, UUID]:
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
    pieces = (("main", MAIN_PAVILION, "ground"), ("exit-5", EXIT_5, "ground"), ("box", CONCOURSE, "subterranean"))
    for key, rect, category in pieces:
        sheet.add(
            FeatureType.FOOTPRINT, f"metro/{key}", rect.polygon,
            category=category, name=NAME, building_ids=[str(building_id)],
        )  # fmt: skip
    return building_id, address_id


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
                          "lobby")  # fmt: skip
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


def _mezzanine(drawing: StationDrawing, register: Register) -> Space:
    """Return the tunnel to the mall."""
    tickets = _edge_rooms(drawing, -1, "tickets", Rect(-92, -252, -40, -246), TICKET_ROOMS)
    services = _edge_rooms(drawing, -1, "services", Rect(-150, -290, -90, -284), SERVICE_ROOMS)
    shops = _shops(drawing, register, -1, "kiosks", Rect(-150, -252, -108, -246), 5)
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


def _shops(drawing: StationDrawing, register: Register, level: int, side: str, strip: Rect, count: int) -> list[Space]:
    rooms = []
    for number, rect in enumerate(strip.columns([1.0] * count)):
        trade, tenant = register.tenant(CAFES if number % 3 == 0 else TRADES)
        room = drawing.sheet.space(
            drawing.storeys[level], f"{side}-{number}", rect.polygon, trade.unit, name=tenant.name, covered=True,
            cooled=True, hours=METRO_HOURS,
        )  # fmt: skip
        drawing.sheet.occupant(room, tenant.category, tenant.name, hours=METRO_HOURS, address=drawing.address_id)
        rooms.append(room)
    return rooms


def _concourse(drawing: StationDrawing, register: Register) -> None:
    north = _shops(drawing, register, -2, "north", Rect(-150, -252, -16, -246), 15)
    south = _shops(drawing, register, -2, "south", Rect(-100, -290, -16, -284), 9)
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
