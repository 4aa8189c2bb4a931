"""Django's caches, with what the batches of many visitors ask of them in one round trip each.

A turn holds a few keys for one at a time: it reads them all when it begins and writes what changed when it ends.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, cast

from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class TurnCache(Protocol):
    """What both caches can."""

    def begin_turns(self, keys_of: Mapping[str, Collection[str]], *, expires_s: float) -> dict[str, dict[str, Any]]:
        """Begin the turns, by their locks, that no other has; return what the cache has of their keys.

        A turn that is not ended ends by itself.
        """

    def end_turns(self, locks: Collection[str], values: Mapping[str, tuple[Any, float]]) -> None:
        """Save each value for its own seconds, and let the next ones begin."""

    def counted(self, keys: Sequence[tuple[str, str]], *, expires_s: int) -> list[tuple[int, int]]:
        """Return of each pair of keys the count of the first with one more, and the count of the second as it is."""


def turn_cache() -> TurnCache:
    """Return the cache of this process; the settings name one of the two below, which Django's proxy does not tell."""
    return cast(TurnCache, cache)


class ProcessCache(LocMemCache):
    """In the memory of the one process."""

    def begin_turns(self, keys_of: Mapping[str, Collection[str]], *, expires_s: float) -> dict[str, dict[str, Any]]:
        return {lock: self.get_many(keys) for lock, keys in keys_of.items() if self.add(lock, 1, timeout=expires_s)}

    def end_turns(self, locks: Collection[str], values: Mapping[str, tuple[Any, float]]) -> None:
        for key, (value, expires_s) in values.items():
            self.set(key, value, timeout=expires_s)
        self.delete_many(locks)

    def counted(self, keys: Sequence[tuple[str, str]], *, expires_s: int) -> list[tuple[int, int]]:
        return [self._counted(key, before, expires_s) for key, before in keys]

    def _counted(self, key: str, before: str, expires_s: int) -> tuple[int, int]:
        self.add(key, 0, timeout=expires_s)
        try:
            count = self.incr(key)
        except ValueError:  # it expired, or the cache was emptied, between the two calls
            count = 1
        return count, self.get(before, 0)


class KeptClient(RedisCacheClient):
    """The client of the one server that `REDIS_URL` names. It takes its connections from a pool, so threads may share it.

    It is kept: Django's makes one for each operation, which takes longer than the operation. Commands are given in Redis' own words:
    the client's methods look at all that could be asked of each before they write the same.
    """

    _kept: Any = None
    _serializer: Any

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept

    def begin_turns(self, keys_of: Mapping[str, Sequence[str]], expires_s: float) -> dict[str, list[Any]]:
        asked = self.get_client(write=True).pipeline(transaction=False)
        for lock, keys in keys_of.items():
            asked.execute_command("SET", lock, 1, "NX", "PX", round(expires_s * 1000))
            asked.execute_command("MGET", *keys)
        answers = iter(asked.execute())
        return {
            lock: [None if each is None else self._serializer.loads(each) for each in found]
            for lock, is_ours, found in zip(keys_of, answers, answers, strict=True)
            if is_ours
        }

    def end_turns(self, locks: Collection[str], values: Mapping[str, tuple[Any, float]]) -> None:
        told = self.get_client(write=True).pipeline(transaction=False)
        for key, (value, expires_s) in values.items():
            told.execute_command("SET", key, self._serializer.dumps(value), "PX", round(expires_s * 1000))
        if locks:
            told.delete(*locks)
        told.execute()

    def counted(self, keys: Sequence[tuple[str, str]], expires_s: int) -> list[tuple[int, int]]:
        asked = self.get_client(write=True).pipeline(transaction=False)
        for key, before in keys:
            asked.incr(key)
            asked.expire(key, expires_s)
            asked.get(before)
        answers = iter(asked.execute())
        return [(int(count), int(old or 0)) for count, _, old in zip(answers, answers, answers, strict=True)]


class KeptRedisCache(RedisCache):
    """On Redis."""

    _servers: list[str]
    _options: dict[str, Any]

    @cached_property
    def _cache(self) -> KeptClient:
        return KeptClient(self._servers, **self._options)

    def begin_turns(self, keys_of: Mapping[str, Collection[str]], *, expires_s: float) -> dict[str, dict[str, Any]]:
        named = {self.make_key(lock): [self.make_key(key) for key in keys] for lock, keys in keys_of.items()}
        found = self._cache.begin_turns(named, expires_s)
        return {
            lock: {key: value for key, value in zip(keys, found[name], strict=True) if value is not None}
            for name, (lock, keys) in zip(named, keys_of.items(), strict=True)
            if name in found
        }

    def end_turns(self, locks: Collection[str], values: Mapping[str, tuple[Any, float]]) -> None:
        named = [self.make_key(lock) for lock in locks]
        self._cache.end_turns(named, {self.make_key(key): value for key, value in values.items()})

    def counted(self, keys: Sequence[tuple[str, str]], *, expires_s: int) -> list[tuple[int, int]]:
        return self._cache.counted([(self.make_key(key), self.make_key(before)) for key, before in keys], expires_s)
