"""What a process keeps: values made once, and a collector of cycles that does not look through a million objects in vain."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Made = TypeVar("Made")


def kept(maxsize: int) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Keep the last values of a function, made once each: as `lru_cache`, but who asks while one is made waits for it."""

    def decorated(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
        lock, cached = RLock(), lru_cache(maxsize)(function)

        @wraps(function)
        def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Made:
            with lock:
                return cached(*args, **kwargs)  # type: ignore[arg-type]  # hashable, as lru_cache has it

        return asked

    return decorated


@contextmanager
def collector_paused() -> Iterator[None]:
    """Look for no garbage until it ends; also a decorator. What is in no cycle is freed at once all the same.

    CPython looks through everything that lives whenever enough was made (gc, "Thresholds"). While a map is read nothing of
    it is garbage, and most of the time went into that: a district of 22,000 units is read three times as fast without.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_for_good() -> None:
    """Never look again through what lives now: called when a server has started, whose maps stay (gc.freeze)."""
    gc.collect()
    gc.freeze()
