"""Where a visitor is: what was heard, what was believed a moment ago, the deployment, and the map."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from beacons import selectors
from beacons.core import arrivals, tracking
from beacons.core.arrivals import ALLOWED_LATENESS, Arrival, Queue
from beacons.core.batch import SightingBatch, on_our_clock
from beacons.core.deployment import Deployment
from beacons.core.device_clock import UNHEARD, DeviceClock
from beacons.core.event_time import Watermark, in_time
from beacons.core.fixing import fix_of
from beacons.core.level import on_the_map
from beacons.core.sensing import Felt, anchor_spot, sensed
from beacons.core.sighting import Sighting
from beacons.core.terrain import Terrain
from beacons.core.tracking import Track
from beacons.core.wire import MOST_LATE
from beacons.errors import NotDeployed
from beacons.services import ephemeral
from geo.position import Position, PositionStatus
from venues import selectors as venues
from venues.models import Venue
from visitors import storage

KEPT_S = 30.0  # a phone that falls silent longer starts cold
STALE = ALLOWED_LATENESS


@dataclass(frozen=True)
class Located:
    """What came of a batch. `position` is None where nothing known was heard: a position is never made up."""

    status: PositionStatus
    position: Position | None
    settled: tuple[Position, ...]
    """Positions that nothing can change any more, each newer than the one before: zones hear of these alone.

    Mostly the batch's own. While a batch is missing, none; once it came or is too late, those of the batches that waited for it.
    """
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
    """Whether something newer stands behind the position than behind the one before: nothing else leads anybody."""


@dataclass(frozen=True)
class _Came:
    """A batch, and when it came in."""

    batch: SightingBatch
    received_at: datetime


@dataclass(frozen=True)
class _Time:
    """What is kept of the visitor's time for as long as data may be late: the newest taken, the batch awaited next, the clock."""

    mark: Watermark | None = None
    awaited: int | None = None
    clock: DeviceClock = UNHEARD


@dataclass(frozen=True)
class _Moment:
    """What is believed after a batch, what the phone felt last, and the newest event time in it."""

    track: Track | None = None
    felt: Felt | None = None
    mark: Watermark | None = None


@dataclass(frozen=True)
class _Kept:
    """What the cache holds between two batches: the belief on a map.

    While a batch is missing, `live` takes all that comes as it comes; `settled` is from before the gap, and `held` waits for it.
    """

    snapshot_hash: str
    live: _Moment
    settled: _Moment | None = None
    """None where it is the live one."""
    held: tuple[Arrival[_Came], ...] = ()


@dataclass(frozen=True, eq=False)
class _Ground:
    """Where visitors are followed."""

    venue: Venue
    terrain: Terrain

    @property
    def deployment(self) -> Deployment:
        return self.terrain.ether.deployment


@dataclass(frozen=True)
class _Step:
    """What came of a batch after a moment, and the moment after it."""

    moment: _Moment
    status: PositionStatus
    position: Position | None
    known: Sequence[Sighting]
    unknown: int
    late: int
    is_new: bool


def locate(*, venue: Venue, visitor_id: UUID, batch: SightingBatch, received_at: datetime) -> Located:
    """Return where the visitor is, by this batch and what the cache still holds of the moment before.

    What is believed is kept in the cache for seconds, as are sightings that wait for a batch sent before them; the newest event time
    for as long as data may be late; all of it once the caller's transaction is committed, so that a batch that failed can come again.
    Raises InvalidBatch where the visitor says to be at a place that the map does not have.
    """
    time: _Time = storage.load(visitor_id, storage.Kind.WATERMARK) or _Time()
    clock = time.clock.learned(batch.clock, batch.newest_at, received_at)
    batch = on_our_clock(batch, clock.off, received_at)
    now, mark = _event_time(time.mark, batch.newest_at, received_at)
    try:
        pointer = selectors.current_pointer(venue)
    except NotDeployed:
        fresh = in_time(batch.sightings, time.mark, received_at)
        _keep_time(visitor_id, time, replace(time, mark=mark, clock=clock))
        late = len(batch.sightings) - len(fresh)
        return Located(PositionStatus.NO_COVERAGE, None, (), [], len(fresh), late, now, "", is_new=False)
    ground = _Ground(venue, selectors.terrain(pointer.blob_hash, pointer.emission_hash))
    kept = _kept(visitor_id, ground.deployment, time.mark)
    arrival = Arrival(batch.sequence, batch.newest_at, _Came(batch, received_at))
    newest_at = time.mark.newest_at if time.mark else None
    queue, ready = arrivals.take(Queue(time.awaited, newest_at, kept.held), arrival)
    steps = _steps(ground, kept.settled or kept.live, ready)
    if steps and not queue.held:
        own, last = steps[ready.index(arrival)], steps[-1]
        after = _Kept(kept.snapshot_hash, last.moment)
    else:
        own = last = _step(ground, kept.live, arrival.content)
        held = tuple(_to_hold(ground, each) if each is arrival else each for each in queue.held)
        settled = steps[-1].moment if steps else kept.settled or kept.live
        after = _Kept(kept.snapshot_hash, last.moment, settled if held else None, held)
    _keep_time(visitor_id, time, _Time(mark, queue.awaited, clock))
    _keep(visitor_id, storage.Kind.TRACK, after, KEPT_S)
    return Located(
        last.status,
        last.position,
        tuple(step.position for step in steps if step.position is not None and step.is_new),
        own.known,
        own.unknown,
        own.late,
        now,
        pointer.blob_hash,
        _is_newer(last.position, kept.live.track),
    )


def rehearse(*, venue: Venue, batches: Iterable[tuple[SightingBatch, datetime]]) -> Iterator[Position]:
    """Yield where batches and their arrivals lead, each newer than the one before, as zones hear of them; nothing is kept.

    The batches come in the order in which they were walked. Raises NotDeployed, and InvalidBatch as `locate` does.
    """
    ground, moment = _Ground(venue, selectors.current_terrain(venue)), _Moment()
    for batch, received_at in batches:
        step = _step(ground, moment, _Came(batch, received_at))
        moment = step.moment
        if step.position is not None and step.is_new:
            yield step.position


def knows_the_order(visitor_id: UUID) -> bool:
    """Return whether it is known which batch of the visitor comes next; not before the first one, nor once the cache was emptied."""
    time: _Time | None = storage.load(visitor_id, storage.Kind.WATERMARK)
    return time is not None and time.awaited is not None


def note_answered(visitor_id: UUID, sequence: int) -> None:
    """Await a batch no more that was answered, though what it led to was not kept: its server died, or the cache was emptied."""
    time: _Time = storage.load(visitor_id, storage.Kind.WATERMARK) or _Time()
    kept: _Kept | None = storage.load(visitor_id, storage.Kind.TRACK)
    if time.awaited in (None, sequence) and not (kept and kept.held):
        after = replace(time, awaited=sequence + 1)
        storage.save(visitor_id, storage.Kind.WATERMARK, after, expires_s=MOST_LATE.total_seconds())


def warm_up() -> None:
    """Lay the terrain of every venue with beacons and compile the kernels, so that the first visitor does not wait."""
    for venue in venues.published_venues():
        with suppress(NotDeployed):
            if selectors.current_deployment(venue).ids:
                tracking.warm_up(selectors.current_terrain(venue))


def _steps(ground: _Ground, before: _Moment, ready: Sequence[Arrival[_Came]]) -> list[_Step]:
    """Return what comes of batches, each after the one before."""
    steps: list[_Step] = []
    for each in ready:
        steps.append(_step(ground, steps[-1].moment if steps else before, each.content))
    return steps


def _step(ground: _Ground, before: _Moment, came: _Came) -> _Step:
    batch, terrain, deployment = came.batch, ground.terrain, ground.deployment
    fresh = in_time(batch.sightings, before.mark, came.received_at)
    now, mark = _event_time(before.mark, batch.newest_at, came.received_at)
    known = _known(ground, fresh, came.received_at)
    told = sensed(batch, before.felt, venues.snapshot(deployment.snapshot_hash), terrain.cells, now)
    late, unknown = len(batch.sightings) - len(fresh), len(fresh) - len(known)
    if told.is_outside and not known:
        outside = _Moment(None, told.felt, mark)
        return _Step(outside, PositionStatus.OUTSIDE, None, known, unknown, late, is_new=False)
    found = fix_of(terrain, before.track, known, told.spots, told.moved)
    status, position = _told(deployment, found.position, now)
    is_new = _is_newer(position, before.track)
    return _Step(_Moment(found.track, told.felt, mark), status, position, known, unknown, late, is_new)


def _known(ground: _Ground, sightings: Sequence[Sighting], received_at: datetime) -> list[Sighting]:
    """Return those that are of beacons of ours, ephemeral identities resolved."""
    told = ephemeral.resolved(venue=ground.venue, sightings=sightings, now=received_at)
    return [one for one in told if ground.deployment.index_of(one.identity, one.address) is not None]


def _to_hold(ground: _Ground, arrival: Arrival[_Came]) -> Arrival[_Came]:
    """Return of a batch that has to wait what positions need. Raises InvalidBatch, since later nobody is there to be told."""
    batch, received_at = arrival.content.batch, arrival.content.received_at
    if batch.anchor is not None:
        anchor_spot(batch.anchor, venues.snapshot(ground.deployment.snapshot_hash), ground.terrain.cells)
    known = tuple(_known(ground, batch.sightings, received_at))
    return replace(arrival, content=_Came(replace(batch, sightings=known, telemetry=()), received_at))


def _is_newer(position: Position | None, before: Track | None) -> bool:
    return position is not None and (before is None or position.at > before.at)


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


def _kept(visitor_id: UUID, deployment: Deployment, mark: Watermark | None) -> _Kept:
    """Return what was believed of the visitor; nothing but the time where that was on another map."""
    kept: _Kept | None = storage.load(visitor_id, storage.Kind.TRACK)
    is_here = kept is not None and kept.snapshot_hash == deployment.snapshot_hash
    return kept if kept is not None and is_here else _Kept(deployment.snapshot_hash, _Moment(mark=mark))


def _keep_time(visitor_id: UUID, before: _Time, after: _Time) -> None:
    if after != before:
        _keep(visitor_id, storage.Kind.WATERMARK, after, MOST_LATE.total_seconds())


def _keep(visitor_id: UUID, kind: storage.Kind, value: object, expires_s: float) -> None:
    transaction.on_commit(lambda: storage.save(visitor_id, kind, value, expires_s=expires_s))
