"""The demo district's campaign: a welcome to the Heritage Quarter for whoever enters it."""

from datetime import datetime

from django.db import transaction

from notifications import models
from notifications.core.campaign import CampaignKind, CapKind, TriggerKind
from notifications.services import campaigns
from venues.models import Venue
from venues.selectors import current_snapshot

NAME = "Welcome to the Heritage Quarter"
SECTION = "Heritage Quarter"
CONTENT = {
    "en": {
        "title": "Welcome to the {zone}",
        "body": "Four restored courtyard houses tell of old Doha: Bin Jelmood, Company, Mohammed bin Jassim and Radwani House.",
    },
    "ar": {
        "title": "مرحبًا بكم في {zone}",
        "body": "أربعة بيوت تراثية مرمَّمة تروي حكاية الدوحة القديمة: بيت بن جلمود وبيت الشركة وبيت محمد بن جاسم وبيت الرضواني.",
    },
    "fr": {
        "title": "Bienvenue : {zone}",
        "body": "Quatre maisons à cour restaurées racontent le vieux Doha : Bin Jelmood, Company, Mohammed bin Jassim et Radwani.",
    },
}


@transaction.atomic
def ensure_demo(*, venue: Venue, now: datetime) -> models.Campaign:
    """Return the demo's campaign, made and started where it is not there yet. One that a manager changed is left alone.

    It is a service message, so it needs no consent to marketing. Raises CampaignNotStartable where the map lacks its section.
    """
    existing = models.Campaign.objects.filter(venue=venue, name=NAME).first()
    if existing is not None:
        return existing
    sections = current_snapshot(venue).sections.values()
    values = {
        "name": NAME,
        "kind": CampaignKind.SERVICE,
        "trigger": TriggerKind.ENTER,
        "zones": [str(section.id) for section in sections if section.name.get("en") == SECTION],
        "cap": CapKind.EVER,
        "content": CONTENT,
    }
    campaign = campaigns.create(venue=venue, values=values, by=None, now=now)
    return campaigns.start(campaign=campaign, by=None, now=now)
