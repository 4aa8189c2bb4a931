"""Why a batch of sightings gives the position that it gives: for operators, and about nobody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import atan2, degrees, hypot
from typing import Any
from uuid import UUID

from django.db.models import Q

from beacons import models, selectors
from beacons.core.batch import parse_batch
from beacons.core.explaining import Explanation, Hint, Pull, explained
from beacons.core.level import on_the_map
from beacons.core.registry import WHOLE_FIELDS, identity_fields, identity_key
from beacons.core.sensing import sensed
from beacons.core.sighting import EddystoneEid, SightedIdentity, Sighting
from beacons.core.terrain import Terrain
from beacons.services import ephemeral, registry
from geo.position import PositionStatus
from venues import selectors as venues
from venues.models import Venue

Json = dict[str, Any]

# Why a sighting counts for nothing.
UNKNOWN, NO_ADDRESS, LEFT_OUT = "unknown", "address_not_registered", "not_on_the_map"


@dataclass(frozen=True)
class Ignored:
    """A beacon that was heard and has no say: `reason` is its state in the registry, or why it can't be told."""

    identity: SightedIdentity
    address: str | None
    sightings: int
    reason: str


@dataclass(frozen=True, eq=False)
class Explained:
    """The explanation of a batch, on a deployment; None of it where nothing known was heard."""

    terrain: Terrain
    deployment_hash: str
    explanation: Explanation | None
    is_outside: bool
    ignored: list[Ignored]


def explain(*, venue: Venue, body: Mapping[str, Any], now: datetime) -> Explained:
    """Return what a batch says by itself, sent by whoever. Raises InvalidBatch, NotDeployed."""
    pointer = selectors.current_pointer(venue)
    terrain = selectors.terrain(pointer.blob_hash, pointer.emission_hash)
    batch = parse_batch({"sequence": 0, **body}, now)
    told = ephemeral.resolved(venue=venue, sightings=batch.sightings, now=now)
    deployment = terrain.ether.deployment
    known = [one for one in told if deployment.index_of(one.identity, one.address) is not None]
    strange = [one for one in told if deployment.index_of(one.identity, one.address) is None]
    snapshot = venues.snapshot(deployment.snapshot_hash)
    felt = sensed(batch, None, snapshot, terrain.cells, batch.newest_at or now)
    is_outside = felt.is_outside and not known
    found = None if is_outside else explained(terrain, known, felt.told)
    return Explained(terrain, pointer.blob_hash, found, is_outside, _ignored(venue, strange))


def as_json(found: Explained) -> Json:
    """Return the explanation in plain words and numbers."""
    deployment = found.terrain.ether.deployment
    explanation = found.explanation
    answer: Json = {
        "snapshot": deployment.snapshot_hash,
        "deployment": found.deployment_hash,
        "status": _status(found),
        "position": None,
        "phone_offset_db": None,
        "levels": [],
        "beacons": [],
        "hints": [],
        "ignored": [
            {"beacon": identity_json(each.identity, each.address), "sightings": each.sightings, "reason": each.reason}
            for each in found.ignored
        ],
    }
    if explanation is None:
        return answer
    rows = models.Beacon.objects.in_bulk([deployment.ids[pull.index] for pull in explanation.pulls])
    return answer | {
        "position": _position(found.terrain, explanation),
        "phone_offset_db": None if explanation.offset_db is None else round(explanation.offset_db, 1),
        "levels": _levels(found.terrain, explanation),
        "beacons": [_pull(pull, deployment.ids[pull.index], rows) for pull in explanation.pulls],
        "hints": [_hint(found.terrain, hint) for hint in explanation.hints],
    }


def identity_json(identity: SightedIdentity, address: str | None) -> Json:
    """Return an identity as a sighting has it."""
    if isinstance(identity, EddystoneEid):
        fields: Json = {"format": "eddystone_eid", "eid": identity.eid}
    else:
        texts = identity_fields(identity)
        fields = {name: int(text) if name in WHOLE_FIELDS else text for name, text in texts.items()}
    return fields | ({"address": address} if address else {})


def _ignored(venue: Venue, strange: list[Sighting]) -> list[Ignored]:
    counts = Counter((one.identity, one.address) for one in strange)
    keys = {identity_key(identity) for identity, _ in counts if not isinstance(identity, EddystoneEid)}
    rows = models.Beacon.objects.filter(Q(identity__in=[key for _, key in keys]) | ~Q(further=[]), venue=venue)
    registered: dict[tuple[str, str], list[models.Beacon]] = {}
    for row in rows:
        for sent in registry.placement(row).identities:
            registered.setdefault(identity_key(sent), []).append(row)
    return [
        Ignored(identity, address, count, _reason(identity, address, registered))
        for (identity, address), count in counts.items()
    ]


def _reason(
    identity: SightedIdentity, address: str | None, registered: Mapping[tuple[str, str], list[models.Beacon]]
) -> str:
    if isinstance(identity, EddystoneEid) or not (rows := registered.get(identity_key(identity))):
        return UNKNOWN
    row = next((row for row in rows if row.address == (address or "")), rows[0] if len(rows) == 1 else None)
    if row is None:
        return NO_ADDRESS
    return LEFT_OUT if row.state == models.BeaconState.ACTIVE else row.state


def _position(terrain: Terrain, explanation: Explanation) -> Json:
    snapshot_hash = terrain.ether.deployment.snapshot_hash
    placed = on_the_map(venues.spatial_index(snapshot_hash), explanation.position)
    lng, lat = venues.snapshot(snapshot_hash).frame.to_lng_lat(placed.point.x_m, placed.point.y_m)
    return {
        "lng": round(lng, 7),
        "lat": round(lat, 7),
        "level_id": str(placed.point.level_id),
        "accuracy_m": round(placed.accuracy_m, 2),
        "accuracy_95_m": round(placed.accuracy_95_m, 2),
        "at": placed.at.isoformat(),
    }


def _levels(terrain: Terrain, explanation: Explanation) -> list[Json]:
    """Return the levels by probability, and what was heard of the beacons that hang on each."""
    deployment = terrain.ether.deployment
    on_level: dict[UUID, list[float]] = {}
    for pull in explanation.pulls:
        on_level.setdefault(deployment.levels[deployment.level[pull.index]].id, []).append(pull.rssi_dbm)
    probability = explanation.position.posterior.level_probability()
    level_ids = sorted({*probability, *on_level}, key=lambda id_: (-probability.get(id_, 0.0), id_))
    return [
        {
            "level_id": str(level_id),
            "probability": round(probability.get(level_id, 0.0), 4),
            "beacons_heard": len(on_level.get(level_id, ())),
            "strongest_dbm": round(max(on_level[level_id]), 1) if level_id in on_level else None,
        }
        for level_id in level_ids
    ]


def _pull(pull: Pull, beacon_id: UUID, rows: Mapping[UUID, models.Beacon]) -> Json:
    row = rows.get(beacon_id)
    return {
        "id": str(beacon_id),
        "name": row.name if row else None,
        "lng": row.lng if row else None,
        "lat": row.lat if row else None,
        "level_id": str(row.level_id) if row else None,
        "sightings": pull.packets,
        "rssi_dbm": round(pull.rssi_dbm, 1),
        "expected_dbm": round(pull.expected_dbm, 1),
        "residual_db": round(pull.residual_db, 1),
        "weight": round(pull.weight, 4),
        "believed": pull.believed,
        **_shift(pull.shift_m),
    }


def _hint(terrain: Terrain, hint: Hint) -> Json:
    frame = venues.snapshot(terrain.ether.deployment.snapshot_hash).frame
    lng, lat = frame.to_lng_lat(hint.spot.x_m, hint.spot.y_m)
    return {
        "kind": hint.kind,
        "lng": round(lng, 7),
        "lat": round(lat, 7),
        "deviation_m": round(hint.spot.deviation_m, 2),
        "distance_m": round(hint.distance_m, 2),
        **_shift(hint.shift_m),
    }


def _shift(shift_m: tuple[float, float] | None) -> Json:
    """Return how far, and in which direction, something moved the fix."""
    if shift_m is None:
        return {"shift_m": None, "shift_bearing_deg": None}
    east_m, north_m = shift_m
    return {
        "shift_m": round(hypot(east_m, north_m), 2),
        "shift_bearing_deg": round(degrees(atan2(east_m, north_m)) % 360, 1),
    }


def _status(found: Explained) -> PositionStatus:
    if found.is_outside:
        return PositionStatus.OUTSIDE
    return found.explanation.position.status if found.explanation else PositionStatus.NO_COVERAGE
