"""JSON out, fast: orjson writes numbers, datetimes and UUIDs as the API promises."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


def write_json(data: Any) -> bytes:
    """Return an answer as compact UTF-8 JSON."""
    return orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


class OrjsonRenderer(BaseRenderer):
    """Write the answer as compact UTF-8 JSON."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else write_json(data)
