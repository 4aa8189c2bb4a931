"""Django's caches, with what every batch of every visitor asks of them in one round trip each.

A turn holds a few keys for one at a time: it reads them all when it begins and writes what changed when it ends.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, Protocol, cast

from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class TurnCache(Protocol):
    """What both caches can."""

    def begin_turn(self, lock: str, keys: Collection[str], *, expires_s: float) -> dict[str, Any] | None:
        """Return what the cache has of the keys, None where another has the turn. A turn that is not ended ends by itself."""

    def end_turn(self, lock: str | None, values: Mapping[str, tuple[Any, float]]) -> None:
        """Save each value for its own seconds, and let the next one begin; without a lock the turn is another's already."""

    def counted(self, key: str, *, before: str, expires_s: int) -> tuple[int, int]:
        """Return the count of a key with one more, and the count of another as it is."""


def turn_cache() -> TurnCache:
    """Return the cache of this process; the settings name one of the two below, which Django's proxy does not tell."""
    return cast(TurnCache, cache)


class ProcessCache(LocMemCache):
    """In the memory of the one process."""

    def begin_turn(self, lock: str, keys: Collection[str], *, expires_s: float) -> dict[str, Any] | None:
        return self.get_many(keys) if self.add(lock, 1, timeout=expires_s) else None

    def end_turn(self, lock: str | None, values: Mapping[str, tuple[Any, float]]) -> None:
        for key, (value, expires_s) in values.items():
            self.set(key, value, timeout=expires_s)
        if lock is not None:
            self.delete(lock)

    def counted(self, key: str, *, before: str, expires_s: int) -> tuple[int, int]:
        self.add(key, 0, timeout=expires_s)
        try:
            count = self.incr(key)
        except ValueError:  # it expired, or the cache was emptied, between the two calls
            count = 1
        return count, self.get(before, 0)


class KeptClient(RedisCacheClient):
    """The client of the one server that `REDIS_URL` names. It takes its connections from a pool, so threads may share it.

    It is kept: Django's makes one for each operation, which takes longer than the operation.
    """

    _kept: Any = None
    _serializer: Any

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept

    def begin_turn(self, lock: str, keys: Collection[str], expires_s: float) -> list[Any] | None:
        asked = self.get_client(write=True).pipeline(transaction=False)
        asked.set(lock, 1, nx=True, px=round(expires_s * 1000))
        asked.mget(keys)
        is_ours, found = asked.execute()
        return [None if each is None else self._serializer.loads(each) for each in found] if is_ours else None

    def end_turn(self, lock: str | None, values: Mapping[str, tuple[Any, float]]) -> None:
        told = self.get_client(write=True).pipeline(transaction=False)
        for key, (value, expires_s) in values.items():
            told.set(key, self._serializer.dumps(value), px=round(expires_s * 1000))
        if lock is not None:
            told.delete(lock)
        told.execute()

    def counted(self, key: str, before: str, expires_s: int) -> tuple[int, int]:
        asked = self.get_client(write=True).pipeline(transaction=False)
        asked.incr(key)
        asked.expire(key, expires_s)
        asked.get(before)
        count, _, old = asked.execute()
        return int(count), int(old or 0)


class KeptRedisCache(RedisCache):
    """On Redis."""

    _servers: list[str]
    _options: dict[str, Any]

    @cached_property
    def _cache(self) -> KeptClient:
        return KeptClient(self._servers, **self._options)

    def begin_turn(self, lock: str, keys: Collection[str], *, expires_s: float) -> dict[str, Any] | None:
        found = self._cache.begin_turn(self.make_key(lock), [self.make_key(key) for key in keys], expires_s)
        if found is None:
            return None
        return {key: value for key, value in zip(keys, found, strict=True) if value is not None}

    def end_turn(self, lock: str | None, values: Mapping[str, tuple[Any, float]]) -> None:
        named = None if lock is None else self.make_key(lock)
        self._cache.end_turn(named, {self.make_key(key): value for key, value in values.items()})

    def counted(self, key: str, *, before: str, expires_s: int) -> tuple[int, int]:
        return self._cache.counted(self.make_key(key), self.make_key(before), expires_s)
