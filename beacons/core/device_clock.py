"""What a device's clock shows, and what time it is: how far it is off is learnt, so that its times can be read as event times.

A device that says what both of its clocks showed when it sent a batch is believed at once (CAMPAIGNS.md, Time: the batch's
monotonic/wall pair); the batch that was under way for the shortest time tells it best. Of one that does not, a clock that is a few
minutes slow looks like a phone that was offline, and is followed by its own time. Only what is off by more than data may be late or
early, batch after batch by the same, while time goes on there as it does here, is a wrong clock: what is delivered late comes faster.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from beacons.core.arrivals import ALLOWED_LATENESS
from beacons.core.wire import MOST_EARLY, MOST_LATE, Clock, Json, number

# Between two batches by which both clocks of a device went on alike. A clock that is set moves by more; one that is corrected bit by
# bit moves by 0.5 ms a second at most (adjtimex(2)).
SET_BY = timedelta(seconds=1)
# As much as batches on their way may differ by, and as many over as long as it takes to tell a clock from a delivery (our assumption).
SAME_WITHIN, BATCHES_TOLD, TOLD_OVER = timedelta(seconds=2), 3, timedelta(seconds=2)
NOT_AT_ALL = timedelta(0)
# A century: no device goes on for longer.
LONGEST_RUN_S = 36_525 * 86_400


@dataclass(frozen=True)
class ClockPair:
    """Both clocks of a device as it sent a batch: the one that shows the time and may be set, and the one that only goes on."""

    wall_at: datetime
    monotonic_s: float

    @property
    def begun_at(self) -> datetime:
        """What the one showed when the other began. Another one: the clock was set, or the device began anew."""
        return self.wall_at - timedelta(seconds=self.monotonic_s)


@dataclass(frozen=True)
class Trail:
    """Batches in a row that are off by the same: by how much the soonest of them, since when, how many."""

    ahead: timedelta
    since: datetime
    batches: int = 1


@dataclass(frozen=True)
class DeviceClock:
    """What is known of a device's clock: how far it is ahead of ours (below 0: behind), and what that rests on."""

    ahead: timedelta = NOT_AT_ALL
    begun_at: datetime | None = None
    trail: Trail | None = None

    @property
    def off(self) -> timedelta:
        """What its times are put right by: nothing where a batch may just have been under way so long."""
        return NOT_AT_ALL if _is_right(self.ahead) else self.ahead

    def learned(self, pair: ClockPair | None, newest_at: datetime | None, received_at: datetime) -> "DeviceClock":
        """Return what is known after a batch with this pair, whose newest event was then by the device's clock."""
        if pair is not None:
            return self._told(pair, received_at)
        if newest_at is None:
            return self
        ahead = newest_at - received_at
        if -MOST_LATE < ahead - self.off <= MOST_EARLY:
            return self if self.trail is None else replace(self, trail=None)
        if _is_right(ahead):
            return UNHEARD  # it has been set, and shows our time
        trail = _followed(self.trail, ahead, received_at)
        if trail.batches < BATCHES_TOLD or received_at - trail.since < TOLD_OVER:
            return replace(self, trail=trail)
        # Until now the times of one that is ahead were taken as the latest that may be: they go on from there.
        return DeviceClock(trail.ahead - MOST_EARLY if trail.ahead > NOT_AT_ALL else trail.ahead)

    def _told(self, pair: ClockPair, received_at: datetime) -> "DeviceClock":
        ahead = pair.wall_at - received_at
        if self.begun_at is not None and abs(pair.begun_at - self.begun_at) <= SET_BY:
            ahead = max(ahead, self.ahead)
        return DeviceClock(ahead, pair.begun_at)


UNHEARD = DeviceClock()


def read_pair(part: Json, clock: Clock) -> ClockPair:
    """Return what a batch says of the device's clocks. Raises InvalidBatch, naming the item."""
    wall_at = clock.time(part.get("wall_at"), "clock.wall_at")
    return ClockPair(wall_at, number(part, "monotonic_s", "clock.monotonic_s", 0, LONGEST_RUN_S))


def _is_right(ahead: timedelta) -> bool:
    """Return whether a clock shows our time, as far as a batch can tell that took a while to come."""
    return -ALLOWED_LATENESS <= ahead <= MOST_EARLY


def _followed(trail: Trail | None, ahead: timedelta, received_at: datetime) -> Trail:
    if trail is None or abs(ahead - trail.ahead) > SAME_WITHIN:
        return Trail(ahead, received_at)
    return Trail(max(ahead, trail.ahead), trail.since, trail.batches + 1)
