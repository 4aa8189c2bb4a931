"""JSON out, fast: orjson writes numbers, datetimes and UUIDs as the API promises."""

from typing import Any

import orjson


def write_json(data: Any) -> bytes:
    """Return an answer as compact UTF-8 JSON."""
    return orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
