"""Views of routes: what they accept, which service they call, what they return."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import ProblemSerializer
from navigation.api.bodies import body_of, isochrone_request, matrix_request, route_request
from navigation.api.quick import routes_json
from navigation.api.route_serializers import (
    IsochroneRequestSerializer,
    IsochroneSerializer,
    MatrixAnswerSerializer,
    MatrixRequestSerializer,
    RouteAnswerSerializer,
    RouteProblemSerializer,
    RouteRequestSerializer,
)
from navigation.errors import NoRoute
from navigation.services import isochrones, matrices, pointers, unmet
from visitors.authentication import visitor_asking

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names the venue, place, level or profile not found.")
REFUSED = OpenApiResponse(
    RouteProblemSerializer,
    description="`no_route` with `blocked_by` and `alternative`, `point_not_walkable` with `nearest`, or the parameter that "
    "can't be used.",
)


@extend_schema(
    operation_id="findRoutes",
    tags=["routes"],
    request=RouteRequestSerializer,
    responses={200: RouteAnswerSerializer, 404: NOT_FOUND, 422: REFUSED},
)
@api_view(["POST"])
def route_list(request: Request, slug: str) -> Response:
    """Routes from an origin to a destination, told step by step; the best one first."""
    content = body_of(request)
    try:
        return Response(routes_json(slug, content))
    except NoRoute:
        asked, venue = route_request(content), pointers.venue(slug)
        unmet.note_route(
            asker=visitor_asking(request),
            venue=venue,
            profile=asked.travel.profile,
            destination=asked.destination,
            now=timezone.now(),
        )
        raise


@extend_schema(
    operation_id="findMatrix",
    tags=["routes"],
    request=MatrixRequestSerializer,
    responses={200: MatrixAnswerSerializer, 404: NOT_FOUND, 422: REFUSED},
)
@api_view(["POST"])
def route_matrix(request: Request, slug: str) -> Response:
    """Seconds and metres from every origin to every destination."""
    venue = pointers.venue(slug)
    return Response(matrices.matrix(venue, matrix_request(body_of(request))).to_json())


@extend_schema(
    operation_id="findIsochrone",
    tags=["routes"],
    request=IsochroneRequestSerializer,
    responses={200: IsochroneSerializer, 404: NOT_FOUND, 422: REFUSED},
)
@api_view(["POST"])
def route_isochrone(request: Request, slug: str) -> Response:
    """How far one gets from a place within some times: an area on each level, as GeoJSON."""
    venue = pointers.venue(slug)
    return Response(isochrones.isochrone(venue, isochrone_request(body_of(request))))
