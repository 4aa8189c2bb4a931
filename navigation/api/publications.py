"""Views of publications and of what stands in their way, for operators. They join the map with its graph and beacons."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.core.roles import Right
from apikit.api.serializers import ProblemSerializer
from navigation.api.publication_serializers import (
    DraftFindingsSerializer,
    FindingQuerySerializer,
    PublicationListSerializer,
    PublicationQuerySerializer,
    PublicationSerializer,
    PublishSerializer,
)
from navigation.services import releases
from venues import models, selectors
from venues.api.operators import DraftView, OperatorView, operator_of
from venues.core.validation import errors_in
from venues.errors import DraftNotFound

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names what was not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the parameter that can't be used.")
REFUSED = OpenApiResponse(ProblemSerializer, description="The draft has errors: `findings` lists them.")
CHANGED = OpenApiResponse(ProblemSerializer, description="The draft was changed or discarded meanwhile.")
DISCARDED = OpenApiResponse(ProblemSerializer, description="The draft was discarded.")


class Publications(OperatorView):
    to_write = Right.PUBLISH

    @extend_schema(
        operation_id="listPublications",
        tags=["publications"],
        parameters=[PublicationQuerySerializer],
        responses={200: PublicationListSerializer, 404: NOT_FOUND, 422: INVALID},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The venue's publications, newest first: who published and who restored them, and which one visitors see."""
        asked = _valid(PublicationQuerySerializer(data=request.query_params))
        venue, limit = selectors.venue_by_slug(slug), asked["limit"]
        rows = selectors.publications_of(venue, before=asked.get("before"), limit=limit)
        next_before = rows[-1].number if len(rows) == limit else None
        return Response({"publications": [publication_json(row, venue) for row in rows], "next_before": next_before})

    @extend_schema(
        operation_id="publishDraft",
        tags=["publications"],
        request=PublishSerializer,
        responses={
            200: PublicationSerializer, 201: PublicationSerializer, 404: NOT_FOUND, 409: CHANGED, 422: REFUSED
        },
    )  # fmt: skip
    def post(self, request: Request, slug: str) -> Response:
        """Publish a draft, the working draft where none is named: 201, or 200 where visitors see just this already."""
        asked, now = _valid(PublishSerializer(data=request.data)), timezone.now()
        draft = _draft_of(selectors.venue_by_slug(slug), asked.get("draft"))
        publication = releases.release(draft=draft, by=operator_of(request), now=now)
        is_new = publication.published_at == now
        return _publication(publication, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class PublicationRestore(OperatorView):
    to_write = Right.PUBLISH

    @extend_schema(
        operation_id="restorePublication",
        tags=["publications"],
        request=None,
        responses={200: PublicationSerializer, 404: NOT_FOUND},
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Let visitors see an earlier publication again. Drafts stay as they are."""
        venue = selectors.venue_by_slug(slug)
        publication = releases.restore(venue=venue, number=number, by=operator_of(request), now=timezone.now())
        return _publication(publication)


class DraftFindings(DraftView):
    @extend_schema(
        operation_id="listDraftFindings",
        tags=["drafts"],
        parameters=[FindingQuerySerializer],
        responses={200: DraftFindingsSerializer, 404: NOT_FOUND, 409: DISCARDED, 422: INVALID},
    )
    def get(self, request: Request, draft_id: UUID) -> Response:
        """Everything that is wrong with a draft and the beacons over it: errors, which stop publishing, first; then warnings."""
        asked, draft = _valid(FindingQuerySerializer(data=request.query_params)), selectors.draft_by_id(draft_id)
        findings = releases.check(draft=draft, connectivity=asked["connectivity"]).findings
        errors = len(errors_in(findings))
        return Response(
            {
                "revision": draft.revision,
                "error_count": errors,
                "warning_count": len(findings) - errors,
                "findings": [finding.as_json() for finding in findings],
            }
        )


def publication_json(publication: models.Publication, venue: models.Venue) -> dict[str, Any]:
    """Return the publication as the API shows it."""
    return {
        "number": publication.number,
        "snapshot": publication.snapshot_hash,
        "is_current": venue.current_publication_id == publication.pk,
        "author": publication.author and publication.author.get_username(),
        "published_at": publication.published_at,
        "switches": [
            {"kind": each.kind, "by": each.author and each.author.get_username(), "at": each.switched_at}
            for each in publication.switches.all()
        ],
    }


def _publication(publication: models.Publication, status_code: int = status.HTTP_200_OK) -> Response:
    return Response(publication_json(publication, publication.venue), status=status_code)


def _draft_of(venue: models.Venue, draft_id: UUID | None) -> models.Draft:
    """Return the draft of that id, or the venue's working draft. Raises DraftNotFound."""
    draft = selectors.working_draft(venue) if draft_id is None else selectors.draft_by_id(draft_id)
    if draft is None or draft.venue_id != venue.pk:
        raise DraftNotFound(f'Venue "{venue.slug}" has no such draft. POST to its drafts opens one.', param="draft")
    return draft


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
