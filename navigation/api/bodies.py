"""What visitors send, read once for both doors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apikit.api.serializers import MomentField
from apikit.errors import InvalidRequest
from navigation.services.trips import TripRequest
from navigation.services.waypoints import read_waypoint
from visitors.models import Visitor


def body_of(request: Request) -> Mapping[str, Any]:
    """Return the JSON object of a request. Raises InvalidRequest for any other JSON."""
    if not isinstance(request.data, Mapping):
        raise InvalidRequest(f"The body must be a JSON object, got {type(request.data).__name__}.")
    return request.data


def trip_request(visitor: Visitor, content: Mapping[str, Any]) -> TripRequest:
    """Return the request; profile and language default to the visitor's. Raises InvalidRequest, naming the item."""
    return TripRequest(
        destination=read_waypoint(content.get("destination"), "destination"),
        profile=_text(content, "profile", visitor.profile),
        language=_text(content, "language", visitor.language),
        origin=None if content.get("origin") is None else read_waypoint(content["origin"], "origin"),
        depart_at=None if content.get("depart_at") is None else _moment(content["depart_at"], "depart_at"),
    )


def _moment(value: object, param: str) -> datetime:
    try:
        return cast(datetime, MomentField().run_validation(value))
    except ValidationError as error:
        raise InvalidRequest(" ".join(map(str, error.detail)), param=param) from error


def _text(content: Mapping[str, Any], name: str, default: str) -> str:
    value = content.get(name, default)
    if not isinstance(value, str):
        raise InvalidRequest(f"{name} must be a text, got {value!r}.", param=name)
    return value
