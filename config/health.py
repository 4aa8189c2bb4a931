"""What an orchestrator asks of a process: is it alive, can it serve, how is it doing."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config.celery import app as celery_app
from config.process import is_loading
from venues import storage


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive, whatever else is not."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when everything that requests need answers, else 503 with what fails and why."""
    checks = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in checks.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", "checks": checks}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the process's figures in Prometheus' text format."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # whatever fails is the answer
        return f"{type(error).__name__}: {error}"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    key, value = f"readyz:{uuid.uuid4().hex}", uuid.uuid4().hex
    cache.set(key, value, timeout=10)
    if cache.get(key) != value:
        raise RuntimeError("the cache does not keep what is written to it")
    cache.delete(key)


def _broker() -> None:
    with celery_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _blobs() -> None:
    content_hash = storage.put_blob(b"readyz")
    if storage.get_blob(content_hash) != b"readyz":
        raise RuntimeError(f"{settings.BLOB_ROOT} does not keep what is written to it")


def _loaded() -> None:
    if is_loading():
        raise RuntimeError(
            "maps, views and kernels are still being loaded: routes are answered, other answers take a while"
        )


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "cache": _cache,
    "broker": _broker,
    "blobs": _blobs,
    "loaded": _loaded,
}
