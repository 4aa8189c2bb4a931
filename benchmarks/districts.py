"""Districts of any size for benchmarks: office buildings along streets, drawn by rule."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from geo.frame import LocalFrame
from venues.core.imdf.features import Feature, FeatureType
from venues.core.snapshot import Snapshot

FRAME = LocalFrame(51.5257, 25.2828)
IDS = UUID("0d4fca9c-8fd2-4e0f-9a5b-2f7c1f6f5a10")
LEVELS, ROOMS_A_SIDE = 5, 20
# Plan of a building: a corridor of 3 m between rooms of 4 x 6 m; lift and stairs at its west end; a street south of it.
ROOM_M, DEPTH_M, CORRIDOR_M, CORE_M, STREET_M = 4.0, 6.0, 3.0, 5.0, 12.0
WIDTH_M, HEIGHT_M = CORE_M + ROOMS_A_SIDE * ROOM_M, 2 * DEPTH_M + CORRIDOR_M
COLUMNS = 10

Point = tuple[float, float]


def generated(buildings: int) -> Snapshot:
    """Return a district of so many buildings; each has 5 levels of 40 rooms and is entered from the street before it."""
    return Snapshot.from_features(_district(buildings))


def _district(buildings: int) -> Iterator[Feature]:
    rows = -(-buildings // COLUMNS)
    size = (COLUMNS * (WIDTH_M + STREET_M) + STREET_M, rows * (HEIGHT_M + STREET_M))
    yield _feature("venue", "venue", _box(0, 0, *size), name={"en": "District"}, category="businesscampus")
    yield _level("street", 0, _box(0, 0, *size), outdoor=True, building_ids=[])
    yield _unit("avenue", "street", _box(0, 0, STREET_M, size[1]), "walkway")
    for row in range(rows):
        south = row * (HEIGHT_M + STREET_M)
        yield _unit(f"street {row}", "street", _box(STREET_M, south, size[0], south + STREET_M), "walkway")
        yield _opening(f"corner {row}", "street", (STREET_M, south), (STREET_M, south + STREET_M))
    for number in range(buildings):
        west = STREET_M + (number % COLUMNS) * (WIDTH_M + STREET_M)
        yield from _building(number, west, (number // COLUMNS) * (HEIGHT_M + STREET_M) + STREET_M)


def _building(number: int, west: float, south: float) -> Iterator[Feature]:
    yield _feature(f"building {number}", "building", None, name={"en": f"House {number}"}, category="unspecified")
    outline = _box(west, south, west + WIDTH_M, south + HEIGHT_M)
    for floor in range(LEVELS):
        level = f"{number}/{floor}"
        yield _level(level, floor, outline, outdoor=False, building_ids=[str(_id(f"building {number}"))])
        yield from _floor(level, west, south)
    yield _opening(f"door {number}", f"{number}/0", (west + 1, south), (west + 3, south), "pedestrian.principal")
    for category in ("elevator", "stairs"):
        yield from _connectors(number, category)


def _floor(level: str, west: float, south: float) -> Iterator[Feature]:
    east, middle = west + WIDTH_M, south + DEPTH_M
    yield _unit(f"{level} corridor", level, _box(west, middle, east, middle + CORRIDOR_M), "walkway")
    yield _unit(f"{level} lobby", level, _box(west, south, west + CORE_M, middle), "lobby")
    yield _opening(f"{level} lobby door", level, (west + 1, middle), (west + 3, middle))
    half = west + CORE_M / 2
    for category, left, right in (("elevator", west, half), ("stairs", half, west + CORE_M)):
        yield _unit(f"{level} {category}", level, _box(left, middle + CORRIDOR_M, right, south + HEIGHT_M), category)
        door = (left + 0.8, middle + CORRIDOR_M), (left + 1.8, middle + CORRIDOR_M)
        yield _opening(f"{level} {category} door", level, *door)
    for index in range(ROOMS_A_SIDE):
        left = west + CORE_M + index * ROOM_M
        for side, low, wall in (("s", south, middle), ("n", middle + CORRIDOR_M, middle + CORRIDOR_M)):
            room = f"{level} {side}{index}"
            yield _unit(room, level, _box(left, low, left + ROOM_M, low + DEPTH_M), "office")
            yield _opening(f"{room} door", level, (left + 1.5, wall), (left + 2.4, wall))


def _connectors(number: int, category: str) -> Iterator[Feature]:
    stops = [f"{number}/{floor} {category}" for floor in range(LEVELS)]
    ways = [stops] if category == "elevator" else [stops[floor : floor + 2] for floor in range(LEVELS - 1)]
    for index, way in enumerate(ways):
        first, *between, last = [{"id": str(_id(stop)), "feature_type": "unit"} for stop in way]
        yield _feature(
            f"{category} {number} {index}", "relationship", None, category=category, direction="undirected",
            origin=first, intermediary=between, destination=last,
        )  # fmt: skip


def _id(name: str) -> UUID:
    return uuid5(IDS, name)


def _feature(called: str, kind: str, geometry: dict[str, Any] | None, /, **properties: Any) -> Feature:
    return Feature(_id(called), FeatureType(kind), geometry, properties)


def _level(name: str, ordinal: int, geometry: dict[str, Any], **properties: Any) -> Feature:
    return _feature(name, "level", geometry, ordinal=ordinal, category="unspecified", **properties)


def _unit(name: str, level: str, geometry: dict[str, Any], category: str) -> Feature:
    return _feature(name, "unit", geometry, level_id=str(_id(level)), category=category)


def _opening(name: str, level: str, start: Point, end: Point, category: str = "pedestrian") -> Feature:
    line = {"type": "LineString", "coordinates": [_lng_lat(start), _lng_lat(end)]}
    return _feature(name, "opening", line, level_id=str(_id(level)), category=category)


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[_lng_lat(corner) for corner in corners]]}


def _lng_lat(point: Point) -> list[float]:
    lng, lat = FRAME.to_lng_lat(*point)
    return [round(lng, 8), round(lat, 8)]
