"""Views of a venue's members, for its owners."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.core.roles import Right, Role
from apikit.api.serializers import ProblemSerializer
from venues import models, selectors
from venues.api.operators import OperatorView, operator_of
from venues.services import members

NOT_FOUND = OpenApiResponse(ProblemSerializer, description="It names the venue, operator or member not found.")
INVALID = OpenApiResponse(ProblemSerializer, description="It names the member that can't be used.")


class GrantSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField([role.value for role in Role])


class MemberSerializer(GrantSerializer):
    granted_by = serializers.CharField(allow_null=True)
    granted_at = serializers.DateTimeField()


class MemberListSerializer(serializers.Serializer[Any]):
    members = MemberSerializer(many=True)


class Members(OperatorView):
    to_read = to_write = Right.MEMBERS

    @extend_schema(operation_id="listMembers", tags=["members"], responses={200: MemberListSerializer, 404: NOT_FOUND})
    def get(self, request: Request, slug: str) -> Response:
        """Who has which role in the venue, by name. Staff, who may do everything in every venue, are not listed."""
        rows = selectors.members_of(selectors.venue_by_slug(slug))
        return Response({"members": [_json(row) for row in rows]})

    @extend_schema(
        operation_id="grantRole",
        tags=["members"],
        request=GrantSerializer,
        responses={200: MemberSerializer, 201: MemberSerializer, 404: NOT_FOUND, 422: INVALID},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Give an operator a role: 201 for a new member, 200 where it replaces the role that they had."""
        asked = GrantSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        username, role = asked.validated_data["username"], Role(asked.validated_data["role"])
        venue, by = selectors.venue_by_slug(slug), operator_of(request)
        row, is_new = members.grant(venue=venue, username=username, role=role, by=by, now=timezone.now())
        return Response(_json(row), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class OneMember(OperatorView):
    to_write = Right.MEMBERS

    @extend_schema(operation_id="revokeRole", tags=["members"], responses={204: None, 404: NOT_FOUND})
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """Take an operator's role in the venue away, at once, from their keys too."""
        members.revoke(venue=selectors.venue_by_slug(slug), username=username)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _json(row: models.Membership) -> dict[str, Any]:
    by = row.granted_by
    return {
        "username": row.user.username,
        "role": row.role,
        "granted_by": by and by.username,
        "granted_at": row.granted_at,
    }
