"""Campaigns: created, checked whole, started, paused, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.core.roles import Right
from accounts.models import User
from notifications import models
from notifications.core.campaign import CampaignKind, CampaignState
from notifications.errors import CampaignInvalid, CampaignNotStartable, CampaignStateConflict
from notifications.services.fitness import findings, findings_at_start
from venues.models import Venue
from venues.selectors import rights_of

STARTABLE = (CampaignState.DRAFT, CampaignState.PAUSED)


@transaction.atomic
def create(*, venue: Venue, values: Mapping[str, Any], by: User | None, now: datetime) -> models.Campaign:
    """Return a new draft with these fields. It may be incomplete: it is checked when it is started."""
    return models.Campaign.objects.create(venue=venue, created_by=by, created_at=now, **values)


@transaction.atomic
def change(*, campaign: models.Campaign, values: Mapping[str, Any]) -> models.Campaign:
    """Return the campaign with these fields changed. Raises CampaignInvalid where it runs and could not be started so.

    A safety campaign that runs can only be stopped: what two operators have started no single one may change.
    """
    if campaign.state == CampaignState.ENDED:
        raise CampaignStateConflict("This campaign has ended. Create another one.")
    is_safety = CampaignKind.SAFETY in (campaign.kind, values.get("kind"))
    if campaign.state == CampaignState.ACTIVE and is_safety and set(values) - {"stopped"}:
        raise CampaignStateConflict(
            "A safety campaign can't be changed while it runs. Pause it, change it, start it again."
        )
    for name, value in values.items():
        setattr(campaign, name, value)
    if set(values) - {"stopped"}:  # the kill switch works whatever is wrong with the campaign
        if campaign.state == CampaignState.ACTIVE and (found := findings(campaign)):
            raise CampaignInvalid(found)
        campaign.start_asked_by = None  # what was approved has changed
    campaign.save()
    return campaign


@transaction.atomic
def start(*, campaign: models.Campaign, by: User | None, now: datetime) -> models.Campaign:
    """Return the campaign, running; a safety campaign runs once a second operator has asked for it too.

    Raises CampaignNotStartable with everything that is wrong with it.
    """
    _require_state(campaign, STARTABLE, "started")
    if found := findings_at_start(campaign, now=now):
        raise CampaignNotStartable(found)
    if campaign.kind == CampaignKind.SAFETY and _is_first_to_ask(campaign, by):
        campaign.start_asked_by = by or campaign.start_asked_by  # a command is no operator
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


def _is_first_to_ask(campaign: models.Campaign, by: User | None) -> bool:
    """Whether no other operator who still may start it has asked. A person and their keys are one operator."""
    asked_by = campaign.start_asked_by
    if by is None or asked_by is None or asked_by == by:
        return True
    return Right.CAMPAIGN not in rights_of(asked_by, None, campaign.venue_id)


@transaction.atomic
def set_rules(*, venue: Venue, values: Mapping[str, Any]) -> models.VenueRules:
    """Return the venue's rules with these changed: kill switch and quiet hours."""
    rules, _ = models.VenueRules.objects.update_or_create(venue=venue, defaults=dict(values))
    return rules


def _require_state(campaign: models.Campaign, states: tuple[CampaignState, ...], what: str) -> None:
    if campaign.state not in states:
        allowed = " or ".join(states)
        raise CampaignStateConflict(f"A campaign that is {campaign.state} can't be {what}: it must be {allowed}.")


def _put(campaign: models.Campaign, state: CampaignState) -> models.Campaign:
    campaign.state = state
    campaign.save(update_fields=["state"])
    return campaign
