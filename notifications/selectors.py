"""What deciding reads: campaigns, rules, zones, and a visitor's history."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from notifications import models
from notifications.core import campaign as core
from notifications.core.deciding import CONSENT_OF_KIND, GLOBAL_CAP_WINDOW, History, Past, Reason, Recipient, Rules
from notifications.core.zone_features import zones_of
from notifications.core.zones import ZoneIndex
from notifications.errors import CampaignNotFound
from venues.models import Venue
from venues.selectors import snapshot
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import current_consent

# Indexes kept in a process: one a venue and set of zones that its campaigns listen to, before and after a change.
KEPT_INDEXES = 32
MESSAGES_A_PAGE = 100

USES_WINDOW = ~Q(state=models.DecisionState.SUPPRESSED) | Q(reason=Reason.HELD_OUT)
"""The decisions that use up their window: those that reserved a message, and those of the control group."""


def active_campaigns(venue: Venue) -> list[core.Campaign]:
    """Return the campaigns that run in the venue."""
    rows = models.Campaign.objects.filter(venue=venue, state=core.CampaignState.ACTIVE)
    return [row.value() for row in rows]


def campaigns_of(venue: Venue) -> QuerySet[models.Campaign]:
    return models.Campaign.objects.filter(venue=venue)


def campaign_of(venue: Venue, campaign_id: UUID) -> models.Campaign:
    """Return the venue's campaign. Raises CampaignNotFound."""
    row = models.Campaign.objects.filter(venue=venue, pk=campaign_id).first()
    if row is None:
        raise CampaignNotFound(f'Venue "{venue.slug}" has no campaign {campaign_id}.', param="id")
    return row


@lru_cache(maxsize=KEPT_INDEXES)
def zone_index(snapshot_hash: str, zone_ids: frozenset[UUID]) -> ZoneIndex:
    """Return the index of these zones on a published map."""
    return ZoneIndex(zones_of(snapshot(snapshot_hash), zone_ids))


def rules_of(venue: Venue) -> Rules:
    """Return the venue's rules. Where none are set nothing is stopped and no hour is quiet."""
    row = models.VenueRules.objects.filter(venue=venue).first()
    zone = ZoneInfo(venue.time_zone)
    return Rules(zone) if row is None else Rules(zone, row.stopped, row.quiet)


def is_stopped(venue_id: UUID) -> bool:
    return models.VenueRules.objects.filter(venue_id=venue_id, stopped=True).exists()


def recipient(visitor: Visitor, venue: Venue, zone_id: UUID) -> Recipient:
    """Return what a decision about a zone may know of the visitor. The visit that it is about is already noted."""
    opened = models.VisitorMessage.objects.filter(
        visitor=visitor, decision__campaign__venue=venue, opened_at__isnull=False
    )
    visits = models.ZoneVisit.objects.filter(visitor=visitor, zone_id=zone_id)
    return Recipient(
        visitor_id=visitor.id,
        language=visitor.language,
        profile=visitor.profile,
        consent=consented(visitor),
        opened_before=opened.exists(),
        first_visit=visits.count() <= 1,
    )


def consented(visitor: Visitor) -> frozenset[Purpose]:
    return frozenset(purpose for purpose, granted in current_consent(visitor).items() if granted)


def history(visitor: Visitor, campaign_id: UUID, at: datetime) -> History:
    """Return what was decided before for the visitor about the campaign, and the marketing of the day around `at`."""
    decisions = models.Decision.objects.filter(visitor=visitor)
    own = list(decisions.filter(USES_WINDOW, campaign_id=campaign_id).values_list("window_key", "event_at", "zone_id"))
    marketing_at = decisions.filter(
        campaign__kind=core.CampaignKind.MARKETING,
        state__in=(models.DecisionState.RESERVED, models.DecisionState.SENT),
        event_at__range=(at - GLOBAL_CAP_WINDOW, at + GLOBAL_CAP_WINDOW),
    ).values_list("event_at", flat=True)
    return History(
        windows=frozenset(key for key, _, _ in own),
        own=tuple(Past(event_at, zone_id) for _, event_at, zone_id in own),
        marketing_at=tuple(marketing_at),
    )


def messages_after(visitor: Visitor, seq: int, now: datetime) -> list[models.VisitorMessage]:
    """Return the visitor's messages with a greater number that are still worth showing, oldest first, a page at most."""
    rows = models.VisitorMessage.objects.filter(visitor=visitor, seq__gt=seq, expires_at__gt=now).exclude(
        decision__campaign__venue__notification_rules__stopped=True
    )
    purposes = consented(visitor)
    rows = rows.filter(
        decision__campaign__kind__in=[kind for kind, need in CONSENT_OF_KIND.items() if need in purposes]
    )
    return list(rows.select_related("decision__campaign").order_by("seq")[:MESSAGES_A_PAGE])
