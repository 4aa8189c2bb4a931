"""Problem documents (RFC 9457): every error of the API, from wherever it comes, leaves in this form."""

import logging
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from rest_framework import exceptions as drf
from rest_framework.views import set_rollback

from apikit.errors import ApiError
from apikit.services.outages import as_refusal

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
# What fails for a moment (503) is worth another try so soon.
AGAIN_S = 1

# Codes of the framework's own refusals, by DRF's exception class.
FRAMEWORK_CODES: dict[type[drf.APIException], str] = {
    drf.ParseError: "malformed_json",
    drf.NotAuthenticated: "not_authenticated",
    drf.AuthenticationFailed: "authentication_failed",
    drf.PermissionDenied: "permission_denied",
    drf.MethodNotAllowed: "method_not_allowed",
    drf.NotAcceptable: "not_acceptable",
    drf.UnsupportedMediaType: "unsupported_media_type",
    drf.Throttled: "throttled",
    drf.NotFound: "not_found",
}


def problem(status: int, code: str, detail: str, param: str | None = None, **members: Any) -> HttpResponse:
    """Return a problem document. `param` names the offending parameter or item, such as `sightings[3].rssi_dbm`."""
    document = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if param is not None:
        document["param"] = param
    body = orjson.dumps(document | members, option=orjson.OPT_NON_STR_KEYS)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def problem_handler(error: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Return the problem document of an exception raised in a view; None lets Django answer 500."""
    set_rollback()
    if (busy := as_refusal(error)) is not None:
        logger.warning("A request was refused with %s: %s", busy.code, error)
        error = busy
    match error:
        case ApiError():
            response = problem(error.status, error.code, error.detail, error.param, **error.members)
            if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
                response["Retry-After"] = str(AGAIN_S)
            return response
        case drf.ValidationError():
            param, detail = _first_invalid(error.detail)
            return problem(422, "invalid_request", detail, param, errors=error.detail)
        case drf.APIException():
            response = problem(error.status_code, FRAMEWORK_CODES.get(type(error), "error"), str(error.detail))
            if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
                response["WWW-Authenticate"] = "Bearer"
            if (wait_s := getattr(error, "wait", None)) is not None:  # set by drf.Throttled alone
                response["Retry-After"] = str(int(wait_s) + 1)
            return response
        case Http404():
            return problem(404, "not_found", str(error) or "There is nothing at this address.")
        case PermissionDenied():
            return problem(403, "permission_denied", str(error) or "This needs a role that you do not have.")
    return None


def _first_invalid(detail: Any, path: str = "") -> tuple[str, str]:
    """Return the path and message of the first error in a serializer's nested detail."""
    if isinstance(detail, dict) and detail:
        key = next(iter(detail))
        return _first_invalid(detail[key], _inner(path, key))
    if isinstance(detail, list) and detail:
        index = next((i for i, item in enumerate(detail) if item), 0)
        item = detail[index]
        return _first_invalid(item, f"{path}[{index}]" if isinstance(item, dict | list) else path)
    return path, str(detail)


def _inner(path: str, key: str | int) -> str:
    if key == "non_field_errors":
        return path
    if isinstance(key, int):  # an item of a list
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address."""
    return problem(404, "not_found", f"There is nothing at {request.path}. The API is described at /api/docs.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours."""
    return problem(500, "server_error", "Something failed here. It has been logged; try again later.")
