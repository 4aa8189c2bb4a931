"""Districts of any size for benchmarks: office buildings along streets, drawn by rule."""

from collections.abc import Iterator
from itertools import chain, product
from math import ceil, isqrt
from typing import Any
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from geo.frame import LocalFrame
from navigation.core.compiling import compile_graph
from navigation.core.graph import EdgeFlag, EdgeKind, Ints, RoutingGraph
from venues.core.imdf.features import Feature, FeatureType
from venues.core.snapshot import Snapshot

FRAME = LocalFrame(51.5257, 25.2828)
IDS = UUID("0d4fca9c-8fd2-4e0f-9a5b-2f7c1f6f5a10")
LEVELS, ROOMS_A_SIDE = 5, 20
# Plan of a building: a corridor of 3 m between rooms of 4 x 6 m; lift and stairs at its west end; a street south of it.
ROOM_M, DEPTH_M, CORRIDOR_M, CORE_M, STREET_M = 4.0, 6.0, 3.0, 5.0, 12.0
WIDTH_M, HEIGHT_M = CORE_M + ROOMS_A_SIDE * ROOM_M, 2 * DEPTH_M + CORRIDOR_M
COLUMNS = 10
# A building has two nodes for each room's door, and some for corridors, lift and stairs.
NODES_A_BUILDING = LEVELS * (2 * 2 * ROOMS_A_SIDE + 9)
# Where a block meets its neighbours: its street runs on eastwards, its avenue northwards.
SEAMS = (("east end", "west end", (1, 0)), ("north end", "south end", (0, 1)))

Point = tuple[float, float]


def generated(buildings: int) -> Snapshot:
    """Return a district of so many buildings; each has 5 levels of 40 rooms and is entered from the street before it."""
    return Snapshot.from_features(_district(buildings))


def graph_of(nodes: int) -> RoutingGraph:
    """Return the routing graph of a district of about so many nodes, without compiling each of its buildings.

    One block of up to 10 buildings is compiled from polygons. Its arrays are copied over a grid as square as can be, streets
    and avenues joined at the seams as openings would join them. All copies bear the ids of the features of the first.
    """
    buildings = min(COLUMNS, max(1, round(nodes / NODES_A_BUILDING)))
    width_m, height_m = _size_m(rows=1)
    ends = [
        _opening("west end", "street", (0, 0), (0, STREET_M)),
        _opening("east end", "street", (width_m, 0), (width_m, STREET_M)),
        _opening("south end", "street", (0, 0), (STREET_M, 0)),
        _opening("north end", "street", (0, height_m), (STREET_M, height_m)),
    ]
    block = compile_graph(Snapshot.from_features(chain(_district(buildings), ends))).graph
    return _repeated(block, max(1, round(nodes / block.node_count)))


def _repeated(block: RoutingGraph, count: int) -> RoutingGraph:
    """Return so many copies of a block, row by row, joined at their seams."""
    across = 1 + isqrt(count - 1)
    at = np.column_stack((np.arange(count) % across, np.arange(count) // across))
    shift_m = at * _size_m(rows=1)
    first_node = np.arange(count, dtype=np.int32) * block.node_count
    seam_tail, seam_head = _seams(block, first_node, across)
    tail = np.concatenate(((first_node[:, None] + block.tail).ravel(), seam_tail))
    head = np.concatenate(((first_node[:, None] + block.head).ravel(), seam_head))
    order = np.argsort(tail, kind="stable")
    node_x_m, node_y_m = ((shift_m[:, i, None] + own).ravel() for i, own in enumerate((block.node_x_m, block.node_y_m)))
    crow_m = np.hypot(node_x_m[seam_tail] - node_x_m[seam_head], node_y_m[seam_tail] - node_y_m[seam_head])

    def repeated(edge_array: NDArray[Any], of_seams: Any) -> NDArray[Any]:
        seams = np.broadcast_to(np.asarray(of_seams, edge_array.dtype), seam_tail.shape)
        return np.concatenate((np.tile(edge_array, count), seams))[order]

    return RoutingGraph(
        snapshot_hash=block.snapshot_hash,
        level_ids=block.level_ids,
        feature_ids=block.feature_ids,
        node_x_m=node_x_m,
        node_y_m=node_y_m,
        node_level=np.tile(block.node_level, count),
        node_feature=np.tile(block.node_feature, count),
        node_unit=np.tile(block.node_unit, count),
        first_out=np.searchsorted(tail[order], np.arange(len(node_x_m) + 1)).astype(np.int32),
        head=head[order],
        length_m=repeated(block.length_m, crow_m),
        kind=repeated(block.kind, EdgeKind.DOOR),
        flags=repeated(block.flags, EdgeFlag.OUTDOOR),
        edge_feature=repeated(block.edge_feature, np.tile(block.node_feature, count)[seam_tail]),
        rise=repeated(block.rise, 0.0),
        width_m=repeated(block.width_m, STREET_M),
        slope_percent=repeated(block.slope_percent, 0.0),
        time_factor=repeated(block.time_factor, 1.0),
    )


def _seams(block: RoutingGraph, first_node: Ints, across: int) -> tuple[Ints, Ints]:
    """Return the tails and heads of the edges from block to block, both ways."""
    count = len(first_node)
    ways: list[tuple[Ints, Ints]] = [(np.empty(0, np.int32), np.empty(0, np.int32))]
    for this_end, that_end, (east, north) in SEAMS:
        here, there = (
            np.flatnonzero(block.node_feature == block.feature_ids.index(_id(e))) for e in (this_end, that_end)
        )
        for row, column in product(range(ceil(count / across) - north), range(across - east)):
            this, that = row * across + column, (row + north) * across + column + east
            if that < count:
                a, b = (np.asarray(first_node[i] + own, np.int32) for i, own in ((this, here), (that, there)))
                ways += [(a, b), (b, a)]
    tails, heads = (np.concatenate([way[end] for way in ways]) for end in (0, 1))
    return tails, heads


def _size_m(rows: int) -> Point:
    return COLUMNS * (WIDTH_M + STREET_M) + STREET_M, rows * (HEIGHT_M + STREET_M)


def _district(buildings: int) -> Iterator[Feature]:
    rows = ceil(buildings / COLUMNS)
    size = _size_m(rows)
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
