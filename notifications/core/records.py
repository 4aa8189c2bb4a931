"""Visits as they are written down: the machine's state may vanish, or be read by two devices at once; the record has the last word.

An event becomes an occasion for campaigns only by changing the record as nothing has changed it before: two devices of a visitor, a
repeated batch or a lost state make no second one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from notifications.core.visits import (
    Dwelt,
    Entered,
    Left,
    LeftBecause,
    Pace,
    Reopened,
    Struck,
    Visit,
    ZoneEvent,
    ZoneState,
    may_reopen,
)


@dataclass(frozen=True)
class Record:
    """A stay of a visitor in a zone. It is open until `left_at` is known; `scheduled_to` is the newest strike that was told.

    `resumed_at` is when it went on again after an end that is forgotten: that end may be told once more.
    """

    id: UUID
    entered_at: datetime
    last_fix_at: datetime
    dwell_s: float = 0.0
    left_at: datetime | None = None
    because: LeftBecause | None = None
    resumed_at: datetime | None = None
    scheduled_to: datetime | None = None

    def state(self) -> ZoneState:
        """Return where the visitor stands with the zone as far as the record knows."""
        return ZoneState(self._visit(), last_fix_at=self.last_fix_at)

    def goes_on(self, event: Entered | Reopened, pace: Pace) -> bool:
        """Return whether an enter belongs to this stay, which has ended. One from before its end was told too late."""
        if isinstance(event, Reopened) or (self.left_at is not None and event.at <= self.left_at):
            return True
        return may_reopen(self._visit(), event.at, pace)

    def _visit(self) -> Visit:
        return Visit(self.entered_at, self.dwell_s, self.left_at, self.because)


def written(
    newest: Record | None, event: ZoneEvent, *, fix_at: datetime, pace: Pace, new_id: UUID
) -> tuple[Record | None, bool]:
    """Return the newest record of a visitor and zone after an event, and whether the event was news.

    `new_id` is the id of the record where the event begins another one. What is told of a time before the newest record is old.
    """
    if isinstance(event, Entered | Reopened):
        return _entered(newest, event, fix_at, pace, new_id)
    if newest is None or event.at < newest.entered_at:
        return newest, False
    changed = _changed(newest, event)
    return (newest, False) if changed is None else (changed, True)


def _entered(
    newest: Record | None, event: Entered | Reopened, fix_at: datetime, pace: Pace, new_id: UUID
) -> tuple[Record, bool]:
    if newest is None:
        return Record(new_id, event.at, fix_at), True
    if newest.left_at is None:
        return newest, False
    if not newest.goes_on(event, pace):
        return Record(new_id, event.at, fix_at), True
    resumed_at = max(event.at, newest.left_at)
    return replace(newest, left_at=None, because=None, last_fix_at=fix_at, resumed_at=resumed_at), False


def _changed(newest: Record, event: Dwelt | Struck | Left) -> Record | None:
    """Return the record with what the event says, None where it says so already."""
    match event:
        case Dwelt():
            return replace(newest, dwell_s=event.dwell_s) if event.dwell_s > newest.dwell_s else None
        case Struck():
            is_told = newest.scheduled_to is not None and event.at <= newest.scheduled_to
            return None if is_told else replace(newest, scheduled_to=event.at)
        case Left():
            is_told = newest.left_at is not None or (newest.resumed_at is not None and event.at <= newest.resumed_at)
            dwell_s = max(newest.dwell_s, event.dwell_s)
            return None if is_told else replace(newest, left_at=event.at, because=event.because, dwell_s=dwell_s)
