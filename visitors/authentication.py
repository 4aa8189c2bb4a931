"""A visitor's bearer token on a request."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from visitors import models
from visitors.services import sessions

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class VisitorTokenAuthentication(BaseAuthentication):
    """Read `Authorization: Bearer TOKEN`: `request.user` is the visitor, `request.auth` the token."""

    def authenticate(self, request: Request) -> tuple[models.Visitor, str] | None:
        token = sessions.token_in(request.headers.get("Authorization", ""))
        if token is None:
            return None
        visitor = sessions.recognized(token, today=timezone.now().date())
        if visitor is None:
            raise AuthenticationFailed("This token belongs to no visitor. Get a new one with POST /api/v1/visitors.")
        return visitor, token

    def authenticate_header(self, request: Request) -> str:
        return sessions.SCHEME


def visitor_asking(request: Request) -> models.Visitor | None:
    """Return who asks where a visitor may say so and need not: a token that is nobody's is as good as none."""
    try:
        known = VisitorTokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        return None
    return None if known is None else known[0]


class VisitorTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped registry metaclass
    """How the token is described in the OpenAPI document."""

    target_class = VisitorTokenAuthentication
    name = "visitorToken"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "The token of POST /visitors."}
