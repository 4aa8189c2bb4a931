"""Who asks while others are answered is answered with those who ask meanwhile; who asks alone, at once."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from apikit.services.gathering import Gathering

Asked = tuple[str, int]


class Rounds:
    """Answers each question with its number doubled, and remembers the rounds. The first one waits until it may go on."""

    def __init__(self) -> None:
        self.rounds: list[list[Asked]] = []
        self.goes_on = Event()

    def answer(self, asked: Sequence[Asked]) -> list[int]:
        self.rounds.append(list(asked))
        assert self.goes_on.wait(5)
        if ("bad", 0) in asked:
            raise TimeoutError("nobody is answered")
        return [2 * number for _, number in asked]


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


def gathering(rounds: Rounds, *, most: int = 32, apart_s: float = 0.0) -> Gathering[Asked, int]:
    return Gathering(rounds.answer, sender_of=lambda asked: asked[0], apart_s=apart_s, most=most)


async def all_asked(gathered: Gathering[Asked, int], rounds: Rounds, *asked: Asked) -> list[int | BaseException]:
    """Ask one question after the other, the first of which is being answered until all have asked."""
    waiting = []
    for each in asked:
        waiting.append(asyncio.ensure_future(gathered.ask(each)))
        while not rounds.rounds:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
    rounds.goes_on.set()
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_those_who_ask_meanwhile_are_answered_together(rounds: Rounds) -> None:
    answers = await all_asked(gathering(rounds), rounds, ("a", 1), ("b", 2), ("c", 3))
    assert (answers, rounds.rounds) == ([2, 4, 6], [[("a", 1)], [("b", 2), ("c", 3)]])


async def test_of_one_sender_there_is_one_question_in_a_round_and_they_keep_their_order(rounds: Rounds) -> None:
    answers = await all_asked(gathering(rounds), rounds, ("a", 1), ("b", 2), ("b", 3), ("c", 4))
    assert answers == [2, 4, 6, 8]
    assert rounds.rounds == [[("a", 1)], [("b", 2), ("c", 4)], [("b", 3)]]


async def test_a_round_takes_no_more_than_it_may(rounds: Rounds) -> None:
    await all_asked(gathering(rounds, most=2), rounds, *((str(number), number) for number in range(6)))
    assert [len(each) for each in rounds.rounds] == [1, 2, 2, 1]


async def test_a_round_that_fails_fails_for_its_own_and_the_next_one_begins(rounds: Rounds) -> None:
    answers = await all_asked(gathering(rounds, most=1), rounds, ("a", 1), ("bad", 0), ("c", 3))
    assert [type(each) for each in answers] == [int, TimeoutError, int]


async def test_who_has_gone_away_keeps_nobody_from_an_answer(rounds: Rounds) -> None:
    gathered = gathering(rounds)
    gone, stays = (asyncio.ensure_future(gathered.ask((name, 1))) for name in "ab")
    while not rounds.rounds:
        await asyncio.sleep(0)
    gone.cancel()
    rounds.goes_on.set()
    assert await stays == 2


async def test_rounds_begin_apart(rounds: Rounds) -> None:
    rounds.goes_on.set()
    gathered, loop = gathering(rounds, apart_s=0.1), asyncio.get_running_loop()
    begun_s = loop.time()
    assert [await gathered.ask((name, 1)) for name in "abc"] == [2, 2, 2]
    assert loop.time() - begun_s >= 0.2
