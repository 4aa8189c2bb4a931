"""The health of beacons from ordinary traffic: passes noted, folded into sums, and what follows of them.

A pass is some seconds of confident fixes of one device, once a minute: who stands there for longer says nothing new. They wait
in the cache; what they say of each beacon becomes rows without a visitor, which a worker folds into one row a beacon. Folded in
the visitor's own batch, everybody who passes one beacon would wait for its row.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from beacons import models, selectors
from beacons.core.batch import Telemetry
from beacons.core.deployment import Deployment
from beacons.core.health import Health, Observation, Place, Verdict, step
from beacons.core.passing import Evidence, Fix, evidence_of
from beacons.services import deployments
from beacons.services.positioning import Located
from geo.position import PositionStatus
from venues import selectors as venues
from venues.models import Venue
from visitors import storage

# Of every minute a device has a pass of ten seconds, which must be told in the five that follow. Each begins at its own second.
EVERY_S, PASS_S, TOLD_WITHIN_S = 60, 10, 5
MOST_FIXES = 10
# A worker folds every 30 s (config/settings.py), until nothing waits or as much as this; what a dead worker left goes by age.
FOLDED_AT_ONCE, MOST_ROUNDS = 5000, 40
# Whoever sends made-up sightings as three devices may accuse beacons; beyond this share they are named and stay in use.
QUARANTINED_SHARE = 0.1
BATTERY_LOW_PERCENT = 20
# Lithium cells give 3 V until they are nearly empty; below this a change is due. Our assumption.
BATTERY_LOW_MV = 2_500
CONDEMNED = frozenset({Verdict.MOVED, Verdict.CLONED})


@dataclass(frozen=True)
class _Pass:
    """The pass of one device that is going on: when it began, its fixes, and the batteries that beacons told of, in mV."""

    deployment_hash: str
    begun: datetime
    fixes: Sequence[Fix] = ()
    battery_mv: Mapping[int, int] = field(default_factory=dict)


def note(*, visitor_id: UUID, located: Located, telemetry: Sequence[Telemetry] = (), now: datetime) -> None:
    """Add a confident fix to the device's pass; a pass that is over becomes observations of beacons.

    What was sent before and comes again says nothing more. Most of the time a device has no pass and this costs nothing.
    """
    second = (located.newest_at.timestamp() + visitor_id.int % EVERY_S) % EVERY_S
    if second >= PASS_S + TOLD_WITHIN_S or not located.is_new or located.status is not PositionStatus.OK:
        return
    begun = located.newest_at - timedelta(seconds=second)
    kept: _Pass | None = storage.load(visitor_id, storage.Kind.PASS)
    going_on = kept if kept is not None and abs(kept.begun - begun) < timedelta(seconds=1) else None
    if second < PASS_S:
        added = _added(going_on or _Pass(located.deployment_hash, begun), located, telemetry)
        storage.save(visitor_id, storage.Kind.PASS, added, expires_s=EVERY_S)
    elif going_on is not None and going_on.deployment_hash == located.deployment_hash:
        storage.save(visitor_id, storage.Kind.PASS, None, expires_s=EVERY_S)
        terrain = selectors.terrain(going_on.deployment_hash)
        _store(terrain.ether.deployment, evidence_of(terrain, going_on.fixes), going_on.battery_mv, visitor_id, now)


def fold(*, now: datetime) -> int:
    """Fold the observations that wait into the health of their beacons, and return how many they were."""
    folded = 0
    for _ in range(MOST_ROUNDS):
        at_once = _fold_some(now)
        folded += at_once
        if at_once < FOLDED_AT_ONCE:
            break
    return folded


@transaction.atomic
def _fold_some(now: datetime) -> int:
    """Fold the oldest that wait. A beacon that was moved or cloned loses its weight at once."""
    waiting = models.BeaconObservation.objects.select_for_update(skip_locked=True).order_by("id")
    rows = list(waiting[:FOLDED_AT_ONCE])
    models.BeaconObservation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    beacons = models.Beacon.objects.select_for_update().order_by("id").in_bulk({row.beacon_id for row in rows})
    before = models.BeaconHealth.objects.in_bulk(list(beacons))
    health = {pk: _known(before.get(pk), beacon) for pk, beacon in beacons.items()}
    for row in rows:
        health[row.beacon_id] = step(health[row.beacon_id], _observation(row), row.observed_at)
    _condemn([beacons[pk] for pk, each in health.items() if each.verdict in CONDEMNED], now)
    _save(beacons.values(), health)
    return len(rows)


def report(venue: Venue) -> dict[str, Any]:
    """Return how many beacons are how, and each that somebody should look after."""
    rows = selectors.beacons(venue).select_related("health").order_by("name", "id")
    told = [_told(venue, row) for row in rows.iterator()]
    counts = Counter(finding for each in told for finding in each["findings"] or [Verdict.WELL.value])
    return {"counts": dict(counts), "beacons": [each for each in told if each["findings"]]}


def _added(going_on: _Pass, located: Located, telemetry: Sequence[Telemetry]) -> _Pass:
    """Return the pass with one more fix."""
    if located.position is None:
        return going_on
    deployment = selectors.deployment(located.deployment_hash)
    fix = Fix(located.position.point, deployment.means_dbm(located.heard))
    told = {deployment.index_of(one.identity, one.address): one.battery_mv for one in telemetry}
    batteries = {index: battery_mv for index, battery_mv in told.items() if index is not None}
    return replace(
        going_on,
        deployment_hash=located.deployment_hash,
        fixes=[*going_on.fixes, fix][-MOST_FIXES:],
        battery_mv={**going_on.battery_mv, **batteries},
    )


def _store(
    deployment: Deployment,
    evidence: Sequence[Evidence],
    battery_mv: Mapping[int, int],
    visitor_id: UUID,
    now: datetime,
) -> None:
    salt = cache.get_or_set(f"beacons:salt:{now:%Y%m%d}", lambda: secrets.token_bytes(16), timeout=86_400)
    if salt is None:  # the cache failed: devices can't be told apart, so nobody is heard
        return
    registered = models.Beacon.objects.filter(pk__in=[deployment.ids[each.index] for each in evidence])
    known = set(registered.values_list("pk", flat=True))
    models.BeaconObservation.objects.bulk_create(
        models.BeaconObservation(
            beacon_id=deployment.ids[each.index],
            mark=_mark(salt, visitor_id, deployment.ids[each.index]),
            deviation=each.deviation,
            x_m=round(each.point.x_m),
            y_m=round(each.point.y_m),
            level_id=each.point.level_id,
            distance_m=each.distance_m,
            rssi_dbm=each.rssi_dbm,
            battery_mv=battery_mv.get(each.index),
            observed_at=now.replace(second=0, microsecond=0),
        )
        for each in evidence
        if deployment.ids[each.index] in known
    )


def _mark(salt: bytes, visitor_id: UUID, beacon_id: UUID) -> int:
    digest = hashlib.blake2b(visitor_id.bytes + beacon_id.bytes, digest_size=4, key=salt).digest()
    return int.from_bytes(digest)


def _observation(row: models.BeaconObservation) -> Observation:
    return Observation(
        row.mark, row.deviation, row.x_m, row.y_m, str(row.level_id), row.distance_m, row.rssi_dbm, row.battery_mv
    )  # fmt: skip


def _known(row: models.BeaconHealth | None, beacon: models.Beacon) -> Health:
    """Return what the row says; nothing where the beacon's row has changed since."""
    if row is None or row.since != beacon.changed_at:
        return Health()
    sums = dict(row.sums)
    place, heard_at = sums.pop("seems_at"), sums.pop("heard_at")
    marks = {name: tuple(sums.pop(name, ())) for name in ("missed_by", "stronger_by", "weaker_by", "elsewhere_by")}
    return Health(
        **sums | marks | {"verdict": Verdict(row.verdict)},
        seems_at=Place(**place) if place else None,
        heard_at=datetime.fromisoformat(heard_at) if heard_at else None,
    )


def _save(beacons: Iterable[models.Beacon], health: dict[UUID, Health]) -> None:
    rows = []
    for beacon in beacons:
        each = health[beacon.pk]
        sums = asdict(each) | {"heard_at": each.heard_at.isoformat() if each.heard_at else None}
        rows.append(models.BeaconHealth(beacon=beacon, verdict=each.verdict, sums=sums, since=beacon.changed_at))
    models.BeaconHealth.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["beacon"], update_fields=["verdict", "sums", "since"]
    )


def _condemn(beacons: Iterable[models.Beacon], now: datetime) -> None:
    """Take the weight from beacons in use that hang where they should not, and lay out their venues anew."""
    by_venue: dict[UUID, list[models.Beacon]] = {}
    for beacon in beacons:
        if beacon.state == models.BeaconState.ACTIVE:
            by_venue.setdefault(beacon.venue_id, []).append(beacon)
    for venue_id, accused in by_venue.items():
        states = Counter(models.Beacon.objects.filter(venue=venue_id).values_list("state", flat=True))
        most = max(1, int(QUARANTINED_SHARE * states.total())) - states[models.BeaconState.QUARANTINED]
        for beacon in accused[: max(most, 0)]:
            beacon.state, beacon.changed_at = models.BeaconState.QUARANTINED, now
            beacon.save(update_fields=["state", "changed_at"])
        venue = Venue.objects.select_related("current_publication").get(pk=venue_id)
        deployments.publish_if_published(venue=venue, now=now)


def _told(venue: Venue, row: models.Beacon) -> dict[str, Any]:
    health = _known(getattr(row, "health", None), row)
    findings = [health.verdict.value] if health.verdict is not Verdict.WELL else []
    if _is_low(row.battery_percent, BATTERY_LOW_PERCENT) or _is_low(health.battery_mv, BATTERY_LOW_MV):
        findings.append("battery_low")
    return {
        "id": str(row.pk),
        "name": row.name,
        "state": row.state,
        "findings": findings,
        "passes": health.passes,
        "missed_in_a_row": health.missed,
        "deviation": round(health.deviation, 2),
        "battery_percent": row.battery_percent,
        "battery_mv": health.battery_mv,
        "last_heard_at": health.heard_at,
        "proposed": _proposed(venue, health),
    }


def _is_low(value: int | None, limit: int) -> bool:
    return value is not None and value <= limit


def _proposed(venue: Venue, health: Health) -> dict[str, Any] | None:
    """Return where a moved beacon seems to hang."""
    place = health.seems_at
    if health.verdict is not Verdict.MOVED or place is None or venue.current_publication is None:
        return None
    lng, lat = venues.current_snapshot(venue).frame.to_lng_lat(place.x_m, place.y_m)
    return {"lng": round(lng, 7), "lat": round(lat, 7), "level_id": place.level}
