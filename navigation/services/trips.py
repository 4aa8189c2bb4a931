"""Trips: started, followed, re-routed, ended. Each function is part of its caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from apikit.errors import ApiError
from geo.position import LevelPoint, Position
from navigation import models, selectors, storage
from navigation.core.following.matching import match
from navigation.core.following.progress import Arrived, Event, OffRoute, Progress, begin, progress_json, step
from navigation.core.route import Route
from navigation.core.timing.closing import shut_ahead
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
    CLOSURE = "closure"


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
    depart_at: datetime | None = None
    """When one sets out from the origin; None: now."""


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
        closures_revision=venue.closures_revision,
        started_at=now,
    )
    trip.save(force_insert=True)
    if request.origin is None:
        return TripNews(trip, None, None)
    wanted = RouteRequest(
        request.origin,
        request.destination,
        travel=Travel(trip.profile),
        language=trip.language,
        depart_at=request.depart_at or now,
    )
    route = routing.routes(venue, wanted).routes[0]
    _keep(trip, route)
    return TripNews(trip, route, _begin(trip, route), is_new_route=True)


def follow(*, visitor: Visitor, venue: Venue, position: Position, now: datetime) -> TripNews | None:
    """Take a position of a visitor who travels; return where the trip stands now, or None when it was ended meanwhile."""
    trip = selectors.active_trips(visitor, venue).select_for_update().first()
    if trip is None:
        return None
    reason = None
    if trip.route is not None and trip.snapshot_hash != venue_selectors.current_publication(venue).snapshot_hash:
        reason = RerouteReason.MAP_CHANGED
    if trip.route is None or reason:
        return _reroute(trip, venue, position.point, reason, now)
    route = Route.from_json(trip.route)
    before = storage.load_progress(visitor.id, of=_name_of_route(trip)) or begin(route)
    progress, events = step(route, before, match(route, position, before.place, _engine_of(trip).connectors), now)
    if any(isinstance(event, OffRoute) for event in events):
        return _reroute(trip, venue, position.point, RerouteReason.OFF_ROUTE, now)
    if _is_shut(trip, venue, route, progress, now):
        return _reroute(trip, venue, position.point, RerouteReason.CLOSURE, now)
    storage.save_progress(visitor.id, progress, of=_name_of_route(trip))
    if any(isinstance(event, Arrived) for event in events):
        _end(trip, models.TripState.ARRIVED, now)
    return TripNews(trip, route, progress, events=tuple(events))


@transaction.atomic
def heed_closures(trip_id: UUID, *, venue: Venue, now: datetime) -> TripNews | None:
    """Lead a visitor whose way was closed another way, from where they were last; None where nothing closed it.

    Where nobody knows how far they are, their next position leads them.
    """
    trip = selectors.trips_behind(venue).select_for_update().filter(pk=trip_id).first()
    if trip is None or trip.route is None:
        return None
    route = Route.from_json(trip.route)
    progress = storage.load_progress(trip.visitor_id, of=_name_of_route(trip))
    if progress is None or progress.place is None or not _is_shut(trip, venue, route, progress, now):
        return None
    place = progress.place
    return _reroute(trip, venue, LevelPoint(place.x_m, place.y_m, place.level_id), RerouteReason.CLOSURE, now)


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


def _is_shut(trip: models.Trip, venue: Venue, route: Route, progress: Progress, now: datetime) -> bool:
    """Return whether something closed since the route was found lies ahead; where nothing does, that is kept."""
    if trip.closures_revision == venue.closures_revision:
        return False
    if shut_ahead(route, progress, selectors.closings(venue), now):
        return True
    trip.closures_revision = venue.closures_revision
    trip.save(update_fields=["closures_revision"])
    return False


def _reroute(
    trip: models.Trip, venue: Venue, origin: LevelPoint, reason: RerouteReason | None, now: datetime
) -> TripNews:
    """Plan the trip anew from a place. Where there is no way, the trip goes on without a route until there is one again."""
    trip.snapshot_hash = venue_selectors.current_publication(venue).snapshot_hash
    trip.closures_revision = venue.closures_revision
    if reason:
        trip.reroutes += 1
    try:
        route = _plan(trip, venue, origin, now)
    except ApiError as problem:
        _keep(trip, None)
        return TripNews(trip, None, None, problem=problem)
    _keep(trip, route)
    return TripNews(trip, route, _begin(trip, route), is_new_route=True, rerouted=reason)


def _plan(trip: models.Trip, venue: Venue, origin: LevelPoint, now: datetime) -> Route:
    return routing.route_from(
        venue,
        _engine_of(trip),
        origin=origin,
        destination=trip.destination,
        travel=Travel(trip.profile),
        language=trip.language,
        now=now,
    )


def _keep(trip: models.Trip, route: Route | None) -> None:
    trip.route = route and route.to_json()
    trip.save(update_fields=["route", "reroutes", "snapshot_hash", "closures_revision"])


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
