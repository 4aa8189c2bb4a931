"""Routes for requests: waypoints resolved, ways found, told step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, permutations
from typing import Any

from geo.position import LevelPoint
from navigation.core.alternatives import alternatives
from navigation.core.anchors import Finder, Found, Stop
from navigation.core.guidance import Telling, build_route
from navigation.core.landmarks import Landmarks
from navigation.core.preferences import Avoidance, Preference, Wish
from navigation.core.profiles import PROFILES, Profile
from navigation.core.route import Route
from navigation.core.route_answers import blocked_by_json, route_json
from navigation.core.search import Metric, blocking_features
from navigation.errors import MatrixTooLarge, NoRoute, ProfileNotFound
from navigation.services import graphs
from navigation.services.graphs import Engine
from navigation.services.waypoints import Waypoint, point_stop, resolve
from venues import selectors
from venues.core.snapshot import Snapshot
from venues.models import Venue

Json = dict[str, Any]

MAX_VIA = 6  # 720 orders to compare
MAX_ALTERNATIVES = 3
MAX_MATRIX_CELLS = 2_500
# How far a visitor's position may lie from the floor: a fix beside a wall, or over a void.
FIX_REACH_M = 50.0
KEPT_FINDERS = 64


@dataclass(frozen=True)
class Travel:
    """How somebody wants to go: the name of a profile, preferences, and what they won't take."""

    profile: str = "walk"
    prefer: frozenset[Preference] = frozenset()
    avoid: frozenset[Avoidance] = frozenset()


@dataclass(frozen=True)
class RouteRequest:
    """What POST .../routes asks. `alternatives` counts the routes beside the best one."""

    origin: Waypoint
    destination: Waypoint
    via: Sequence[Waypoint] = ()
    optimize_via: bool = False
    travel: Travel = Travel()
    language: str = "en"
    alternatives: int = 0


@dataclass(frozen=True)
class RouteAnswer:
    """The routes found, best first, and the engine whose map they lie on."""

    engine: Engine
    routes: Sequence[Route]

    def to_json(self) -> Json:
        """Return the answer of POST .../routes."""
        return {
            "snapshot": self.engine.snapshot.content_hash,
            "routes": [answer_json(route, self.engine, route.language) for route in self.routes],
        }


def routes(venue: Venue, request: RouteRequest) -> RouteAnswer:
    """Return the best route, and alternatives where there are any.

    Raises ProfileNotFound, PlaceNotFound, LevelNotFound, CategoryNotFound, PointNotWalkable or NoRoute.
    """
    engine = _engine(venue)
    finder = finder_for(engine, request.travel)
    stops = _stops(engine, request)
    if request.optimize_via:
        stops = _in_best_order(finder, stops)
    ways = [_ways(engine, request.travel, stops)]
    if request.alternatives and len(stops) == 2:
        others = alternatives(finder, stops[0], stops[1], ways[0][0], request.alternatives)
        ways += [[other] for other in others]
    telling = _telling(engine, request.language)
    return RouteAnswer(engine, [_told(engine, request.travel.profile, way, telling) for way in ways])


def route_between(engine: Engine, *, origin: LevelPoint, destination: Waypoint, profile: str, language: str) -> Route:
    """Return the route from a visitor's position, which may lie beside the floor, to a waypoint. Raises as `routes` does."""
    travel = Travel(profile)
    finder_for(engine, travel)
    start = point_stop(engine, origin, "origin", reach_m=FIX_REACH_M)
    way = _ways(engine, travel, [start, resolve(engine, destination, "destination")])
    return _told(engine, profile, way, _telling(engine, language))


def check(venue: Venue, *, destination: Waypoint, profile: str) -> None:
    """Raise what routing to this destination with this profile would raise for the request itself."""
    engine = _engine(venue)
    finder_for(engine, Travel(profile))
    resolve(engine, destination, "destination")


@dataclass(frozen=True)
class Matrix:
    """Seconds and metres from each origin (row) to each destination (column), None where there is no route."""

    snapshot_hash: str
    durations_s: Sequence[Sequence[float | None]]
    distances_m: Sequence[Sequence[float | None]]


def matrix(venue: Venue, origins: Sequence[Waypoint], destinations: Sequence[Waypoint], travel: Travel) -> Matrix:
    """Return the matrix between the waypoints. Raises MatrixTooLarge, and what resolving a waypoint raises."""
    cells = len(origins) * len(destinations)
    if cells > MAX_MATRIX_CELLS:
        raise MatrixTooLarge(
            f"{len(origins)} origins x {len(destinations)} destinations are {cells} pairs; at most {MAX_MATRIX_CELLS} "
            "are answered at once. Ask for parts of the matrix.",
            param="origins", limit=MAX_MATRIX_CELLS,
        )  # fmt: skip
    engine = _engine(venue)
    finder = finder_for(engine, travel)
    starts = [resolve(engine, waypoint, f"origins[{i}]") for i, waypoint in enumerate(origins)]
    ends = [resolve(engine, waypoint, f"destinations[{i}]") for i, waypoint in enumerate(destinations)]
    found = [[finder.find(start, end) for end in ends] for start in starts]
    return Matrix(
        engine.snapshot.content_hash,
        [[None if way is None else way.duration_ms / 1000 for way in row] for row in found],
        [[None if way is None else way.length_mm / 1000 for way in row] for row in found],
    )


def answer_json(route: Route, engine: Engine, language: str) -> Json:
    """Return one route as POST .../routes gives it."""
    return route_json(route, engine.snapshot, language)


def profile_named(name: str) -> Profile:
    """Return the profile of that name. Raises ProfileNotFound."""
    if name not in PROFILES:
        raise ProfileNotFound(f'There is no profile "{name}". There are {", ".join(PROFILES)}.', param="profile")
    return PROFILES[name]


def finder_for(engine: Engine, travel: Travel) -> Finder:
    """Return what finds ways for this kind of travel. Raises ProfileNotFound."""
    profile_named(travel.profile)
    return _finder(engine, travel)


@lru_cache(maxsize=KEPT_FINDERS)
def _finder(engine: Engine, travel: Travel) -> Finder:
    wish = _wish(travel)
    metric = Metric.of(engine.graph, wish.costs_ms(engine.graph))
    return Finder(engine.graph, engine.snapper, wish.profile, metric, wish.durations_ms(engine.graph))


def _wish(travel: Travel) -> Wish:
    return Wish(profile_named(travel.profile), travel.prefer, travel.avoid)


def _engine(venue: Venue) -> Engine:
    return graphs.engine_for(selectors.current_publication(venue))


def _telling(engine: Engine, language: str) -> Telling:
    return Telling(_landmarks(engine.snapshot), language)


@lru_cache(maxsize=selectors.KEPT_SNAPSHOTS)
def _landmarks(snapshot: Snapshot) -> Landmarks:
    return Landmarks(snapshot)


def _stops(engine: Engine, request: RouteRequest) -> list[Stop]:
    via = [resolve(engine, waypoint, f"via[{i}]") for i, waypoint in enumerate(request.via)]
    return [resolve(engine, request.origin, "origin"), *via, resolve(engine, request.destination, "destination")]


def _in_best_order(finder: Finder, stops: list[Stop]) -> list[Stop]:
    """Return the stops with those between in the order that takes least; as given where no order has a way."""
    inner = range(1, len(stops) - 1)
    costs = [[_cost_ms(finder, a, b) if a is not b else 0.0 for b in stops] for a in stops]
    orders = [(0, *order, len(stops) - 1) for order in permutations(inner)]
    best = min(orders, key=lambda order: sum(costs[a][b] for a, b in pairwise(order)))
    return [stops[i] for i in best]


def _cost_ms(finder: Finder, start: Stop, end: Stop) -> float:
    found = finder.find(start, end)
    return float("inf") if found is None else found.cost_ms


def _ways(engine: Engine, travel: Travel, stops: Sequence[Stop]) -> list[Found]:
    """Return the way of each leg; each begins where the one before it ended. Raises NoRoute."""
    finder = finder_for(engine, travel)
    ways: list[Found] = []
    start = stops[0]
    for end in stops[1:]:
        found = finder.find(start, end)
        if found is None:
            raise _no_route(engine, travel, start, end)
        ways.append(found)
        start = (found.end,)
    return ways


def _told(engine: Engine, profile: str, ways: Sequence[Found], telling: Telling) -> Route:
    legs = [(way.stretches, way.end.goal) for way in ways]
    return build_route(engine.snapshot.content_hash, profile, legs, telling)


def _no_route(engine: Engine, travel: Travel, start: Stop, end: Stop) -> NoRoute:
    finder = finder_for(engine, travel)
    barriers = blocking_features(engine.graph, _wish(travel), finder.seeds(start), finder.seeds(end))
    blocked_by = [blocked_by_json(id_, engine.snapshot, travel.profile, travel.avoid) for id_ in barriers]
    if blocked_by:
        named = ", ".join(blocker["name"] or f"{blocker['feature_type']} {blocker['id']}" for blocker in blocked_by)
        detail = (
            f"With profile {travel.profile} there is no way: {named} stands in it. Try another profile or avoid less."
        )
    else:
        detail = "The map has no way between these places for anybody. Its manager can join them by a door or a path."
    return NoRoute(detail, param="destination", blocked_by=blocked_by)


def profiles_json() -> Mapping[str, Any]:
    """Return the profiles, preferences and avoidances that a request can name."""
    return {
        "profiles": [
            {"name": name, "description": _first_line(profile), "walk_mps": profile.pace.walk_mps}
            for name, profile in PROFILES.items()
        ],
        "prefer": [preference.value for preference in Preference],
        "avoid": [avoidance.value for avoidance in Avoidance],
    }


def _first_line(profile: Profile) -> str:
    return (type(profile).__doc__ or "").strip().splitlines()[0]
