"""Drawing the district from the ground up: streets, blocks, buildings, station, car park, doors, tram, beacons."""

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.random import Generator

from venues.core.demo_district import car_park, squares, tram
from venues.core.demo_district.beacons import BeaconRow, beacon_rows
from venues.core.demo_district.blocks import cut_block
from venues.core.demo_district.building import Built, Design, Plot, raise_building, register
from venues.core.demo_district.catalogue import Entry, catalogue
from venues.core.demo_district.courtyard_house import raise_house
from venues.core.demo_district.furnishing import furnish
from venues.core.demo_district.ground import Ground
from venues.core.demo_district.masterplan import BLOCKS, HERITAGE_QUARTER, SQUARES
from venues.core.demo_district.names import labels, numbered
from venues.core.demo_district.rect import Rect
from venues.core.demo_district.sheet import Sheet, Space, display_point, shared_edges
from venues.core.demo_district.shops import Register
from venues.core.demo_district.station import NAME as STATION
from venues.core.demo_district.station import build_station
from venues.core.demo_district.streets import DISTRICT, block
from venues.core.imdf.features import Feature, FeatureType, Labels

NAME = labels("Msheireb Downtown Doha", "مشيرب قلب الدوحة", "Msheireb Downtown Doha")
HOMES = labels("Residence", "سكن", "Résidence")


@dataclass(frozen=True)
class District:
    """The map and the beacons of the demo."""

    features: tuple[Feature, ...]
    beacons: tuple[BeaconRow, ...]


def generate(random: Generator) -> District:
    """Return the demo district."""
    sheet = Sheet()
    _venue(sheet)
    ground = Ground.laid_out(sheet)
    plots = _cut_blocks(ground)
    parking = car_park.storeys(sheet)
    tenants = Register(random)
    built = {"metro": build_station(sheet, tenants)}
    entries = catalogue(tenants, parking)
    for key, rect in plots.items():
        if key in entries:
            built[key] = _build(sheet, key, rect, entries[key], random)
    _homes(sheet, {key: rect for key, rect in plots.items() if key not in entries})
    zones = car_park.lay_out(sheet, parking)
    ground.join()
    ground.open_doors(_fronts(built, entries))
    _join_basements(sheet, built, zones)
    squares.heritage_section(sheet, ground, block(*HERITAGE_QUARTER))
    tram.set_stops(sheet, ground)
    furnish(sheet, ground)
    return District(tuple(sheet.features), tuple(beacon_rows(sheet, random)))


def _venue(sheet: Sheet) -> None:
    address_id = sheet.add(
        FeatureType.ADDRESS, "venue", None,
        address="Al Kahraba Street", unit=None, locality="Doha", province="QA-DA", country="QA", postal_code=None,
        postal_code_ext=None, postal_code_vanity=None,
    )  # fmt: skip
    sheet.add(
        FeatureType.VENUE, "venue", DISTRICT.polygon,
        category="businesscampus", restriction=None, name=NAME, alt_name=None, hours=None, phone=None, website=None,
        display_point=display_point(DISTRICT.polygon), address_id=str(address_id),
    )  # fmt: skip


def _cut_blocks(ground: Ground) -> dict[str, Rect]:
    """Draw the open ground of every block; return the plots by the key of their building."""
    plots: dict[str, Rect] = {}
    for square in SQUARES.values():
        plots.update(square(ground))
    for (column, row), plan in BLOCKS.items():
        key = f"block-{column}-{row}"
        cut = cut_block(
            key, block(column, row), [1] * plan.columns, [1] * plan.rows,
            lane_m=plan.lane_m, lane=plan.lane, arcades=plan.arcades, covered=plan.covered, cooled=plan.cooled,
        )  # fmt: skip
        ground.put_all(cut.ground)
        plots.update({plan.houses.get(n, f"residence-{column}-{row}-{n}"): rect for n, rect in enumerate(cut.plots)})
    return plots


def _build(sheet: Sheet, key: str, rect: Rect, entry: Entry, random: Generator) -> Built:
    plot = Plot(key, entry.name, rect, entry.address, entry.category)
    if isinstance(entry.building, Design):
        return raise_building(sheet, plot, entry.building, random)
    return raise_house(sheet, plot, entry.building, random)


def _homes(sheet: Sheet, plots: Mapping[str, Rect]) -> None:
    """Draw the footprints of the buildings that nobody needs a map inside."""
    for number, (key, rect) in enumerate(plots.items(), 1):
        register(sheet, Plot(key, numbered(HOMES, number), rect, f"Msheireb, Residence {number}"))


def _fronts(built: Mapping[str, Built], entries: Mapping[str, Entry]) -> dict[Space, Labels]:
    """Return the ground-floor halls that open on to the street, with the name on the door."""
    names = {key: entry.name for key, entry in entries.items()} | {"metro": STATION}
    return {hall: names[key] for key, building in built.items() for hall in building.halls.get(0, ())}


def _join_basements(sheet: Sheet, built: Mapping[str, Built], zones: Mapping[int, list[Space]]) -> None:
    """Open the mall's basement to the car park beside it and to the tunnel from the station."""
    beside = [*zones[-1], *built["metro"].halls[-1]]
    for hall in built["galleria"].halls[-1]:
        for space in beside:
            if shared_edges(hall.shape, space.shape):
                sheet.door(hall, space, width_m=3.0, door_type="sliding", automatic=True, material="glass",
                           category="pedestrian.principal", accessibility=("wheelchair",))  # fmt: skip
