"""Emission versions: what was learned, frozen, and the pointer to the one in use. It is switched without the map or the beacons."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from beacons import models, selectors
from beacons.core.learning.table import EmissionTable
from venues import storage as blobs
from venues.models import Venue

LAW_ALONE = 0
"""The number that stands for no emission version: beacons are heard as the registry and the law of distances say."""


@transaction.atomic
def publish(*, venue: Venue, table: EmissionTable, report: dict[str, Any], now: datetime) -> models.EmissionVersion:
    """Use a table from now on and return its version. Servers take it up with the next batch. Raises NotDeployed."""
    Venue.objects.select_for_update().get(pk=venue.pk)  # one pointer of a venue is switched at a time
    newest: int | None = models.EmissionVersion.objects.filter(venue=venue).aggregate(newest=Max("number"))["newest"]
    version = models.EmissionVersion.objects.create(
        venue=venue,
        number=(newest or LAW_ALONE) + 1,
        blob_hash=blobs.put_blob(table.to_bytes()),
        report=report,
        created_at=now,
    )
    _point(venue, version.blob_hash)
    return version


@transaction.atomic
def restore(*, venue: Venue, number: int) -> None:
    """Use an earlier version again, or with LAW_ALONE none. Raises EmissionNotFound, BlobMissing or NotDeployed."""
    Venue.objects.select_for_update().get(pk=venue.pk)
    if number == LAW_ALONE:
        _point(venue, "")
        return
    version = selectors.emission_version(venue, number)
    blobs.require_blob(version.blob_hash)
    _point(venue, version.blob_hash)


def _point(venue: Venue, emission_hash: str) -> None:
    selectors.current_pointer(venue)
    models.CurrentDeployment.objects.filter(venue=venue).update(emission_hash=emission_hash)
