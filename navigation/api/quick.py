"""Routes for who asks without the framework: nothing of it is imported here, so that a starting server answers at once."""

from collections.abc import Mapping
from typing import Any

import orjson

from apikit.services.writing import write_json
from navigation.api.bodies import json_object, route_request
from navigation.services import pointers, routing


def quick_answer(slug: str, body: bytes) -> bytes:
    """Return what POST .../routes answers to a body.

    Raises InvalidRequest or what `routing.routes` raises, and orjson.JSONDecodeError, a ValueError.
    """
    return write_json(routes_json(slug, json_object(orjson.loads(body))))


def routes_json(slug: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a JSON object. Raises InvalidRequest or what `routing.routes` raises."""
    return routing.routes(pointers.venue(slug), route_request(content)).to_json()
