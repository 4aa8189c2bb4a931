"""JSON out, fast."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from apikit.services.writing import write_json


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
