"""The health of beacons from ordinary traffic: passes noted, folded into sums, and what follows of them.

A pass is some seconds of confident fixes of one device. They wait in the cache; what they say of each beacon becomes rows
without a visitor, which a worker folds into one row a beacon.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from beacons import models, selectors
from beacons.core.deployment import Deployment
from beacons.core.health import Health, Observation, Place, Verdict, step
from beacons.core.passing import Evidence, Fix, evidence_of
from beacons.core.sighting import Sighting
from beacons.services import deployments
from beacons.services.positioning import Located
from geo.position import PositionStatus
from venues import selectors as venues
from venues.models import Venue
from visitors import storage

PASS = timedelta(seconds=10)
MOST_FIXES = 10
FOLDED_AT_ONCE = 5000
# Whoever sends made-up sightings as three devices may accuse beacons; beyond this share they are named and stay in use.
QUARANTINED_SHARE = 0.1
BATTERY_LOW_PERCENT = 20
CONDEMNED = frozenset({Verdict.MOVED, Verdict.CLONED})


@dataclass(frozen=True)
class _Pass:
    """The pass of one device that is going on: since when, and its fixes."""

    deployment_hash: str
    begun: datetime
    fixes: Sequence[Fix]


def note(*, venue: Venue, visitor_id: UUID, located: Located, now: datetime) -> None:
    """Add a confident fix to the device's pass; a pass that is over becomes observations of beacons.

    What was sent before and comes again says nothing more.
    """
    if located.position is None or located.status is not PositionStatus.OK or not located.is_new:
        return
    deployment_hash = selectors.current_deployment_hash(venue)
    kept: _Pass | None = storage.load(visitor_id, storage.Kind.PASS)
    begun, fixes = (kept.begun, kept.fixes) if kept and kept.deployment_hash == deployment_hash else (now, [])
    fixes = [*fixes, Fix(located.position.point, _means(selectors.deployment(deployment_hash), located.heard))][
        -MOST_FIXES:
    ]
    if now - begun < PASS:
        going_on = _Pass(deployment_hash, begun, fixes)
        storage.save(visitor_id, storage.Kind.PASS, going_on, expires_s=2 * PASS.seconds)
        return
    over = _Pass(deployment_hash, now, [])
    storage.save(visitor_id, storage.Kind.PASS, over, expires_s=2 * PASS.seconds)
    terrain = selectors.terrain(deployment_hash)
    _store(terrain.ether.deployment, evidence_of(terrain, fixes), visitor_id, now)


def fold(*, now: datetime) -> int:
    """Fold the observations that wait into the health of their beacons, and return how many they were.

    A beacon that was moved or cloned loses its weight at once.
    """
    with transaction.atomic():
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


def _means(deployment: Deployment, sightings: Sequence[Sighting]) -> dict[int, float]:
    heard: dict[int, list[float]] = {}
    for one in sightings:
        index = deployment.index_of(one.identity, one.address)
        if index is not None:
            heard.setdefault(index, []).append(one.rssi_dbm)
    return {index: sum(values) / len(values) for index, values in heard.items()}


def _store(deployment: Deployment, evidence: Sequence[Evidence], visitor_id: UUID, now: datetime) -> None:
    salt = cache.get_or_set(f"beacons:salt:{now:%Y%m%d}", lambda: secrets.token_bytes(16), timeout=86_400)
    if salt is None:  # the cache failed: devices can't be told apart, so nobody is heard
        return
    known = set(
        models.Beacon.objects.filter(pk__in=[deployment.ids[each.index] for each in evidence]).values_list(
            "pk", flat=True
        )
    )
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
        row.mark, row.deviation, row.x_m, row.y_m, str(row.level_id), row.distance_m, row.rssi_dbm
    )  # fmt: skip


def _known(row: models.BeaconHealth | None, beacon: models.Beacon) -> Health:
    """Return what the row says; nothing where the beacon's row has changed since."""
    if row is None or row.since != beacon.changed_at:
        return Health()
    sums = dict(row.sums)
    place, heard_at = sums.pop("seems_at"), sums.pop("heard_at")
    marks = {name: tuple(sums.pop(name)) for name in ("missed_by", "stronger_by", "weaker_by")}
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
    if row.battery_percent is not None and row.battery_percent <= BATTERY_LOW_PERCENT:
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
        "last_heard_at": health.heard_at,
        "proposed": _proposed(venue, health),
    }


def _proposed(venue: Venue, health: Health) -> dict[str, Any] | None:
    """Return where a moved beacon seems to hang."""
    place = health.seems_at
    if health.verdict is not Verdict.MOVED or place is None or venue.current_publication is None:
        return None
    lng, lat = venues.current_snapshot(venue).frame.to_lng_lat(place.x_m, place.y_m)
    return {"lng": round(lng, 7), "lat": round(lat, 7), "level_id": place.level}
