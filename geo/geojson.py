"""GeoJSON (RFC 7946) and shapes: reading what others wrote, writing what we say."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

# Seven decimals of a degree are 11 mm at the equator: finer than any survey of a building.
DECIMALS = 7

GEOMETRY_TYPES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})

_KINDS = frozenset(getattr(shapely.GeometryType, kind.upper()) for kind in GEOMETRY_TYPES)

JsonObject = Mapping[str, Any]
Bounds = tuple[float, float, float, float]
"""West, south, east, north."""


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


def read_geometries(geometries: Iterable[JsonObject]) -> NDArray[np.object_]:
    """Return (n,) the shapes of many geometries: what read_geometry returns, in a fifth of its time.

    Raises GeometryError as that does.
    """
    given = list(geometries)
    try:
        found: NDArray[np.object_] = shapely.force_2d(shapely.from_geojson(list(map(orjson.dumps, given))))
    except (ShapelyError, TypeError):
        found = np.empty(0, dtype=object)
    if not _are_in_range(found, len(given)):
        found = np.empty(len(given), dtype=object)
        found[:] = [
            read_geometry(geometry) for geometry in given
        ]  # finds what is wrong, and reads what only it can read
    return found


def _are_in_range(shapes: NDArray[np.object_], count: int) -> bool:
    """Return whether these are `count` shapes with coordinates, all of them longitudes and latitudes."""
    if len(shapes) != count or count == 0 or shapely.is_empty(shapes).any():
        return count == len(shapes) == 0
    west, south, east, north = shapely.total_bounds(shapes)
    return bool(
        west >= -180 and east <= 180 and south >= -90 and north <= 90 and _KINDS.issuperset(shapely.get_type_id(shapes))
    )


def bounds_of(geometry: JsonObject) -> Bounds:
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
