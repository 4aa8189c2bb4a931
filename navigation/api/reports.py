"""Reports on what visitors looked for and did not get, for operators."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from navigation.models import UnmetKind
from navigation.services import unmet
from notifications.api.reports import PeriodSerializer
from notifications.core.reporting import SMALLEST_CELL
from venues.api.operators import OperatorView
from venues.selectors import venue_by_slug


class UnmetSerializer(serializers.Serializer[Any]):
    wish = serializers.CharField(
        help_text="Searches: the words, as search compares them. Routes: the profile, and the place's id or the category."
    )
    visitors = serializers.IntegerField()


class UnmetReportSerializer(serializers.Serializer[Any]):
    """Of visitors who consent to analytics; what fewer than `smallest_cell` of them looked for is left out."""

    smallest_cell = serializers.IntegerField(default=SMALLEST_CELL)
    unmet = UnmetSerializer(many=True)


class Searches(OperatorView):
    @extend_schema(operation_id="reportSearches", parameters=[PeriodSerializer], responses=UnmetReportSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Tell what visitors searched for and did not find, the most wanted first."""
        return _report(request, slug, UnmetKind.SEARCH)


class FailedRoutes(OperatorView):
    @extend_schema(operation_id="reportRoutes", parameters=[PeriodSerializer], responses=UnmetReportSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Tell where visitors wanted to go and no way leads for them, the most wanted first."""
        return _report(request, slug, UnmetKind.ROUTE)


def _report(request: Request, slug: str, kind: UnmetKind) -> Response:
    asked = PeriodSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    found = unmet.of_venue(venue_by_slug(slug), kind, **asked.validated_data)
    return Response(UnmetReportSerializer({"unmet": found}).data)
