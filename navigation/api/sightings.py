"""Sightings over HTTP."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from navigation.api.bodies import body_of
from navigation.api.live_serializers import SightingsAnswerSerializer, SightingsSerializer
from navigation.services import live, rounds
from venues import selectors
from visitors.api.views import VisitorView, visitor_of


class Sightings(VisitorView):
    throttle_scope = "sightings"

    @extend_schema(operation_id="sendSightings", request=SightingsSerializer, responses=SightingsAnswerSerializer)
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Take what a phone heard in the last seconds; answer where it is, how its trip goes, and new messages.

        A repeated sequence number gets the first answer again; with another body it is refused (409).
        """
        session = live.Session(visitor_of(request), str(request.auth), selectors.venue_by_slug(slug))
        answer = rounds.take_sightings(session, body_of(request), timezone.now())
        return HttpResponse(answer, content_type="application/json")
