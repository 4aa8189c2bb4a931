"""Routes for requests: waypoints resolved, ways found, told step by step."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from apikit.errors import ApiError
from geo.position import LevelPoint
from navigation.core.finding.alternatives import alternatives
from navigation.core.finding.anchors import Finder, Found, Stop
from navigation.core.finding.tours import best_tour
from navigation.core.guiding.guidance import Telling, build_route
from navigation.core.route import Route
from navigation.core.route_answers import route_json
from navigation.errors import ContradictoryOptions
from navigation.services import graphs
from navigation.services.graphs import Engine
from navigation.services.no_route import Attempt, no_route
from navigation.services.timetables import Departure, departing
from navigation.services.travelling import Travel, finder_for
from navigation.services.warnings import warnings_of
from navigation.services.waypoints import Waypoint, point_stop, resolve
from venues import selectors
from venues.models import Venue

Json = dict[str, Any]

MAX_VIA = 6
MAX_ALTERNATIVES = 3
# How far a visitor's position may lie from the floor: a fix beside a wall, or over a void.
FIX_REACH_M = 50.0


@dataclass(frozen=True)
class RouteRequest:
    """What POST .../routes asks. `alternatives` counts the routes beside the best one.

    Raises ContradictoryOptions, naming the option, where one leaves another without a meaning.
    """

    origin: Waypoint
    destination: Waypoint
    via: Sequence[Waypoint] = ()
    optimize_via: bool = False
    travel: Travel = field(default_factory=Travel)
    language: str = "en"
    alternatives: int = 0
    depart_at: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        for param, detail in self._contradictions():
            raise ContradictoryOptions(detail, param=param)

    @property
    def halts(self) -> list[tuple[str, Waypoint]]:
        """The waypoints in the given order, each with the name by which a refusal speaks of it."""
        via = [(f"via[{i}]", waypoint) for i, waypoint in enumerate(self.via)]
        return [("origin", self.origin), *via, ("destination", self.destination)]

    def _contradictions(self) -> Iterator[tuple[str, str]]:
        if self.alternatives and self.via:
            yield (
                "alternatives",
                "Alternatives are given from an origin to a destination only. Leave out via, or ask for none.",
            )
        if self.optimize_via and not self.via:
            yield (
                "optimize_via",
                "There is nothing to put in order: give the places to visit in via, or leave this out.",
            )
        for (_, start), (name, end) in pairwise(self.halts):
            if "category" in start and start == end:
                category = start["category"]
                yield (
                    name,
                    f'One is at a "{category}" already: the way from the nearest to the nearest leads nowhere. Name one.',
                )


@dataclass(frozen=True)
class RouteAnswer:
    """The routes found, best first, the engine whose map they lie on, and when one sets out."""

    engine: Engine
    routes: Sequence[Route]
    depart_at: datetime

    def to_json(self) -> Json:
        """Return the answer of POST .../routes."""
        return {
            "snapshot": self.engine.snapshot.content_hash,
            "routes": [
                {
                    "depart_at": self.depart_at.isoformat(),
                    "arrive_at": (self.depart_at + timedelta(seconds=route.duration_s)).isoformat(),
                    **answer_json(route, self.engine, route.language),
                }
                for route in self.routes
            ],
        }


def routes(venue: Venue, request: RouteRequest) -> RouteAnswer:
    """Return the best route, and alternatives where there are any.

    Raises ProfileNotFound, PlaceNotFound, LevelNotFound, CategoryNotFound, PointNotWalkable or NoRoute.
    """
    engine = _engine(venue)
    departure = departing(engine, venue, request.depart_at)
    finder = finder_for(engine, request.travel, departure)
    halts = [_Halt(name, resolve(engine, waypoint, name)) for name, waypoint in request.halts]
    if request.optimize_via:
        halts = _in_best_order(finder, halts)
    journey = _Journey(engine, request.travel, departure, request.language)
    ways = [_ways(journey, finder, halts)]
    if request.alternatives:
        others = alternatives(finder, halts[0].stop, halts[1].stop, ways[0][0], request.alternatives)
        ways += [[other] for other in others]
    return RouteAnswer(engine, [_told(journey, way) for way in ways], request.depart_at)


def route_from(
    venue: Venue,
    engine: Engine,
    *,
    origin: LevelPoint,
    destination: Waypoint,
    travel: Travel,
    language: str,
    now: datetime,
) -> Route:
    """Return the route from a visitor's position, which may lie beside the floor, to a waypoint. Raises as `routes` does."""
    journey = _Journey(engine, travel, departing(engine, venue, now), language)
    finder = finder_for(engine, travel, journey.departure)
    start = point_stop(engine, origin, "origin", reach_m=FIX_REACH_M)
    end = resolve(engine, destination, "destination")
    return _told(journey, _ways(journey, finder, [_Halt("origin", start), _Halt("destination", end)]))


def check(venue: Venue, *, destination: Waypoint, profile: str) -> None:
    """Raise what routing to this destination with this profile would raise for the request itself."""
    engine = _engine(venue)
    finder_for(engine, Travel(profile))
    resolve(engine, destination, "destination")


def warm_up(venue: Venue) -> None:
    """Find the way along one edge of the published map and tell it: the first visitor does not wait for what that needs."""
    engine = _engine(venue)
    if engine.graph.edge_count:
        start, end = (_at_node(engine, int(node)) for node in (engine.graph.tail[0], engine.graph.head[0]))
        with suppress(ApiError):
            routes(venue, RouteRequest(start, end)).to_json()


def answer_json(route: Route, engine: Engine, language: str) -> Json:
    """Return one route as POST .../routes gives it."""
    return route_json(route, engine.snapshot, language)


@dataclass(frozen=True)
class _Halt:
    """A stop of a request, and the name by which a refusal speaks of it."""

    name: str
    stop: Stop


@dataclass(frozen=True, eq=False)
class _Journey:
    """On which map, how and when somebody goes, and in what words they are told."""

    engine: Engine
    travel: Travel
    departure: Departure
    language: str


def _engine(venue: Venue) -> Engine:
    return graphs.engine_for(selectors.current_publication(venue))


def _at_node(engine: Engine, node: int) -> Waypoint:
    graph = engine.graph
    lng, lat = engine.snapshot.frame.to_lng_lat(float(graph.node_x_m[node]), float(graph.node_y_m[node]))
    return {"lng": lng, "lat": lat, "level": str(graph.level_ids[graph.node_level[node]])}


def _in_best_order(finder: Finder, halts: list[_Halt]) -> list[_Halt]:
    """Return the halts, each at its best place, with those between in the order that takes least.

    As given where no order has a way.
    """
    anchors = [anchor for halt in halts for anchor in halt.stop]
    numbers = iter(range(len(anchors)))
    places = [[next(numbers) for _ in halt.stop] for halt in halts]
    alone = [(anchor,) for anchor in anchors]
    tour = best_tour(finder.costs_ms(alone, alone), places)
    if tour is None:
        return halts
    return [_Halt(halts[which].name, (halts[which].stop[number],)) for which, number in tour]


def _ways(journey: _Journey, finder: Finder, halts: Sequence[_Halt]) -> list[Found]:
    """Return the way of each leg; each begins where and when the one before it ended. Raises NoRoute, naming the leg's end."""
    ways: list[Found] = []
    start = halts[0].stop
    for halt in halts[1:]:
        found = finder.find(start, halt.stop)
        if found is None:
            attempt = Attempt(journey.engine, journey.travel, journey.departure, finder, start, halt.stop)
            raise no_route(attempt, param=halt.name, language=journey.language)
        ways.append(found)
        start, finder = (found.end,), finder.setting_out(found.duration_ms)
    return ways


def _told(journey: _Journey, ways: Sequence[Found]) -> Route:
    engine = journey.engine
    legs = [(way.stretches, way.end.goal) for way in ways]
    telling = Telling(engine.landmarks, journey.language, engine.sights)
    warnings = warnings_of(engine.snapshot, journey.departure, ways, journey.language)
    return build_route(engine.snapshot.content_hash, journey.travel.profile, legs, telling, warnings)
