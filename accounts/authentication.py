"""Who may manage a venue: people signed in to Django's session. API keys and roles per venue join them here."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class OperatorSessionAuthentication(SessionAuthentication):
    """The session of a signed-in operator; writes need the CSRF token that the sign-in page sets."""

    def authenticate_header(self, request: Request) -> str:
        """Return a challenge, so that who isn't signed in gets 401, and 403 stays for who may not."""
        return "Session"


class IsOperator(BasePermission):
    """Lets active staff in."""

    message = "This needs an operator's sign-in."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_active and request.user.is_staff)


class OperatorSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped registry metaclass
    """How the session is described in the OpenAPI document."""

    target_class = OperatorSessionAuthentication
    name = "operatorSession"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
