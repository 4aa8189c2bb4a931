"""A beacon as the registry writes it: one line of CSV, checked field by field, every fault named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan
from uuid import UUID

from beacons.core.eid import COUNTER_SECONDS, KEY_BYTES, LARGEST_EXPONENT, EidKey
from beacons.core.sighting import AltBeaconId, BeaconIdentity, EddystoneUid, IBeaconId

COLUMNS = (
    "name", "format", "proximity_uuid", "major", "minor", "namespace", "instance", "id1", "id2", "id3", "address",
    "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms", "model",
    "eid_key", "eid_rotation_exponent", "eid_offset_s",
)  # fmt: skip
# A table may leave out the others: a fleet of one format has no use for the columns of another.
REQUIRED_COLUMNS = frozenset({"format", "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms"})

WHOLE_FIELDS = ("major", "minor", "id2", "id3")
EID_COLUMNS = ("eid_key", "eid_rotation_exponent", "eid_offset_s")

LARGEST_WORD = 0xFFFF
WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
UUID_TEXT = re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}")
ADDRESS = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
NAME_CHARACTERS = 120
MODEL_CHARACTERS = 80


class BeaconFormat(StrEnum):
    """The formats that name their beacon; the words of the API."""

    IBEACON = "ibeacon"
    EDDYSTONE_UID = "eddystone_uid"
    ALTBEACON = "altbeacon"


@dataclass(frozen=True)
class Placement:
    """A beacon where it hangs, as an installer gives it."""

    name: str
    identity: BeaconIdentity
    address: str
    lng: float
    lat: float
    level_id: UUID
    height_m: float
    measured_power_dbm: int
    interval_ms: int
    model: str


@dataclass(frozen=True)
class EidRegistration:
    """The key of a beacon that sends ephemeral identifiers too, and its counter less Unix time when it was set up."""

    key: EidKey
    offset_s: int


@dataclass(frozen=True)
class Fault:
    """Why a value can't be used: the column, and a sentence."""

    column: str
    message: str


Record = Mapping[str, str]


def placement_of(record: Record) -> tuple[Placement | None, list[Fault]]:
    """Return the placement of a record of strings, or None and everything that is wrong with it."""
    reader = _Reader(record)
    placement = Placement(
        name=reader.text("name", longest=NAME_CHARACTERS),
        identity=_identity(reader),
        address=_address(reader),
        lng=reader.number("lng", -180, 180),
        lat=reader.number("lat", -90, 90),
        level_id=reader.uuid("level_id"),
        height_m=reader.number("height_m", 0, 30),
        measured_power_dbm=reader.whole("measured_power_dbm", -127, 20),
        interval_ms=reader.whole("interval_ms", 20, 60_000),
        model=reader.text("model", longest=MODEL_CHARACTERS, required=False),
    )
    return (None, reader.faults) if reader.faults else (placement, [])


def eid_of(record: Record) -> tuple[EidRegistration | None, list[Fault]]:
    """Return the key of a record, None where it gives none, and everything that is wrong with it."""
    reader = _Reader(record)
    if not any(record.get(column, "").strip() for column in EID_COLUMNS):
        return None, []
    identity_key = reader.secret("eid_key", KEY_BYTES)
    exponent = reader.whole("eid_rotation_exponent", 0, LARGEST_EXPONENT)
    offset_s = reader.whole("eid_offset_s", -COUNTER_SECONDS, COUNTER_SECONDS)
    if reader.faults:
        return None, reader.faults
    return EidRegistration(EidKey(bytes.fromhex(identity_key), exponent), offset_s), []


def record_of(placement: Placement) -> dict[str, str]:
    """Return the record of a placement, every column named: the inverse of `placement_of`. Keys stay in the registry."""
    record = dict.fromkeys(COLUMNS, "") | identity_fields(placement.identity)
    for column in (
        "name",
        "address",
        "lng",
        "lat",
        "level_id",
        "height_m",
        "measured_power_dbm",
        "interval_ms",
        "model",
    ):
        record[column] = str(getattr(placement, column))
    return record


def identity_fields(identity: BeaconIdentity) -> dict[str, str]:
    """Return the format and the columns that name a beacon."""
    match identity:
        case IBeaconId(proximity_uuid, major, minor):
            return {
                "format": BeaconFormat.IBEACON.value,
                "proximity_uuid": str(proximity_uuid),
                "major": str(major),
                "minor": str(minor),
            }
        case EddystoneUid(namespace, instance):
            return {"format": BeaconFormat.EDDYSTONE_UID.value, "namespace": namespace, "instance": instance}
        case AltBeaconId(id1, id2, id3):
            return {"format": BeaconFormat.ALTBEACON.value, "id1": str(id1), "id2": str(id2), "id3": str(id3)}


def identity_key(identity: BeaconIdentity) -> tuple[BeaconFormat, str]:
    """Return the format and the canonical text of an identity.

    >>> identity_key(EddystoneUid("00" * 10, "11" * 6))[1]
    '00000000000000000000/111111111111'
    """
    kind, *parts = identity_fields(identity).values()
    return BeaconFormat(kind), "/".join(parts)


def identity_from_key(kind: BeaconFormat, key: str) -> BeaconIdentity:
    """Return the identity that a canonical text stands for: the inverse of `identity_key`."""
    first, second, *rest = key.split("/")
    match kind:
        case BeaconFormat.IBEACON:
            return IBeaconId(UUID(first), int(second), int(rest[0]))
        case BeaconFormat.EDDYSTONE_UID:
            return EddystoneUid(first, second)
        case BeaconFormat.ALTBEACON:
            return AltBeaconId(UUID(first), int(second), int(rest[0]))


@dataclass
class _Reader:
    """Reads a record column by column and gathers the faults. What can't be read is replaced, and never used."""

    record: Record
    faults: list[Fault] = field(default_factory=list)

    def text(self, column: str, *, longest: int, required: bool = True) -> str:
        value = self.record.get(column, "").strip()
        if required and not value:
            self.fault(column, "is missing")
        if len(value) > longest:
            self.fault(column, f"has {len(value)} characters, {longest} fit")
        return value

    def number(self, column: str, low: float, high: float) -> float:
        text = self.text(column, longest=40)
        try:
            value = float(text)
        except ValueError:
            value = nan
        if not low <= value <= high:  # also false for NaN
            self.fault(column, f"must be a number from {low:g} to {high:g}, not {text!r}", unless_empty=text)
        return value

    def whole(self, column: str, low: int, high: int) -> int:
        text = self.text(column, longest=40)
        value = int(text) if WHOLE.fullmatch(text) else None
        if value is None or not low <= value <= high:
            self.fault(column, f"must be a whole number from {low} to {high}, not {text!r}", unless_empty=text)
            return low
        return value

    def uuid(self, column: str) -> UUID:
        text = self.text(column, longest=40)
        if not UUID_TEXT.fullmatch(text):
            self.fault(column, f"must be a UUID, not {text!r}", unless_empty=text)
            return UUID(int=0)
        return UUID(text)

    def hex(self, column: str, byte_count: int) -> str:
        text = self.text(column, longest=60).lower()
        if not _is_hex(text, byte_count):
            self.fault(column, f"must be {byte_count} bytes in hex, not {text!r}", unless_empty=text)
        return text

    def secret(self, column: str, byte_count: int) -> str:
        """Read as `hex` does, and repeat nothing of it where it is wrong."""
        text = self.record.get(column, "").strip().lower()
        if not _is_hex(text, byte_count):
            self.fault(column, f"must be {byte_count} bytes in hex" if text else "is missing")
        return text

    def fault(self, column: str, message: str, *, unless_empty: str = "-") -> None:
        """Note a fault; an empty value has been noted as missing already."""
        if unless_empty:
            self.faults.append(Fault(column, message))


def _is_hex(text: str, byte_count: int) -> bool:
    return re.fullmatch(f"[0-9a-f]{{{2 * byte_count}}}", text) is not None


def _identity(reader: _Reader) -> BeaconIdentity:
    kind = reader.text("format", longest=20)
    match kind:
        case BeaconFormat.EDDYSTONE_UID:
            return EddystoneUid(reader.hex("namespace", 10), reader.hex("instance", 6))
        case BeaconFormat.ALTBEACON:
            return AltBeaconId(
                reader.uuid("id1"), reader.whole("id2", 0, LARGEST_WORD), reader.whole("id3", 0, LARGEST_WORD)
            )
        case BeaconFormat.IBEACON:
            return IBeaconId(
                reader.uuid("proximity_uuid"),
                reader.whole("major", 0, LARGEST_WORD),
                reader.whole("minor", 0, LARGEST_WORD),
            )
    reader.fault("format", f"must be one of {', '.join(BeaconFormat)}, not {kind!r}", unless_empty=kind)
    return EddystoneUid("", "")


def _address(reader: _Reader) -> str:
    address = reader.text("address", longest=17, required=False).lower().replace("-", ":")
    if address and not ADDRESS.fullmatch(address):
        reader.fault("address", f"must be a radio address such as c4:be:84:00:00:01, not {address!r}")
    return address
