"""Views of venues: what they accept, what they call, what they return."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import ProblemSerializer
from venues import selectors
from venues.api import answers
from venues.api.serializers import (
    CategoryListSerializer,
    FeatureListSerializer,
    FeatureQuerySerializer,
    LanguageQuerySerializer,
    OnePlaceSerializer,
    VenueListSerializer,
    VenueSerializer,
)
from venues.core.imdf.features import FeatureType
from venues.errors import PlaceNotFound
from venues.selectors import Document

# What is named by its hash never changes: a year is the longest that caches keep (RFC 9111; RFC 8246 for `immutable`).
FOR_EVER = "public, max-age=31536000, immutable"

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names what was not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the parameter that can't be used.")
UNCHANGED = OpenApiResponse(description="If-None-Match holds the entity tag.")


@extend_schema(operation_id="listVenues", tags=["venues"], responses=VenueListSerializer)
@api_view(["GET"])
def venue_list(request: Request) -> Response:
    """The published venues."""
    venues = selectors.published_venues()
    return Response(
        {"venues": [answers.venue_summary(venue, selectors.current_publication(venue)) for venue in venues]}
    )


@extend_schema(operation_id="readVenue", tags=["venues"], responses={200: VenueSerializer, 404: NOT_FOUND})
@api_view(["GET"])
def venue_detail(request: Request, slug: str) -> Response:
    """A venue, the extent and the levels of its current map."""
    venue = selectors.venue_by_slug(slug)
    publication = selectors.current_publication(venue)
    return Response(answers.venue_detail(venue, publication, selectors.snapshot(publication.snapshot_hash)))


@extend_schema(
    operation_id="listFeatures",
    tags=["maps"],
    parameters=[FeatureQuerySerializer],
    responses={200: FeatureListSerializer, 304: UNCHANGED, 404: NOT_FOUND, 422: INVALID},
)
@api_view(["GET"])
def features(request: Request, slug: str, content_hash: str) -> HttpResponse:
    """The features of a published map as GeoJSON. Immutable."""
    asked = _valid(FeatureQuerySerializer(data=request.query_params))
    publication = selectors.publication_of(selectors.venue_by_slug(slug), content_hash)
    feature_type = FeatureType(asked["type"]) if "type" in asked else None
    document = selectors.feature_document(publication.snapshot_hash, feature_type, asked.get("level"))
    return _immutable(request, document, "application/geo+json")


@extend_schema(
    operation_id="downloadImdf",
    tags=["maps"],
    responses={(200, "application/zip"): OpenApiTypes.BINARY, 304: UNCHANGED, 404: NOT_FOUND},
)
@api_view(["GET"])
def imdf_archive(request: Request, slug: str, content_hash: str) -> HttpResponse:
    """A published map as an IMDF 1.0.0 archive. Immutable; the same map gives the same bytes."""
    publication = selectors.publication_of(selectors.venue_by_slug(slug), content_hash)
    response = _immutable(request, selectors.imdf_document(publication.snapshot_hash), "application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{content_hash[:12]}.imdf.zip"'
    return response


@extend_schema(
    operation_id="readPlace",
    tags=["places"],
    parameters=[LanguageQuerySerializer],
    responses={200: OnePlaceSerializer, 404: NOT_FOUND, 422: INVALID},
)
@api_view(["GET"])
def place_detail(request: Request, slug: str, place_id: str) -> Response:
    """A place of the current map by its id."""
    language = _valid(LanguageQuerySerializer(data=request.query_params))["lang"]
    snapshot = selectors.current_snapshot(selectors.venue_by_slug(slug))
    place = selectors.place(snapshot.content_hash, _uuid(place_id))
    return Response(answers.one_place(snapshot, place, language))


@extend_schema(operation_id="listCategories", tags=["places"], responses={200: CategoryListSerializer, 404: NOT_FOUND})
@api_view(["GET"])
def category_list(request: Request, slug: str) -> Response:
    """The categories that the current map has places of, with what people call them."""
    snapshot = selectors.current_snapshot(selectors.venue_by_slug(slug))
    return Response(answers.category_list(snapshot, selectors.places(snapshot.content_hash)))


def _uuid(text: str) -> UUID:
    """Return the id of an address. Text that is no id names no place either."""
    try:
        return UUID(text)
    except ValueError as error:
        raise PlaceNotFound(f"There is no place {text}: ids of places are UUIDs.", param="id") from error


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _immutable(request: Request, document: Document, content_type: str) -> HttpResponse:
    """Return the document with headers for ever, or 304 where the client has it."""
    response = HttpResponse(document.data, content_type=content_type)
    response["Cache-Control"] = FOR_EVER
    response["ETag"] = document.etag
    conditional = get_conditional_response(request._request, etag=document.etag, response=response)
    return response if conditional is None else conditional
