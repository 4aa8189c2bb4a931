"""Pausing the collector of cycles while a map is made of a million objects that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
