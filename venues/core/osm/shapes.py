"""Shapes in metres of what OpenStreetMap draws with nodes: rings, lines, multipolygons."""

from typing import Any

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from geo.geojson import DECIMALS, read_geometry, write_geometry
from venues.core.osm.elements import Elements, Relation, Way

SMALLEST_AREA_M2 = 0.1
AREAS = frozenset({"Polygon", "MultiPolygon"})


def frame_over(elements: Elements) -> LocalFrame:
    """Return the frame in the middle of all nodes."""
    points = [(node.lng, node.lat) for node in elements.nodes.values()]
    if not points:
        return LocalFrame(0.0, 0.0)
    west, south, east, north = shapely.MultiPoint(points).bounds
    return LocalFrame((west + east) / 2, (south + north) / 2)


def area_of(elements: Elements, element: Way | Relation, frame: LocalFrame) -> BaseGeometry | None:
    """Return the area of a closed way or a multipolygon in metres, made valid; None when it does not close."""
    return _of_way(elements, element, frame) if isinstance(element, Way) else _of_relation(elements, element, frame)


def _of_way(elements: Elements, way: Way, frame: LocalFrame) -> BaseGeometry | None:
    if not way.is_ring or not elements.is_drawable(way):
        return None
    return _usable(Polygon([frame.to_metres(*place) for place in elements.line(way)]))


def _of_relation(elements: Elements, relation: Relation, frame: LocalFrame) -> BaseGeometry | None:
    outer = _rings(elements, relation, ("outer", ""), frame)
    if outer is None or outer.is_empty:
        return None
    inner = _rings(elements, relation, ("inner",), frame)
    return _usable(outer if inner is None else outer.difference(inner))


def _rings(elements: Elements, relation: Relation, roles: tuple[str, ...], frame: LocalFrame) -> BaseGeometry | None:
    members = [member for member in relation.members if member.kind == "way" and member.role in roles]
    ways = [elements.ways[member.id] for member in members if member.id in elements.ways]
    if len(ways) < len(members) or not all(map(elements.is_drawable, ways)):
        return None
    lines = [_line_of(elements, way, frame) for way in ways]
    polygons, _cuts, dangles, invalid = shapely.polygonize_full(lines)
    if not dangles.is_empty or not invalid.is_empty:
        return None
    return shapely.union_all(polygons)


def _line_of(elements: Elements, way: Way, frame: LocalFrame) -> LineString:
    places = [frame.to_metres(*place) for place in elements.line(way)]
    is_open = way.is_ring and places[0] != places[-1]
    return LineString([*places, places[0]] if is_open else places)


def _usable(area: BaseGeometry) -> BaseGeometry | None:
    valid = area if area.is_valid else shapely.make_valid(area)
    parts = polygons_of(valid)
    return shapely.union_all(parts) if parts else None


def polygons_of(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons of a shape that are large enough to stand in."""
    return [
        part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and part.area >= SMALLEST_AREA_M2
    ]  # fmt: skip


def geojson_of(shape_m: BaseGeometry, frame: LocalFrame) -> dict[str, Any]:
    """Return the GeoJSON geometry, in degrees, of a shape in metres; valid after rounding too."""
    shape = frame.shape_to_lng_lat(shape_m)
    rounded = write_geometry(shape)
    if shape_m.geom_type not in AREAS or read_geometry(rounded).is_valid:
        return rounded
    return write_geometry(shapely.set_precision(shape, 10.0**-DECIMALS))
