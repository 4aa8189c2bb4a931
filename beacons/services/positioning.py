"""Where a visitor is: what was heard in the last seconds, the deployment, and the map."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from beacons import selectors
from beacons.core import positioning
from beacons.core.level import on_the_map
from beacons.core.sighting import Sighting
from beacons.core.window import recent
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
    known: int
    """How many of the batch's sightings are of beacons of ours."""
    unknown: int


def locate(*, venue: Venue, visitor_id: UUID, sightings: Sequence[Sighting], now: datetime) -> Located:
    """Return where the visitor is, by this batch and what the cache still holds of the seconds before.

    `now` is when the batch arrived. Sightings are kept in the cache for seconds and nowhere else.
    """
    try:
        deployment = selectors.current_deployment(venue)
    except NotDeployed:
        return Located(PositionStatus.NO_COVERAGE, None, 0, len(sightings))
    told = ephemeral.resolved(venue=venue, sightings=sightings, now=now)
    known = [one for one in told if deployment.index_of(one.identity, one.address) is not None]
    window = recent([*_before(visitor_id), *known])
    _keep(visitor_id, window)
    unknown = len(sightings) - len(known)
    if not window or window[-1].heard_at < now - timedelta(seconds=KEPT_S):
        return Located(PositionStatus.NO_COVERAGE, None, len(known), unknown)
    position = positioning.locate(deployment, positioning.heard_of(deployment, window), window[-1].heard_at)
    if position is None:
        return Located(PositionStatus.NO_COVERAGE, None, len(known), unknown)
    placed = on_the_map(venues.spatial_index(deployment.snapshot_hash), position)
    if placed.at < now - STALE:
        placed = replace(placed, status=PositionStatus.STALE)
    return Located(placed.status, placed, len(known), unknown)


def _before(visitor_id: UUID) -> list[Sighting]:
    kept: list[Sighting] | None = storage.load(visitor_id, storage.Kind.SIGHTINGS)
    return kept or []


def _keep(visitor_id: UUID, window: list[Sighting]) -> None:
    storage.save(visitor_id, storage.Kind.SIGHTINGS, window, expires_s=KEPT_S)
