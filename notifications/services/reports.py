"""Reports to managers, of visitors who consent to analytics: what campaigns did, and how zones are visited.

No number that stands for fewer than SMALLEST_CELL visitors leaves here, nor do two that such a number could be had from by
subtracting the one of a period from that of another: periods are sums of whole days, each told of only if it may be alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from statistics import fmean, median
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from notifications import models
from notifications.core.deciding import Reason
from notifications.core.reporting import Difference, Share, comparable, difference, funnel, share, told, told_days
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.selectors import consenting

FLOW_WITHIN = timedelta(minutes=30)
"""Who enters another zone later than this after they left one has not come from there (our assumption)."""


@dataclass(frozen=True)
class CampaignReport:
    """Visitors by what became of the campaign's message; None and left out is what stands for too few of them."""

    sent: int | None
    displayed: Share | None
    opened: Share | None
    walked_in: Share | None
    held_out: int | None
    held_out_walked_in: Share | None
    effect: Difference | None
    """By how much the share that walked in is greater among those whom the message was meant for than in the control group.

    Not among those alone whom it reached: the control group too has visitors whom it would not have reached.
    """
    suppressed: Mapping[str, int]
    """Visitors by the reason that kept a message from them."""


@dataclass(frozen=True)
class _Stay:
    """A visit of a zone, by the day of the venue on which it began."""

    visitor_id: UUID
    day: date
    dwell_s: float


@dataclass(frozen=True)
class Period:
    """Half-open: events at `since` belong to it, those at `until` don't."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class ZoneReport:
    """Of the days that enough visitors came on; who came on several of them counts on each."""

    zone_id: UUID
    visitors: int
    visits: int
    dwell_mean_s: float
    dwell_median_s: float


@dataclass(frozen=True)
class Flow:
    """Of the days that enough visitors went that way on; who did on several of them counts on each."""

    from_zone_id: UUID
    to_zone_id: UUID
    visitors: int


def of_campaign(campaign: models.Campaign) -> CampaignReport:
    """Return what the campaign did. A visitor counts once, however many messages they got."""
    decisions = models.Decision.objects.filter(campaign=campaign, visitor__in=consenting(Purpose.ANALYTICS))
    got, held = Q(state=models.DecisionState.SENT), Q(reason=Reason.HELD_OUT)
    meant = Q(state__in=models.MEANT_STATES)
    entered = Q(walked_in_at__isnull=False)
    counts = decisions.aggregate(
        sent=_visitors(got),
        displayed=_visitors(got & (Q(message__displayed_at__isnull=False) | Q(message__opened_at__isnull=False))),
        opened=_visitors(got & Q(message__opened_at__isnull=False)),
        walked_in=_visitors(got & entered),
        meant=_visitors(meant),
        meant_walked_in=_visitors(meant & entered),
        held_out=_visitors(held),
        held_out_walked_in=_visitors(held & entered),
    )
    displayed, opened = funnel(counts["sent"], counts["displayed"], counts["opened"])
    reasons = decisions.filter(state=models.DecisionState.SUPPRESSED).values_list("reason").order_by("reason")
    return CampaignReport(
        sent=told(counts["sent"]),
        displayed=displayed,
        opened=opened,
        walked_in=share(counts["walked_in"], counts["sent"]),
        held_out=told(counts["held_out"]),
        held_out_walked_in=share(counts["held_out_walked_in"], counts["held_out"]),
        effect=difference(
            comparable((counts["meant_walked_in"], counts["meant"]), (counts["walked_in"], counts["sent"])),
            (counts["held_out_walked_in"], counts["held_out"]),
        ),
        suppressed={
            reason: visitors
            for reason, visitors in reasons.annotate(visitors=_visitors())
            if told(visitors) is not None
        },
    )


def of_zones(venue: Venue, period: Period) -> list[ZoneReport]:
    """Return how each zone was visited, the most visited first. A visit belongs to the day on which it began."""
    zone = ZoneInfo(venue.time_zone)
    stays: dict[UUID, list[_Stay]] = defaultdict(list)
    rows = _visits(venue, period).values_list("zone_id", "visitor_id", "entered_at", "dwell_s")
    for zone_id, visitor_id, entered_at, dwell_s in rows:
        stays[zone_id].append(_Stay(visitor_id, entered_at.astimezone(zone).date(), dwell_s))
    reports = (_zone_report(zone_id, visits) for zone_id, visits in stays.items())
    return sorted(
        (report for report in reports if report is not None),
        key=lambda report: (-report.visitors, str(report.zone_id)),
    )


def flows(venue: Venue, period: Period) -> list[Flow]:
    """Return from which zone visitors went to which, most first: left the one, and entered the other soon after.

    Both on one day: whoever walks past midnight would else be in the report of two days and in neither of one. A day is left out
    too on which a few visitors of either zone did not go that way: the zones' own report would tell of them.
    """
    zone = ZoneInfo(venue.time_zone)
    went: dict[tuple[UUID, UUID], set[tuple[UUID, date]]] = defaultdict(set)
    rows = _visits(venue, period).order_by("visitor_id", "entered_at", "zone_id")
    stays = rows.values_list("visitor_id", "zone_id", "entered_at", "left_at").iterator()
    by_day = groupby(stays, key=lambda stay: (stay[0], stay[2].astimezone(zone).date()))
    came: dict[UUID, Counter[date]] = defaultdict(Counter)
    for visitor_on_day, group in by_day:
        visits = list(group)
        for zone_id in {zone_id for _, zone_id, _, _ in visits}:
            came[zone_id][visitor_on_day[1]] += 1
        for pair in _steps(visits):
            went[pair].add(visitor_on_day)
    counted = [
        Flow(*pair, visitors=_told_of(visitors, *(came[zone_id] for zone_id in pair)))
        for pair, visitors in went.items()
    ]
    return sorted(
        (flow for flow in counted if flow.visitors),
        key=lambda flow: (-flow.visitors, str(flow.from_zone_id), str(flow.to_zone_id)),
    )


def _visitors(condition: Q | None = None) -> Count:
    return Count("visitor", distinct=True, filter=condition)


def _visits(venue: Venue, period: Period) -> QuerySet[models.ZoneVisit]:
    return models.ZoneVisit.objects.filter(
        venue=venue,
        entered_at__gte=period.since,
        entered_at__lt=period.until,
        visitor__in=consenting(Purpose.ANALYTICS),
    )


def _zone_report(zone_id: UUID, stays: list[_Stay]) -> ZoneReport | None:
    """Return the report of the days that may be told of, None where there are none."""
    came = {(stay.visitor_id, stay.day) for stay in stays}
    days = told_days(Counter(day for _, day in came))
    dwells_s = [stay.dwell_s for stay in stays if stay.day in days]
    if not dwells_s:
        return None
    return ZoneReport(zone_id, _told_of(came), len(dwells_s), fmean(dwells_s), median(dwells_s))


def _told_of(came: set[tuple[UUID, date]], *wholes: Mapping[date, int]) -> int:
    """Return the number of visitors, each once a day, on the days that may be told of beside those of `wholes`."""
    on_days = Counter(day for _, day in came)
    return sum(on_days[day] for day in told_days(on_days, *wholes))


def _steps(visits: list[tuple[UUID, UUID, datetime, datetime | None]]) -> Iterator[tuple[UUID, UUID]]:
    """Yield the zones that a visitor went between; zones that hold one another are no step apart."""
    for (_, before, _, left_at), (_, after, entered_at, _) in pairwise(visits):
        if left_at is not None and left_at <= entered_at <= left_at + FLOW_WITHIN and before != after:
            yield before, after
