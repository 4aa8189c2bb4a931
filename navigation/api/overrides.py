"""Overrides over HTTP, for operators."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import ProblemSerializer
from navigation import models, selectors
from navigation.core.overrides import ADDED_KINDS, FACTORS, LONGEST_M, OverrideKind
from navigation.services import overrides
from venues import selectors as venue_selectors
from venues.api.operators import OperatorView, operator_of

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names the venue or override not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the member that can't be used.")


class OverridePointSerializer(serializers.Serializer[Any]):
    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    level_id = serializers.UUIDField()


class NewOverrideSerializer(serializers.Serializer[Any]):
    """`forbid` and `reweight` name a feature, `reweight` with a `factor`; `add` has a `start` and an `end`."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in OverrideKind])
    feature_id = serializers.UUIDField(required=False, help_text="A unit, an opening or a relationship.")
    from_id = serializers.UUIDField(required=False, help_text="Only ways that come from this unit or opening.")
    to_id = serializers.UUIDField(required=False, help_text="Only ways that lead to this unit or opening.")
    factor = serializers.FloatField(
        required=False, min_value=FACTORS[0], max_value=FACTORS[1], help_text="How many times as long it takes."
    )
    start = OverridePointSerializer(required=False)
    end = OverridePointSerializer(required=False)
    way = serializers.ChoiceField(required=False, choices=list(ADDED_KINDS), help_text="walk where it is missing.")
    length_m = serializers.FloatField(
        required=False, min_value=0, max_value=LONGEST_M, help_text="In plan; straight where it is missing."
    )
    one_way = serializers.BooleanField(required=False)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2_000)


class OverrideSerializer(NewOverrideSerializer):
    id = serializers.UUIDField()
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class OverrideListSerializer(serializers.Serializer[Any]):
    overrides = OverrideSerializer(many=True)


class Overrides(OperatorView):
    @extend_schema(
        operation_id="listOverrides", tags=["overrides"], responses={200: OverrideListSerializer, 404: NOT_FOUND}
    )
    def get(self, request: Request, slug: str) -> Response:
        """What managers say of the ways of a venue, in the order in which it is applied."""
        rows = selectors.overrides_of(venue_selectors.venue_by_slug(slug))
        return Response({"overrides": [override_json(row) for row in rows]})

    @extend_schema(
        operation_id="addOverride",
        tags=["overrides"],
        request=NewOverrideSerializer,
        responses={201: OverrideSerializer, 404: NOT_FOUND, 422: INVALID},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Forbid, add or re-weight ways. It holds from the next publication on, and for every map after it."""
        venue = venue_selectors.venue_by_slug(slug)
        asked = NewOverrideSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        content = _plain(asked.validated_data)
        kind, note = OverrideKind(content.pop("kind")), content.pop("note")
        row = overrides.add(
            venue=venue, kind=kind, content=content, note=note, by=operator_of(request), now=timezone.now()
        )
        return Response(override_json(row), status=status.HTTP_201_CREATED)


class OneOverride(OperatorView):
    @extend_schema(
        operation_id="removeOverride", tags=["overrides"], responses={204: OpenApiResponse(), 404: NOT_FOUND}
    )
    def delete(self, request: Request, slug: str, override_id: UUID) -> Response:
        """Take an override back; the next publication is compiled without it."""
        overrides.remove(selectors.override_by_id(venue_selectors.venue_by_slug(slug), override_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def override_json(row: models.RoutingOverride) -> dict[str, Any]:
    """Return an override as the API shows it."""
    return {
        **row.content,
        "id": row.id,
        "kind": row.kind,
        "note": row.note,
        "author": row.author and row.author.get_username(),
        "created_at": row.created_at,
    }


def _plain(value: Any) -> Any:
    """Return validated data as plain JSON values."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return str(value) if isinstance(value, UUID) else value
