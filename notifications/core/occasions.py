"""Occasions: what happened to a visitor in a zone, and which campaigns may be about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from notifications.core.campaign import Campaign, TriggerKind
from notifications.core.visits import Dwelt, Entered, Left, LeftBecause, Reopened, Struck, ZoneEvent


@dataclass(frozen=True)
class Occasion:
    """Something that happened to a visitor in a zone, and that a campaign may be about.

    `at` is event time; `noticed_at` the time of the fix that told; `watermark` the newest event time of the visitor.
    """

    zone_id: UUID
    visit_id: UUID
    trigger: TriggerKind
    at: datetime
    noticed_at: datetime
    watermark: datetime
    dwell_s: float | None = None
    local_time: time | None = None
    is_lost: bool = False
    deferred_to: datetime | None = None
    """The end of the quiet hours that put it off."""

    @property
    def key(self) -> str:
        """The occasion's name, the same however often it is told. A visit that goes on again is left more than once."""
        what = "" if self.dwell_s is None else f":{self.dwell_s:g}"
        if self.trigger in (TriggerKind.SCHEDULE, TriggerKind.EXIT):
            what = f":{self.at.astimezone(UTC):%Y%m%dT%H%M%S}"
        return f"{self.trigger}{what}:{self.visit_id}"

    @property
    def counts_at(self) -> datetime:
        """When its message counts for caps: when it happened, or when the quiet hours that put it off end."""
        return self.deferred_to or self.at


def occasion_of(
    zone_id: UUID, visit_id: UUID, event: ZoneEvent, *, is_near: bool, noticed_at: datetime, watermark: datetime
) -> Occasion:
    """Return the occasion that an event of a visit is. `is_near`: the zone is the distance of a proximity campaign."""
    match event:
        case Entered() | Reopened():
            kind = TriggerKind.PROXIMITY if is_near else TriggerKind.ENTER
        case Dwelt():
            kind = TriggerKind.DWELL
        case Struck():
            kind = TriggerKind.SCHEDULE
        case Left():
            kind = TriggerKind.EXIT
    return Occasion(
        zone_id,
        visit_id,
        kind,
        event.at,
        noticed_at,
        watermark,
        dwell_s=event.dwell_s if isinstance(event, Dwelt) else None,
        local_time=event.local_time if isinstance(event, Struck) else None,
        is_lost=isinstance(event, Left) and event.because is LeftBecause.LOST,
    )


def concerns(campaign: Campaign, occasion: Occasion) -> bool:
    """Return whether the occasion is of the kind that the campaign waits for: all else is not even suppressed."""
    trigger = campaign.trigger
    if occasion.zone_id not in campaign.zone_ids or trigger.kind is not occasion.trigger:
        return False
    return trigger.dwell_s == occasion.dwell_s and trigger.local_time == occasion.local_time


def candidates(campaigns: Iterable[Campaign], occasions: Iterable[Occasion]) -> list[tuple[Campaign, Occasion]]:
    """Return what is to be decided, in its order: priority (greatest first), earliest event time, campaign id."""
    found = [(campaign, occasion) for occasion in occasions for campaign in campaigns if concerns(campaign, occasion)]
    return sorted(found, key=lambda pair: order_of(*pair))


def order_of(campaign: Campaign, occasion: Occasion) -> tuple[int, datetime, UUID]:
    """Return what candidates are sorted by."""
    return -campaign.priority, occasion.at, campaign.id
