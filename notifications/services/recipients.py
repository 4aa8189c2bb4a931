"""Whom claimed deliveries reach, and whether they still may: looked up for many at once, right before they are sent."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from notifications import models
from notifications.core.campaign import CampaignKind
from notifications.core.deciding import CONSENT_OF_KIND, Reason
from notifications.services.outbox import address_of
from notifications.transports.base import Endpoint
from visitors.core.consent import Consent, Purpose
from visitors.models import Device, DeviceKind
from visitors.selectors import consents_of


def endpoints(deliveries: Sequence[models.Delivery]) -> Mapping[UUID, Endpoint]:
    """Return where each delivery goes, by its key. One whose device is gone, or another visitor's now, goes nowhere."""
    pushed = [delivery for delivery in deliveries if delivery.transport in DeviceKind.values]
    found = {str(device.pk): device for device in Device.objects.filter(pk__in={row.endpoint for row in pushed})}
    live = {row.pk: Endpoint(row.endpoint) for row in deliveries if row.transport not in DeviceKind.values}
    return live | {
        row.pk: _endpoint(found[row.endpoint])
        for row in pushed
        if row.endpoint in found and found[row.endpoint].visitor_id == row.message.visitor_id
    }


def objections(deliveries: Sequence[models.Delivery]) -> Mapping[UUID, Reason]:
    """Return what has come up against messages since they were decided, by delivery: kill switch, consent withdrawn."""
    venues = {row.message.decision.campaign.venue_id for row in deliveries}
    stopped = set(models.VenueRules.objects.filter(venue__in=venues, stopped=True).values_list("venue_id", flat=True))
    consents = consents_of({row.message.visitor_id for row in deliveries})
    found = {row.pk: _objection(row.message, stopped, consents[row.message.visitor_id]) for row in deliveries}
    return {key: reason for key, reason in found.items() if reason is not None}


def _objection(message: models.VisitorMessage, stopped: set[UUID], consent: Consent) -> Reason | None:
    campaign = message.decision.campaign
    if campaign.stopped or campaign.venue_id in stopped:
        return Reason.KILL_SWITCH
    needed = CONSENT_OF_KIND[CampaignKind(campaign.kind)]
    return None if consent[Purpose(needed)] else Reason.NO_CONSENT


def _endpoint(device: Device) -> Endpoint:
    keys = (device.subscription or {}).get("keys", {})
    return Endpoint(address_of(device), keys.get("p256dh", ""), keys.get("auth", ""))
