"""A campaign: whom a message is for, where and when, how often, and what it says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.core.circles import Circle
from notifications.core.message import Text
from notifications.core.schedule import Schedule
from notifications.core.visits import AREA, PROXIMITY, Watch


class CampaignKind(StrEnum):
    """Marketing is capped and needs consent of its own; safety passes the cap and quiet hours."""

    MARKETING = "marketing"
    SERVICE = "service"
    SAFETY = "safety"


class CampaignState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class TriggerKind(StrEnum):
    ENTER = "enter"
    EXIT = "exit"
    DWELL = "dwell"
    PROXIMITY = "proximity"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class Trigger:
    """What starts the campaign. `dwell_s` belongs to dwell; `on_lost` makes an exit of a visitor who vanished count.

    `local_time` belongs to schedule: whoever is inside then, on every day of the campaign's period, in the venue's time zone.
    """

    kind: TriggerKind
    dwell_s: float | None = None
    on_lost: bool = False
    local_time: time | None = None


@dataclass(frozen=True)
class Audience:
    """Who is meant. An empty set means everyone, None that it does not matter."""

    languages: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    opened_before: bool | None = None
    """Whether the visitor has opened an earlier message of this venue."""
    first_visit: bool | None = None
    """Whether this is the visitor's first visit to the zone."""
    tags: frozenset[str] = frozenset()
    """What the visitor's app said of them; one in common is enough."""


EVERYONE = Audience()


@dataclass(frozen=True)
class Hours:
    """A half-open interval of local time, [start, end). It crosses midnight where the end is not after the start."""

    start: time
    end: time

    def contains(self, local: time) -> bool:
        """Return whether the local time lies in the interval.

        >>> Hours(time(22), time(7)).contains(time(6, 59)), Hours(time(22), time(7)).contains(time(7))
        (True, False)
        """
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def next_end(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when the interval ends that an instant lies in.

        An end that the clocks leave out comes when it would have been; of one that they show twice, the next counts.
        """
        local = at.astimezone(zone)
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        return datetime.combine(day, self.end.replace(fold=local.fold), zone).astimezone(UTC)


@dataclass(frozen=True)
class ActivePeriod:
    """When a campaign runs, in the venue's time zone: dates, days of the week (Monday is 0) and hours; None: always."""

    first_day: date | None = None
    last_day: date | None = None
    weekdays: frozenset[int] = frozenset()
    hours: Hours | None = None

    def contains(self, at: datetime, zone: ZoneInfo) -> bool:
        local = at.astimezone(zone)
        return (
            (self.first_day is None or self.first_day <= local.date())
            and (self.last_day is None or local.date() <= self.last_day)
            and (not self.weekdays or local.weekday() in self.weekdays)
            and (self.hours is None or self.hours.contains(local.time()))
        )


ALWAYS = ActivePeriod()


class CapKind(StrEnum):
    EVER = "ever"
    VISIT = "visit"
    DAY = "day"
    ROLLING = "rolling"


@dataclass(frozen=True)
class Cap:
    """How often one visitor may get the message: once ever, once a visit, once a local day, or `count` in 24 hours."""

    kind: CapKind
    count: int = 1


@dataclass(frozen=True)
class Campaign:
    id: UUID
    name: str
    kind: CampaignKind
    trigger: Trigger
    zone_ids: frozenset[UUID]
    """Everything that it is about: map features, and its circles."""
    cap: Cap
    ttl_s: float
    content: Mapping[str, Text]
    state: CampaignState
    active_since: datetime | None
    """When it was last started: what happened before that is not its business."""
    audience: Audience = EVERYONE
    period: ActivePeriod = ALWAYS
    priority: int = 0
    held_out_share: float = 0.0
    zone_cool_down_s: float = 0.0
    """How long it stays silent about a zone after a message about that zone."""
    circles: tuple[Circle, ...] = ()
    stopped: bool = False
    """Its own kill switch."""
    defers: bool = False
    """Whether quiet hours put a message off to their end, where it is still of use then, instead of dropping it."""

    def is_active(self, at: datetime, zone: ZoneInfo) -> bool:
        return (
            self.state is CampaignState.ACTIVE
            and self.active_since is not None
            and self.active_since <= at
            and self.period.contains(at, zone)
        )


def watched(campaigns: Sequence[Campaign], zone: ZoneInfo) -> dict[UUID, Watch]:
    """Return every zone that the campaigns listen to, with what they wait for there."""
    dwells: dict[UUID, set[float]] = defaultdict(set)
    times: dict[UUID, set[time]] = defaultdict(set)
    near = {circle.id for campaign in campaigns for circle in campaign.circles if circle.is_near}
    for campaign in campaigns:
        waits_for = () if campaign.trigger.dwell_s is None else (campaign.trigger.dwell_s,)
        strikes_at = () if campaign.trigger.local_time is None else (campaign.trigger.local_time,)
        for zone_id in campaign.zone_ids:
            dwells[zone_id].update(waits_for)
            times[zone_id].update(strikes_at)
    return {
        zone_id: Watch(
            frozenset(seconds),
            Schedule(frozenset(times[zone_id]), zone) if times[zone_id] else None,
            PROXIMITY if zone_id in near else AREA,
        )
        for zone_id, seconds in dwells.items()
    }
