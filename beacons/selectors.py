"""Beacons and deployments, as read from the database and the blob store."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import shapely
import structlog
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import Q, QuerySet

from apikit.services.rows import rows_once
from apikit.services.sealing import Sealer
from beacons import models
from beacons.core.cells import Cells
from beacons.core.deployment import Deployment
from beacons.core.eid import GIVEN_WITHIN_S, HEARD_WITHIN_S, EidClock, EidKey, EidTable
from beacons.core.ground import Ground
from beacons.core.learning.table import EmissionTable
from beacons.core.registry import BeaconFormat, identity_from_key
from beacons.core.sighting import BeaconIdentity
from beacons.core.terrain import Terrain, cells_of, terrain_of
from beacons.core.wire import MOST_EARLY, MOST_LATE
from beacons.errors import BeaconNotFound, DeploymentNotFound, EmissionNotFound, NotDeployed, SurveyNotFound
from venues import selectors as venues
from venues import storage as blobs
from venues.models import Venue

# Deployments kept in a process: the current one of a few venues, and the one before while it is switched.
KEPT_DEPLOYMENTS = 8
# The terrain of a district is some 30 MB.
KEPT_TERRAINS = 4
# This minute and the one before, of a few venues.
KEPT_EID_TABLES = 8

logger = structlog.get_logger()


def beacons(venue: Venue) -> QuerySet[models.Beacon]:
    """The venue's registry, by name."""
    return models.Beacon.objects.filter(venue=venue)


def beacons_in_use(venue: Venue) -> QuerySet[models.Beacon]:
    """The beacons of the registry that are believed, by id."""
    return beacons(venue).filter(state=models.BeaconState.ACTIVE).order_by("id")


def beacon_page(venue: Venue, *, q: str, after: UUID | None, limit: int) -> list[models.Beacon]:
    """Return the next beacons by id whose name or identity contains `q`."""
    rows = beacons(venue).filter(Q(name__icontains=q) | Q(identity__icontains=q)).order_by("id")
    return list((rows.filter(id__gt=after) if after else rows)[:limit])


def beacon(venue: Venue, beacon_id: UUID) -> models.Beacon:
    """Return the beacon. Raises BeaconNotFound."""
    found = beacons(venue).filter(pk=beacon_id).first()
    if found is None:
        raise BeaconNotFound(f'Venue "{venue.slug}" has no beacon {beacon_id}.', param="id")
    return found


def level_ids(venue: Venue) -> frozenset[UUID] | None:
    """Return the levels that there are: those of the published map; None before anything is published."""
    if venue.current_publication is None:
        return None
    return frozenset(venues.current_snapshot(venue).levels)


def ground(venue: Venue) -> Ground | None:
    """Return where beacons may hang; None before anything is published."""
    if venue.current_publication is None:
        return None
    return _ground(venue.current_publication.snapshot_hash)


@lru_cache(maxsize=KEPT_DEPLOYMENTS)
def _ground(snapshot_hash: str) -> Ground:
    snapshot = venues.snapshot(snapshot_hash)
    west_m, south_m, east_m, north_m = shapely.total_bounds(list(snapshot.shapes_m.values())).tolist()
    return Ground(frozenset(snapshot.levels), snapshot.frame, (west_m, south_m, east_m, north_m))


@dataclass(frozen=True)
class EphemeralBeacon:
    """A beacon that sends ephemeral identifiers, and what is known of its clock."""

    id: UUID
    identity: BeaconIdentity
    address: str
    key: EidKey
    clock: EidClock
    learnt_at: datetime | None
    """When it was last heard; None before anybody has heard it."""


@lru_cache(maxsize=KEPT_EID_TABLES)
def eid_table(venue_id: UUID, minute: int) -> EidTable[EphemeralBeacon]:
    """Return whose every identifier is that may come in within a minute of Unix time, made once a process.

    A key that is registered now is resolved from the next minute on.
    """
    rows = models.BeaconKey.objects.filter(beacon__venue=venue_id, beacon__state=models.BeaconState.ACTIVE)
    known = [each for row in rows.select_related("beacon").order_by("beacon") if (each := _ephemeral(row)) is not None]
    from_s, until_s = 60 * minute - MOST_LATE.total_seconds(), 60 * (minute + 1) + MOST_EARLY.total_seconds()
    return EidTable.of([(each, each.key, each.clock) for each in known], from_s=from_s, until_s=until_s)


def key_sealer() -> Sealer:
    """Return what seals the keys of beacons: the installation's secret. What its older secrets sealed can still be read."""
    older = [str(secret) for secret in settings.SECRET_KEY_FALLBACKS]
    return Sealer(settings.SECRET_KEY, *older, purpose="beacon keys")


def key_of(row: models.BeaconKey) -> EidKey | None:
    """Return the key of a row; None where another secret sealed it: then the beacon's key has to be registered again."""
    try:
        return EidKey(key_sealer().unseal(bytes(row.sealed_key)), row.rotation_exponent)
    except InvalidToken:
        logger.warning("The key of a beacon was sealed with another DALIL_SECRET_KEY", beacon=str(row.pk))
        return None


def _ephemeral(row: models.BeaconKey) -> EphemeralBeacon | None:
    beacon, key = row.beacon, key_of(row)
    if key is None:
        return None
    identity = identity_from_key(BeaconFormat(beacon.format), beacon.identity)
    if row.learnt_at is None:
        clock = EidClock(row.offset_s, row.given_at.timestamp(), GIVEN_WITHIN_S)
    else:
        clock = EidClock(row.offset_s, row.learnt_at.timestamp(), HEARD_WITHIN_S)
    return EphemeralBeacon(beacon.pk, identity, beacon.address, key, clock, row.learnt_at)


def named_blobs() -> set[str]:
    """Return the blobs that deployments, surveys and emission tables name."""
    named = (models.DeploymentVersion, models.Survey, models.EmissionVersion)
    return {blob_hash for model in named for blob_hash in model._default_manager.values_list("blob_hash", flat=True)}


@lru_cache(maxsize=KEPT_DEPLOYMENTS)
def deployment(content_hash: str) -> Deployment:
    """Return the deployment of that hash. Raises BlobMissing or BlobCorrupt."""
    return Deployment.from_bytes(blobs.get_blob(content_hash))


@lru_cache(maxsize=KEPT_TERRAINS)
def terrain(content_hash: str, emission_hash: str = "") -> Terrain:
    """Return the terrain of the deployment of that hash, on its own map, with what an emission table knows of it.

    Raises BlobMissing or BlobCorrupt.
    """
    if emission_hash:
        table = EmissionTable.from_bytes(blobs.get_blob(emission_hash))
        return table.over(terrain(content_hash), origin(deployment(content_hash).snapshot_hash))
    deployed = deployment(content_hash)
    snapshot_hash = deployed.snapshot_hash
    return terrain_of(venues.snapshot(snapshot_hash), cells(snapshot_hash), deployed)


def origin(snapshot_hash: str) -> tuple[float, float]:
    """Return longitude and latitude of the origin of a snapshot's frame."""
    frame = venues.snapshot(snapshot_hash).frame
    return frame.origin_lng, frame.origin_lat


@lru_cache(maxsize=KEPT_TERRAINS)
def cells(snapshot_hash: str) -> Cells:
    """Return the cells of a snapshot: made once, whatever becomes of the beacons on it."""
    return cells_of(venues.snapshot(snapshot_hash))


def deployment_over(venue: Venue, snapshot_hash: str) -> tuple[str | None, str]:
    """Return the names of the deployment and the emission table over a map: those in use, or the newest deployment that was.

    None where there never was one; empty without a table.
    """
    if current := models.CurrentDeployment.objects.filter(venue=venue, version__snapshot_hash=snapshot_hash).first():
        return current.blob_hash, current.emission_hash
    made = models.DeploymentVersion.objects.filter(venue=venue, snapshot_hash=snapshot_hash)
    return made.order_by("-number").values_list("blob_hash", flat=True).first(), ""


def deployment_named(venue: Venue, snapshot_hash: str, blob_hash: str) -> str:
    """Return the name of a deployment that was made over a map of the venue. Raises DeploymentNotFound."""
    if not models.DeploymentVersion.objects.filter(
        venue=venue, snapshot_hash=snapshot_hash, blob_hash=blob_hash
    ).exists():
        raise DeploymentNotFound(
            f'Venue "{venue.slug}" never had beacons {blob_hash} on this map. Ask without `deployment` for those in use.',
            param="deployment",
        )
    return blob_hash


def emission_named(venue: Venue, blob_hash: str) -> str:
    """Return the name of an emission table of the venue. Raises EmissionNotFound."""
    if not models.EmissionVersion.objects.filter(venue=venue, blob_hash=blob_hash).exists():
        raise EmissionNotFound(f'Venue "{venue.slug}" never learned a table {blob_hash}.', param="emission")
    return blob_hash


def current_terrain(venue: Venue) -> Terrain:
    """Return where visitors are followed now. Raises NotDeployed."""
    pointer = current_pointer(venue)
    return terrain(pointer.blob_hash, pointer.emission_hash)


def current_deployment(venue: Venue) -> Deployment:
    """Return what positions are computed with now. Raises NotDeployed."""
    return deployment(current_deployment_hash(venue))


def current_deployment_hash(venue: Venue) -> str:
    """Return the name of what positions are computed with now. Raises NotDeployed."""
    return current_pointer(venue).blob_hash


def current_pointer(venue: Venue) -> models.CurrentDeployment:
    """Return the names of the deployment and of the emission table in use. Raises NotDeployed."""
    pointers = rows_once(models.CurrentDeployment, venue=venue.pk)  # on the way of every batch
    if not pointers:
        raise NotDeployed(
            f'Venue "{venue.slug}" has no deployment. Import its beacons and publish its map.', param="slug"
        )
    return pointers[0]


def survey(venue: Venue, survey_id: UUID) -> models.Survey:
    """Return the survey. Raises SurveyNotFound."""
    found = models.Survey.objects.filter(venue=venue, pk=survey_id).first()
    if found is None:
        raise SurveyNotFound(f'Venue "{venue.slug}" has no survey {survey_id}.', param="id")
    return found


def emission_version(venue: Venue, number: int) -> models.EmissionVersion:
    """Return the version of that number. Raises EmissionNotFound."""
    found = models.EmissionVersion.objects.filter(venue=venue, number=number).first()
    if found is None:
        raise EmissionNotFound(f'Venue "{venue.slug}" has no emission version {number}.', param="number")
    return found
