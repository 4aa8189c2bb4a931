"""The visitors' site: one page, built by Vite; its other files are static files."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NOT_BUILT = "The site has not been built. Run make site, then start the server again."


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Answer the page itself. Its assets bear content hashes, so the page alone must be asked for anew."""
    page = settings.SITE_DIST / "index.html"
    if not page.exists():
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain")
    return HttpResponse(page.read_bytes(), headers={"Cache-Control": "no-cache"})


@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """Answer the service worker that shows pushed messages: at the root, as a worker serves no page above itself."""
    worker = settings.SITE_DIST / "push-worker.js"
    if not worker.exists():
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain")
    return HttpResponse(worker.read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})
