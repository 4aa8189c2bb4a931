"""Deployments: the registry frozen over the published map, and the pointer to the one in use."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson
from django.db import transaction
from django.db.models import Max

from beacons import models, selectors
from beacons.core.deployment import MAGIC, DeployedBeacon, Deployment
from beacons.core.terrain import levels_of
from beacons.services.registry import placement
from venues import selectors as venues
from venues import storage as blobs
from venues.core.snapshot import Snapshot
from venues.models import Venue

FROZEN_FIELDS = (
    "id", "format", "identity", "further", "address", "lng", "lat", "level_id", "height_m", "measured_power_dbm"
)  # fmt: skip


@transaction.atomic
def publish(*, venue: Venue, now: datetime) -> models.DeploymentVersion:
    """Freeze the active beacons over the venue's current snapshot and use that from now on. The same again changes nothing.

    What was frozen before of the same beacons and snapshot is used again: an earlier map is restored without reading it.
    Beacons on levels that the map no longer has are left out. Raises NotPublished.
    """
    Venue.objects.select_for_update().get(pk=venue.pk)  # one deployment of a venue at a time
    snapshot_hash = venues.current_publication(venue).snapshot_hash
    rows = list(selectors.beacons_in_use(venue))
    registry_hash = _fingerprint(rows)
    made = models.DeploymentVersion.objects.filter(
        venue=venue, snapshot_hash=snapshot_hash, registry_hash=registry_hash
    ).first()
    if made is None or not blobs.holds_blob(made.blob_hash):
        made = _made(venue, rows, snapshot_hash, registry_hash, now)
    pointer = {"version": made, "blob_hash": made.blob_hash}
    models.CurrentDeployment.objects.update_or_create(venue=venue, defaults=pointer)
    return made


def publish_if_published(*, venue: Venue, now: datetime) -> models.DeploymentVersion | None:
    """Put a change of the registry into use; None where the venue has no map yet, whose release will do it."""
    return publish(venue=venue, now=now) if venue.current_publication else None


def build(rows: Iterable[models.Beacon], snapshot: Snapshot) -> Deployment:
    """Return the deployment over a snapshot of those of the beacons that hang on one of its levels."""
    deployed = [_deployed(row, snapshot) for row in rows if row.level_id in snapshot.levels]
    return Deployment.build(snapshot.content_hash, deployed, levels_of(snapshot))


def _made(
    venue: Venue, rows: Sequence[models.Beacon], snapshot_hash: str, registry_hash: str, now: datetime
) -> models.DeploymentVersion:
    newest: int | None = models.DeploymentVersion.objects.filter(venue=venue).aggregate(newest=Max("number"))["newest"]
    return models.DeploymentVersion.objects.create(
        venue=venue,
        number=(newest or 0) + 1,
        blob_hash=blobs.put_blob(build(rows, venues.snapshot(snapshot_hash)).to_bytes()),
        snapshot_hash=snapshot_hash,
        registry_hash=registry_hash,
        created_at=now,
    )


def _fingerprint(rows: Sequence[models.Beacon]) -> str:
    """Return the hash of what a deployment holds of beacons, and of the format that it is written in."""
    records = [[getattr(row, name) for name in FROZEN_FIELDS] for row in rows]
    return hashlib.sha256(MAGIC + orjson.dumps(records)).hexdigest()


def _deployed(row: models.Beacon, snapshot: Snapshot) -> DeployedBeacon:
    wanted = placement(row)
    x_m, y_m = snapshot.frame.to_metres(wanted.lng, wanted.lat)
    return DeployedBeacon(
        row.id, wanted.identity, wanted.address, x_m, y_m, wanted.level_id, wanted.height_m, wanted.measured_power_dbm,
        wanted.further,
    )  # fmt: skip
