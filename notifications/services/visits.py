"""Visits as rows. The machine's state lives in the cache and may vanish; the rows are the record and have the last word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from notifications import models
from notifications.core import visits as core
from notifications.core.occasions import Occasion, occasion_of
from notifications.core.records import Record, written
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
    return Standing(venue.pk, {row.zone_id: _record_of(row).state() for row in rows})


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
    rows = models.ZoneVisit.objects.filter(visitor=fix.visitor, zone_id=zone_id).order_by("-entered_at")
    row = rows.select_for_update().first()
    before = None if row is None else _record_of(row)
    record, is_news = written(before, event, fix_at=fix.at, pace=pace, new_id=uuid4())
    if record is None:
        return None
    if record != before:
        _save(fix, zone_id, record, is_new=before is None or record.id != before.id)
    if not is_news:
        return None
    is_near = pace is core.PROXIMITY
    return occasion_of(zone_id, record.id, event, is_near=is_near, noticed_at=fix.at, watermark=fix.at)


def _save(fix: _Fix, zone_id: UUID, record: Record, *, is_new: bool) -> None:
    values = {name: value for name, value in vars(record).items() if name not in ("id", "because")}
    values["left_because"] = record.because or ""
    if is_new:
        begun = {"visitor": fix.visitor, "venue": fix.venue, "zone_id": zone_id, "accuracy_m": fix.accuracy_m}
        models.ZoneVisit.objects.create(id=record.id, **begun, **values)
    else:
        models.ZoneVisit.objects.filter(pk=record.id).update(**values)


def _note(visitor: Visitor, states: Mapping[UUID, core.ZoneState]) -> None:
    """Bring the rows of open visits up to date; dwell never goes back."""
    for zone_id, state in states.items():
        if state.visit is None or not state.is_inside or state.last_fix_at is None:
            continue
        row = models.ZoneVisit.objects.filter(visitor=visitor, zone_id=zone_id, left_at__isnull=True)
        row.filter(last_fix_at__lt=state.last_fix_at).update(last_fix_at=state.last_fix_at)
        row.filter(dwell_s__lt=state.visit.dwell_s).update(dwell_s=state.visit.dwell_s)


def _record_of(row: models.ZoneVisit) -> Record:
    because = core.LeftBecause(row.left_because) if row.left_because else None
    dwell_s, left_at = row.dwell_s, row.left_at
    return Record(row.id, row.entered_at, row.last_fix_at, dwell_s, left_at, because, row.resumed_at, row.scheduled_to)
