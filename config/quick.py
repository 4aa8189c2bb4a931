"""The quick door: what visitors ask most is answered without Django's layers, which take as long as the answer.

Only a plain question with a plain answer goes through it. Whatever else there is (a refusal, another format, a large body) is
left to Django, whose view says the same, so that every problem is told in one place.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from navigation.api import quick

Headers = list[tuple[bytes, bytes]]

QUESTIONS = re.compile(r"/api/v1/venues/(?P<slug>[-a-zA-Z0-9_]+)/(?P<what>routes|sightings)")
"""As navigation.api.urls and Django's `slug` have it."""

JSON = b"application/json"


@dataclass(frozen=True)
class Question:
    """A request that the quick door may answer: what it asks of which venue, and who says they ask."""

    slug: str
    what: str
    authorization: str
    body: bytes

    @classmethod
    def of(cls, scope: Mapping[str, Any], body: IO[bytes]) -> "Question | None":
        """Return the question that a request asks, None for one that is left to Django. The body can be read again."""
        asked = QUESTIONS.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        headers = dict(scope["headers"]) if asked else {}
        if asked is None or not _is_plain(headers):
            return None
        content = body.read()
        body.seek(0)
        return cls(asked["slug"], asked["what"], headers.get(b"authorization", b"").decode("latin1"), content)


def answers(questions: Sequence[Question]) -> list[bytes | None]:
    """Return the answers to questions of one kind as JSON, None where there is something to refuse: Django's view tells it.

    The thread keeps its connection to the database for the next ones, unless something failed.
    """
    try:
        found = _answers(questions)
    except Exception:  # Django's view meets it again, and tells it or logs it
        found = [None] * len(questions)
    if None in found:
        close_old_connections()
    return found


def _answers(questions: Sequence[Question]) -> list[bytes | None]:
    if questions[0].what == "routes":
        return [quick.quick_answer(each.slug, each.body) for each in questions]
    from navigation.api import quick_sightings  # a starting server answers routes before it has loaded this

    asked = [quick_sightings.Asked(each.slug, each.body, each.authorization) for each in questions]
    return quick_sightings.quick_answers(asked)


def answer_headers(answer: bytes) -> Headers:
    """Return the headers of an answer: those that Django's middleware puts on every one, its kind and its length."""
    return [*_common_headers(), (b"Content-Length", str(len(answer)).encode())]


def _is_plain(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether it is JSON of a known and modest length, to a host of ours, from who takes JSON."""
    accept, length = headers.get(b"accept", b"*/*"), headers.get(b"content-length", b"")
    return (
        headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == JSON
        and length.isdigit()
        and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        and (b"*/*" in accept or JSON in accept)
        and _is_ours(headers.get(b"host", b""), tuple(settings.ALLOWED_HOSTS))
    )


@lru_cache(maxsize=64)
def _is_ours(host: bytes, allowed: tuple[str, ...]) -> bool:
    """Return whether a Host header names this server, as HttpRequest.get_host has it."""
    domain, _ = split_domain_port(host.decode("latin1"))
    return bool(domain) and validate_host(domain, allowed)


@lru_cache(maxsize=1)
def _common_headers() -> Headers:
    """Return what the security middlewares say of a JSON answer; the site's own page tells browsers to come by HTTPS."""
    request, answer = HttpRequest(), HttpResponse(content_type=JSON.decode())
    for middleware in (SecurityMiddleware, XFrameOptionsMiddleware):
        answer = middleware(HttpResponse).process_response(request, answer)
    return [(name.encode(), value.encode()) for name, value in answer.items()]
