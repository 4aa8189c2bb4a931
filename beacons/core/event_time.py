"""When what a device sent happened, by its own clock: what is new, what comes too late, and what time it is there now.

The watermark is the newest event time taken of a visitor (CAMPAIGNS.md, Time). What was heard at or before it is known already, or
was sent again: it moves nobody. So a recording counts once, at whatever speed it comes, as long as its own time goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beacons.core.sighting import Sighting
from beacons.core.wire import MOST_LATE


@dataclass(frozen=True)
class Watermark:
    """The newest event time taken of a visitor, and when it came in."""

    newest_at: datetime
    received_at: datetime

    def now(self, received_at: datetime) -> datetime:
        """Return the event time of a moment in which nothing was heard: the device's clock went on as ours did."""
        return self.newest_at + (received_at - self.received_at)

    def raised(self, newest_at: datetime | None, received_at: datetime) -> "Watermark":
        """Return the watermark after a batch whose newest event was then; the same where it brought nothing newer."""
        if newest_at is None or newest_at <= self.newest_at:
            return self
        return Watermark(newest_at, received_at)


def in_time(sightings: Sequence[Sighting], watermark: Watermark | None, received_at: datetime) -> list[Sighting]:
    """Return the sightings that are news: after the watermark, and not so old that their times were clipped."""
    after = received_at - MOST_LATE
    if watermark is not None:
        after = max(after, watermark.newest_at)
    return [one for one in sightings if one.heard_at > after]
