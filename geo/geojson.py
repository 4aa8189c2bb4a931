"""GeoJSON (RFC 7946) and shapes: reading what others wrote, writing what we say."""

import math
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

# Seven decimals of a degree are 11 mm at the equator: finer than any survey of a building.
DECIMALS = 7

GEOMETRY_TYPES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})

JsonObject = Mapping[str, Any]


class GeometryError(ValueError):
    """The geometry can't be read; the message says what was expected and what came."""


def read_geometry(geometry: JsonObject) -> BaseGeometry:
    """Return the shape, in degrees, of a GeoJSON geometry.

    Raises GeometryError for an unknown type, missing or non-finite coordinates, or longitudes and latitudes out of range.

    >>> read_geometry({"type": "Point", "coordinates": [51.5, 25.3]}).wkt
    'POINT (51.5 25.3)'
    """
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in GEOMETRY_TYPES:
        raise GeometryError(f"geometry type must be one of {', '.join(sorted(GEOMETRY_TYPES))}, got {kind!r}")
    try:
        result = shapely.force_2d(shape(dict(geometry)))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise GeometryError(f"{kind} has unusable coordinates: {error}") from error
    if result.is_empty:
        raise GeometryError(f"{kind} has no coordinates")
    west, south, east, north = result.bounds
    if not all(map(math.isfinite, shapely.get_coordinates(result).ravel())):
        raise GeometryError(f"{kind} has coordinates that are not finite numbers")
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise GeometryError(f"{kind} leaves the range of [lng, lat] degrees: bounds {west}, {south}, {east}, {north}")
    return result


def bounds_of(geometry: JsonObject) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) in degrees of a GeoJSON geometry: read_geometry's bounds at a twentieth of its time.

    Raises GeometryError for missing coordinates. Other faults are not looked for.

    >>> bounds_of({"type": "LineString", "coordinates": [[51.5, 25.3], [51.4, 25.5]]})
    (51.4, 25.3, 51.5, 25.5)
    """
    lngs: list[float] = []
    lats: list[float] = []
    try:
        parts = [geometry["coordinates"]]
        while parts:
            part = parts.pop()
            if isinstance(part[0], int | float):
                lngs.append(part[0])
                lats.append(part[1])
            else:
                parts.extend(part)
    except (KeyError, IndexError, TypeError) as error:
        raise GeometryError(f"{geometry.get('type')} has unusable coordinates: {error}") from error
    return min(lngs), min(lats), max(lngs), max(lats)


def write_geometry(shape_lng_lat: BaseGeometry) -> dict[str, Any]:
    """Return the GeoJSON geometry of a shape in degrees, rounded to seven decimals.

    >>> write_geometry(shapely.Point(51.123456789, 25.3))
    {'type': 'Point', 'coordinates': [51.1234568, 25.3]}
    """
    geometry = mapping(shape_lng_lat)
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, int | float):
        return round(float(coordinates), DECIMALS)
    return [_rounded(part) for part in coordinates]
