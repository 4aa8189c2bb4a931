"""Trips: started, followed, re-routed, ended. Each function is part of its caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from apikit.errors import ApiError
from geo.position import LevelPoint, Position
from navigation import models, selectors, storage
from navigation.core.matching import match
from navigation.core.progress import Arrived, Event, OffRoute, Progress, begin, progress_json, step
from navigation.core.route import Route
from navigation.services import graphs, routing
from navigation.services.routing import RouteRequest
from navigation.services.travelling import Travel
from navigation.services.waypoints import Waypoint
from venues import selectors as venue_selectors
from venues.models import Venue
from visitors.models import Visitor

Json = dict[str, Any]


class RerouteReason(StrEnum):
    """Why a trip got a new route."""

    OFF_ROUTE = "off_route"
    MAP_CHANGED = "map_changed"


@dataclass(frozen=True)
class TripNews:
    """Where a trip stands. Without a route no position is known yet, or the trip has ended."""

    trip: models.Trip
    route: Route | None
    progress: Progress | None
    is_new_route: bool = False
    rerouted: RerouteReason | None = None
    events: tuple[Event, ...] = ()
    problem: ApiError | None = None
    """Why there is no route from where the visitor is now; the next position tries again."""


@dataclass(frozen=True)
class TripRequest:
    """What a visitor asks for. Without an origin the route begins at the first position."""

    destination: Waypoint
    profile: str
    language: str
    origin: Waypoint | None = None


@transaction.atomic
def start(*, visitor: Visitor, venue: Venue, request: TripRequest, now: datetime) -> TripNews:
    """Begin a trip, in place of the one under way. Its route is planned at once from the origin, where there is one.

    Raises what routing raises: an unknown place or profile, a destination that can't be reached.
    """
    publication = venue_selectors.current_publication(venue)
    routing.check(venue, destination=request.destination, profile=request.profile)
    selectors.active_trips(visitor, venue).update(state=models.TripState.STOPPED, route=None, ended_at=now)
    trip = models.Trip(
        visitor=visitor,
        venue=venue,
        destination=dict(request.destination),
        profile=request.profile,
        language=request.language,
        snapshot_hash=publication.snapshot_hash,
        started_at=now,
    )
    trip.save(force_insert=True)
    if request.origin is None:
        return TripNews(trip, None, None)
    wanted = RouteRequest(request.origin, request.destination, travel=Travel(trip.profile), language=trip.language)
    route = _keep(trip, routing.routes(venue, wanted).routes[0])
    return TripNews(trip, route, _begin(trip, route), is_new_route=True)


def follow(*, visitor: Visitor, venue: Venue, position: Position, now: datetime) -> TripNews | None:
    """Take a position of the visitor; return where the trip stands now, or None when there is no trip."""
    trip = selectors.active_trips(visitor, venue).select_for_update().first()
    if trip is None:
        return None
    reason = None
    if trip.route is not None and trip.snapshot_hash != venue_selectors.current_publication(venue).snapshot_hash:
        reason = RerouteReason.MAP_CHANGED
    if trip.route is None or reason:
        return _reroute(trip, position, reason)
    route = Route.from_json(trip.route)
    before = storage.load_progress(visitor.id, of=_name_of_route(trip)) or begin(route)
    progress, events = step(route, before, match(route, position, before.place), now)
    if any(isinstance(event, OffRoute) for event in events):
        return _reroute(trip, position, RerouteReason.OFF_ROUTE)
    storage.save_progress(visitor.id, progress, of=_name_of_route(trip))
    if any(isinstance(event, Arrived) for event in events):
        _end(trip, models.TripState.ARRIVED, now)
    return TripNews(trip, route, progress, events=tuple(events))


@transaction.atomic
def stop(trip: models.Trip, *, now: datetime) -> TripNews:
    """End a trip. Ending it twice does nothing."""
    if trip.state == models.TripState.ACTIVE:
        _end(trip, models.TripState.STOPPED, now)
    return TripNews(trip, None, None)


def standing(trip: models.Trip) -> TripNews:
    """Return where a trip stands, without a new position."""
    if trip.route is None:
        return TripNews(trip, None, None)
    route = Route.from_json(trip.route)
    progress = storage.load_progress(trip.visitor_id, of=_name_of_route(trip)) or begin(route)
    return TripNews(trip, route, progress, is_new_route=True)


def trip_json(news: TripNews) -> Json:
    """Return a trip in the words of the API; its route where the visitor does not know it yet."""
    trip = news.trip
    answer: Json = {
        "id": str(trip.id),
        "state": trip.state,
        "profile": trip.profile,
        "destination": trip.destination,
        "snapshot": trip.snapshot_hash,
        "reroutes": trip.reroutes,
        "progress": None,
    }
    if news.route is not None and news.progress is not None:
        answer["progress"] = progress_json(news.route, news.progress)
        if news.is_new_route:
            answer["route"] = routing.answer_json(news.route, _engine_of(trip), trip.language)
    if news.problem is not None:
        answer["problem"] = {"code": news.problem.code, "detail": news.problem.detail}
    return answer


def _reroute(trip: models.Trip, position: Position, reason: RerouteReason | None) -> TripNews:
    trip.snapshot_hash = venue_selectors.current_publication(trip.venue).snapshot_hash
    if reason:
        trip.reroutes += 1
    try:
        route = _plan(trip, position.point)
    except ApiError as problem:
        return TripNews(trip, None, None, problem=problem)
    return TripNews(trip, route, _begin(trip, route), is_new_route=True, rerouted=reason)


def _plan(trip: models.Trip, origin: LevelPoint) -> Route:
    route = routing.route_between(
        _engine_of(trip),
        origin=origin,
        destination=trip.destination,
        profile=trip.profile,
        language=trip.language,
    )
    return _keep(trip, route)


def _keep(trip: models.Trip, route: Route) -> Route:
    trip.route = route.to_json()
    trip.save(update_fields=["route", "reroutes", "snapshot_hash"])
    return route


def _begin(trip: models.Trip, route: Route) -> Progress:
    progress = begin(route)
    storage.save_progress(trip.visitor_id, progress, of=_name_of_route(trip))
    return progress


def _end(trip: models.Trip, state: models.TripState, now: datetime) -> None:
    """End the trip and forget its route: where somebody walked is not kept."""
    trip.state, trip.route, trip.ended_at = state, None, now
    trip.save(update_fields=["state", "route", "ended_at"])


def _engine_of(trip: models.Trip) -> graphs.Engine:
    return graphs.engine_for(venue_selectors.publication_of(trip.venue, trip.snapshot_hash))


def _name_of_route(trip: models.Trip) -> str:
    return f"{trip.id}:{trip.reroutes}:{trip.snapshot_hash}"
