"""Where a visitor is: what was heard, what was believed a moment ago, the deployment, and the map."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from beacons import selectors
from beacons.core import tracking
from beacons.core.batch import SightingBatch
from beacons.core.deployment import Deployment
from beacons.core.event_time import Watermark, in_time
from beacons.core.fixing import fix_of
from beacons.core.level import on_the_map
from beacons.core.sensing import Felt, sensed
from beacons.core.sighting import Sighting
from beacons.core.tracking import Track
from beacons.core.wire import MOST_LATE
from beacons.errors import NotDeployed
from beacons.services import ephemeral
from geo.position import Position, PositionStatus
from venues import selectors as venues
from venues.models import Venue
from visitors import storage

KEPT_S = 30.0  # a phone that falls silent longer starts cold
STALE = timedelta(seconds=10)  # as late as data may be and still trigger anything (CAMPAIGNS.md, Time)


@dataclass(frozen=True)
class Located:
    """What came of a batch. `position` is None where nothing known was heard: a position is never made up."""

    status: PositionStatus
    position: Position | None
    heard: Sequence[Sighting]
    """Those of the batch's sightings that are of beacons of ours, ephemeral identities resolved."""
    unknown: int
    """How many were of others'."""
    late: int
    """How many were left out, because the visitor's position rests on newer ones already or they are too old."""
    newest_at: datetime
    """Event time now: the newest of all that the visitor sent."""
    deployment_hash: str
    """What it was located by; empty where the venue has nothing."""
    is_new: bool
    """Whether something newer stands behind the position than behind the one before: nothing else leads or triggers."""


@dataclass(frozen=True)
class _Kept:
    """What the cache holds between two batches: the belief on a map, and what the phone felt last."""

    snapshot_hash: str
    track: Track | None = None
    felt: Felt | None = None


def locate(*, venue: Venue, visitor_id: UUID, batch: SightingBatch, received_at: datetime) -> Located:
    """Return where the visitor is, by this batch and what the cache still holds of the moment before.

    What is believed is kept in the cache for seconds, the newest event time for as long as data may be late, and sightings
    nowhere; all of it once the caller's transaction is committed, so that a batch that failed can come again.
    Raises InvalidBatch where the visitor says to be at a place that the map does not have.
    """
    mark: Watermark | None = storage.load(visitor_id, storage.Kind.WATERMARK)
    fresh = in_time(batch.sightings, mark, received_at)
    now, raised = _event_time(mark, batch.newest_at, received_at)
    if raised is not None and raised is not mark:
        _keep(visitor_id, storage.Kind.WATERMARK, raised, MOST_LATE.total_seconds())
    late = len(batch.sightings) - len(fresh)
    try:
        pointer = selectors.current_pointer(venue)
    except NotDeployed:
        return Located(PositionStatus.NO_COVERAGE, None, [], len(fresh), late, now, "", is_new=False)
    terrain = selectors.terrain(pointer.blob_hash, pointer.emission_hash)
    deployment = terrain.ether.deployment
    told = ephemeral.resolved(venue=venue, sightings=fresh, now=received_at)
    known = [one for one in told if deployment.index_of(one.identity, one.address) is not None]
    kept = _kept(visitor_id, deployment)
    told_else = sensed(batch, kept.felt, venues.snapshot(deployment.snapshot_hash), terrain.cells, now)
    is_outside = told_else.is_outside and not known
    before = None if is_outside else kept.track
    found = fix_of(terrain, before, known, told_else.spots, told_else.moved)
    track = None if is_outside else found.track
    _keep(visitor_id, storage.Kind.TRACK, _Kept(deployment.snapshot_hash, track, told_else.felt), KEPT_S)
    status, position = (PositionStatus.OUTSIDE, None) if is_outside else _told(deployment, found.position, now)
    is_new = position is not None and (before is None or position.at > before.at)
    return Located(status, position, known, len(fresh) - len(known), late, now, pointer.blob_hash, is_new)


def warm_up() -> None:
    """Lay the terrain of every venue with beacons and compile the kernels, so that the first visitor does not wait."""
    for venue in venues.published_venues():
        with suppress(NotDeployed):
            if selectors.current_deployment(venue).ids:
                tracking.warm_up(selectors.current_terrain(venue))


def _event_time(
    mark: Watermark | None, newest_at: datetime | None, received_at: datetime
) -> tuple[datetime, Watermark | None]:
    """Return what time it is for the device, and the watermark after its batch; without one where it never told a time."""
    if newest_at is None:
        return (mark.now(received_at) if mark else received_at), mark
    raised = mark.raised(newest_at, received_at) if mark else Watermark(newest_at, received_at)
    return raised.newest_at, raised


def _told(deployment: Deployment, position: Position | None, now: datetime) -> tuple[PositionStatus, Position | None]:
    """Return the position as it is told at an event time: where one can walk, and nothing of long ago."""
    if position is None or position.at < now - timedelta(seconds=KEPT_S):
        return PositionStatus.NO_COVERAGE, None
    placed = on_the_map(venues.spatial_index(deployment.snapshot_hash), position)
    if placed.at < now - STALE:
        placed = replace(placed, status=PositionStatus.STALE)
    return placed.status, placed


def _kept(visitor_id: UUID, deployment: Deployment) -> _Kept:
    """Return what was believed of the visitor; nothing where that was on another map."""
    kept: _Kept | None = storage.load(visitor_id, storage.Kind.TRACK)
    is_here = kept is not None and kept.snapshot_hash == deployment.snapshot_hash
    return kept if kept is not None and is_here else _Kept(deployment.snapshot_hash)


def _keep(visitor_id: UUID, kind: storage.Kind, value: object, expires_s: float) -> None:
    transaction.on_commit(lambda: storage.save(visitor_id, kind, value, expires_s=expires_s))
