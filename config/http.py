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

from apikit.services.gathering import Gathering
from config.quick import Question, answer_headers, answers

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Some may wait for the database, or publish a map. More would not be faster: Python runs one at a time.
THREADS = 8
# Batches of sightings are taken in rounds: a phone waits for its answer a twentieth of a second longer at the most. (Our assumption;
# the goal is 0.4 s for 99 of 100.)
ROUNDS_APART_S, MOST_A_ROUND = 0.05, 32


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
        self._routes_thread = ThreadPoolExecutor(1, thread_name_prefix="routes")
        self._rounds = Gathering(
            answers, sender_of=lambda asked: asked.authorization, apart_s=ROUNDS_APART_S, most=MOST_A_ROUND
        )

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
        question = Question.of(scope, body)
        if question is None or (answer := await self._quick_answer(question)) is None:
            loop = asyncio.get_running_loop()
            await self.send_response(await loop.run_in_executor(self._threads, self._response, scope, body), send)
            return
        body.close()
        await send({"type": "http.response.start", "status": 200, "headers": answer_headers(answer)})
        await send({"type": "http.response.body", "body": answer})

    async def _quick_answer(self, question: Question) -> bytes | None:
        """Return what the quick door answers, None where Django is to."""
        if question.what == "sightings":
            return await self._rounds.ask(question)
        [answer] = await asyncio.get_running_loop().run_in_executor(self._routes_thread, answers, [question])
        return answer

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
