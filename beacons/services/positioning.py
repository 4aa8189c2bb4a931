"""Where a visitor is: what was heard, what was believed a moment ago, the deployment, and the map."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from beacons import selectors
from beacons.core import positioning, tracking
from beacons.core.agreeing import agreeing
from beacons.core.deployment import Deployment
from beacons.core.level import on_the_map
from beacons.core.sighting import Sighting
from beacons.core.tracking import Track
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
    """Return where the visitor is, by this batch and what the cache still holds of the moment before.

    `now` is when the batch arrived. What is believed is kept in the cache for seconds, and sightings nowhere.
    """
    try:
        terrain = selectors.current_terrain(venue)
    except NotDeployed:
        return Located(PositionStatus.NO_COVERAGE, None, 0, len(sightings))
    deployment = terrain.ether.deployment
    told = ephemeral.resolved(venue=venue, sightings=sightings, now=now)
    known = [one for one in told if deployment.index_of(one.identity, one.address) is not None]
    unknown = len(sightings) - len(known)
    before = _before(visitor_id, deployment)
    believed = agreeing(deployment, known, tracking.position(terrain, before).point if before else None)
    track = tracking.follow(terrain, before, believed)
    if track is not None:
        _keep(visitor_id, deployment, track)
    position = tracking.position(terrain, track) if track else _off_the_map(deployment, believed)
    if position is None or position.at < now - timedelta(seconds=KEPT_S):
        return Located(PositionStatus.NO_COVERAGE, None, len(known), unknown)
    placed = on_the_map(venues.spatial_index(deployment.snapshot_hash), position)
    if placed.at < now - STALE:
        placed = replace(placed, status=PositionStatus.STALE)
    return Located(placed.status, placed, len(known), unknown)


def warm_up() -> None:
    """Lay the terrain of every venue with beacons and compile the kernels, so that the first visitor does not wait."""
    for venue in venues.published_venues():
        with suppress(NotDeployed):
            if selectors.current_deployment(venue).ids:
                tracking.warm_up(selectors.current_terrain(venue))


def _off_the_map(deployment: Deployment, known: Sequence[Sighting]) -> Position | None:
    """Return the position among beacons that hang where the map has no floor; None where nothing was heard."""
    window = recent(known)
    return (
        positioning.locate(deployment, positioning.heard_of(deployment, window), window[-1].heard_at)
        if window
        else None
    )


def _before(visitor_id: UUID, deployment: Deployment) -> Track | None:
    """Return what was believed of the visitor; nothing where that was on another map."""
    kept: tuple[str, Track] | None = storage.load(visitor_id, storage.Kind.TRACK)
    return kept[1] if kept and kept[0] == deployment.snapshot_hash else None


def _keep(visitor_id: UUID, deployment: Deployment, track: Track) -> None:
    storage.save(visitor_id, storage.Kind.TRACK, (deployment.snapshot_hash, track), expires_s=KEPT_S)
