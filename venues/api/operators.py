"""What every view for operators shares: who is asking, of which venue, and whether their role there allows it."""

from typing import Any, ClassVar, cast
from uuid import UUID

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import ApiKeyAuthentication, OperatorSessionAuthentication
from accounts.core.roles import KeyLimits, Right
from accounts.errors import RoleRequired
from accounts.models import User
from venues import selectors


class HasRight(BasePermission):
    """Lets in whose role in the venue holds the right that the view needs. Raises RoleRequired, or what names a missing venue."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = view.right_needed(str(request.method))
        if needed is None:
            return True
        if not isinstance(request.user, User):
            return False
        limits = cast(KeyLimits | None, request.auth)  # what a key is narrowed to; None for a session
        if needed not in selectors.rights_of(request.user, limits, view.venue_id_asked_for()):
            raise RoleRequired(needed)
        return True


class OperatorView(APIView):
    """A view of a venue for operators who are signed in, and for programs that act for one."""

    authentication_classes = (OperatorSessionAuthentication, ApiKeyAuthentication)
    permission_classes = (HasRight,)
    to_read: ClassVar[Right | None] = Right.READ
    """None: everybody may."""
    to_write: ClassVar[Right] = Right.EDIT

    def right_needed(self, method: str) -> Right | None:
        """Return the right that a request by this method needs, None where everybody may."""
        return self.to_read if method in SAFE_METHODS else self.to_write

    def venue_id_asked_for(self) -> UUID:
        """Return the venue that the address is about. Raises VenueNotFound."""
        return selectors.venue_by_slug(self.kwargs["slug"]).pk


class DraftView(OperatorView):
    """A view of a draft, which its venue's operators share."""

    def venue_id_asked_for(self) -> UUID:
        """Return the venue of the draft that the address is about. Raises DraftNotFound."""
        return selectors.venue_id_of_draft(self.kwargs["draft_id"])


def operator_of(request: Request) -> User:
    """Return who is signed in."""
    return cast(User, request.user)  # HasRight lets nobody else in
