"""Deployments: the registry frozen over the published map, and the pointer to the one in use."""

from datetime import datetime

from django.db import transaction

from beacons import models, selectors
from beacons.core.deployment import OUTDOORS, DeployedBeacon, DeployedLevel, Deployment
from beacons.services.registry import placement
from venues import selectors as venues
from venues import storage as blobs
from venues.core.snapshot import Snapshot
from venues.models import Venue


@transaction.atomic
def publish(*, venue: Venue, now: datetime) -> models.DeploymentVersion:
    """Freeze the active beacons over the venue's current snapshot and use that from now on. The same again changes nothing.

    Beacons on levels that the map no longer has are left out. Raises NotPublished.
    """
    Venue.objects.select_for_update().get(pk=venue.pk)  # one deployment of a venue at a time
    snapshot = venues.current_snapshot(venue)
    blob_hash = blobs.put_blob(build(venue, snapshot).to_bytes())
    pointer = models.CurrentDeployment.objects.select_related("version").filter(venue=venue).first()
    if pointer is not None and pointer.version.blob_hash == blob_hash:
        return pointer.version
    newest = models.DeploymentVersion.objects.filter(venue=venue).order_by("-number").first()
    version = models.DeploymentVersion.objects.create(
        venue=venue,
        number=newest.number + 1 if newest else 1,
        blob_hash=blob_hash,
        snapshot_hash=snapshot.content_hash,
        created_at=now,
    )
    models.CurrentDeployment.objects.update_or_create(venue=venue, defaults={"version": version})
    return version


def publish_if_published(*, venue: Venue, now: datetime) -> models.DeploymentVersion | None:
    """Put a change of the registry into use; None where the venue has no map yet, whose release will do it."""
    return publish(venue=venue, now=now) if venue.current_publication else None


def build(venue: Venue, snapshot: Snapshot) -> Deployment:
    """Return the deployment of the venue's active beacons over a snapshot."""
    rows = selectors.beacons_in_use(venue).filter(level_id__in=list(snapshot.levels))
    return Deployment.build(
        snapshot.content_hash, [_deployed(row, snapshot) for row in rows.iterator()], levels_of(snapshot)
    )


def levels_of(snapshot: Snapshot) -> list[DeployedLevel]:
    """Return the levels of a snapshot, each with a number that stands for the building it is in."""
    building_ids = sorted({level.building_ids[0] for level in snapshot.levels.values() if level.building_ids})
    number = {building_id: index for index, building_id in enumerate(building_ids)}
    return [
        DeployedLevel(
            level.id,
            float(level.ordinal),
            OUTDOORS if level.outdoor or not level.building_ids else number[level.building_ids[0]],
        )
        for level in snapshot.levels.values()
    ]


def _deployed(row: models.Beacon, snapshot: Snapshot) -> DeployedBeacon:
    wanted = placement(row)
    x_m, y_m = snapshot.frame.to_metres(wanted.lng, wanted.lat)
    return DeployedBeacon(
        row.id, wanted.identity, wanted.address, x_m, y_m, wanted.level_id, wanted.height_m, wanted.measured_power_dbm
    )
