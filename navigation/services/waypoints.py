"""Waypoints of requests put on the map: a place, a point, or the nearest of several places or of a category."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from geo.position import LevelPoint
from navigation.core.finding.anchors import Stop
from navigation.core.finding.entrances import PLACE_M, TAP_M
from navigation.core.guiding.guidance import Destination
from navigation.errors import CategoryNotFound, InvalidWaypoint, PointNotWalkable
from navigation.services.graphs import Engine
from venues import selectors
from venues.core.imdf.categories import falls_under
from venues.core.locating import level_from
from venues.core.places import Place
from venues.core.walkable import is_walkable
from venues.errors import LevelNotFound, PlaceNotFound

Waypoint = Mapping[str, Any]
"""{"place": id} | {"places": [id]} | {"lng", "lat", "level"} | {"category"}, as `read_waypoint` returns it."""

KINDS = frozenset({"place", "places", "lng", "category"})  # what tells the four kinds apart
EXPECTED = (
    '{"place": id}, {"places": [id, ...]}, {"lng": x, "lat": y, "level": id or ordinal} or {"category": "restroom"}'
)
MAX_GROUP = 100


def read_waypoint(data: object, param: str) -> Waypoint:
    """Return a waypoint that was sent. Raises InvalidWaypoint, naming the item by `param`, such as `via[1].lng`."""
    if not isinstance(data, Mapping) or len(kinds := KINDS & set(data)) != 1:
        raise InvalidWaypoint(f"A waypoint must be {EXPECTED}, not {data!r}.", param=param)
    (kind,) = kinds
    if kind == "lng":
        return _read_point(data, param)
    if kind == "places":
        return _read_group(data["places"], f"{param}.places")
    if not isinstance(data[kind], str) or not data[kind]:
        raise InvalidWaypoint(f"This must be a text, not {data[kind]!r}.", param=f"{param}.{kind}")
    return {kind: data[kind]}


def _read_group(ids: object, param: str) -> Waypoint:
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_GROUP:
        raise InvalidWaypoint(f"This must be a list of 1 to {MAX_GROUP} ids of places.", param=param)
    for index, id_ in enumerate(ids):
        if not isinstance(id_, str):
            raise InvalidWaypoint(f"This must be the id of a place, not {id_!r}.", param=f"{param}[{index}]")
    return {"places": ids}


def _read_point(data: Mapping[str, Any], param: str) -> Waypoint:
    for name, limit in (("lng", 180), ("lat", 90)):
        value = data.get(name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not abs(float(value or 0)) <= limit:
            raise InvalidWaypoint(
                f"This must be degrees from -{limit} to {limit}, not {value!r}.", param=f"{param}.{name}"
            )
    if data.get("level") is None:
        raise InvalidWaypoint("A point needs its level: an id or an ordinal.", param=f"{param}.level")
    return {name: data[name] for name in ("lng", "lat", "level")}


def resolve(engine: Engine, waypoint: Waypoint, param: str) -> Stop:
    """Return where a waypoint meets the graph.

    Raises PlaceNotFound, LevelNotFound, CategoryNotFound or PointNotWalkable, naming the item by `param`.
    """
    if "place" in waypoint:
        return _place_stop(engine, waypoint["place"], f"{param}.place")
    if "places" in waypoint:
        ids = enumerate(waypoint["places"])
        return [anchor for i, id_ in ids for anchor in _place_stop(engine, id_, f"{param}.places[{i}]")]
    if "category" in waypoint:
        return _category_stop(engine, waypoint["category"], f"{param}.category")
    return point_stop(engine, _point(engine, waypoint, param), param)


def point_stop(engine: Engine, point: LevelPoint, param: str, *, reach_m: float = TAP_M) -> Stop:
    """Return the anchor of a point, or of the walkable place nearest to it within reach. Raises PointNotWalkable."""
    anchor = engine.entrances.at(point, Destination(), reach_m)
    if anchor is None:
        raise _not_walkable(engine, point, param)
    return (anchor,)


def _place(engine: Engine, asked: object, param: str) -> Place:
    try:
        return selectors.place(engine.snapshot.content_hash, UUID(str(asked)))
    except (ValueError, PlaceNotFound):
        raise PlaceNotFound(f"The map has no place {asked}. Search for one with GET .../places.", param=param) from None


def _point(engine: Engine, waypoint: Waypoint, param: str) -> LevelPoint:
    x_m, y_m = engine.snapshot.frame.to_metres(waypoint["lng"], waypoint["lat"])
    level = level_from(engine.index, waypoint["level"], x_m, y_m)
    if level is None:
        asked = waypoint["level"]
        raise LevelNotFound(
            f"The map has no level {asked}. Give a level's id or ordinal; GET .../venues/SLUG lists them.",
            param=f"{param}.level",
        )
    return LevelPoint(x_m, y_m, level.id)


def _place_stop(engine: Engine, asked: object, param: str) -> Stop:
    place = _place(engine, asked, param)
    stop = engine.entrances.of(place)
    if not stop:
        name = place.name.get("en") or next(iter(place.name.values()), str(place.id))
        raise PointNotWalkable(
            f'"{name}" has no walkable floor within {PLACE_M:g} m: nobody can be led there.', param=param
        )
    return stop


def _category_stop(engine: Engine, category: str, param: str) -> Stop:
    places = [p for p in selectors.places(engine.snapshot.content_hash) if falls_under(p.category, category)]
    stop = [anchor for place in places for anchor in engine.entrances.of(place)]
    if not stop:
        raise CategoryNotFound(
            f'The map has nothing of category "{category}" to go to. GET .../categories lists what it has.', param=param
        )
    return stop


def _not_walkable(engine: Engine, point: LevelPoint, param: str) -> PointNotWalkable:
    """Return the refusal of a point: where one can walk beside it, and on which other levels one could there."""
    levels = engine.snapshot.levels
    here = [levels[u.level_id] for u in engine.index.units_at(point.x_m, point.y_m) if is_walkable(u)]
    others = [{"id": str(level.id), "ordinal": level.ordinal} for level in here]
    detail = "The point is in a wall or off the map."
    if others:
        detail += (
            f" It is walkable on level {' and '.join(f'{level.ordinal:g}' for level in here)}: is its level right?"
        )
    beside = engine.entrances.walkable_beside(point)
    if beside is None:
        return PointNotWalkable(f"{detail} Nobody can walk on its level.", param=param, walkable_levels=others)
    place, distance_m = beside
    lng, lat = engine.snapshot.frame.to_lng_lat(place.x_m, place.y_m)
    nearest = {"lng": round(lng, 7), "lat": round(lat, 7), "level": str(place.level_id)}
    return PointNotWalkable(
        f"{detail} The nearest walkable place is {distance_m:.1f} m away, at {nearest['lng']}, {nearest['lat']} on the "
        "same level.",
        param=param, distance_m=round(distance_m, 2), nearest=nearest, walkable_levels=others,
    )  # fmt: skip
