"""What to say where there is no route: what stands in the way, what nobody gets to, and how near one comes."""

from dataclasses import dataclass
from math import dist
from typing import Any

from geo.position import LevelPoint
from navigation.core.answers import level_json
from navigation.core.finding.anchors import Finder, Found, Stop
from navigation.core.finding.reaching import nearest_reached
from navigation.core.profiles import WALKING, durations_ms
from navigation.core.route_answers import BlockedReason, blocked_by_json, closure_json, lng_lat, shut_json
from navigation.core.search import UNREACHED, blocking_edges, costs_from
from navigation.core.timing.timetable import NEVER, Cause, Rule
from navigation.errors import NoRoute, PointNotWalkable
from navigation.services.graphs import Engine
from navigation.services.timetables import Departure
from navigation.services.travelling import Travel, wish_of
from navigation.services.waypoints import point_stop
from venues.core.imdf.categories import category_name
from venues.core.imdf.features import FeatureType
from venues.core.imdf.labels import label_in

Json = dict[str, Any]

CANDIDATES = 8  # the nearest node may stand on a threshold, where no walk begins


@dataclass(frozen=True, eq=False)
class Attempt:
    """A leg for which no way was found: by whom and when it was looked for. `finder` is that of the leg's own moment."""

    engine: Engine
    travel: Travel
    departure: Departure
    finder: Finder
    start: Stop
    end: Stop


def no_route(attempt: Attempt, *, param: str, language: str) -> NoRoute:
    """Return the refusal of a leg: `blocked_by`, `cut_off` where nobody could walk it, and the nearest `alternative`.

    `param` names the waypoint that the leg leads to. What is offered as `alternative` can be asked for as a waypoint.
    """
    engine, travel, finder, start, end = attempt.engine, attempt.travel, attempt.finder, attempt.start, attempt.end
    members: dict[str, Any] = {"blocked_by": _blocked_by(attempt, language)}
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


def _blocked_by(attempt: Attempt, language: str) -> list[Json]:
    """Return what stands in the way, each feature once: closed doors among what the traveller can't or won't take."""
    engine, finder = attempt.engine, attempt.finder
    forbidden = wish_of(attempt.travel).forbids(engine.graph)
    sources, targets = finder.seeds(attempt.start), finder.seeds(attempt.end)
    shut = {}
    if finder.doors is not None:
        shut = dict(finder.doors.shut_on_the_way(finder.metric.costs_from(sources), engine.graph.tail))
    blocked: dict[str, Json] = {}
    for edge in blocking_edges(engine.graph, forbidden, list(shut), sources, targets).tolist():
        if forbidden[edge]:
            id_ = engine.graph.feature_ids[engine.graph.edge_feature[edge]]
            blocker = blocked_by_json(id_, engine.snapshot, attempt.travel.avoid, language)
        else:
            blocker = _shut_json(attempt, shut[edge], language)
        blocked.setdefault(blocker["id"], blocker)
    return list(blocked.values())


def _shut_json(attempt: Attempt, rule: Rule, language: str) -> Json:
    assert attempt.finder.doors is not None  # who has no doors meets no closed one
    now_ms, snapshot = attempt.finder.doors.at_ms, attempt.engine.snapshot
    timetable = attempt.departure.timetable
    if rule.cause is Cause.HOURS:
        opens_ms = rule.next_open_ms(now_ms)
        return shut_json(rule.feature_id, snapshot, None if opens_ms == NEVER else timetable.at(opens_ms), language)
    now = timetable.at(now_ms)
    of_feature = [each for each in attempt.departure.closings if rule.feature_id in each.feature_ids]
    closings = [each for each in of_feature if each.holds_between(now, now)] or of_feature
    last = max(closings, key=lambda closing: (closing.ends_at is None, closing.ends_at or closing.starts_at))
    return closure_json(rule.feature_id, snapshot, last, language)


def _barred(travel: Travel, blocked_by: list[Json]) -> str:
    named = ", ".join(
        blocker["name"] or f"{blocker['category'] or blocker['feature_type']} {blocker['id']}" for blocker in blocked_by
    )
    in_time = {BlockedReason.CLOSED, BlockedReason.CLOSURE}
    if all(blocker["reason"] in in_time for blocker in blocked_by):
        return f"There is no way now, this is closed: {named}. Try another time, or another destination."
    return (
        f"With profile {travel.profile} there is no way, this stands in it: {named}. Try another profile or avoid less."
    )


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
