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


def told_days(visitors: Mapping[date, int], *wholes: Mapping[date, int]) -> frozenset[date]:
    """Return the days on which there were enough visitors to be told of.

    `wholes` are told too, and hold these visitors among others: on no such day are the others too few to be told of.

    Reports of periods add whole days up, and leave the others out: two reports whose periods differ by some days differ by
    days that may be told of themselves, and by nothing smaller.

    >>> sorted(day.day for day in told_days({date(2026, 1, 1): 10, date(2026, 1, 2): 3}))
    [1]
    """
    return frozenset(
        day
        for day, count in visitors.items()
        if told(count) is not None and all(_may_be_subtracted(whole[day], count) for whole in wholes)
    )


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


def comparable(meant: tuple[int, int], reached: tuple[int, int]) -> tuple[int, int] | None:
    """Return the share, (hits, of), that is compared with the control group's: of those whom the message was meant for.

    The share of those whom it reached is told beside it, so fewer than ten whom it did not reach are left out. None where these
    are more, but of them those who walked in, or who did not, are too few: they would be found by subtraction.

    >>> comparable((70, 300), (50, 250)), comparable((61, 255), (60, 250)), comparable((52, 300), (50, 250))
    ((70, 300), (60, 250), None)
    """
    hits, of = meant[0] - reached[0], meant[1] - reached[1]
    if told(of) is None:
        return reached
    are_told = (rest == 0 or told(rest) is not None for rest in (hits, of - hits))
    return meant if all(are_told) else None


def _may_be_subtracted(whole: int, part: int) -> bool:
    """Return whether the rest stands for enough visitors, or for nobody."""
    return whole == part or told(whole - part) is not None


def difference(group: tuple[int, int] | None, control: tuple[int, int]) -> Difference | None:
    """Return how much greater the share in a group, (hits, of), is than in the control group; None as for `share`.

    The interval is the hybrid of two score intervals (Newcombe 1998, Statistics in Medicine 17, method 10): it keeps its
    95 % where shares are near 0, as shares of visitors who walk in are.
    """
    ours, theirs = None if group is None else share(*group), share(*control)
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
