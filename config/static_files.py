"""Static files: those of the site bear content hashes in their names, so browsers may keep them for ever."""

from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import Redirect, StaticFile


class StaticFilesMiddleware:
    """Answer what is a static file, from the table that ServeStatic keeps; in the thread that answers all else."""

    sync_capable: ClassVar = True
    async_capable: ClassVar = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._table = _Table(_unasked)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        file = self._table.file_at(request.path_info)
        return self._get_response(request) if file is None else _response(file, request)


class _Table(ServeStaticMiddleware):
    """The static files by their path; the middleware's own test of what is immutable knows only names that Django hashed."""

    def file_at(self, path: str) -> StaticFile | Redirect | None:
        """Return the file at a path; while debugging it is looked for each time."""
        found: StaticFile | Redirect | None = self.find_file(path) if self.autorefresh else self.files.get(path)
        return found

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Return whether Vite made the file: everything below assets/ has the hash of its content in its name."""
        return url.startswith(f"{self.static_prefix}site/assets/")


def _response(file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
    found = file.get_response(request.method or "GET", request.META)
    response = HttpResponse(b"" if found.file is None else found.file.read(), status=int(found.status))
    del response["Content-Type"]
    for name, value in found.headers:
        response[name] = value
    return response


async def _unasked(request: HttpRequest) -> HttpResponseBase:
    """Stand where ServeStatic wants the next middleware: ours asks that itself."""
    raise NotImplementedError
