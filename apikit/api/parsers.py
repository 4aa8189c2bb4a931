"""JSON in: what is none is refused with where it stops being JSON, and a number that JSON does not have by its name."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from apikit.errors import BodyTooLarge
from apikit.services import json_bodies


class OrjsonParser(BaseParser):
    """Read the body as JSON, of as many bytes as the view's `most_bytes`. Raises ParseError, InvalidRequest or BodyTooLarge."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        view = (parser_context or {}).get("view")
        limit: int = getattr(view, "most_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        body = stream.read(limit + 1)  # the framework reads without asking for the limit
        if len(body) > limit:
            raise BodyTooLarge(limit)
        try:
            return json_bodies.read(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is no JSON: {error}. Send one JSON object.") from error
