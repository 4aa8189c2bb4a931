"""Trips over HTTP."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.errors import InvalidRequest
from navigation import selectors
from navigation.api.bodies import body_of, trip_request
from navigation.api.live_serializers import TripRequestSerializer, TripSerializer
from navigation.services import live, trips
from venues import selectors as venue_selectors
from visitors.api.views import VisitorView, visitor_of


class Trips(VisitorView):
    @extend_schema(operation_id="startTrip", request=TripRequestSerializer, responses={201: TripSerializer})
    def post(self, request: Request) -> Response:
        """Start a trip, in place of the one under way. Without an origin it is planned from the first position."""
        body = body_of(request)
        slug = body.get("venue")
        if not isinstance(slug, str):
            raise InvalidRequest("venue must be the venue's slug. GET /api/v1/venues lists them.", param="venue")
        visitor, venue = visitor_of(request), venue_selectors.venue_by_slug(slug)
        session = live.Session(visitor, str(request.auth), venue)
        news = live.start_trip(session, trip_request(visitor, body), timezone.now())
        return Response(trips.trip_json(news), status=status.HTTP_201_CREATED)


class TripDetail(VisitorView):
    @extend_schema(operation_id="getTrip", responses=TripSerializer)
    def get(self, request: Request, trip_id: UUID) -> Response:
        """Return a trip with its route and how far along it the visitor is."""
        return Response(trips.trip_json(trips.standing(selectors.trip_of(visitor_of(request), trip_id))))

    @extend_schema(operation_id="stopTrip", responses=TripSerializer)
    def delete(self, request: Request, trip_id: UUID) -> Response:
        """Stop a trip. Where it led is forgotten."""
        visitor = visitor_of(request)
        news = live.stop_trip(visitor, selectors.trip_of(visitor, trip_id), timezone.now())
        return Response(trips.trip_json(news))
