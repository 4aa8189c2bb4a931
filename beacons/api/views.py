"""Views of the registry: what they accept, which service they call, what they return."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.parsers import OrjsonParser
from apikit.api.renderers import OrjsonRenderer
from apikit.errors import InvalidRequest
from beacons import selectors
from beacons.api.serializers import (
    BeaconSerializer,
    BeaconStateSerializer,
    ImportedSerializer,
    record_from_json,
)
from beacons.services import deployments, registry
from venues import selectors as venues
from venues.api.operators import OperatorView

MOST_LISTED = 1000
MOST_CSV_BYTES = 20_000_000  # some 100,000 beacons


class CsvParser(BaseParser):
    """Take the body as it is: the registry reads it."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        data = stream.read(MOST_CSV_BYTES + 1)
        if len(data) > MOST_CSV_BYTES:
            raise InvalidRequest(f"The file is over {MOST_CSV_BYTES} bytes. Split it.")
        try:
            return {"csv": data.decode("utf-8")}
        except UnicodeDecodeError as error:
            raise InvalidRequest(f"The file is not UTF-8: {error}.") from error


class CsvRenderer(BaseRenderer):
    """Give out text that is CSV already."""

    media_type = "text/csv"
    format = "csv"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return data


class Beacons(OperatorView):
    renderer_classes = (OrjsonRenderer, CsvRenderer)

    @extend_schema(
        operation_id="listBeacons",
        parameters=[
            OpenApiParameter("q", str, description="Part of the name or the identity."),
            OpenApiParameter("after", OpenApiTypes.UUID, description="The last id of the page before."),
            OpenApiParameter("limit", int, description=f"1 to {MOST_LISTED}; {MOST_LISTED} where it is missing."),
        ],
        responses=BeaconSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the registry by id, page by page; the whole of it as CSV where text/csv is accepted."""
        venue = venues.venue_by_slug(slug)
        if isinstance(request.accepted_renderer, CsvRenderer):
            return Response(registry.export_csv(venue))
        rows = selectors.beacon_page(
            venue,
            q=request.query_params.get("q", ""),
            after=_uuid(request, "after"),
            limit=_limit(request),
        )
        return Response({"beacons": [BeaconSerializer(row).data for row in rows]})

    @extend_schema(operation_id="addBeacon", request=BeaconSerializer, responses={201: BeaconSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Register a beacon and put it into use."""
        venue = venues.venue_by_slug(slug)
        now = timezone.now()
        row = registry.create(venue=venue, record=record_from_json(request.data), extra=_state(request), now=now)
        deployments.publish_if_published(venue=venue, now=now)
        return Response(BeaconSerializer(row).data, status=status.HTTP_201_CREATED)


class Beacon(OperatorView):
    @extend_schema(operation_id="getBeacon", responses=BeaconSerializer)
    def get(self, request: Request, slug: str, beacon_id: UUID) -> Response:
        """Return one beacon."""
        return Response(BeaconSerializer(selectors.beacon(venues.venue_by_slug(slug), beacon_id)).data)

    @extend_schema(operation_id="changeBeacon", request=BeaconSerializer, responses=BeaconSerializer)
    def patch(self, request: Request, slug: str, beacon_id: UUID) -> Response:
        """Change what is named, and use it so from now on."""
        venue = venues.venue_by_slug(slug)
        now = timezone.now()
        row = registry.update(
            beacon=selectors.beacon(venue, beacon_id),
            record=record_from_json(request.data),
            extra=_state(request),
            now=now,
        )
        deployments.publish_if_published(venue=venue, now=now)
        return Response(BeaconSerializer(row).data)

    @extend_schema(operation_id="removeBeacon", responses={204: None})
    def delete(self, request: Request, slug: str, beacon_id: UUID) -> Response:
        """Remove a beacon from the registry and from use."""
        venue = venues.venue_by_slug(slug)
        registry.delete(beacon=selectors.beacon(venue, beacon_id))
        deployments.publish_if_published(venue=venue, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class BeaconImport(OperatorView):
    parser_classes = (CsvParser, OrjsonParser)

    @extend_schema(operation_id="importBeacons", request={"text/csv": OpenApiTypes.STR}, responses=ImportedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Create or update beacons from a CSV file; with one bad row nothing is, and every bad row is named."""
        venue = venues.venue_by_slug(slug)
        text = request.data.get("csv") if isinstance(request.data, dict) else None
        if not isinstance(text, str):
            raise InvalidRequest("Send the file as text/csv, or as JSON with its text under `csv`.", param="csv")
        now = timezone.now()
        imported = registry.import_csv(venue=venue, text=text, now=now)
        deployments.publish_if_published(venue=venue, now=now)
        return Response(ImportedSerializer(imported).data)


def _state(request: Request) -> dict[str, Any]:
    decided = BeaconStateSerializer(data=request.data)
    decided.is_valid(raise_exception=True)
    return dict(decided.validated_data)


def _uuid(request: Request, name: str) -> UUID | None:
    text = request.query_params.get(name)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidRequest(f"{name} must be a UUID, not {text!r}.", param=name) from error


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(MOST_LISTED))
    if not text.isdecimal() or not 1 <= int(text) <= MOST_LISTED:
        raise InvalidRequest(f"limit must be a whole number from 1 to {MOST_LISTED}, not {text!r}.", param="limit")
    return int(text)
