"""The registry of beacons: one at a time, or a whole CSV that is taken whole or not at all."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from beacons import models, selectors
from beacons.core.registry import (
    COLUMNS,
    REQUIRED_COLUMNS,
    BeaconFormat,
    EidRegistration,
    Fault,
    Placement,
    eid_of,
    identity_from_key,
    identity_key,
    placement_of,
    record_of,
)
from beacons.errors import BeaconExists, ImportRefused, InvalidBeacon
from venues.models import Venue

FAULTS_LISTED = 100  # of a hopeless file; the count is always whole
ROWS_AT_ONCE = 500
UPDATED_FIELDS = (
    "name", "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms", "model", "changed_at",
)  # fmt: skip
KEY_FIELDS = ("identity_key", "rotation_exponent", "given_offset_s", "offset_s", "learnt_at")


@dataclass(frozen=True)
class Imported:
    """How an import changed the registry."""

    created: int
    updated: int
    unchanged: int


@transaction.atomic
def create(*, venue: Venue, record: Mapping[str, str], extra: Mapping[str, Any], now: datetime) -> models.Beacon:
    """Return a new beacon. Raises InvalidBeacon, naming the field, or BeaconExists."""
    beacon = models.Beacon(venue=venue, created_at=now, changed_at=now, **extra)
    return _placed(beacon, record, now)


@transaction.atomic
def update(
    *, beacon: models.Beacon, record: Mapping[str, str], extra: Mapping[str, Any], now: datetime
) -> models.Beacon:
    """Return the beacon with the named fields changed; its key stays where none is named. Raises InvalidBeacon or BeaconExists."""
    for name, value in extra.items():
        setattr(beacon, name, value)
    beacon.changed_at = now
    return _placed(beacon, record_of(placement(beacon)) | dict(record), now)


def delete(*, beacon: models.Beacon) -> None:
    """Forget a beacon. Deployments that it was in keep it: they never change."""
    beacon.delete()


def placement(beacon: models.Beacon) -> Placement:
    """Return the placement that a row stands for."""
    return Placement(
        name=beacon.name,
        identity=identity_from_key(BeaconFormat(beacon.format), beacon.identity),
        address=beacon.address,
        lng=beacon.lng,
        lat=beacon.lat,
        level_id=beacon.level_id,
        height_m=beacon.height_m,
        measured_power_dbm=beacon.measured_power_dbm,
        interval_ms=beacon.interval_ms,
        model=beacon.model,
    )


def export_csv(venue: Venue) -> str:
    """Return the registry as CSV: what `import_csv` takes. Keys stay here, and are kept where the file comes back."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for beacon in selectors.beacons(venue).iterator():
        writer.writerow(record_of(placement(beacon)))
    return text.getvalue()


@transaction.atomic
def import_csv(*, venue: Venue, text: str, now: datetime) -> Imported:
    """Create or update the beacons of a CSV file. Raises ImportRefused with every bad row; then nothing has changed."""
    rows = _read_csv(text, selectors.level_ids(venue))
    known = {(row.format, row.identity, row.address): row for row in models.Beacon.objects.filter(venue=venue)}
    new, changed, keys = [], [], []
    for wanted, registration in rows:
        key = (*identity_key(wanted.identity), wanted.address)
        row = known.get(key)
        if row is None:
            new.append(_fill(models.Beacon(venue=venue, created_at=now, changed_at=now), wanted))
        elif placement(row) != wanted:
            row.changed_at = now
            changed.append(_fill(row, wanted))
        if registration is not None:
            keys.append((row or new[-1], registration))
    models.Beacon.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    models.Beacon.objects.bulk_update(changed, UPDATED_FIELDS, batch_size=ROWS_AT_ONCE)
    _keep_keys(keys, now)
    return Imported(len(new), len(changed), len(rows) - len(new) - len(changed))


def _read_csv(text: str, level_ids: frozenset[UUID] | None) -> list[tuple[Placement, EidRegistration | None]]:
    """Return the placement and the key of every row. Raises ImportRefused when the header or any row is bad."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    missing = sorted(REQUIRED_COLUMNS - set(_header(reader)))
    if missing:
        raise _refused([(1, Fault(column, "is missing from the header")) for column in missing])
    read: list[tuple[Placement, EidRegistration | None]] = []
    faults: list[tuple[int, Fault]] = []
    first_row: dict[object, int] = {}
    for number, record in _rows(reader):
        cells = {column: record.get(column) or "" for column in COLUMNS}
        placed, own = placement_of(cells)
        registration, bad_key = eid_of(cells)
        own += bad_key
        if None in record:
            own.append(Fault("name", "the row has more cells than the header"))
        if placed is not None:
            own += _misplaced(placed, level_ids)
            before = first_row.setdefault((placed.identity, placed.address), number)
            if before != number:
                own.append(Fault("format", f"this beacon is in row {before} already"))
            read.append((placed, registration))
        faults += [(number, fault) for fault in own]
    if faults:
        raise _refused(faults)
    return read


def _header(reader: "csv.DictReader[str]") -> Sequence[str]:
    try:
        return reader.fieldnames or ()
    except csv.Error as error:
        raise _no_csv(reader, error) from error


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each record with the line of the file that it ends on. Raises ImportRefused where it is no CSV."""
    try:
        for record in reader:
            yield reader.line_num, record
    except csv.Error as error:
        raise _no_csv(reader, error) from error


def _no_csv(reader: "csv.DictReader[str]", error: csv.Error) -> ImportRefused:
    return _refused([(reader.line_num, Fault("name", f"this is not CSV: {error}"))])


def _misplaced(placed: Placement, level_ids: frozenset[UUID] | None) -> list[Fault]:
    if level_ids is None or placed.level_id in level_ids:
        return []
    return [Fault("level_id", f"the published map has no level {placed.level_id}")]


def _refused(faults: list[tuple[int, Fault]]) -> ImportRefused:
    rows = [{"row": row, "column": fault.column, "message": fault.message} for row, fault in faults]
    first = rows[0]
    return ImportRefused(
        f"{len(rows)} value(s) can't be used and nothing was imported. "
        f"Row {first['row']}, {first['column']}: {first['message']}.",
        faults=rows[:FAULTS_LISTED],
        fault_count=len(rows),
    )


def _placed(beacon: models.Beacon, record: Mapping[str, str], now: datetime) -> models.Beacon:
    """Return the beacon saved where the record places it."""
    wanted, faults = placement_of(record)
    registration, bad_key = eid_of(record)
    if wanted is not None:
        faults = _misplaced(wanted, selectors.level_ids(beacon.venue))
    faults += bad_key
    if wanted is None or faults:
        first = faults[0]
        raise InvalidBeacon(
            f"{first.column} {first.message}.",
            param=first.column,
            faults=[{"param": fault.column, "message": fault.message} for fault in faults],
        )
    try:
        with transaction.atomic():
            _fill(beacon, wanted).save()
    except IntegrityError as error:
        raise BeaconExists(f"A beacon of this venue has the identity {beacon.identity} already.") from error
    if registration is not None:
        _keep_keys([(beacon, registration)], now)
    return beacon


def _keep_keys(given: Sequence[tuple[models.Beacon, EidRegistration]], now: datetime) -> None:
    """Keep the keys of beacons. One that is given again as it was keeps what was learnt of its clock."""
    known = models.BeaconKey.objects.in_bulk([beacon.pk for beacon, _ in given])
    wanted = [_key_row(beacon, registration, now) for beacon, registration in given]
    changed = [row for row in wanted if row.pk not in known or _as_given(known[row.pk]) != _as_given(row)]
    models.BeaconKey.objects.bulk_create(
        changed, ROWS_AT_ONCE, update_conflicts=True, unique_fields=["beacon"], update_fields=KEY_FIELDS
    )


def _key_row(beacon: models.Beacon, registration: EidRegistration, now: datetime) -> models.BeaconKey:
    return models.BeaconKey(
        beacon=beacon,
        identity_key=registration.key.identity_key,
        rotation_exponent=registration.key.rotation_exponent,
        given_offset_s=registration.offset_s,
        offset_s=registration.offset_s,
        learnt_at=now,
    )


def _as_given(row: models.BeaconKey) -> tuple[bytes, int, int]:
    return bytes(row.identity_key), row.rotation_exponent, row.given_offset_s


def _fill(row: models.Beacon, wanted: Placement) -> models.Beacon:
    row.format, row.identity = identity_key(wanted.identity)
    for name in ("name", "address", "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms", "model"):
        setattr(row, name, getattr(wanted, name))
    return row
