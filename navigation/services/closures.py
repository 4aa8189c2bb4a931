"""Closures: what nobody passes, now or for a period. Every change grows the venue's revision, which each request reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import User
from navigation import models
from navigation.core.naming import WAYS
from navigation.errors import InvalidClosure
from navigation.events import closures_changed
from venues import selectors as venue_selectors
from venues.core.snapshot import Snapshot
from venues.models import Venue


@dataclass(frozen=True)
class ClosureRequest:
    """What a manager closes. Without `starts_at` from now on, without `ends_at` until it is taken back."""

    feature_ids: Sequence[UUID]
    level_id: UUID | None = None
    reason: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def close(*, venue: Venue, request: ClosureRequest, by: User | None, now: datetime) -> models.Closure:
    """Close features of the published map. Raises InvalidClosure, naming the item, or NotPublished."""
    require_possible(venue, request, now)
    starts_at = request.starts_at or now
    with transaction.atomic():
        closure = models.Closure.objects.create(
            venue=venue, feature_ids=sorted({str(id_) for id_ in request.feature_ids}), level_id=request.level_id,
            reason=dict(request.reason), starts_at=starts_at, ends_at=request.ends_at, has_begun=starts_at <= now,
            author=by, created_at=now,
        )  # fmt: skip
        _changed(venue)
    return closure


def require_possible(venue: Venue, request: ClosureRequest, now: datetime) -> None:
    """Raise what closing these would raise for the request itself."""
    if request.ends_at is not None and request.ends_at <= max(request.starts_at or now, now):
        raise InvalidClosure(
            f"It would end at {request.ends_at.isoformat()}, before it begins or in the past. Give a later end, or none.",
            param="ends_at",
        )
    _require_closable(venue_selectors.current_snapshot(venue), request)


def open_again(closure: models.Closure) -> None:
    """Take a closure back: what it closed is open, unless another closes it."""
    with transaction.atomic():
        closure.delete()
        _changed(closure.venue)


def begin_due(*, now: datetime) -> int:
    """Tell of the closures whose time has come, each once, and return how many began."""
    due = models.Closure.objects.select_related("venue").filter(has_begun=False, starts_at__lte=now)
    return sum(_begin(closure) for closure in due)


@transaction.atomic
def _begin(closure: models.Closure) -> bool:
    claimed = models.Closure.objects.filter(pk=closure.pk, has_begun=False).update(has_begun=True)
    if claimed:
        _changed(closure.venue)
    return bool(claimed)


def _changed(venue: Venue) -> None:
    Venue.objects.filter(pk=venue.pk).update(closures_revision=F("closures_revision") + 1)
    transaction.on_commit(lambda: closures_changed.send(models.Closure, slug=venue.slug))


def _require_closable(snapshot: Snapshot, request: ClosureRequest) -> None:
    for number, id_ in enumerate(request.feature_ids):
        feature = snapshot.by_id.get(id_)
        if feature is None or feature.feature_type not in WAYS:
            what = "The map has no such feature" if feature is None else f"This is the {feature.feature_type} {id_}"
            raise InvalidClosure(
                f"{what}. What can be closed are units, openings, and relationships such as lifts and stairs.",
                param=f"feature_ids[{number}]",
            )
    if request.level_id is not None and request.level_id not in snapshot.levels:
        raise InvalidClosure(f"The map has no level {request.level_id}.", param="level_id")
