"""The registry of beacons: one at a time, or a whole CSV that is taken whole or not at all."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from beacons import models, selectors
from beacons.core.ground import Ground
from beacons.core.registry import (
    COLUMNS,
    REQUIRED_COLUMNS,
    BeaconFormat,
    EidRegistration,
    Fault,
    Placement,
    changed,
    eid_of,
    identity_from_key,
    identity_key,
    placement_of,
    record_of,
)
from beacons.errors import BeaconExists, ImportRefused, InvalidBeacon
from beacons.services import eid_keys
from venues.models import Venue

FAULTS_LISTED = 100  # of a hopeless file; the count is always whole
ROWS_AT_ONCE = 500
PLAIN_FIELDS = (
    "name", "address", "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms", "model",
    "battery_percent", "note", "photo_url",
)  # fmt: skip
UPDATED_FIELDS = (*PLAIN_FIELDS, "further", "changed_at")

Named = tuple[str, str, str]
"""Format, identity and address: what tells one beacon of a venue from another."""


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
    return _placed(beacon, changed(record_of(placement(beacon)), record), now)


def delete(*, beacon: models.Beacon) -> None:
    """Forget a beacon. Deployments that it was in keep it: they never change."""
    beacon.delete()


def placement(beacon: models.Beacon) -> Placement:
    """Return the placement that a row stands for."""
    return Placement(
        identity=identity_from_key(BeaconFormat(beacon.format), beacon.identity),
        further=tuple(identity_from_key(BeaconFormat(kind), key) for kind, key in beacon.further),
        **{name: getattr(beacon, name) for name in PLAIN_FIELDS},
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
    """Create or update the beacons of a CSV file. Raises ImportRefused with every bad row; then nothing has changed.

    A column that the file leaves out stays as it is in the registry.
    """
    _lock(venue)
    known = {(row.format, row.identity, row.address): row for row in models.Beacon.objects.filter(venue=venue)}
    rows = _read_csv(text, selectors.ground(venue), known)
    new, updated, keys = [], [], []
    for wanted, registration in rows:
        row = known.get(_names(wanted)[0])
        if row is None:
            new.append(_fill(models.Beacon(venue=venue, created_at=now, changed_at=now), wanted))
        elif placement(row) != wanted:
            row.changed_at = now
            updated.append(_fill(row, wanted))
        if registration is not None:
            keys.append((row or new[-1], registration))
    models.Beacon.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    models.Beacon.objects.bulk_update(updated, UPDATED_FIELDS, batch_size=ROWS_AT_ONCE)
    eid_keys.keep(keys, now)
    return Imported(len(new), len(updated), len(rows) - len(new) - len(updated))


def _read_csv(
    text: str, ground: Ground | None, known: Mapping[Named, models.Beacon]
) -> list[tuple[Placement, EidRegistration | None]]:
    """Return the placement and the key of every row. Raises ImportRefused when the header or any row is bad."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    header = _header(reader)
    missing = sorted(REQUIRED_COLUMNS - set(header))
    if missing:
        raise _refused([(1, Fault(column, "is missing from the header")) for column in missing])
    read: list[tuple[int, Placement, EidRegistration | None]] = []
    faults: list[tuple[int, Fault]] = []
    for number, record in _rows(reader, faults):
        cells = {column: record.get(column) or "" for column in COLUMNS}
        placed, own = placement_of(cells)
        if placed is not None and (row := known.get(_names(placed)[0])) is not None:
            given = {column: cells[column] for column in COLUMNS if column in header}
            placed, own = placement_of(changed(record_of(placement(row)), given))
        registration, bad_key = eid_of(cells)
        own += bad_key
        if None in record:
            own.append(Fault("name", "the row has more cells than the header"))
        if placed is not None:
            own += ground.faults(placed) if ground else []
            read.append((number, placed, registration))
        faults += [(number, fault) for fault in own]
    faults += _taken_twice([(number, placed) for number, placed, _ in read], known)
    if faults:
        raise _refused(sorted(faults, key=lambda fault: fault[0]))
    return [(placed, registration) for _, placed, registration in read]


def _taken_twice(
    rows: Sequence[tuple[int, Placement]], known: Mapping[Named, models.Beacon]
) -> list[tuple[int, Fault]]:
    """Return the faults of rows that name what another row, or a beacon that the file leaves out, names already."""
    in_file = {_names(placed)[0] for _, placed in rows}
    owners: dict[Named, str] = {}
    for key, row in known.items():
        if key not in in_file:
            owners |= dict.fromkeys(_names(placement(row)), f'that of beacon "{row.name}"')
    faults = []
    for number, placed in rows:
        for name in _names(placed):
            if name in owners:
                faults.append((number, Fault("format", f"the identity {name[1]} is {owners[name]} already")))
            owners.setdefault(name, f"in row {number}")
    return faults


def _names(placed: Placement) -> list[Named]:
    """Return all that tells a beacon from others, what names it first."""
    return [(kind.value, key, placed.address) for kind, key in map(identity_key, placed.identities)]


def _lock(venue: Venue) -> None:
    """Wait until nobody else changes the registry of the venue."""
    Venue.objects.select_for_update().get(pk=venue.pk)


def _header(reader: "csv.DictReader[str]") -> Sequence[str]:
    try:
        return reader.fieldnames or ()
    except csv.Error as error:
        raise _refused([_no_csv(reader, error)]) from error


def _rows(reader: "csv.DictReader[str]", faults: list[tuple[int, Fault]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each record with the line of the file that it ends on; where it is no CSV any more that becomes a fault, the last."""
    try:
        for record in reader:
            yield reader.line_num, record
    except csv.Error as error:
        faults.append(_no_csv(reader, error))


def _no_csv(reader: "csv.DictReader[str]", error: csv.Error) -> tuple[int, Fault]:
    return reader.line_num, Fault("name", f"this is not CSV: {error}")


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
    if wanted is not None and (ground := selectors.ground(beacon.venue)):
        faults = ground.faults(wanted)
    faults += bad_key
    if wanted is None or faults:
        first = faults[0]
        raise InvalidBeacon(
            f"{first.column} {first.message}.",
            param=first.column,
            faults=[{"param": fault.column, "message": fault.message} for fault in faults],
        )
    _lock(beacon.venue)
    _refuse_taken(beacon, wanted)
    _fill(beacon, wanted).save()
    if registration is not None:
        eid_keys.keep([(beacon, registration)], now)
    return beacon


def _refuse_taken(beacon: models.Beacon, wanted: Placement) -> None:
    """Raise BeaconExists where another beacon of the venue sends one of these identities."""
    names = set(_names(wanted))
    sent = models.Beacon.objects.filter(venue=beacon.venue).exclude(pk=beacon.pk)
    candidates = sent.filter(Q(identity__in=[key for _, key, _ in names]) | ~Q(further=[]))
    for row in candidates.iterator():
        if taken := names.intersection(_names(placement(row))):
            identity = min(taken)[1]
            raise BeaconExists(
                f'The beacon "{row.name}" of this venue has the identity {identity} already.', param="beacon"
            )


def _fill(row: models.Beacon, wanted: Placement) -> models.Beacon:
    row.format, row.identity = identity_key(wanted.identity)
    row.further = [[kind.value, key] for kind, key in map(identity_key, wanted.further)]
    for name in PLAIN_FIELDS:
        setattr(row, name, getattr(wanted, name))
    return row
