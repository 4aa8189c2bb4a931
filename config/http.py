"""HTTP at the door of the process: every request is answered whole in one thread of a few."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http.response import HttpResponseBadRequest, HttpResponseBase
from django.urls import get_resolver, set_script_prefix

from config.quick import Question, answer_headers

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Some may wait for the database, or publish a map. More would not be faster: Python runs one at a time.
THREADS = 8
# One computes while another's batch is with the database. More take Python from one another.
SIGHTING_THREADS = 2


class HttpApplication(ASGIHandler):
    """Django behind ASGI, with one way to a thread and back for each request.

    Django's own handler runs on the event loop and sends each sync part of each middleware to a thread made for the request:
    some twenty hand-overs, which take longer than to find a route and tell it.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self._loading, self._is_loaded = threading.Lock(), False
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")
        # Threads that only compute take Python from one another: four at once answer fewer than one after the other.
        self._quick_threads = {
            "routes": ThreadPoolExecutor(1, thread_name_prefix="routes"),
            "sightings": ThreadPoolExecutor(SIGHTING_THREADS, thread_name_prefix="sightings"),
        }

    def load(self) -> None:
        """Load what Django answers with. It takes longer than the rest of a server's start, so the first who needs it does it."""
        with self._loading:
            if not self._is_loaded:
                _ = get_resolver().url_patterns
                self.load_middleware(is_async=False)
                self._is_loaded = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        question = Question.of(scope)
        threads = self._threads if question is None else self._quick_threads[question.what]
        answer = await asyncio.get_running_loop().run_in_executor(threads, self._answer, scope, body)
        if isinstance(answer, HttpResponseBase):
            await self.send_response(answer, send)
        else:
            await send({"type": "http.response.start", "status": 200, "headers": answer_headers(answer)})
            await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase | bytes:
        """Return what the quick door answers, else Django's response."""
        if (question := Question.of(scope)) is not None:
            if (answer := question.answer(body.read())) is not None:
                body.close()
                return answer
            body.seek(0)
        return self._response(scope, body)

    def _response(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """Return the response, whole and closed: nothing of the request is left to do but to send it."""
        self.load()
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        with body:
            request, refused = self.create_request(scope, body)
            response = self.get_response(request) if request else refused or HttpResponseBadRequest()
            response.close()
        return response
