"""JSON as it comes from outside: read fast, and what only looks like a number is named."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any

import orjson

from apikit.errors import InvalidRequest


def read(body: bytes) -> Any:
    """Return what a body says.

    Raises InvalidRequest, naming the item, where it is JSON but for a NaN or an infinite number, and orjson.JSONDecodeError
    where it is none at all.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if param := _not_finite(body):
            raise InvalidRequest(f"{param} must be a finite number: JSON has no others.", param=param) from None
        raise


def _not_finite(body: bytes) -> str | None:
    """Return the path of the first number that isn't finite, None where there is none or the body is not near to JSON."""
    try:
        return next(_paths_not_finite(json.loads(body, parse_int=float), ""), None)
    except (ValueError, RecursionError):
        return None


def _paths_not_finite(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, float) and not isfinite(value):
        yield path or "body"
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _paths_not_finite(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _paths_not_finite(part, f"{path}[{index}]")
