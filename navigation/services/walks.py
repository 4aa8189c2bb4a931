"""Walks to try campaigns on: simulated along a route, or recorded as fixes or as the batches that a phone sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import numpy as np

from apikit.errors import ApiError, InvalidRequest
from beacons import selectors as beacons
from beacons.core.batch import SightingBatch, parse_batch
from beacons.errors import InvalidBatch
from beacons.services import positioning
from geo.position import LevelPoint, Position, PositionStatus, Posterior
from navigation.services import routing
from navigation.services.simulated_phone import BATCH_S, STAND_S, Phone, walk_of
from navigation.services.travelling import Travel
from navigation.services.waypoints import read_waypoint
from notifications.core.deciding import Recipient
from notifications.services.trying import Walked
from venues import selectors
from venues.core.snapshot import Snapshot
from venues.models import Venue
from visitors.core.consent import Purpose

Json = Mapping[str, Any]
Arrived = tuple[SightingBatch, datetime]
"""A batch, and when it came in."""

# uuid5(NAMESPACE_URL, "dalil walk")
NAMESPACE = UUID("6242cd21-d6ad-54e9-96ac-6ded3d9e17ed")
FIX_POINTS = 64
# Of a normal distribution in the plane 68 % lie within so many deviations: sqrt(-2 ln 0.32).
DEVIATIONS_68 = 1.5096
# And 95 % within sqrt(ln 0.05 / ln 0.32) times as much.
RADIUS_95_OF_68 = 1.6214


def walked(venue: Venue, number: int, given: Json, now: datetime) -> Walked:
    """Return the walk that is described: `fixes`, `batches`, or `from` and `to`. Raises InvalidRequest where it has no fix."""
    if given.get("fixes"):
        positions = list(_of_fixes(selectors.current_snapshot(venue), given["fixes"], number))
    elif given.get("batches"):
        positions = _located(venue, _heard(given["batches"], number, now), number)
    else:
        positions = _located(venue, _simulated(venue, number, given, given.get("start_at") or now), number)
    if not positions:
        raise InvalidRequest(
            "Nobody was located on this walk: no beacon of the venue was heard.", param=f"walks[{number}]"
        )
    name = given.get("name") or f"walk {number + 1}"
    return Walked(name, _visitor(name, given), sorted(positions, key=lambda position: position.at))


def _visitor(name: str, given: Json) -> Recipient:
    """Return who walks: by default someone who speaks English and has consented to everything."""
    return Recipient(
        visitor_id=uuid5(NAMESPACE, name),
        language=given.get("language", "en"),
        profile=given.get("profile", "walk"),
        consent=frozenset(given.get("consent", [purpose.value for purpose in Purpose])),
        opened_before=given.get("opened_before", False),
        tags=frozenset(given.get("tags", [])),
        zone=ZoneInfo(given["time_zone"]) if given.get("time_zone") else None,
    )


def _of_fixes(snapshot: Snapshot, fixes: Sequence[Json], number: int) -> Iterator[Position]:
    """Yield the positions of fixes: each a normal distribution that holds 68 % within its accuracy."""
    for index, fix in enumerate(fixes):
        x_m, y_m = snapshot.frame.to_metres(fix["lng"], fix["lat"])
        level = selectors.spatial_index(snapshot.content_hash).level_at(x_m, y_m, fix["level"])
        if level is None:
            param = f"walks[{number}].fixes[{index}].level"
            raise InvalidRequest(f"The map has no level of ordinal {fix['level']:g}.", param=param)
        yield _spread(LevelPoint(x_m, y_m, level.id), fix["accuracy_m"], fix["at"])


def _spread(point: LevelPoint, accuracy_m: float, at: datetime) -> Position:
    rank = (np.arange(FIX_POINTS) + 0.5) / FIX_POINTS
    radius_m = accuracy_m / DEVIATIONS_68 * np.sqrt(-2 * np.log(1 - rank))
    angle = np.arange(FIX_POINTS) * np.pi * (3 - np.sqrt(5))  # the golden angle: points evenly about the middle
    posterior = Posterior(
        point.x_m + radius_m * np.cos(angle),
        point.y_m + radius_m * np.sin(angle),
        np.zeros(FIX_POINTS, dtype=np.intp),
        np.full(FIX_POINTS, 1 / FIX_POINTS),
        (point.level_id,),
    )
    return Position(point, accuracy_m, RADIUS_95_OF_68 * accuracy_m, at, PositionStatus.OK, posterior)


def _heard(batches: Sequence[Json], number: int, now: datetime) -> list[Arrived]:
    """Return recorded batches in the order of their times, each taken as received at the newest of them."""
    arrived: list[Arrived] = []
    received_at = now
    for index, batch in enumerate(batches):
        received_at = max(_moments(batch), default=received_at)
        try:
            parsed = parse_batch({"sequence": index, **batch}, received_at)
        except InvalidBatch as error:
            param = f"walks[{number}].batches[{index}]" + (f".{error.param}" if error.param else "")
            raise InvalidRequest(error.detail, param=param) from error
        if arrived or parsed.newest_at is not None:
            arrived.append((parsed, received_at))
    return sorted(arrived, key=lambda pair: pair[1])


def _moments(batch: Json) -> list[datetime]:
    """Return the instants that a batch names, of what was heard and of where its phone was told to be."""
    sightings = batch.get("sightings")
    heard = [(item, "heard_at") for item in (sightings if isinstance(sightings, list) else [])]
    told = [*heard, (batch.get("gnss"), "at"), (batch.get("anchor"), "at")]
    read = (_moment(item.get(name)) for item, name in told if isinstance(item, Mapping))
    return [at for at in read if at is not None]


def _moment(text: object) -> datetime | None:
    """Return the instant that a text names, None where it names none."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _simulated(venue: Venue, number: int, given: Json, start_at: datetime) -> Iterator[Arrived]:
    """Yield what a phone hears on the route from `from` to `to`, second by second."""
    snapshot, deployment = selectors.current_snapshot(venue), beacons.current_deployment(venue)
    request = routing.RouteRequest(
        origin=read_waypoint(given.get("from"), f"walks[{number}].from"),
        destination=read_waypoint(given.get("to"), f"walks[{number}].to"),
        travel=Travel(given.get("profile", "walk")),
        depart_at=start_at,
    )
    try:
        found = routing.routes(venue, request).to_json()["routes"][0]
    except ApiError as error:
        error.param = {"origin": f"walks[{number}].from", "destination": f"walks[{number}].to"}.get(
            error.param or "", f"walks[{number}]"
        )
        raise
    walk = walk_of(found, snapshot)
    phone = Phone(snapshot, deployment, walk, np.random.default_rng(given.get("seed", number + 1)))
    for step in range(int((walk.duration_s + STAND_S) / BATCH_S) + 1):
        heard_at = start_at + timedelta(seconds=step * BATCH_S)
        _, heard = phone.hear(step * BATCH_S)
        sightings = [
            {"beacon": beacon, "rssi_dbm": rssi_dbm, "heard_at": heard_at.isoformat()} for beacon, rssi_dbm in heard
        ]
        yield parse_batch({"sequence": step, "sightings": sightings}, heard_at), heard_at


def _located(venue: Venue, batches: Iterable[Arrived], number: int) -> list[Position]:
    """Return the positions that batches lead to, on the way that a visitor's own batches take."""
    try:
        return list(positioning.rehearse(venue=venue, batches=batches))
    except InvalidBatch as error:
        raise InvalidRequest(error.detail, param=f"walks[{number}].batches") from error
