"""The root of every error that an API answers with.

ApiError
├── InvalidRequest    400/422: what was sent can't be used
├── BodyTooLarge      413: it says how much is taken
├── NotFound          404: it names what was not found
├── Conflict          409
│   └── KeyReused     409: the same sequence with another body
├── DatabaseBusy      503: nothing was written; the same again will do
├── CacheBusy         503: the same again will do
└── ...each app's own errors, in its `errors.py`
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class ApiError(Exception):
    """An error with a stable code, an HTTP status and a sentence that says what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, detail: str, *, param: str | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.param = param
        self.members: Mapping[str, Any] = members
        """Further members of the problem document, such as `blocked_by`."""


class InvalidRequest(ApiError):
    code = "invalid_request"
    status = 422


class BodyTooLarge(ApiError):
    code = "body_too_large"
    status = 413

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The body is over {most_bytes // 1024} KiB. Send less at once.")


class NotFound(ApiError):
    code = "not_found"
    status = 404


class Conflict(ApiError):
    code = "conflict"
    status = 409


class KeyReused(Conflict):
    code = "sequence_reused"


class DatabaseBusy(ApiError):
    code = "database_busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("The database did not take this, and nothing of it is kept. Send the same again in a second.")


class CacheBusy(ApiError):
    code = "cache_busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("The cache did not take this. Send the same again in a second: nothing is done twice.")
