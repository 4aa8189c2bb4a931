"""What to say where there is no route: what stands in the way, what nobody gets to, and how near one comes."""

from math import dist
from typing import Any

from geo.position import LevelPoint
from navigation.core.anchors import Finder, Found, Stop
from navigation.core.answers import level_json
from navigation.core.profiles import WALKING, durations_ms
from navigation.core.reaching import nearest_reached
from navigation.core.route_answers import blocked_by_json, lng_lat
from navigation.core.search import UNREACHED, blocking_features, costs_from
from navigation.errors import NoRoute, PointNotWalkable
from navigation.services.graphs import Engine
from navigation.services.travelling import Travel, finder_for, wish_of
from navigation.services.waypoints import point_stop
from venues.core.imdf.categories import category_name
from venues.core.imdf.features import FeatureType
from venues.core.imdf.labels import label_in

Json = dict[str, Any]

CANDIDATES = 8  # the nearest node may stand on a threshold, where no walk begins


def no_route(engine: Engine, travel: Travel, start: Stop, end: Stop, *, param: str, language: str) -> NoRoute:
    """Return the refusal of a leg: `blocked_by`, `cut_off` where nobody could walk it, and the nearest `alternative`.

    `param` names the waypoint that the leg leads to. What is offered as `alternative` can be asked for as a waypoint.
    """
    finder = finder_for(engine, travel)
    members: dict[str, Any] = {"blocked_by": _blocked_by(engine, travel, start, end)}
    if members["blocked_by"]:
        detail = _barred(travel, members["blocked_by"])
    else:
        members["cut_off"] = _cut_off(engine, start, end, finder, language)
        detail = _apart(members["cut_off"])
    from_afar = "cut_off" not in members or members["cut_off"]["end"] == "destination"
    if from_afar and (found := _nearest(engine, finder, start, end)) is not None:
        members["alternative"] = _alternative_json(engine, found, end, language)
        detail += _offer(members["alternative"])
    return NoRoute(detail, param=param, **members)


def _blocked_by(engine: Engine, travel: Travel, start: Stop, end: Stop) -> list[Json]:
    finder = finder_for(engine, travel)
    barriers = blocking_features(engine.graph, wish_of(travel), finder.seeds(start), finder.seeds(end))
    return [blocked_by_json(id_, engine.snapshot, travel.profile, travel.avoid) for id_ in barriers]


def _barred(travel: Travel, blocked_by: list[Json]) -> str:
    named = ", ".join(blocker["name"] or f"{blocker['feature_type']} {blocker['id']}" for blocker in blocked_by)
    return f"With profile {travel.profile} there is no way: {named} stands in it. Try another profile or avoid less."


def _apart(cut_off: Json) -> str:
    way = "out of" if cut_off["end"] == "origin" else "to"
    return (
        f"The map has no way for anybody {way} {cut_off['name']} on level {cut_off['level']['short_name']}. "
        "Its manager can join it by a door or a path."
    )


def _offer(alternative: Json) -> str:
    return (
        f" The nearest place that you get to is {alternative['name']} on level {alternative['level']['short_name']}, "
        f"{alternative['remaining_m']:.0f} m from there, {max(1, round(alternative['duration_s'] / 60))} min on the way."
    )


def _cut_off(engine: Engine, start: Stop, end: Stop, finder: Finder, language: str) -> Json:
    """Return the end that lies in the smaller part of the map, and what it is called."""
    anybody_ms = durations_ms(WALKING, engine.graph)
    reached = costs_from(engine.graph, anybody_ms, finder.seeds(start)) < UNREACHED
    at_origin = bool(finder.seeds(end)) and reached.sum() < len(reached) / 2
    point = (start if at_origin else end)[0].point
    return {"end": "origin" if at_origin else "destination", **_there(engine, point, language)}


def _nearest(engine: Engine, finder: Finder, start: Stop, end: Stop) -> Found | None:
    """Return the way to the place nearest to the destination that this visitor gets to."""
    node_ms = finder.metric.costs_from(finder.seeds(start))
    for point in nearest_reached(engine.graph, engine.snapshot, node_ms, _goal(start, end), CANDIDATES):
        try:
            found = finder.find(start, point_stop(engine, point, "alternative"))
        except PointNotWalkable:
            continue
        if found is not None:
            return found
    return None


def _goal(start: Stop, end: Stop) -> LevelPoint:
    """Return the end that is nearest to the start, of several, as the crow flies."""
    here = start[0].point
    return min((anchor.point for anchor in end), key=lambda point: dist((here.x_m, here.y_m), (point.x_m, point.y_m)))


def _alternative_json(engine: Engine, found: Found, end: Stop, language: str) -> Json:
    point = found.end.point
    lng, lat = lng_lat((point.x_m, point.y_m), engine.snapshot)
    remaining_m = min(dist((point.x_m, point.y_m), (anchor.point.x_m, anchor.point.y_m)) for anchor in end)
    return {
        "lng": lng,
        "lat": lat,
        **_there(engine, point, language),
        "distance_m": found.length_mm / 1000,
        "duration_s": found.duration_ms / 1000,
        "remaining_m": round(remaining_m, 1),
    }


def _there(engine: Engine, point: LevelPoint, language: str) -> Json:
    """Return what is at a point and what it is called: by the unit's own name, or its kind."""
    unit = engine.index.unit_at(point)
    level = engine.snapshot.levels[point.level_id]
    labels = unit and (unit.name or category_name(unit.category))
    return {
        "id": unit and str(unit.id),
        "feature_type": unit and FeatureType.UNIT.value,
        "name": label_in(labels or level.name, language) or "this place",
        "level": level_json(level, language),
    }
