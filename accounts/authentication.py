"""Who may manage a venue: people signed in to Django's session, and programs with an operator's key."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import models
from accounts.services import keys

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class OperatorSessionAuthentication(SessionAuthentication):
    """The session of a signed-in operator; writes need the CSRF token that the sign-in page sets."""

    def authenticate_header(self, request: Request) -> str:
        """Return a challenge, so that who isn't signed in gets 401, and 403 stays for who may not."""
        return "Session"


class ApiKeyAuthentication(BaseAuthentication):
    """Read `Authorization: Api-Key KEY`: the program may what the operator may whose key it is."""

    scheme = "Api-Key"

    def authenticate(self, request: Request) -> tuple[models.User, str] | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        user = keys.user_by_key(key.strip(), today=timezone.now().date())
        if user is None:
            raise AuthenticationFailed("This key is nobody's. manage.py create_api_key makes one.")
        return user, key.strip()

    def authenticate_header(self, request: Request) -> str:
        return self.scheme


class IsOperator(BasePermission):
    """Lets active staff in."""

    message = "This needs an operator's sign-in."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_active and request.user.is_staff)


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
