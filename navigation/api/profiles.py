"""The profiles that a route can be asked for."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from navigation.api.route_serializers import ProfileListSerializer
from navigation.services import travelling


@extend_schema(operation_id="listProfiles", tags=["routes"], responses=ProfileListSerializer)
@api_view(["GET"])
def profile_list(request: Request) -> Response:
    """The profiles, and what else a route can prefer or avoid."""
    return Response(travelling.profiles_json())
