"""What is remembered of a visitor is held by one batch at a time, read when it begins and saved when it ends."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache

from visitors import storage
from visitors.storage import Kind

AT_ONCE, EACH = 8, 5


@pytest.fixture
def visitor_id() -> UUID:
    return uuid4()


def count(visitor_id: UUID) -> None:
    with storage.turn(visitor_id):
        before = storage.load(visitor_id, Kind.TRACK) or 0
        storage.save(visitor_id, Kind.TRACK, before + 1, expires_s=60)


def fail(visitor_id: UUID) -> None:
    with storage.turn(visitor_id):
        storage.save(visitor_id, Kind.TRACK, 7, expires_s=60)
        raise TimeoutError("the database did not answer")


def test_batches_of_one_visitor_at_the_same_instant_lose_nothing_of_each_other(visitor_id: UUID) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(count, [visitor_id] * AT_ONCE * EACH))
    assert storage.load(visitor_id, Kind.TRACK) == AT_ONCE * EACH


def test_a_turn_reads_what_it_has_written_and_others_see_it_when_it_has_ended(visitor_id: UUID) -> None:
    with storage.turn(visitor_id):
        storage.save(visitor_id, Kind.ZONES, "inside", expires_s=60)
        storage.save(visitor_id, Kind.PASS, None, expires_s=60)
        assert storage.load(visitor_id, Kind.ZONES) == "inside"
        assert cache.get(storage.key_of(visitor_id, Kind.ZONES)) is None
    assert storage.load(visitor_id, Kind.ZONES) == "inside"
    assert storage.load(visitor_id, Kind.PASS) is None


def test_a_turn_that_fails_saves_nothing_and_lets_the_next_one_begin(visitor_id: UUID) -> None:
    count(visitor_id)
    with pytest.raises(TimeoutError):
        fail(visitor_id)
    count(visitor_id)
    assert storage.load(visitor_id, Kind.TRACK) == 2


def test_a_turn_holds_up_nobody_else(visitor_id: UUID) -> None:
    other = uuid4()
    with storage.turn(visitor_id):
        storage.save(other, Kind.TRACK, "elsewhere", expires_s=60)
        assert cache.get(storage.key_of(other, Kind.TRACK)) == "elsewhere"
        assert storage.load(other, Kind.TRACK) == "elsewhere"
        with ThreadPoolExecutor(1) as thread:
            thread.submit(count, uuid4()).result(timeout=5)


def test_a_cache_that_was_emptied_meanwhile_is_filled_again(visitor_id: UUID) -> None:
    with storage.turn(visitor_id):
        storage.save(visitor_id, Kind.TRACK, 1, expires_s=60)
        cache.delete(f"{storage.scope_of(visitor_id)}turn")
    count(visitor_id)
    assert storage.load(visitor_id, Kind.TRACK) == 2


def test_who_takes_longer_than_a_turn_does_not_end_the_next_one(
    visitor_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "TURN_S", 0.05)
    with storage.turn(visitor_id):
        sleep(0.06)
        next_one = storage.turn(visitor_id)
        monkeypatch.setattr(storage, "TURN_S", 60.0)
        next_one.__enter__()
    assert cache.get(f"{storage.scope_of(visitor_id)}turn") == 1
    next_one.__exit__(None, None, None)
    assert cache.get(f"{storage.scope_of(visitor_id)}turn") is None


def forget(visitor_id: UUID) -> None:
    with storage.turn(visitor_id):
        storage.forget(visitor_id)


def test_forgetting_waits_for_the_batch_under_way(visitor_id: UUID) -> None:
    begun, goes_on = Event(), Event()

    def batch() -> None:
        with storage.turn(visitor_id):
            begun.set()
            assert goes_on.wait(5)
            storage.save(visitor_id, Kind.WALK, "through the mall", expires_s=60)

    with ThreadPoolExecutor(2) as threads:
        under_way = threads.submit(batch)
        assert begun.wait(5)
        forgetting = threads.submit(forget, visitor_id)
        goes_on.set()
        under_way.result(5)
        forgetting.result(5)
    assert storage.load(visitor_id, Kind.WALK) is None
