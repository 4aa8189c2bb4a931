"""What every view for operators shares."""

from typing import cast

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import IsOperator, OperatorSessionAuthentication
from accounts.models import User


class OperatorView(APIView):
    """A view for operators who are signed in."""

    authentication_classes = (OperatorSessionAuthentication,)
    permission_classes = (IsOperator,)


def operator_of(request: Request) -> User:
    """Return who is signed in."""
    return cast(User, request.user)  # IsOperator lets nobody else in
