"""What visitors send, read once for both doors. The serializers beside say the same to the API's document."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.utils import timezone

from apikit.errors import InvalidRequest
from navigation.core.preferences import FASTEST_MPS, SLOWEST_MPS, Avoidance, Preference
from navigation.services.isochrones import LONGEST_S, MAX_LIMITS, IsochroneRequest
from navigation.services.matrices import MAX_MATRIX_SIDE, MatrixRequest
from navigation.services.routing import MAX_ALTERNATIVES, MAX_VIA, RouteRequest
from navigation.services.travelling import Travel
from navigation.services.trips import TripRequest
from navigation.services.waypoints import Waypoint, read_waypoint
from visitors.models import Visitor

if TYPE_CHECKING:
    from rest_framework.request import Request


def body_of(request: "Request") -> Mapping[str, Any]:
    """Return the JSON object of a request. Raises InvalidRequest for any other JSON."""
    return json_object(request.data)


def json_object(content: Any) -> Mapping[str, Any]:
    """Return the JSON value, an object. Raises InvalidRequest for any other."""
    if not isinstance(content, Mapping):
        raise InvalidRequest(f"The body must be a JSON object, got {type(content).__name__}.")
    return content


def route_request(content: Mapping[str, Any]) -> RouteRequest:
    """Return the request. Raises InvalidRequest, naming the item."""
    return RouteRequest(
        origin=read_waypoint(content.get("origin"), "origin"),
        destination=read_waypoint(content.get("destination"), "destination"),
        via=_waypoints(content, "via", 0, MAX_VIA),
        optimize_via=_flag(content, "optimize_via"),
        travel=_travel(content),
        language=_text(content, "language", "en"),
        alternatives=int(_number(content, "alternatives", (0, MAX_ALTERNATIVES), int) or 0),
        depart_at=_departure(content) or timezone.now(),
    )


def matrix_request(content: Mapping[str, Any]) -> MatrixRequest:
    """Return the request. Raises InvalidRequest, naming the item."""
    return MatrixRequest(
        origins=_waypoints(content, "origins", 1, MAX_MATRIX_SIDE),
        destinations=_waypoints(content, "destinations", 1, MAX_MATRIX_SIDE),
        travel=_travel(content),
        depart_at=_departure(content) or timezone.now(),
    )


def isochrone_request(content: Mapping[str, Any]) -> IsochroneRequest:
    """Return the request. Raises InvalidRequest, naming the item."""
    limits = _list(content, "limits_s")
    if not 1 <= len(limits) <= MAX_LIMITS:
        raise InvalidRequest(f"limits_s must have 1 to {MAX_LIMITS} items, not {len(limits)}.", param="limits_s")
    for index, limit in enumerate(limits):
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LONGEST_S:
            raise InvalidRequest(
                f"This must be whole seconds from 1 to {LONGEST_S}, not {limit!r}.", param=f"limits_s[{index}]"
            )
    return IsochroneRequest(
        origin=read_waypoint(content.get("origin"), "origin"),
        limits_s=limits,
        travel=_travel(content),
        depart_at=_departure(content) or timezone.now(),
        language=_text(content, "language", "en"),
    )


def _travel(content: Mapping[str, Any]) -> Travel:
    return Travel(
        profile=_text(content, "profile", "walk"),
        prefer=_words(content, "prefer", Preference),
        avoid=_words(content, "avoid", Avoidance),
        speed_mps=_number(content, "speed_mps", (SLOWEST_MPS, FASTEST_MPS), float),
    )


def _waypoints(content: Mapping[str, Any], name: str, least: int, most: int) -> list[Waypoint]:
    items = _list(content, name)
    if not least <= len(items) <= most:
        raise InvalidRequest(f"{name} must have {least} to {most} items, not {len(items)}.", param=name)
    return [read_waypoint(item, f"{name}[{index}]") for index, item in enumerate(items)]


Word = TypeVar("Word", bound=StrEnum)


def _words(content: Mapping[str, Any], name: str, words: type[Word]) -> frozenset[Word]:
    for index, item in enumerate(items := _list(content, name)):
        if item not in list(words):  # whatever was sent, hashable or not
            raise InvalidRequest(f"There is no {item!r}. There are {', '.join(words)}.", param=f"{name}[{index}]")
    return frozenset(map(words, items))


def _list(content: Mapping[str, Any], name: str) -> list[Any]:
    items = content.get(name, [])
    if not isinstance(items, list):
        raise InvalidRequest(f"{name} must be a list, not {items!r}.", param=name)
    return items


def _number(
    content: Mapping[str, Any], name: str, limits: tuple[float, float], kind: type[int] | type[float]
) -> float | None:
    value = content.get(name)
    if value is None:
        return None
    is_kind = isinstance(value, int | kind) and not isinstance(value, bool)
    if not is_kind or not limits[0] <= value <= limits[1]:
        what = "a whole number" if kind is int else "a number"
        raise InvalidRequest(f"{name} must be {what} from {limits[0]:g} to {limits[1]:g}, not {value!r}.", param=name)
    return float(value)


def _flag(content: Mapping[str, Any], name: str) -> bool:
    value = content.get(name, False)
    if not isinstance(value, bool):
        raise InvalidRequest(f"{name} must be true or false, not {value!r}.", param=name)
    return value


def trip_request(visitor: Visitor, content: Mapping[str, Any]) -> TripRequest:
    """Return the request; profile and language default to the visitor's. Raises InvalidRequest, naming the item."""
    return TripRequest(
        destination=read_waypoint(content.get("destination"), "destination"),
        profile=_text(content, "profile", visitor.profile),
        language=_text(content, "language", visitor.language),
        origin=None if content.get("origin") is None else read_waypoint(content["origin"], "origin"),
        depart_at=_departure(content),
    )


def _departure(content: Mapping[str, Any]) -> datetime | None:
    if (value := content.get("depart_at")) is None:
        return None
    from rest_framework.exceptions import (
        ValidationError,  # most depart now: a server that starts answers them without it
    )

    from apikit.api.serializers import MomentField

    try:
        return cast(datetime, MomentField().run_validation(value))
    except ValidationError as error:
        raise InvalidRequest(" ".join(map(str, error.detail)), param="depart_at") from error


def _text(content: Mapping[str, Any], name: str, default: str) -> str:
    value = content.get(name, default)
    if not isinstance(value, str):
        raise InvalidRequest(f"{name} must be a text, got {value!r}.", param=name)
    return value
