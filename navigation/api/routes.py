"""Views of routes: what they accept, which service they call, what they return."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import ProblemSerializer
from navigation.api.route_serializers import (
    MatrixAnswerSerializer,
    MatrixRequestSerializer,
    RouteAnswerSerializer,
    RouteProblemSerializer,
    RouteRequestSerializer,
    TravelSerializer,
)
from navigation.services import matrices, routing
from navigation.services.routing import RouteRequest
from venues import selectors

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
    venue = selectors.venue_by_slug(slug)
    valid = _valid(RouteRequestSerializer(data=request.data))
    asked = RouteRequest(
        origin=valid["origin"],
        destination=valid["destination"],
        via=valid["via"],
        optimize_via=valid["optimize_via"],
        travel=TravelSerializer.travel(valid),
        language=valid["language"],
        alternatives=valid["alternatives"],
        depart_at=valid["depart_at"],
    )
    return Response(routing.routes(venue, asked).to_json())


@extend_schema(
    operation_id="findMatrix",
    tags=["routes"],
    request=MatrixRequestSerializer,
    responses={200: MatrixAnswerSerializer, 404: NOT_FOUND, 422: REFUSED},
)
@api_view(["POST"])
def route_matrix(request: Request, slug: str) -> Response:
    """Seconds and metres from every origin to every destination."""
    venue = selectors.venue_by_slug(slug)
    valid = _valid(MatrixRequestSerializer(data=request.data))
    travel = TravelSerializer.travel(valid)
    found = matrices.matrix(venue, valid["origins"], valid["destinations"], travel, valid["depart_at"])
    return Response(found.to_json())


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
