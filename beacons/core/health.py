"""Whether a beacon still hangs, and hangs where the registry has it, by what passers-by heard of it: one state machine.

`step(health, observation, now) -> health`. Two cumulative sums (Page 1954) follow how much stronger and how much weaker
than expected a beacon is heard. Stronger than its place allows, it hangs nearer to where people walk: moved, or, where it
is also heard at its place, cloned. Weaker, its battery runs out or something was put before it. Nothing is believed of fewer
than three devices, which are told apart by marks that name nobody.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

SILENT_PASSES, LEAST_DEVICES = 6, 3  # POSITIONING.md, Beacon health
# In deviations of one pass. A beacon whose power errs by 3 dB is falsely accused once in some 50,000 passes, if their noise is
# independent (Siegmund 1985, equation 2.57); one heard 20 dB too strongly is found with the fifth.
ALLOWANCE, LIMIT = 1.0, 8.0
LARGEST_STEP = 4.0
# As near as that to what is expected, near its place, a pass confirms that place.
CONFIRMED, CONFIRMED_M = 1.0, 15.0
CONFIRMATIONS = 2
# Where most pass by the beacon itself, a clone's few passes drown in the sums: what can't come from the beacon's place counts by
# itself. Over 30 m free space alone takes 70 dB of what is sent, so that hardly -75 dBm are left without any wall; a share of two
# passes in a hundred is more than wrong fixes make. Our assumptions.
APART_M, LOUD_DBM = 30.0, -75.0
ELSEWHERE_LIMIT, FORGOTTEN_A_PASS = 2.5, 0.02
SMOOTHING = 0.05


class Verdict(StrEnum):
    """What is believed of a beacon; the words of the API."""

    WELL = "well"
    SILENT = "silent"
    WEAK = "weak"
    MOVED = "moved"
    CLONED = "cloned"


@dataclass(frozen=True)
class Observation:
    """One pass of one device by a beacon. `deviation` is None where it was missed though it should have been heard.

    `deviation`: how much stronger than expected, in deviations of the noise. `x_m`, `y_m`, `level`: where the device was,
    `distance_m` from where the beacon should be. `mark` tells devices apart. `battery_mv` is what the beacon itself told.
    """

    mark: int
    deviation: float | None
    x_m: float = 0.0
    y_m: float = 0.0
    level: str = ""
    distance_m: float = 0.0
    rssi_dbm: float = 0.0
    battery_mv: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a beacon seems to hang: the mean of where it was heard too strongly, by amplitude."""

    weight: float
    x_m: float
    y_m: float
    level: str


@dataclass(frozen=True)
class Health:
    """What is known of one beacon."""

    verdict: Verdict = Verdict.WELL
    passes: int = 0
    missed: int = 0
    missed_by: tuple[int, ...] = ()
    stronger: float = 0.0
    stronger_by: tuple[int, ...] = ()
    weaker: float = 0.0
    weaker_by: tuple[int, ...] = ()
    elsewhere: float = 0.0
    elsewhere_by: tuple[int, ...] = ()
    also_there: int = 0
    confirmed: int = 0
    deviation: float = 0.0
    seems_at: Place | None = None
    heard_at: datetime | None = None
    battery_mv: int | None = None


def step(health: Health, seen: Observation, at: datetime) -> Health:
    """Return the health after one more pass."""
    health = replace(health, passes=health.passes + 1)
    after = _missed(health, seen) if seen.deviation is None else _heard(health, seen, seen.deviation, at)
    return replace(after, verdict=_verdict(after))


def _missed(health: Health, seen: Observation) -> Health:
    return replace(health, missed=health.missed + 1, missed_by=_marked(health.missed_by, seen.mark))


def _heard(health: Health, seen: Observation, deviation: float, at: datetime) -> Health:
    clipped = max(-LARGEST_STEP, min(LARGEST_STEP, deviation))
    stronger = max(0.0, health.stronger + clipped - ALLOWANCE)
    weaker = max(0.0, health.weaker - clipped - ALLOWANCE)
    is_elsewhere = deviation >= LARGEST_STEP and seen.distance_m >= APART_M and seen.rssi_dbm >= LOUD_DBM
    elsewhere = max(0.0, health.elsewhere + (1.0 if is_elsewhere else -FORGOTTEN_A_PASS))
    is_there = abs(deviation) <= CONFIRMED and seen.distance_m <= CONFIRMED_M
    return replace(
        health,
        missed=0,
        missed_by=(),
        stronger=stronger,
        stronger_by=_counted(health.stronger_by, seen.mark, stronger, raised=clipped > ALLOWANCE),
        weaker=weaker,
        weaker_by=_counted(health.weaker_by, seen.mark, weaker, raised=-clipped > ALLOWANCE),
        elsewhere=elsewhere,
        elsewhere_by=_counted(health.elsewhere_by, seen.mark, elsewhere, raised=is_elsewhere),
        also_there=health.also_there + is_there if elsewhere > 0 else 0,
        confirmed=health.confirmed + is_there if stronger > 0 else 0,
        deviation=health.deviation + SMOOTHING * (clipped - health.deviation),
        seems_at=_place(health.seems_at, seen) if clipped > ALLOWANCE else health.seems_at if stronger > 0 else None,
        heard_at=at,
        battery_mv=health.battery_mv if seen.battery_mv is None else seen.battery_mv,
    )


def _verdict(health: Health) -> Verdict:
    if health.stronger >= LIMIT and len(health.stronger_by) >= LEAST_DEVICES:
        return Verdict.CLONED if health.confirmed >= CONFIRMATIONS else Verdict.MOVED
    is_told_elsewhere = health.elsewhere >= ELSEWHERE_LIMIT and len(health.elsewhere_by) >= LEAST_DEVICES
    if is_told_elsewhere and health.also_there >= CONFIRMATIONS:
        return Verdict.CLONED
    if health.missed >= SILENT_PASSES and len(health.missed_by) >= LEAST_DEVICES:
        return Verdict.SILENT
    if health.weaker >= LIMIT and len(health.weaker_by) >= LEAST_DEVICES:
        return Verdict.WEAK
    return Verdict.WELL


def _counted(marks: tuple[int, ...], mark: int, total: float, *, raised: bool) -> tuple[int, ...]:
    """Return who brought a sum to where it is; nobody where it fell to nothing."""
    if total == 0:
        return ()
    return _marked(marks, mark) if raised else marks


def _marked(marks: tuple[int, ...], mark: int) -> tuple[int, ...]:
    """Return the marks with one more, as many as are needed."""
    return marks if mark in marks or len(marks) >= LEAST_DEVICES else (*marks, mark)


def _place(before: Place | None, seen: Observation) -> Place:
    """Return the place with one more hearing; a louder one on another level takes over."""
    weight = 10 ** (seen.rssi_dbm / 20)
    if before is None or (before.level != seen.level and weight > before.weight):
        return Place(weight, seen.x_m, seen.y_m, seen.level)
    if before.level != seen.level:
        return before
    share = weight / (before.weight + weight)
    return Place(
        before.weight + weight,
        before.x_m + share * (seen.x_m - before.x_m),
        before.y_m + share * (seen.y_m - before.y_m),
        seen.level,
    )
