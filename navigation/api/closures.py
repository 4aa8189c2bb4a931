"""Closures over HTTP: everybody may know what is closed, operators close it."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import MomentField, ProblemSerializer
from navigation import models, selectors
from navigation.services import closures
from navigation.services.closures import ClosureRequest
from venues import selectors as venue_selectors
from venues.api.operators import OperatorView, operator_of

MAX_FEATURES = 200

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names the venue or closure not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the member that can't be used.")


class NewClosureSerializer(serializers.Serializer[Any]):
    feature_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MAX_FEATURES,
        help_text="Units, openings, and relationships such as lifts and stairs.",
    )  # fmt: skip
    level_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="Only on this level, such as where a lift does not stop."
    )
    reason = serializers.DictField(
        child=serializers.CharField(max_length=500), default=dict, help_text="Text by language, told to visitors."
    )
    starts_at = MomentField(default=None, allow_null=True, help_text="Now where it is missing.")
    ends_at = MomentField(default=None, allow_null=True, help_text="Until it is taken back where it is missing.")


class ClosureSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    feature_ids = serializers.ListField(child=serializers.UUIDField())
    level_id = serializers.UUIDField(allow_null=True)
    reason = serializers.DictField(child=serializers.CharField())
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class ClosureListSerializer(serializers.Serializer[Any]):
    closures = ClosureSerializer(many=True)


class Closures(OperatorView):
    to_read = None

    @extend_schema(
        operation_id="listClosures",
        tags=["closures"],
        auth=[],
        responses={200: ClosureListSerializer, 404: NOT_FOUND},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What is closed in a venue now or will be, by its beginning."""
        rows = selectors.closures_of(venue_selectors.venue_by_slug(slug), at=timezone.now())
        return Response({"closures": [closure_json(row) for row in rows]})

    @extend_schema(
        operation_id="closeFeatures",
        tags=["closures"],
        request=NewClosureSerializer,
        responses={201: ClosureSerializer, 404: NOT_FOUND, 422: INVALID},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Close units, openings or relationships, now or for a period. Routes and trips under way know it within a second."""
        venue = venue_selectors.venue_by_slug(slug)
        asked = NewClosureSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = ClosureRequest(**asked.validated_data)
        row = closures.close(venue=venue, request=wanted, by=operator_of(request), now=timezone.now())
        return Response(closure_json(row), status=status.HTTP_201_CREATED)


class OneClosure(OperatorView):
    @extend_schema(operation_id="openAgain", tags=["closures"], responses={204: OpenApiResponse(), 404: NOT_FOUND})
    def delete(self, request: Request, slug: str, closure_id: UUID) -> Response:
        """Take a closure back: what it closed is open again."""
        closures.open_again(selectors.closure_by_id(venue_selectors.venue_by_slug(slug), closure_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def closure_json(row: models.Closure) -> dict[str, Any]:
    """Return a closure as the API shows it. Who made it is for the admin's eyes."""
    return {
        "id": row.id,
        "feature_ids": row.feature_ids,
        "level_id": row.level_id,
        "reason": row.reason,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "created_at": row.created_at,
    }
