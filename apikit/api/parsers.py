"""JSON in: orjson reads fast, and refuses what only Python takes for JSON (NaN) and nesting without end."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class OrjsonParser(BaseParser):
    """Read the body as JSON. Raises ParseError, which says where it stops being JSON, or RequestDataTooBig."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)  # the framework reads without asking for the limit
        if len(body) > limit:
            raise RequestDataTooBig(f"The body is over {limit} bytes.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is no JSON: {error}. Send one JSON object.") from error
