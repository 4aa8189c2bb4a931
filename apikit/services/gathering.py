"""What is asked is gathered for a moment, so that those who ask at once are answered together."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Gathering(Generic[Asked, Answer]):
    """Rounds of questions, one after the other in a thread of their own: who asks is answered in the next one.

    Rounds begin `apart_s` apart, so whoever asks while nobody else does is answered at once. Of one sender there is one question in a round;
    the others keep their order. Used in one event loop, and needs no lock.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Asked]], Sequence[Answer]],
        *,
        sender_of: Callable[[Asked], Hashable],
        apart_s: float,
        most: int,
    ) -> None:
        self._answer, self._sender_of = answer, sender_of
        self._apart_s, self._most = apart_s, most
        self._thread: Executor = ThreadPoolExecutor(1, thread_name_prefix="rounds")
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._rounds: asyncio.Task[None] | None = None
        self._next_s = 0.0

    async def ask(self, asked: Asked) -> Answer:
        """Return the answer. Raises what answering its round raised."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((asked, answer))
        if self._rounds is None or self._rounds.done():
            self._rounds = loop.create_task(self._go_on(loop))
        return await answer

    async def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            await asyncio.sleep(self._next_s - loop.time())
            self._next_s = loop.time() + self._apart_s
            taken = self._taken()
            asked = [each for each, _ in taken]
            try:
                answers = await loop.run_in_executor(self._thread, self._answer, asked)
            except Exception as error:
                _failed(taken, error)
            else:
                _answered(taken, answers)

    def _taken(self) -> list[tuple[Asked, "asyncio.Future[Answer]"]]:
        """Take those who have waited longest out of those who wait, one of each sender."""
        first: dict[Hashable, tuple[Asked, asyncio.Future[Answer]]] = {}
        for each in self._waiting:
            if len(first) < self._most:
                first.setdefault(self._sender_of(each[0]), each)
        taken = list(first.values())
        self._waiting = [each for each in self._waiting if each not in taken]
        return taken


def _answered(taken: Sequence[tuple[Asked, "asyncio.Future[Answer]"]], answers: Sequence[Answer]) -> None:
    for (_, waiting), answer in zip(taken, answers, strict=True):
        if not waiting.cancelled():
            waiting.set_result(answer)


def _failed(taken: Sequence[tuple[Asked, "asyncio.Future[Answer]"]], error: Exception) -> None:
    for _, waiting in taken:
        if not waiting.cancelled():
            waiting.set_exception(error)
