"""What every operation of the OpenAPI document has in common (a hook of drf-spectacular)."""

from typing import Any

from apikit.api.problems import CONTENT_TYPE

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
REFUSAL = {
    "description": "Refused. docs/api/errors.md lists the codes, and the members that some of them carry.",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Return the document in which every operation says that whatever it refuses it refuses with a problem document."""
    for path in result["paths"].values():
        for method in METHODS & set(path):
            responses = path[method]["responses"]
            for status, response in responses.items():
                if status[0] in "45" and "application/json" in response.get("content", {}):
                    response["content"] = {CONTENT_TYPE: response["content"]["application/json"]}
            responses["default"] = REFUSAL
    return result
