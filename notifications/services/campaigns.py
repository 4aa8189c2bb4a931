"""Campaigns: created, checked whole, started, paused, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from notifications import models
from notifications.core.campaign import CampaignKind, CampaignState, CapKind, TriggerKind
from notifications.core.templates import Finding, check_content
from notifications.core.zone_features import is_narrower_than, name_of, zone_of
from notifications.errors import CampaignInvalid, CampaignNotStartable, CampaignStateConflict
from venues.core.snapshot import Snapshot
from venues.models import Venue
from venues.selectors import current_snapshot

NARROWEST_M = 5.0
"""A narrower zone may not carry enter or exit campaigns: positions are not that good (CAMPAIGNS.md, Zones)."""

STARTABLE = (CampaignState.DRAFT, CampaignState.PAUSED)


@transaction.atomic
def create(*, venue: Venue, values: Mapping[str, Any], by: User | None, now: datetime) -> models.Campaign:
    """Return a new draft with these fields. It may be incomplete: it is checked when it is started."""
    return models.Campaign.objects.create(venue=venue, created_by=by, created_at=now, **values)


@transaction.atomic
def change(*, campaign: models.Campaign, values: Mapping[str, Any]) -> models.Campaign:
    """Return the campaign with these fields changed. Raises CampaignInvalid where it runs and could not be started so."""
    if campaign.state == CampaignState.ENDED:
        raise CampaignStateConflict("This campaign has ended. Create another one.")
    for name, value in values.items():
        setattr(campaign, name, value)
    if campaign.state == CampaignState.ACTIVE and (found := findings(campaign)):
        raise CampaignInvalid(found)
    campaign.start_asked_by = None
    campaign.save()
    return campaign


@transaction.atomic
def start(*, campaign: models.Campaign, by: User | None, now: datetime) -> models.Campaign:
    """Return the campaign, running; a safety campaign runs once a second operator has asked for it too.

    Raises CampaignNotStartable with everything that is wrong with it.
    """
    _require_state(campaign, STARTABLE, "started")
    if found := findings(campaign):
        raise CampaignNotStartable(found)
    if campaign.kind == CampaignKind.SAFETY and _is_first_to_ask(campaign, by):
        campaign.start_asked_by = by
    else:
        campaign.state, campaign.active_since, campaign.start_asked_by = CampaignState.ACTIVE, now, None
    campaign.save(update_fields=["state", "active_since", "start_asked_by"])
    return campaign


@transaction.atomic
def pause(*, campaign: models.Campaign) -> models.Campaign:
    """Return the campaign, paused: what happens meanwhile is none of its business."""
    _require_state(campaign, (CampaignState.ACTIVE,), "paused")
    return _put(campaign, CampaignState.PAUSED)


@transaction.atomic
def end(*, campaign: models.Campaign) -> models.Campaign:
    """Return the campaign, ended for good."""
    _require_state(campaign, (CampaignState.DRAFT, CampaignState.ACTIVE, CampaignState.PAUSED), "ended")
    return _put(campaign, CampaignState.ENDED)


def findings(campaign: models.Campaign) -> tuple[Finding, ...]:
    """Return everything that keeps the campaign from running, each with its field."""
    return (
        *_trigger_findings(campaign),
        *_period_findings(campaign),
        *_zone_findings(campaign, current_snapshot(campaign.venue)),
        *check_content(campaign.texts, [language for language, _ in settings.LANGUAGES]),
    )


def _trigger_findings(campaign: models.Campaign) -> list[Finding]:
    found = []
    is_dwell = campaign.trigger == TriggerKind.DWELL
    if is_dwell and campaign.dwell_s is None:
        found.append(Finding("dwell_missing", "dwell_s", "A dwell campaign needs a time inside. Give dwell_s."))
    if not is_dwell and campaign.dwell_s is not None:
        found.append(
            Finding("dwell_not_meant", "dwell_s", "Only dwell campaigns have a time inside. Leave dwell_s empty.")
        )
    if campaign.cap != CapKind.ROLLING and campaign.cap_count != 1:
        found.append(Finding("cap_count_not_meant", "cap_count", 'A count other than 1 belongs to the cap "rolling".'))
    return found


def _period_findings(campaign: models.Campaign) -> list[Finding]:
    found = []
    if (campaign.hours_start is None) is not (campaign.hours_end is None):
        found.append(Finding("hours_half_given", "hours_end", "Hours need a start and an end. Give both or neither."))
    if campaign.first_day is not None and campaign.last_day is not None and campaign.last_day < campaign.first_day:
        found.append(Finding("period_empty", "last_day", "The last day is before the first. No day is left to run."))
    return found


def _zone_findings(campaign: models.Campaign, snapshot: Snapshot) -> list[Finding]:
    if not campaign.zones:
        return [Finding("zones_missing", "zones", "The campaign has no zone. Choose at least one.")]
    return [found for zone_id in sorted(campaign.zone_ids) if (found := _zone_finding(campaign, snapshot, zone_id))]


def _zone_finding(campaign: models.Campaign, snapshot: Snapshot, zone_id: UUID) -> Finding | None:
    if (zone := zone_of(snapshot, zone_id)) is None:
        message = f"The published map has no area {zone_id}. Choose a section, geofence, building, level or unit of it."
        return Finding("zone_unknown", "zones", message)
    if campaign.trigger != TriggerKind.DWELL and is_narrower_than(zone, NARROWEST_M):
        name = name_of(snapshot, zone_id).get("en", str(zone_id))
        message = f'"{name}" is narrower than {NARROWEST_M:g} m, too narrow to tell who enters. Choose a wider zone.'
        return Finding("zone_too_narrow", "zones", message)
    return None


def _is_first_to_ask(campaign: models.Campaign, by: User | None) -> bool:
    return by is None or campaign.start_asked_by is None or campaign.start_asked_by == by


def _require_state(campaign: models.Campaign, states: tuple[CampaignState, ...], what: str) -> None:
    if campaign.state not in states:
        allowed = " or ".join(states)
        raise CampaignStateConflict(f"A campaign that is {campaign.state} can't be {what}: it must be {allowed}.")


def _put(campaign: models.Campaign, state: CampaignState) -> models.Campaign:
    campaign.state = state
    campaign.save(update_fields=["state"])
    return campaign
