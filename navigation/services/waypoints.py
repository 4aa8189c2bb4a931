"""Waypoints of requests put on the map: a place, a point, or the nearest of a category."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import shapely
from shapely.ops import nearest_points

from geo.position import LevelPoint
from navigation.core.anchors import Anchor, Stop, anchor_at_node, anchor_of_snap
from navigation.core.guidance import Destination
from navigation.core.reaching import doors_of
from navigation.errors import CategoryNotFound, InvalidWaypoint, PointNotWalkable
from navigation.services.graphs import Engine
from venues import selectors
from venues.core.imdf.categories import falls_under
from venues.core.imdf.features import FeatureType
from venues.core.locating import level_from
from venues.core.places import Place
from venues.errors import LevelNotFound, PlaceNotFound

Waypoint = Mapping[str, Any]
"""{"place": id} | {"lng", "lat", "level"} | {"category"}, as `read_waypoint` returns it."""

KINDS = frozenset({"place", "lng", "category"})  # what tells the three kinds apart
EXPECTED = '{"place": id}, {"lng": x, "lat": y, "level": id or ordinal} or {"category": "restroom"}'

TAP_M = 1.0  # who taps on a wall's line means the room beside it
PLACE_M = 30.0  # a place drawn in a shelf or behind a counter is reached from the floor beside it
INSIDE_M = 0.1  # off the very edge of a unit, where nothing is seen from


def read_waypoint(data: object, param: str) -> Waypoint:
    """Return a waypoint that was sent. Raises InvalidWaypoint, naming the item by `param`, such as `via[1].lng`."""
    if not isinstance(data, Mapping) or len(kinds := KINDS & set(data)) != 1:
        raise InvalidWaypoint(f"A waypoint must be {EXPECTED}, not {data!r}.", param=param)
    (kind,) = kinds
    if kind == "lng":
        return _read_point(data, param)
    if not isinstance(data[kind], str) or not data[kind]:
        raise InvalidWaypoint(f"This must be a text, not {data[kind]!r}.", param=f"{param}.{kind}")
    return {kind: data[kind]}


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
        return _place_stop(engine, _place(engine, waypoint["place"], param), f"{param}.place")
    if "category" in waypoint:
        return _category_stop(engine, waypoint["category"], f"{param}.category")
    return point_stop(engine, _point(engine, waypoint, param), param)


def point_stop(engine: Engine, point: LevelPoint, param: str, *, reach_m: float = TAP_M) -> Stop:
    """Return the anchor of a point, or of the walkable place nearest to it within reach. Raises PointNotWalkable."""
    anchor = _anchor(engine, point, Destination(), reach_m)
    if anchor is None:
        raise _not_walkable(engine, point, param)
    return (anchor,)


def _place(engine: Engine, asked: object, param: str) -> Place:
    search = selectors.place_search(engine.snapshot.content_hash)
    try:
        place = search.by_id.get(UUID(str(asked)))
    except ValueError:
        place = None
    if place is None:
        raise PlaceNotFound(
            f"The map has no place {asked}. Search for one with GET .../places.", param=f"{param}.place"
        )
    return place


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


def _place_stop(engine: Engine, place: Place, param: str) -> Stop:
    stop = tuple(_anchors_of(engine, place))
    if not stop:
        name = place.name.get("en") or next(iter(place.name.values()), str(place.id))
        raise PointNotWalkable(
            f'"{name}" has no walkable floor within {PLACE_M:g} m: nobody can be led there.', param=param
        )
    return stop


def _category_stop(engine: Engine, category: str, param: str) -> Stop:
    places = [p for p in selectors.places(engine.snapshot.content_hash) if falls_under(p.category, category)]
    stop = tuple(anchor for place in places for anchor in _anchors_of(engine, place))
    if not stop:
        raise CategoryNotFound(
            f'The map has nothing of category "{category}" to go to. GET .../categories lists what it has.', param=param
        )
    return stop


def _anchors_of(engine: Engine, place: Place) -> Iterator[Anchor]:
    """Yield where a place is reached: a building at each of its doors, all else where it is drawn."""
    goal = Destination(place.name, place.id)
    if place.feature_type is FeatureType.BUILDING:
        doors = [
            anchor_at_node(engine.graph, node, goal)
            for node in doors_of(engine.graph, engine.snapshot.levels, place.id)
        ]
        if doors:
            yield from doors
            return
    if place.point is not None and (anchor := _anchor(engine, place.point, goal, PLACE_M)):
        yield anchor


def _anchor(engine: Engine, point: LevelPoint, goal: Destination, reach_m: float) -> Anchor | None:
    """Return the anchor of the point, or of the nearest walkable place within reach; None where there is none.

    An anchor may have no links: one can stand there, and nothing leads there.
    """
    snap = engine.snapper.snap(point)
    if snap is None and (beside := _walkable_beside(engine, point)) is not None and beside[1] <= reach_m:
        snap = engine.snapper.snap(beside[0])
    return None if snap is None else anchor_of_snap(snap, goal)


def _walkable_beside(engine: Engine, point: LevelPoint) -> tuple[LevelPoint, float] | None:
    """Return the walkable point nearest to this one on its level and how far it is, in metres."""
    found = engine.index.nearest_walkable(point)
    if found is None:
        return None
    unit, distance_m = found
    shape = engine.snapshot.shapes_m[unit.id]
    inner = shape.buffer(-INSIDE_M)
    beside, _ = nearest_points(shape if inner.is_empty else inner, shapely.Point(point.x_m, point.y_m))
    return LevelPoint(beside.x, beside.y, point.level_id), distance_m


def _not_walkable(engine: Engine, point: LevelPoint, param: str) -> PointNotWalkable:
    beside = _walkable_beside(engine, point)
    if beside is None:
        return PointNotWalkable("Nobody can walk on this level.", param=param)
    place, distance_m = beside
    lng, lat = engine.snapshot.frame.to_lng_lat(place.x_m, place.y_m)
    nearest = {"lng": round(lng, 7), "lat": round(lat, 7), "level": str(place.level_id)}
    return PointNotWalkable(
        f"The point is in a wall or off the map. The nearest walkable place is {distance_m:.1f} m away, "
        f"at {nearest['lng']}, {nearest['lat']} on the same level.",
        param=param, distance_m=round(distance_m, 2), nearest=nearest,
    )  # fmt: skip
