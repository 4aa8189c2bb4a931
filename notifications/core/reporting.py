"""What a campaign did, in shares with their uncertainty; and which numbers are too small to be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt

SMALLEST_CELL = 10
"""No number that stands for fewer visitors is told (CAMPAIGNS.md asks for it of every report): it could be about one of them."""
Z_95 = 1.959964
"""The standard normal's 97.5 % quantile: intervals hold the true share in 95 of 100 reports."""


@dataclass(frozen=True)
class Share:
    """`hits` of `of` visitors, and the interval that the true share lies in with 95 %."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.of


@dataclass(frozen=True)
class Difference:
    """By how much one share is greater than another, and the interval that the true difference lies in with 95 %."""

    value: float
    low: float
    high: float


def told(visitors: int) -> int | None:
    """Return the number where it is large enough to be told, else None.

    >>> told(10), told(9), told(0)
    (10, None, None)
    """
    return visitors if visitors >= SMALLEST_CELL else None


def told_days(visitors: Mapping[date, int]) -> frozenset[date]:
    """Return the days on which there were enough visitors to be told of.

    Reports of periods add whole days up, and leave the others out: two reports whose periods differ by some days differ by
    days that may be told of themselves, and by nothing smaller.

    >>> sorted(day.day for day in told_days({date(2026, 1, 1): 10, date(2026, 1, 2): 3}))
    [1]
    """
    return frozenset(day for day, count in visitors.items() if told(count) is not None)


def share(hits: int, of: int) -> Share | None:
    """Return the share with its score interval (Wilson 1927).

    None where either number is too small to be told, and where those are too few who are not among the hits: they would be
    found by subtraction.

    >>> share(45, 50), share(50, 50).value
    (None, 1.0)
    """
    if told(hits) is None or told(of) is None or not _may_be_subtracted(of, hits):
        return None
    low, high = _wilson(hits, of)
    return Share(hits, of, low, high)


def funnel(of: int, *steps: int) -> list[Share | None]:
    """Return the share of each step, whose visitors are all among those of the step before.

    None as for `share`, and where those are too few who took the last step that is told and not this one.
    """
    found: list[Share | None] = []
    last = of
    for hits in steps:
        step = share(hits, of) if _may_be_subtracted(last, hits) else None
        last = last if step is None else hits
        found.append(step)
    return found


def _may_be_subtracted(whole: int, part: int) -> bool:
    """Return whether the rest stands for enough visitors, or for nobody."""
    return whole == part or told(whole - part) is not None


def difference(group: tuple[int, int], control: tuple[int, int]) -> Difference | None:
    """Return how much greater the share in a group, (hits, of), is than in the control group; None as for `share`.

    The interval is the hybrid of two score intervals (Newcombe 1998, Statistics in Medicine 17, method 10): it keeps its
    95 % where shares are near 0, as shares of visitors who walk in are.
    """
    ours, theirs = share(*group), share(*control)
    if ours is None or theirs is None:
        return None
    value = ours.value - theirs.value
    below = sqrt((ours.value - ours.low) ** 2 + (theirs.high - theirs.value) ** 2)
    above = sqrt((ours.high - ours.value) ** 2 + (theirs.value - theirs.low) ** 2)
    return Difference(value, value - below, value + above)


def _wilson(hits: int, of: int) -> tuple[float, float]:
    share_ = hits / of
    centre = share_ + Z_95**2 / (2 * of)
    half = Z_95 * sqrt(share_ * (1 - share_) / of + Z_95**2 / (4 * of**2))
    scale = 1 + Z_95**2 / of
    return (centre - half) / scale, (centre + half) / scale
