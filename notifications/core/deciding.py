"""Deciding whether a visitor gets a campaign's message: an ordered list of checks, the first that fails is the reason."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.core.campaign import Campaign, CampaignKind, CapKind, Hours
from notifications.core.occasions import Occasion, concerns

GLOBAL_CAP = 4
GLOBAL_CAP_WINDOW = timedelta(hours=24)
GLOBAL_CAP_SPACING = timedelta(minutes=20)
ROLLING_WINDOW = timedelta(hours=24)
ALLOWED_LATENESS = timedelta(seconds=10)
SLOT = "slot:"

CONSENT_OF_KIND = {
    CampaignKind.MARKETING: "marketing",
    CampaignKind.SERVICE: "positioning",
    CampaignKind.SAFETY: "positioning",
}
"""The purpose that a visitor must have consented to. All messages come from a position."""


class Reason(StrEnum):
    """Why a message was suppressed, in the order in which the checks are made."""

    KILL_SWITCH = "kill_switch"
    NOT_ACTIVE = "not_active"
    NO_CONSENT = "no_consent"
    NOT_IN_AUDIENCE = "not_in_audience"
    TRIGGER_NOT_VALID = "trigger_not_valid"
    LATE = "late"
    EXPIRED = "expired"
    QUIET_HOURS = "quiet_hours"
    ALREADY_SENT = "already_sent"
    ZONE_COOL_DOWN = "zone_cool_down"
    GLOBAL_CAP = "global_cap"
    HELD_OUT = "held_out"


@dataclass(frozen=True)
class Recipient:
    """What a decision may know of the visitor."""

    visitor_id: UUID
    language: str
    profile: str
    consent: frozenset[str]
    opened_before: bool = False
    first_visit: bool = True
    tags: frozenset[str] = frozenset()
    zone: ZoneInfo | None = None
    """The time zone that the visitor set for quiet hours; None: the venue's."""


@dataclass(frozen=True)
class Past:
    """An earlier message, reserved or held out, at the instant at which it counts."""

    at: datetime
    zone_id: UUID


@dataclass(frozen=True)
class History:
    """What was decided before for this visitor: windows and messages of this campaign, and marketing of any."""

    windows: frozenset[str] = frozenset()
    own: tuple[Past, ...] = ()
    marketing_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Rules:
    """The venue's own: whether everything is stopped, its quiet hours, its time zone."""

    zone: ZoneInfo
    stopped: bool = False
    quiet: Hours | None = None


@dataclass(frozen=True)
class Case:
    """All that one decision rests on."""

    campaign: Campaign
    occasion: Occasion
    recipient: Recipient
    history: History
    rules: Rules
    now: datetime


@dataclass(frozen=True)
class Reserved:
    window_key: str


@dataclass(frozen=True)
class Suppressed:
    """`window_key` is the occasion's own, so that a later one may still use the campaign's; held out ones use it up."""

    window_key: str
    reason: Reason


@dataclass(frozen=True)
class Deferred:
    """It is quiet: decided again at that instant."""

    window_key: str
    until: datetime


Verdict = Reserved | Suppressed | Deferred


def decide(case: Case) -> Verdict:
    """Return the verdict on one campaign, occasion and visitor."""
    reason = next((reason for reason, passes in CHECKS if not passes(case)), None)
    if reason is None:
        return Reserved(window_key(case))
    if reason is Reason.HELD_OUT:
        return Suppressed(window_key(case), reason)
    own_key = f"at:{case.occasion.key}"
    if reason is Reason.QUIET_HOURS and (until := _put_off_to(case)) is not None:
        return Deferred(own_key, until)
    return Suppressed(own_key, reason)


def window_key(case: Case) -> str:
    """Return the key under which the campaign reaches this visitor at most once.

    `ever`, `visit:<id>`, `day:<local date of the venue>`, or `slot:<n>`, the n-th message of the campaign to the visitor.
    """
    match case.campaign.cap.kind:
        case CapKind.EVER:
            return "ever"
        case CapKind.VISIT:
            return f"visit:{case.occasion.visit_id}"
        case CapKind.DAY:
            return f"day:{case.occasion.counts_at.astimezone(case.rules.zone).date().isoformat()}"
        case CapKind.ROLLING:
            return f"{SLOT}{_slots_used(case.history) + 1}"


def _slots_used(history: History) -> int:
    """Return the number of the last message under a rolling cap: those before it may be forgotten already."""
    return max((int(key.removeprefix(SLOT)) for key in history.windows if key.startswith(SLOT)), default=0)


def in_control_group(campaign_id: UUID, visitor_id: UUID, share: float) -> bool:
    """Return whether the visitor belongs to the share held out: for ever the same answer for the same two."""
    digest = hashlib.sha256(campaign_id.bytes + visitor_id.bytes).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _is_not_stopped(case: Case) -> bool:
    return not case.rules.stopped and not case.campaign.stopped


def _is_active(case: Case) -> bool:
    zone = case.rules.zone
    return case.campaign.is_active(case.occasion.at, zone) and case.campaign.is_active(case.now, zone)


def _has_consent(case: Case) -> bool:
    return CONSENT_OF_KIND[case.campaign.kind] in case.recipient.consent


def _is_in_audience(case: Case) -> bool:
    audience, recipient = case.campaign.audience, case.recipient
    return (
        (not audience.languages or recipient.language.split("-")[0] in audience.languages)
        and (not audience.profiles or recipient.profile in audience.profiles)
        and (audience.opened_before is None or audience.opened_before is recipient.opened_before)
        and (audience.first_visit is None or audience.first_visit is recipient.first_visit)
        and (not audience.tags or not audience.tags.isdisjoint(recipient.tags))
    )


def _is_triggered(case: Case) -> bool:
    """Return whether the campaign waits for this: an exit of who was lost from sight only where it says so."""
    on_lost = case.campaign.trigger.on_lost
    return concerns(case.campaign, case.occasion) and (on_lost or not case.occasion.is_lost)


def _is_in_time(case: Case) -> bool:
    return case.occasion.noticed_at >= case.occasion.watermark - ALLOWED_LATENESS


def _is_alive(case: Case) -> bool:
    return case.now < case.occasion.at + timedelta(seconds=case.campaign.ttl_s)


def _is_not_quiet(case: Case) -> bool:
    if case.campaign.kind is CampaignKind.SAFETY or case.rules.quiet is None:
        return True
    return not case.rules.quiet.contains(case.now.astimezone(_zone_of(case)).time())


def _zone_of(case: Case) -> ZoneInfo:
    """Return the time zone of the quiet hours: the visitor's own, else the venue's."""
    return case.recipient.zone or case.rules.zone


def _put_off_to(case: Case) -> datetime | None:
    """Return the end of the quiet hours, None where the campaign drops or the message is of no use any more then."""
    if not case.campaign.defers or case.rules.quiet is None:
        return None
    until = case.rules.quiet.next_end(case.now, _zone_of(case))
    expires_at = case.occasion.at + timedelta(seconds=case.campaign.ttl_s)
    return until if until < expires_at else None


def _has_window(case: Case) -> bool:
    if case.campaign.cap.kind is CapKind.ROLLING:
        recent = [past for past in case.history.own if abs(case.occasion.counts_at - past.at) < ROLLING_WINDOW]
        return len(recent) < case.campaign.cap.count
    return window_key(case) not in case.history.windows


def _zone_has_cooled_down(case: Case) -> bool:
    cool_down = timedelta(seconds=case.campaign.zone_cool_down_s)
    return all(
        abs(case.occasion.counts_at - past.at) >= cool_down
        for past in case.history.own
        if past.zone_id == case.occasion.zone_id
    )


def _is_under_global_cap(case: Case) -> bool:
    if case.campaign.kind is not CampaignKind.MARKETING:
        return True
    apart = [abs(case.occasion.counts_at - at) for at in case.history.marketing_at]
    if any(gap < GLOBAL_CAP_SPACING for gap in apart):
        return False
    return sum(gap < GLOBAL_CAP_WINDOW for gap in apart) < GLOBAL_CAP


def _is_not_held_out(case: Case) -> bool:
    campaign = case.campaign
    return not in_control_group(campaign.id, case.recipient.visitor_id, campaign.held_out_share)


CHECKS: tuple[tuple[Reason, Callable[[Case], bool]], ...] = (
    (Reason.KILL_SWITCH, _is_not_stopped),
    (Reason.NOT_ACTIVE, _is_active),
    (Reason.NO_CONSENT, _has_consent),
    (Reason.NOT_IN_AUDIENCE, _is_in_audience),
    (Reason.TRIGGER_NOT_VALID, _is_triggered),
    (Reason.LATE, _is_in_time),
    (Reason.EXPIRED, _is_alive),
    (Reason.QUIET_HOURS, _is_not_quiet),
    (Reason.ALREADY_SENT, _has_window),
    (Reason.ZONE_COOL_DOWN, _zone_has_cooled_down),
    (Reason.GLOBAL_CAP, _is_under_global_cap),
    (Reason.HELD_OUT, _is_not_held_out),
)
