"""Beacons on jittered grids: dense in public halls, one in a large room, sparse in the open."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

import shapely
from numpy.random import Generator

from venues.core.demo_district.sheet import FRAME, NAMESPACE, Sheet, Space

PROXIMITY_UUID = UUID("d0a11100-6d73-4865-a972-656220646f68")
EDDYSTONE_NAMESPACE = "d0a111006d7368656972"
EDDYSTONE_EVERY = 40  # one beacon in forty speaks Eddystone-UID instead of iBeacon
# Metres between beacons: 8 m is one per 64 m2. Rooms get one when they are large enough, and more where one is not heard
# at their ends.
HALL_SPACING_M = 8.0
PARKING_SPACING_M = 13.0
SQUARE_SPACING_M = 12.0
STREET_SPACING_M = 17.0
ROOM_SPACING_M = 30.0
ROOM_FROM_M2 = 40.0
WALL_M = 0.5  # no beacon nearer to the edge of its unit
JITTER_M = 1.2
HALLS = frozenset({"walkway", "lobby", "platform", "terrace", "unenclosedarea"})
ROOMS = frozenset(
    {"room", "foodservice", "library", "auditorium", "theater", "movietheater", "conferenceroom", "classroom",
     "fitnessroom", "lounge", "privatelounge", "waitingroom", "recreation", "laboratory"}
)  # fmt: skip
SQUARES = frozenset({"barahat", "nakheel", "masjid", "al-baraha", "station-square", "prayer-ground"})
QUARTER_M = 112.0  # outdoors the major tells the quarter: a square of this side
# Transmit power of a model at 1 m and how often it advertises: typical of data sheets.
MODELS = (("Card M", -59, 500), ("Pillar L", -58, 350), ("Tag S", -62, 1000))


@dataclass(frozen=True)
class BeaconRow:
    """A beacon in the registry's words. Text that a format does not have is empty."""

    name: str
    format: str
    proximity_uuid: str
    major: str
    minor: str
    namespace: str
    instance: str
    id1: str
    id2: str
    id3: str
    address: str
    lng: float
    lat: float
    level_id: str
    height_m: float
    measured_power_dbm: int
    interval_ms: int
    model: str


def beacon_rows(sheet: Sheet, random: Generator) -> Iterator[BeaconRow]:
    """Yield the beacons of every space that visitors may enter."""
    majors: dict[str, int] = {}
    minors: Counter[str] = Counter()
    for space in sheet.spaces:
        if space.restricted:
            continue
        for x_m, y_m in _places(space, random):
            group = _group(space, x_m, y_m)
            major = majors.setdefault(group, 100 + len(majors))
            minors[group] += 1
            yield _row(space, group, major, minors[group], (x_m, y_m), random)


def _places(space: Space, random: Generator) -> list[tuple[float, float]]:
    spacing_m = _spacing_m(space)
    if spacing_m is None:
        return []
    inside = shapely.buffer(space.shape, -WALL_M)
    if inside.is_empty:
        return []
    west, south, east, north = inside.bounds
    columns = max(1, round((east - west) / spacing_m))
    rows = max(1, round((north - south) / spacing_m))
    found: list[tuple[float, float]] = []
    for column in range(columns):
        for row in range(rows):
            shift = random.uniform(-JITTER_M, JITTER_M, size=2)
            x_m = west + (east - west) * (column + 0.5) / columns + float(shift[0])
            y_m = south + (north - south) * (row + 0.5) / rows + float(shift[1])
            if shapely.contains_xy(inside, x_m, y_m):
                found.append((x_m, y_m))
    return found or [(space.middle.x, space.middle.y)]


def _spacing_m(space: Space) -> float | None:
    """Return the metres between beacons of the space, None where there is none."""
    if space.storey.outdoor:
        if space.category not in HALLS:
            return None
        return SQUARE_SPACING_M if space.path.removeprefix("ground/") in SQUARES else STREET_SPACING_M
    if space.category in HALLS:
        return HALL_SPACING_M
    if space.category == "parking":
        return PARKING_SPACING_M
    if space.category in ROOMS and space.shape.area >= ROOM_FROM_M2:
        return ROOM_SPACING_M  # larger than most rooms: one, in the middle
    return None


def _group(space: Space, x_m: float, y_m: float) -> str:
    """Return the building, or outdoors the quarter."""
    if space.storey.outdoor:
        return f"quarter-{int((x_m + 280) // QUARTER_M)}-{int((y_m + 310) // QUARTER_M)}"
    return space.path.split("/")[0]


def _row(space: Space, group: str, major: int, minor: int, at_m: tuple[float, float], random: Generator) -> BeaconRow:
    model, power_dbm, interval_ms = MODELS[int(random.integers(len(MODELS)))]
    eddystone = minor % EDDYSTONE_EVERY == 0
    lng, lat = FRAME.to_lng_lat(*at_m)
    instance = uuid5(NAMESPACE, f"beacon/{group}/{minor}").hex[:12]
    return BeaconRow(
        name=f"{group}/{space.storey.ordinal}/{minor}",
        format="eddystone_uid" if eddystone else "ibeacon",
        proximity_uuid="" if eddystone else str(PROXIMITY_UUID),
        major="" if eddystone else str(major),
        minor="" if eddystone else str(minor),
        namespace=EDDYSTONE_NAMESPACE if eddystone else "",
        instance=instance if eddystone else "",
        id1="", id2="", id3="", address="",
        lng=round(lng, 7), lat=round(lat, 7), level_id=str(space.storey.id),
        height_m=round(float(random.uniform(2.5, 3.5)), 2),
        measured_power_dbm=power_dbm, interval_ms=interval_ms, model=model,
    )  # fmt: skip
