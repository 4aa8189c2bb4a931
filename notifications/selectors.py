"""What deciding reads: campaigns, rules, zones, and a visitor's history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from apikit.services.rows import rows_once
from notifications import models
from notifications.core import campaign as core
from notifications.core.campaign import watched
from notifications.core.circles import Circle
from notifications.core.deciding import CONSENT_OF_KIND, GLOBAL_CAP_WINDOW, History, Past, Reason, Recipient, Rules
from notifications.core.sensing import ZoneSet
from notifications.core.visits import Watch
from notifications.errors import CampaignNotFound
from venues.models import Venue
from venues.selectors import snapshot
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import current_consent

# Kept in a process: of each venue and its campaigns one a map, before and after a change.
KEPT_ZONE_SETS = 32
MESSAGES_A_PAGE = 100
# The usual accuracy in a zone is the median at its newest visits, where there are enough of them.
VISITS_JUDGED, FEWEST_JUDGED = 200, 20

USES_WINDOW = Q(state__in=models.MEANT_STATES) | Q(reason=Reason.HELD_OUT)
"""The decisions that use up their window: those that reserved a message, and those of the control group."""


@dataclass(frozen=True, eq=False)
class Listening:
    """What listens to visitors of a venue: its campaigns, paused ones too, its rules, and the zones with what is awaited there."""

    campaigns: tuple[core.Campaign, ...]
    rules: Rules
    watched: Mapping[UUID, Watch]
    circles: tuple[Circle, ...]
    promoted: frozenset[UUID] = frozenset()
    """The zones that campaigns promote: who enters one may have walked in."""


def listening(venue: Venue) -> Listening:
    """Return what listens in the venue. It costs one short query as long as nobody changes it."""
    zone = ZoneInfo(venue.time_zone)
    rows = rows_once(models.VenueRules, venue=venue.pk)
    if not rows:  # no campaign was ever written: it would have written them
        return Listening((), Rules(zone), {}, ())
    kept = _kept.get(venue.pk)
    if kept is None or kept[0] != rows[0].revision or kept[1].rules.zone != zone:
        kept = rows[0].revision, _read(rows[0], zone)
        _kept[venue.pk] = kept
    return kept[1]


# Of each venue its revision and what was read at that.
_kept: dict[UUID, tuple[UUID, Listening]] = {}


def _read(rules: models.VenueRules, zone: ZoneInfo) -> Listening:
    states = (core.CampaignState.ACTIVE, core.CampaignState.PAUSED)
    rows = list(models.Campaign.objects.filter(venue=rules.venue_id, state__in=states))
    campaigns = tuple(row.value() for row in rows)
    promoted = frozenset(row.promoted_id for row in rows if row.promoted_id is not None)
    measured = promoted | {UUID(zone_id) for zone_id in rules.measured_zones}
    circles = {circle.id: circle for campaign in campaigns for circle in campaign.circles}
    return Listening(
        campaigns,
        Rules(zone, rules.stopped, rules.quiet),
        dict.fromkeys(measured, Watch()) | watched(campaigns, zone),
        tuple(circles.values()),
        promoted,
    )


def campaigns_of(venue: Venue) -> QuerySet[models.Campaign]:
    return models.Campaign.objects.filter(venue=venue)


def campaign_of(venue: Venue, campaign_id: UUID) -> models.Campaign:
    """Return the venue's campaign. Raises CampaignNotFound."""
    row = models.Campaign.objects.filter(venue=venue, pk=campaign_id).first()
    if row is None:
        raise CampaignNotFound(f'Venue "{venue.slug}" has no campaign {campaign_id}.', param="id")
    return row


@lru_cache(maxsize=KEPT_ZONE_SETS)
def zone_set(snapshot_hash: str, listens: Listening) -> ZoneSet:
    """Return the zones that are listened to, as they are on a published map."""
    circle_ids = {circle.id for circle in listens.circles}
    features = [zone_id for zone_id in listens.watched if zone_id not in circle_ids]
    return ZoneSet.of(snapshot(snapshot_hash), features, listens.circles)


def rules_row(venue: Venue) -> models.VenueRules:
    """Return the venue's own rules, as they stand where none were ever written."""
    return models.VenueRules.objects.filter(venue=venue).first() or models.VenueRules(venue=venue)


def languages_of(venue: Venue) -> list[str]:
    """Return the languages that the venue speaks: those that it is named in, else all of the service."""
    return sorted(venue.name) or [language for language, _ in settings.LANGUAGES]


def usual_accuracy_m(zone_id: UUID) -> float | None:
    """Return how far off positions usually are where visitors enter a zone, None while too few have."""
    entered = models.ZoneVisit.objects.filter(zone_id=zone_id).order_by("-entered_at")
    found = list(entered.values_list("accuracy_m", flat=True)[:VISITS_JUDGED])
    return median(found) if len(found) >= FEWEST_JUDGED else None


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
        tags=frozenset(visitor.tags),
        zone=ZoneInfo(visitor.time_zone) if visitor.time_zone else None,
    )


def consented(visitor: Visitor) -> frozenset[Purpose]:
    return frozenset(purpose for purpose, granted in current_consent(visitor).items() if granted)


def history(visitor: Visitor, campaign_id: UUID, at: datetime) -> History:
    """Return what was decided before for the visitor about the campaign, and the marketing of the day around `at`."""
    decisions = models.Decision.objects.filter(visitor=visitor)
    own = list(decisions.filter(USES_WINDOW, campaign_id=campaign_id).values_list("window_key", "counts_at", "zone_id"))
    marketing_at = decisions.filter(
        campaign__kind=core.CampaignKind.MARKETING,
        state__in=models.MEANT_STATES,
        counts_at__range=(at - GLOBAL_CAP_WINDOW, at + GLOBAL_CAP_WINDOW),
    ).values_list("counts_at", flat=True)
    return History(
        windows=frozenset(key for key, _, _ in own),
        own=tuple(Past(counts_at, zone_id) for _, counts_at, zone_id in own),
        marketing_at=tuple(marketing_at),
    )


def messages_after(visitor: Visitor, seq: int, now: datetime) -> list[models.VisitorMessage]:
    """Return the visitor's messages with a greater number that are still worth showing, oldest first, a page at most."""
    rows = models.VisitorMessage.objects.filter(visitor=visitor, seq__gt=seq, expires_at__gt=now).exclude(
        Q(decision__campaign__venue__notification_rules__stopped=True) | Q(decision__campaign__stopped=True)
    )
    purposes = consented(visitor)
    rows = rows.filter(
        decision__campaign__kind__in=[kind for kind, need in CONSENT_OF_KIND.items() if need in purposes]
    )
    return list(rows.select_related("decision__campaign").order_by("seq")[:MESSAGES_A_PAGE])
