"""Batches in the order in which a device sent them, however they arrive.

A batch whose predecessors have all come is in order at once, and nobody waits. One that comes before its turn is held until the
gap is filled, or until something so much newer has come that what is missing would be too late anyway (CAMPAIGNS.md, Time). So
what follows from a device's batches does not depend on the order of their arrival within the lateness, nor on repetition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

ALLOWED_LATENESS = timedelta(seconds=10)
# Two a second for as long as they may wait: phones send about one (our assumption).
MOST_HELD = 20
# Devices number their batches from 1, some from 0: these wait for nothing before them.
FIRST_SEQUENCES = (0, 1)

Content = TypeVar("Content")


@dataclass(frozen=True)
class Arrival(Generic[Content]):
    """A batch by its number, the newest event time that it brings (None where it tells no time), and what is in it."""

    sequence: int
    newest_at: datetime | None
    content: Content


@dataclass(frozen=True)
class Queue(Generic[Content]):
    """What is held back, by number; the number that is awaited, None while nobody knows where the device began."""

    awaited: int | None = None
    newest_at: datetime | None = None
    held: tuple[Arrival[Content], ...] = ()


def take(queue: Queue[Content], arrival: Arrival[Content]) -> tuple[Queue[Content], tuple[Arrival[Content], ...]]:
    """Take a batch; return the new queue, and the batches whose turn has come, in their order.

    One that has had its turn, or is held already, changes nothing. A smaller number with something newer than all that came is a
    device that numbers anew: what was held back has its turn, and then this.
    """
    if any(each.sequence == arrival.sequence for each in queue.held):
        return queue, ()
    newest_at = _newest(queue.newest_at, arrival.newest_at)
    expected = max([each.sequence + 1 for each in queue.held] + [queue.awaited or 0])
    if arrival.sequence < expected and newest_at != queue.newest_at:
        return Queue(arrival.sequence + 1, newest_at), (*queue.held, arrival)
    if queue.awaited is not None and arrival.sequence < queue.awaited:
        return queue, ()
    held = sorted((*queue.held, arrival), key=lambda each: each.sequence)
    ready = _ready(held, queue.awaited, newest_at)
    awaited = held[ready - 1].sequence + 1 if ready else queue.awaited
    return Queue(awaited, newest_at, tuple(held[ready:])), tuple(held[:ready])


def _ready(held: Sequence[Arrival[Content]], awaited: int | None, newest_at: datetime | None) -> int:
    """Return how many of the first have waited long enough, and of those after them follow without a gap."""
    waited = [number for number, each in enumerate(held, start=1) if _is_over(each.newest_at, newest_at)]
    ready = max([*waited, len(held) - MOST_HELD, 0])
    while ready < len(held):
        next_one = held[ready - 1].sequence + 1 if ready else awaited
        first = held[ready].sequence
        if first != next_one and not (next_one is None and first in FIRST_SEQUENCES):
            break
        ready += 1
    return ready


def _is_over(at: datetime | None, newest_at: datetime | None) -> bool:
    """Return whether all that was sent before an event time would be too late now."""
    return at is not None and newest_at is not None and at < newest_at - ALLOWED_LATENESS


def _newest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
