"""Who may manage a venue: people signed in to Django's session, and programs with an operator's key."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import models
from accounts.core.roles import KeyLimits
from accounts.services import keys

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class OperatorSessionAuthentication(SessionAuthentication):
    """The session of a signed-in operator; writes need the CSRF token that the sign-in page sets."""

    def authenticate_header(self, request: Request) -> str:
        """Return a challenge, so that who isn't signed in gets 401, and 403 stays for who may not."""
        return "Session"


class ApiKeyAuthentication(BaseAuthentication):
    """Read `Authorization: Api-Key KEY`: `request.user` is the operator whose key it is, `request.auth` what it is narrowed to."""

    scheme = "Api-Key"

    def authenticate(self, request: Request) -> tuple[models.User, KeyLimits] | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        row = keys.row_of(key.strip(), today=timezone.now().date())
        if row is None:
            raise AuthenticationFailed("This key is nobody's. manage.py create_api_key makes one.")
        return row.user, row.limits()

    def authenticate_header(self, request: Request) -> str:
        return self.scheme


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped registry metaclass
    """How keys are described in the OpenAPI document."""

    target_class = ApiKeyAuthentication
    name = "operatorKey"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Api-Key KEY`"}


class OperatorSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped registry metaclass
    """How the session is described in the OpenAPI document."""

    target_class = OperatorSessionAuthentication
    name = "operatorSession"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
