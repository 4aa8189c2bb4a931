"""The keys of beacons that send ephemeral identifiers: sealed at rest, and let out nowhere."""

from collections.abc import Sequence
from datetime import datetime

from beacons import models
from beacons.core.registry import EidRegistration
from beacons.selectors import key_of, key_sealer

ROWS_AT_ONCE = 500
FIELDS = ("sealed_key", "rotation_exponent", "given_offset_s", "offset_s", "given_at", "learnt_at")


def keep(given: Sequence[tuple[models.Beacon, EidRegistration]], now: datetime) -> None:
    """Keep the keys of beacons. One that is given again as it was keeps what was learnt of its clock."""
    known = models.BeaconKey.objects.in_bulk([beacon.pk for beacon, _ in given])
    changed = [
        _row(beacon, registration, now)
        for beacon, registration in given
        if beacon.pk not in known or not _is_as_given(known[beacon.pk], registration)
    ]
    models.BeaconKey.objects.bulk_create(
        changed, ROWS_AT_ONCE, update_conflicts=True, unique_fields=["beacon"], update_fields=FIELDS
    )


def _row(beacon: models.Beacon, registration: EidRegistration, now: datetime) -> models.BeaconKey:
    return models.BeaconKey(
        beacon=beacon,
        sealed_key=key_sealer().seal(registration.key.identity_key),
        rotation_exponent=registration.key.rotation_exponent,
        given_offset_s=registration.offset_s,
        offset_s=registration.offset_s,
        given_at=now,
    )


def _is_as_given(row: models.BeaconKey, registration: EidRegistration) -> bool:
    return key_of(row) == registration.key and row.given_offset_s == registration.offset_s
