"""Visits as rows. The machine's state lives in the cache and may vanish; the rows are the record and have the last word.

An event becomes an occasion for campaigns only by changing a row that no one has changed before: two devices of a visitor,
a repeated batch or a lost cache make no second one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from notifications import models
from notifications.core import visits as core
from notifications.core.occasions import Occasion, occasion_of
from notifications.core.sense import Sense
from venues.models import Venue
from visitors import storage
from visitors.models import Visitor

# The rows of open visits are brought up to date this often, and whenever something happens.
VISIT_NOTED_S = 15.0
# After this long without a fix no state says more than the rows do.
STATE_EXPIRES_S = core.REOPEN_S + core.LOST_S
# A row may be VISIT_NOTED_S behind; batches may be under way for a few seconds more.
SILENT_S = core.LOST_S + VISIT_NOTED_S + 5.0
CLOSED_A_SWEEP = 200


@dataclass(frozen=True)
class Standing:
    """Where a visitor stands in the zones of a venue: the states, the newest fix, when the rows were last brought up to date."""

    venue_id: UUID
    states: Mapping[UUID, core.ZoneState]
    newest_at: datetime | None = None
    noted_at: datetime | None = None


@dataclass(frozen=True)
class _Fix:
    """Whose fix it is, when it was and how exact."""

    visitor: Visitor
    venue: Venue
    at: datetime
    accuracy_m: float


def standing(*, visitor: Visitor, venue: Venue, at: datetime) -> Standing:
    """Return where the visitor stands, from the cache; from the rows where the cache has lost it."""
    saved = storage.load(visitor.pk, storage.Kind.ZONES)
    if isinstance(saved, Standing) and saved.venue_id == venue.pk:
        return saved
    recent = Q(left_at__isnull=True) | Q(left_at__gte=at - timedelta(seconds=core.REOPEN_S))
    rows = models.ZoneVisit.objects.filter(recent, visitor=visitor, venue=venue).order_by("entered_at")
    return Standing(
        venue.pk, {row.zone_id: core.ZoneState(_visit_of(row), last_fix_at=row.last_fix_at) for row in rows}
    )


def keep(*, visitor: Visitor, standing: Standing) -> None:
    """Save where the visitor stands once the batch is committed."""
    transaction.on_commit(lambda: storage.save(visitor.pk, storage.Kind.ZONES, standing, expires_s=STATE_EXPIRES_S))


def advance(
    before: Standing,
    *,
    visitor: Visitor,
    venue: Venue,
    senses: Mapping[UUID, Sense],
    watched: Mapping[UUID, core.Watch],
    at: datetime,
    accuracy_m: float,
) -> tuple[Standing, list[Occasion]]:
    """Take what one fix says of zones; write what happened; return where the visitor stands then, and what campaigns may be about.

    A fix that is not the visitor's newest is none: what comes late triggers nothing.
    """
    if before.newest_at is not None and at <= before.newest_at:
        return before, []
    states, happened = core.step_all(before.states, senses, at, watched)
    if happened:
        Visitor.objects.select_for_update().get(pk=visitor.pk)  # one device of a visitor after the other
    fix = _Fix(visitor, venue, at, accuracy_m)
    recorded = [_record(fix, zone_id, watched[zone_id].pace, event) for zone_id, event in happened]
    noted_at = before.noted_at
    if happened or noted_at is None or at - noted_at >= timedelta(seconds=VISIT_NOTED_S):
        _note(visitor, states)
        noted_at = at
    occasions = [occasion for occasion in recorded if occasion is not None]
    return Standing(venue.pk, states, at, noted_at), occasions


def silent(*, now: datetime) -> list[models.ZoneVisit]:
    """Return open visits whose visitors have not been seen for too long, longest first."""
    rows = models.ZoneVisit.objects.filter(left_at__isnull=True, last_fix_at__lte=now - timedelta(seconds=SILENT_S))
    return list(rows.select_related("visitor", "venue__current_publication").order_by("last_fix_at")[:CLOSED_A_SWEEP])


def close_lost(*, visit: models.ZoneVisit, now: datetime) -> Occasion | None:
    """Close a visit as lost; return the occasion, None where it has been closed or seen again meanwhile."""
    left_at = visit.last_fix_at + timedelta(seconds=core.LOST_S)
    closed = models.ZoneVisit.objects.filter(pk=visit.pk, left_at__isnull=True, last_fix_at=visit.last_fix_at)
    if closed.update(left_at=left_at, left_because=core.LeftBecause.LOST) == 0:
        return None
    lost = core.Left(left_at, core.LeftBecause.LOST, visit.dwell_s)
    return occasion_of(visit.zone_id, visit.id, lost, is_near=False, noticed_at=now, watermark=now)


def _record(fix: _Fix, zone_id: UUID, pace: core.Pace, event: core.ZoneEvent) -> Occasion | None:
    """Write one event; return its occasion, None where the rows know of it already."""
    newest = models.ZoneVisit.objects.filter(visitor=fix.visitor, zone_id=zone_id).order_by("-entered_at").first()
    match event:
        case core.Entered() | core.Reopened():
            visit = _enter(fix, zone_id, newest, event, pace)
        case core.Dwelt():
            visit = _dwell(newest, event)
        case core.Struck():
            visit = _strike(newest, event)
        case core.Left():
            visit = _leave(newest, event)
    if visit is None:
        return None
    is_near = pace is core.PROXIMITY
    return occasion_of(zone_id, visit.id, event, is_near=is_near, noticed_at=fix.at, watermark=fix.at)


def _enter(
    fix: _Fix, zone_id: UUID, newest: models.ZoneVisit | None, event: core.Entered | core.Reopened, pace: core.Pace
) -> models.ZoneVisit | None:
    """Open a visit, or the last one again where it ended a short while ago; return it where it is new."""
    if newest is not None and newest.left_at is None:
        return None
    goes_on = isinstance(event, core.Reopened)
    if newest is not None and (goes_on or core.may_reopen(_visit_of(newest), event.at, pace)):
        models.ZoneVisit.objects.filter(pk=newest.pk).update(
            left_at=None, left_because="", last_fix_at=fix.at, reopened=F("reopened") + 1
        )
        return None
    return models.ZoneVisit.objects.create(
        visitor=fix.visitor,
        venue=fix.venue,
        zone_id=zone_id,
        entered_at=event.at,
        last_fix_at=fix.at,
        accuracy_m=fix.accuracy_m,
    )


def _dwell(newest: models.ZoneVisit | None, event: core.Dwelt) -> models.ZoneVisit | None:
    if newest is None:
        return None
    reached = models.ZoneVisit.objects.filter(pk=newest.pk, dwell_s__lt=event.dwell_s).update(dwell_s=event.dwell_s)
    return newest if reached else None


def _strike(newest: models.ZoneVisit | None, event: core.Struck) -> models.ZoneVisit | None:
    if newest is None:
        return None
    untold = Q(scheduled_to__isnull=True) | Q(scheduled_to__lt=event.at)
    told = models.ZoneVisit.objects.filter(untold, pk=newest.pk).update(scheduled_to=event.at)
    return newest if told else None


def _leave(newest: models.ZoneVisit | None, event: core.Left) -> models.ZoneVisit | None:
    if newest is None or newest.left_at is not None:
        return None
    newest.left_at, newest.left_because = event.at, event.because
    newest.dwell_s = max(newest.dwell_s, event.dwell_s)
    newest.save(update_fields=["left_at", "left_because", "dwell_s"])
    return newest


def _note(visitor: Visitor, states: Mapping[UUID, core.ZoneState]) -> None:
    """Bring the rows of open visits up to date; dwell never goes back."""
    for zone_id, state in states.items():
        if state.visit is None or not state.is_inside or state.last_fix_at is None:
            continue
        row = models.ZoneVisit.objects.filter(visitor=visitor, zone_id=zone_id, left_at__isnull=True)
        row.filter(last_fix_at__lt=state.last_fix_at).update(last_fix_at=state.last_fix_at)
        row.filter(dwell_s__lt=state.visit.dwell_s).update(dwell_s=state.visit.dwell_s)


def _visit_of(row: models.ZoneVisit) -> core.Visit:
    because = core.LeftBecause(row.left_because) if row.left_because else None
    return core.Visit(row.entered_at, row.dwell_s, row.left_at, because)
