"""Entity tags of features and drafts, and the preconditions that name them (RFC 9110, 13)."""

from django.utils.http import parse_etags
from rest_framework.request import Request

from venues.errors import PreconditionRequired


def etag_of(version: int) -> str:
    """Return the strong entity tag of a version.

    >>> etag_of(12)
    '"12"'
    """
    return f'"{version}"'


def required_versions(request: Request) -> frozenset[int] | None:
    """Return the versions that If-Match names, None for any (`*`). Raises PreconditionRequired without If-Match."""
    if "If-Match" not in request.headers:
        raise PreconditionRequired(
            "Send If-Match with the ETag of what you have read, so that nobody's change is lost.",
            param="If-Match",
        )
    return expected_versions(request)


def expected_versions(request: Request) -> frozenset[int] | None:
    """Return the versions that If-Match names; None for any, and where there is no If-Match. Weak tags match nothing."""
    if "If-Match" not in request.headers:
        return None
    tags = parse_etags(request.headers["If-Match"])
    if tags == ["*"]:
        return None
    quoted = (tag[1:-1] for tag in tags if tag.startswith('"'))
    return frozenset(int(text) for text in quoted if text.isascii() and text.isdecimal())
