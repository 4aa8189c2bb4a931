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
    "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms", "model", "battery_percent", "note", "photo_url",
    "eid_key", "eid_rotation_exponent", "eid_offset_s",
)  # fmt: skip
# A table may leave out the others: a fleet of one format has no use for the columns of another.
REQUIRED_COLUMNS = frozenset({"format", "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms"})

WHOLE_FIELDS = ("major", "minor", "id2", "id3")
PLAIN_COLUMNS = (
    "name", "address", "lng", "lat", "level_id", "height_m", "measured_power_dbm", "interval_ms", "model",
    "battery_percent", "note", "photo_url",
)  # fmt: skip
EID_COLUMNS = ("eid_key", "eid_rotation_exponent", "eid_offset_s")

LARGEST_WORD = 0xFFFF
NEW_LINE = re.compile(r"\r\n?")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
UUID_TEXT = re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}")
ADDRESS = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
NAME_CHARACTERS = 120
MODEL_CHARACTERS = 80
NOTE_CHARACTERS = 2000
PHOTO_URL_CHARACTERS = 500
PHOTO_URL = re.compile(r"https?://[^\s/]+(/\S*)?")


class BeaconFormat(StrEnum):
    """The formats that name their beacon; the words of the API."""

    IBEACON = "ibeacon"
    EDDYSTONE_UID = "eddystone_uid"
    ALTBEACON = "altbeacon"


IDENTITY_COLUMNS: Mapping[BeaconFormat, tuple[str, ...]] = {
    BeaconFormat.IBEACON: ("proximity_uuid", "major", "minor"),
    BeaconFormat.EDDYSTONE_UID: ("namespace", "instance"),
    BeaconFormat.ALTBEACON: ("id1", "id2", "id3"),
}


@dataclass(frozen=True)
class Placement:
    """A beacon where it hangs, as an installer gives it.

    `identity` is what names it; `further` are those of the other formats that the same device sends, in BeaconFormat's order.
    """

    name: str
    identity: BeaconIdentity
    address: str
    lng: float
    lat: float
    level_id: UUID
    height_m: float
    measured_power_dbm: int
    interval_ms: int
    model: str = ""
    battery_percent: int | None = None
    note: str = ""
    photo_url: str = ""
    further: tuple[BeaconIdentity, ...] = ()

    @property
    def identities(self) -> tuple[BeaconIdentity, ...]:
        """All that it sends."""
        return self.identity, *self.further


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
    identity, further = _identities(reader)
    placement = Placement(
        name=reader.text("name", longest=NAME_CHARACTERS),
        identity=identity,
        address=_address(reader),
        lng=reader.number("lng", -180, 180),
        lat=reader.number("lat", -90, 90),
        level_id=reader.uuid("level_id"),
        height_m=reader.number("height_m", 0, 30),
        measured_power_dbm=reader.whole("measured_power_dbm", -127, 20),
        interval_ms=reader.whole("interval_ms", 20, 60_000),
        model=reader.text("model", longest=MODEL_CHARACTERS, required=False),
        battery_percent=reader.whole("battery_percent", 0, 100) if reader.names("battery_percent") else None,
        note=reader.text("note", longest=NOTE_CHARACTERS, required=False),
        photo_url=_photo_url(reader),
        further=further,
    )
    return (None, reader.faults) if reader.faults else (placement, [])


def eid_of(record: Record) -> tuple[EidRegistration | None, list[Fault]]:
    """Return the key of a record, None where it gives none, and everything that is wrong with it."""
    reader = _Reader(record)
    if not reader.names(*EID_COLUMNS):
        return None, []
    identity_key = reader.secret("eid_key", KEY_BYTES)
    exponent = reader.whole("eid_rotation_exponent", 0, LARGEST_EXPONENT)
    offset_s = reader.whole("eid_offset_s", -COUNTER_SECONDS, COUNTER_SECONDS)
    if reader.faults:
        return None, reader.faults
    return EidRegistration(EidKey(bytes.fromhex(identity_key), exponent), offset_s), []


def record_of(placement: Placement) -> dict[str, str]:
    """Return the record of a placement, every column named: the inverse of `placement_of`. Keys stay in the registry."""
    record = dict.fromkeys(COLUMNS, "")
    for identity in reversed(placement.identities):  # what names it comes last: the format is its
        record |= identity_fields(identity)
    for column in PLAIN_COLUMNS:
        value = getattr(placement, column)
        record[column] = "" if value is None else str(value)
    return record


def changed(record: Record, by: Record) -> dict[str, str]:
    """Return a record with the columns of another in their place. A beacon that is named by another format loses its old name.

    >>> changed({"format": "altbeacon", "id1": "1"}, {"format": "eddystone_uid", "namespace": "2"})["id1"]
    ''
    """
    kept = dict(record)
    if by.get("format", kept["format"]) != kept["format"]:
        kept |= dict.fromkeys(IDENTITY_COLUMNS[BeaconFormat(kept["format"])], "")
    return kept | dict(by)


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

    def names(self, *columns: str) -> bool:
        """Return whether any of the columns is filled in."""
        return any(self.record.get(column, "").strip() for column in columns)

    def text(self, column: str, *, longest: int, required: bool = True) -> str:
        value = NEW_LINE.sub("\n", self.record.get(column, "").strip())
        if required and not value:
            self.fault(column, "is missing")
        if CONTROL.search(value):
            self.fault(column, "has control characters")
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


def _identities(reader: _Reader) -> tuple[BeaconIdentity, tuple[BeaconIdentity, ...]]:
    """Return what names the beacon, and what else it sends: every other format of which a column is filled in."""
    kind = reader.text("format", longest=20)
    if kind not in list(BeaconFormat):
        reader.fault("format", f"must be one of {', '.join(BeaconFormat)}, not {kind!r}", unless_empty=kind)
        return EddystoneUid("", ""), ()
    others = [other for other in BeaconFormat if other != kind and reader.names(*IDENTITY_COLUMNS[other])]
    return _identity(reader, BeaconFormat(kind)), tuple(_identity(reader, other) for other in others)


def _identity(reader: _Reader, kind: BeaconFormat) -> BeaconIdentity:
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


def _photo_url(reader: _Reader) -> str:
    url = reader.text("photo_url", longest=PHOTO_URL_CHARACTERS, required=False)
    if url and not PHOTO_URL.fullmatch(url):
        reader.fault("photo_url", f"must be an address that begins with http:// or https://, not {url[:80]!r}")
    return url


def _address(reader: _Reader) -> str:
    address = reader.text("address", longest=17, required=False).lower().replace("-", ":")
    if address and not ADDRESS.fullmatch(address):
        reader.fault("address", f"must be a radio address such as c4:be:84:00:00:01, not {address!r}")
    return address
