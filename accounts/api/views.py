"""What every view for operators shares."""

from typing import cast

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import ApiKeyAuthentication, IsOperator, OperatorSessionAuthentication
from accounts.models import User


class OperatorView(APIView):
    """A view for operators who are signed in, and for programs that act for one."""

    authentication_classes = (OperatorSessionAuthentication, ApiKeyAuthentication)
    permission_classes = (IsOperator,)


def operator_of(request: Request) -> User:
    """Return who is signed in."""
    return cast(User, request.user)  # IsOperator lets nobody else in
