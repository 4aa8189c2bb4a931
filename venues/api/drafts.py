"""Views of drafts, for operators: edited feature by feature, undone, compared with what is published."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.parsers import OrjsonParser
from apikit.api.serializers import ProblemSerializer
from venues import models, selectors
from venues.api import draft_answers
from venues.api.draft_serializers import (
    ChangeListSerializer,
    ChangeQuerySerializer,
    DiffQuerySerializer,
    DiffSerializer,
    DraftFeatureListSerializer,
    DraftFeatureQuerySerializer,
    DraftFeatureSerializer,
    DraftListSerializer,
    DraftSerializer,
    FeaturePatchSerializer,
    LostUpdateSerializer,
    MovedSerializer,
    NewFeatureSerializer,
)
from venues.api.operators import DraftView, OperatorView, operator_of
from venues.api.preconditions import etag_of, expected_versions, required_versions
from venues.core import diff
from venues.core.editing import read_feature, read_patch
from venues.core.imdf.features import FeatureType
from venues.services import drafts, undoing

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of what was read.")
NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names what was not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the member that can't be used.")
CONFLICT = OpenApiResponse(ProblemSerializer, description="It says what stands in the way.")
LOST_UPDATE = OpenApiResponse(LostUpdateSerializer, description="Somebody else changed it first; both versions.")
MOVED = OpenApiResponse(ProblemSerializer, description="Somebody else changed the draft first.")
REQUIRED = OpenApiResponse(ProblemSerializer, description="If-Match is missing.")


class GeoJsonParser(OrjsonParser):
    media_type = "application/geo+json"


class Drafts(OperatorView):
    @extend_schema(operation_id="listDrafts", tags=["drafts"], responses={200: DraftListSerializer, 404: NOT_FOUND})
    def get(self, request: Request, slug: str) -> Response:
        """The venue's drafts in work, newest first."""
        rows = selectors.drafts_of(selectors.venue_by_slug(slug))
        return Response({"drafts": [draft_answers.draft(row) for row in rows]})

    @extend_schema(
        operation_id="openDraft",
        tags=["drafts"],
        request=None,
        responses={200: DraftSerializer, 201: DraftSerializer, 404: NOT_FOUND},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Open the draft that everybody works on: 200 where there is one, 201 for a new one of what is published."""
        now = timezone.now()
        opened = drafts.open_draft(venue=selectors.venue_by_slug(slug), by=operator_of(request), now=now)
        is_new = opened.created_at == now
        return _draft(opened, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class OneDraft(DraftView):
    @extend_schema(operation_id="readDraft", tags=["drafts"], responses={200: DraftSerializer, 404: NOT_FOUND})
    def get(self, request: Request, draft_id: UUID) -> Response:
        """A draft, without its features; a discarded one too."""
        return _draft(selectors.draft_or_remains(draft_id))

    @extend_schema(
        operation_id="discardDraft",
        tags=["drafts"],
        parameters=[IF_MATCH],
        responses={204: None, 404: NOT_FOUND, 409: CONFLICT, 412: MOVED, 428: REQUIRED},
    )
    def delete(self, request: Request, draft_id: UUID) -> Response:
        """Discard a draft, if it is as it was read. Its journal and what was published from it stay."""
        expected, draft = required_versions(request), selectors.draft_by_id(draft_id)
        drafts.discard(draft=draft, by=operator_of(request), now=timezone.now(), expected=expected)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DraftFeatures(DraftView):
    parser_classes = (OrjsonParser, GeoJsonParser)

    @extend_schema(
        operation_id="listDraftFeatures",
        tags=["drafts"],
        parameters=[DraftFeatureQuerySerializer],
        responses={200: DraftFeatureListSerializer, 404: NOT_FOUND, 409: CONFLICT, 422: INVALID},
    )
    def get(self, request: Request, draft_id: UUID) -> Response:
        """The draft's features by id, page by page, each with its version."""
        asked = _valid(DraftFeatureQuerySerializer(data=request.query_params))
        draft = selectors.draft_by_id(draft_id)
        feature_type = FeatureType(asked["type"]) if "type" in asked else None
        rows = selectors.draft_features(
            draft,
            feature_type=feature_type,
            level_id=asked.get("level"),
            after=asked.get("after"),
            limit=asked["limit"],
        )
        return Response(draft_answers.draft_feature_list(draft, rows, limit=asked["limit"]))

    @extend_schema(
        operation_id="addDraftFeature",
        tags=["drafts"],
        request=NewFeatureSerializer,
        responses={201: DraftFeatureSerializer, 404: NOT_FOUND, 409: CONFLICT, 422: INVALID},
    )
    def post(self, request: Request, draft_id: UUID) -> Response:
        """Add a feature."""
        draft, feature = selectors.draft_by_id(draft_id), read_feature(request.data, new_id=uuid4())
        row = drafts.add_feature(draft=draft, feature=feature, by=operator_of(request), now=timezone.now())
        return _feature(row, status.HTTP_201_CREATED, Location=f"/api/v1/drafts/{draft_id}/features/{feature.id}")


class OneDraftFeature(DraftView):
    parser_classes = (OrjsonParser, GeoJsonParser)

    @extend_schema(
        operation_id="readDraftFeature",
        tags=["drafts"],
        responses={
            200: DraftFeatureSerializer,
            304: OpenApiResponse(description="Unchanged."),
            404: NOT_FOUND,
            409: CONFLICT,
        },
    )
    def get(self, request: Request, draft_id: UUID, feature_id: UUID) -> HttpResponseBase:
        """A feature; its ETag is what If-Match must name to change it."""
        row = selectors.draft_feature(selectors.draft_by_id(draft_id), feature_id)
        unchanged = get_conditional_response(request._request, etag=etag_of(row.version))
        return unchanged or _feature(row)

    @extend_schema(
        operation_id="changeDraftFeature",
        tags=["drafts"],
        parameters=[IF_MATCH],
        request=FeaturePatchSerializer,
        responses={
            200: DraftFeatureSerializer,
            404: NOT_FOUND,
            409: CONFLICT,
            412: LOST_UPDATE,
            422: INVALID,
            428: REQUIRED,
        },
    )
    def patch(self, request: Request, draft_id: UUID, feature_id: UUID) -> Response:
        """Change a feature: its geometry, and the properties that are named."""
        expected, patch = required_versions(request), read_patch(request.data, feature_id)
        draft = selectors.draft_by_id(draft_id)
        row = drafts.change_feature(
            draft=draft,
            feature_id=feature_id,
            patch=patch,
            by=operator_of(request),
            now=timezone.now(),
            expected=expected,
        )
        return _feature(row)

    @extend_schema(
        operation_id="removeDraftFeature",
        tags=["drafts"],
        parameters=[IF_MATCH],
        responses={204: None, 404: NOT_FOUND, 409: CONFLICT, 412: LOST_UPDATE, 428: REQUIRED},
    )
    def delete(self, request: Request, draft_id: UUID, feature_id: UUID) -> Response:
        """Remove a feature."""
        expected, draft = required_versions(request), selectors.draft_by_id(draft_id)
        drafts.delete_feature(
            draft=draft, feature_id=feature_id, by=operator_of(request), now=timezone.now(), expected=expected
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class DraftChanges(DraftView):
    @extend_schema(
        operation_id="listDraftChanges",
        tags=["drafts"],
        parameters=[ChangeQuerySerializer],
        responses={200: ChangeListSerializer, 404: NOT_FOUND, 422: INVALID},
    )
    def get(self, request: Request, draft_id: UUID) -> Response:
        """The draft's journal, newest first: who changed what, when, from what to what."""
        asked = _valid(ChangeQuerySerializer(data=request.query_params))
        draft = selectors.draft_or_remains(draft_id)
        rows = selectors.changes_of(draft, before=asked.get("before"), limit=asked["limit"])
        return Response(draft_answers.change_list(rows, limit=asked["limit"]))


class DraftDiff(DraftView):
    @extend_schema(
        operation_id="compareDraft",
        tags=["drafts"],
        parameters=[DiffQuerySerializer],
        responses={200: DiffSerializer, 404: NOT_FOUND, 409: CONFLICT, 422: INVALID},
    )
    def get(self, request: Request, draft_id: UUID) -> Response:
        """What publishing the draft would change: features added, removed and changed, property by property."""
        limit = _valid(DiffQuerySerializer(data=request.query_params))["limit"]
        draft = selectors.draft_by_id(draft_id)
        difference = diff.diff(selectors.published_features(draft.venue), selectors.features_of(draft))
        return Response(draft_answers.diff(draft, difference, limit=limit))


class DraftStep(DraftView):
    """A step up or down the edits of a draft."""

    take: Callable[..., models.DraftChange]

    @extend_schema(
        tags=["drafts"],
        parameters=[IF_MATCH],
        request=None,
        responses={200: MovedSerializer, 404: NOT_FOUND, 409: CONFLICT, 412: MOVED},
    )
    def post(self, request: Request, draft_id: UUID) -> Response:
        draft, expected = selectors.draft_by_id(draft_id), expected_versions(request)
        change = self.take(draft=draft, by=operator_of(request), now=timezone.now(), expected=expected)
        answer = {"draft": draft_answers.draft(draft), "change": draft_answers.change(change)}
        return Response(answer, headers={"ETag": etag_of(draft.revision)})


@extend_schema_view(
    post=extend_schema(
        operation_id="undoDraftChange",
        description="Take back the newest edit that stands, whoever made it. With If-Match, only if the draft is as it was read.",
    )
)
class DraftUndo(DraftStep):
    take = staticmethod(undoing.undo)


@extend_schema_view(
    post=extend_schema(
        operation_id="redoDraftChange",
        description="Do the edit again that was taken back last. With If-Match, only if the draft is as it was read.",
    )
)
class DraftRedo(DraftStep):
    take = staticmethod(undoing.redo)


def _draft(row: models.Draft, status_code: int = status.HTTP_200_OK) -> Response:
    return Response(draft_answers.draft(row), status=status_code, headers={"ETag": etag_of(row.revision)})


def _feature(row: models.DraftFeature, status_code: int = status.HTTP_200_OK, **headers: str) -> Response:
    return Response(
        draft_answers.draft_feature(row), status=status_code, headers={"ETag": etag_of(row.version), **headers}
    )


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
