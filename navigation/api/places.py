"""Search for places. It joins the map with its graph: of places that match as well, the one that one walks to soonest is first."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import ProblemSerializer
from navigation.services import nearness, unmet
from venues import selectors
from venues.api import answers
from venues.api.serializers import PlaceListSerializer, PlaceQuerySerializer
from venues.services.places import PlaceRequest
from visitors.authentication import visitor_asking

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names what was not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the parameter that can't be used.")


@extend_schema(
    operation_id="searchPlaces",
    tags=["places"],
    parameters=[PlaceQuerySerializer],
    responses={200: PlaceListSerializer, 404: NOT_FOUND, 422: INVALID},
)
@api_view(["GET"])
def place_list(request: Request, slug: str) -> Response:
    """Places by name, category and nearness, best first: exact names, then names, then categories, then typing errors."""
    query = PlaceQuerySerializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = dict(query.validated_data)
    venue = selectors.venue_by_slug(slug)
    language = asked.pop("lang")
    matches = nearness.find(venue, PlaceRequest(language=language, **asked))
    if not matches:
        unmet.note_search(asker=visitor_asking(request), venue=venue, words=asked["q"], now=timezone.now())
    return Response(answers.place_list(selectors.current_snapshot(venue), matches, language))
