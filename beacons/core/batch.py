"""A batch of sightings as it comes over the wire, checked item by item in well under a millisecond.

Hand-written rather than a serializer, because every visitor's phone calls it every second or so. Keys that we don't know are
ignored, so that newer phones may send more; values that can't be are refused, and the item is named.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson

from beacons.core.sighting import AltBeaconId, EddystoneEid, EddystoneUid, IBeaconId, SightedIdentity, Sighting
from beacons.errors import InvalidBatch

MOST_SIGHTINGS = 500
LARGEST_SEQUENCE = 2**53 - 1  # the largest whole number that JavaScript keeps exactly
# From the least that a radio reports to more than it can receive (Core Specification 5.4, volume 4, part E, 7.7.65.2).
RSSI_RANGE_DBM = (-127, 20)
# How far a device's clock may be off before its times mean nothing; nearer ones are clipped (CAMPAIGNS.md, Time).
ABSURD = timedelta(days=1)
MOST_LATE = timedelta(minutes=15)
MOST_EARLY = timedelta(seconds=2)

UUID_TEXT = re.compile(r"[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}")
ADDRESS = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")
NAMESPACE = re.compile(r"[0-9A-Fa-f]{20}")
INSTANCE = re.compile(r"[0-9A-Fa-f]{12}")
EID = re.compile(r"[0-9A-Fa-f]{16}")

Json = Mapping[str, Any]
Part = TypeVar("Part")


@dataclass(frozen=True)
class Gnss:
    """A fix of the phone's satellite receiver; `accuracy_m` is its 68 % radius."""

    lng: float
    lat: float
    accuracy_m: float
    at: datetime


@dataclass(frozen=True)
class Motion:
    """What the phone's own sensors say since the batch before. None where it does not know."""

    steps: int | None
    heading_deg: float | None


@dataclass(frozen=True)
class Barometer:
    pressure_hpa: float


@dataclass(frozen=True)
class SightingBatch:
    """What a phone heard and felt. `newest_at` is event time, the moment that it is about; None where it tells no time."""

    sequence: int
    sightings: tuple[Sighting, ...]
    gnss: Gnss | None
    motion: Motion | None
    barometer: Barometer | None
    newest_at: datetime | None


def parse_batch(raw: bytes | Json, received_at: datetime) -> SightingBatch:
    """Return the batch. Raises InvalidBatch, whose `param` names the item, such as `sightings[3].rssi_dbm`."""
    batch = _object(_json(raw) if isinstance(raw, bytes) else raw, "")
    sequence = _whole(batch, "sequence", "sequence", 0, LARGEST_SEQUENCE)
    items = [] if batch.get("sightings") is None else batch["sightings"]
    if not isinstance(items, list):
        raise _refusal("sightings", "must be a list", items)
    if len(items) > MOST_SIGHTINGS:
        raise InvalidBatch(
            f"sightings has {len(items)} items; a batch has at most {MOST_SIGHTINGS}. Send smaller batches.",
            param="sightings",
        )
    clock = _Clock(received_at)
    sightings = tuple(_sighting(item, f"sightings[{i}]", clock) for i, item in enumerate(items))
    gnss = _optional(batch, "gnss", lambda part: _gnss(part, clock))
    return SightingBatch(
        sequence=sequence,
        sightings=sightings,
        gnss=gnss,
        motion=_optional(batch, "motion", _motion),
        barometer=_optional(batch, "barometer", _barometer),
        newest_at=max([sighting.heard_at for sighting in sightings] + ([gnss.at] if gnss else []), default=None),
    )


class _Clock:
    """Reads times of a device's clock as event times."""

    def __init__(self, received_at: datetime) -> None:
        self._received_at = received_at
        self._earliest, self._latest = received_at - MOST_LATE, received_at + MOST_EARLY
        self._read: dict[str, datetime] = {}  # the sightings of a batch share few instants

    def event_time(self, value: Any, param: str) -> datetime:
        if not isinstance(value, str):
            raise _refusal(param, "must be a time such as 2026-11-23T12:00:00Z", value)
        at = self._read.get(value)
        if at is None:
            at = self._read[value] = self._parsed(value, param)
        return at

    def _parsed(self, value: str, param: str) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except ValueError as error:
            raise _refusal(param, "must be a time such as 2026-11-23T12:00:00Z", value) from error
        if at.tzinfo is None:
            raise _refusal(param, "must have an offset from UTC, such as Z", value)
        try:
            at = at.astimezone(UTC)
        except OverflowError as error:
            raise _refusal(param, "is no time that can be", value) from error
        if abs(at - self._received_at) > ABSURD:
            raise _refusal(param, "is more than a day from now: the device's clock is wrong", value)
        return min(max(at, self._earliest), self._latest)


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidBatch(f"The body is no JSON: {error}.") from error


def _sighting(item: Any, path: str, clock: _Clock) -> Sighting:
    item = _object(item, path)
    beacon = _object(item.get("beacon"), f"{path}.beacon")
    return Sighting(
        _identity(beacon, f"{path}.beacon"),
        _address(beacon, f"{path}.beacon.address"),
        _number(item, "rssi_dbm", f"{path}.rssi_dbm", *RSSI_RANGE_DBM),
        clock.event_time(item.get("heard_at"), f"{path}.heard_at"),
    )


def _identity(beacon: Json, path: str) -> SightedIdentity:
    kind = beacon.get("format")
    read = IDENTITIES.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise _refusal(f"{path}.format", f"must be one of {', '.join(IDENTITIES)}", kind)
    return read(beacon, path)


def _ibeacon(beacon: Json, path: str) -> SightedIdentity:
    return IBeaconId(_uuid(beacon, "proximity_uuid", path), _word(beacon, "major", path), _word(beacon, "minor", path))


def _altbeacon(beacon: Json, path: str) -> SightedIdentity:
    return AltBeaconId(_uuid(beacon, "id1", path), _word(beacon, "id2", path), _word(beacon, "id3", path))


def _eddystone_uid(beacon: Json, path: str) -> SightedIdentity:
    return EddystoneUid(
        _hex(beacon, "namespace", path, NAMESPACE, "10 bytes in hex"),
        _hex(beacon, "instance", path, INSTANCE, "6 bytes in hex"),
    )


def _eddystone_eid(beacon: Json, path: str) -> SightedIdentity:
    return EddystoneEid(_hex(beacon, "eid", path, EID, "8 bytes in hex"))


IDENTITIES: Mapping[str, Callable[[Json, str], SightedIdentity]] = {
    "ibeacon": _ibeacon,
    "eddystone_uid": _eddystone_uid,
    "eddystone_eid": _eddystone_eid,
    "altbeacon": _altbeacon,
}


def _gnss(part: Json, clock: _Clock) -> Gnss:
    return Gnss(
        lng=_number(part, "lng", "gnss.lng", -180, 180),
        lat=_number(part, "lat", "gnss.lat", -90, 90),
        accuracy_m=_number(part, "accuracy_m", "gnss.accuracy_m", 0, 100_000),
        at=clock.event_time(part.get("at"), "gnss.at"),
    )


def _motion(part: Json) -> Motion:
    return Motion(
        steps=_whole(part, "steps", "motion.steps", 0, 100_000) if part.get("steps") is not None else None,
        heading_deg=(
            _number(part, "heading_deg", "motion.heading_deg", -360, 360) % 360
            if part.get("heading_deg") is not None
            else None
        ),
    )


def _barometer(part: Json) -> Barometer:
    # From the summit of Everest to the shore of the Dead Sea, with weather.
    return Barometer(_number(part, "pressure_hpa", "barometer.pressure_hpa", 300, 1100))


def _optional(batch: Json, name: str, read: Callable[[Json], Part]) -> Part | None:
    part = batch.get(name)
    return None if part is None else read(_object(part, name))


def _object(value: Any, path: str) -> Json:
    if not isinstance(value, Mapping):
        raise _refusal(path or "body", "must be an object", value)
    return value


def _number(part: Json, name: str, param: str, low: float, high: float) -> float:
    value = part.get(name)
    # bool is an int in Python, and true is no number; NaN lies in no range.
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise _refusal(param, f"must be a number from {low:g} to {high:g}", value)
    return float(value)


def _whole(part: Json, name: str, param: str, low: int, high: int) -> int:
    value = part.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _refusal(param, f"must be a whole number from {low} to {high}", value)
    return value


def _word(beacon: Json, name: str, path: str) -> int:
    value = beacon.get(name)
    if type(value) is int and 0 <= value <= 0xFFFF:
        return value
    raise _refusal(f"{path}.{name}", "must be a whole number from 0 to 65535", value)


def _uuid(beacon: Json, name: str, path: str) -> UUID:
    value = beacon.get(name)
    if isinstance(value, str) and UUID_TEXT.fullmatch(value):
        return UUID(value)
    raise _refusal(f"{path}.{name}", "must be a UUID", value)


def _hex(beacon: Json, name: str, path: str, pattern: re.Pattern[str], wanted: str) -> str:
    value = beacon.get(name)
    if isinstance(value, str) and pattern.fullmatch(value):
        return value.lower()
    raise _refusal(f"{path}.{name}", f"must be {wanted}", value)


def _address(beacon: Json, param: str) -> str | None:
    value = beacon.get("address")
    if value is None:
        return None
    if isinstance(value, str) and ADDRESS.fullmatch(value):
        return value.lower().replace("-", ":")
    raise _refusal(param, "must be a radio address such as c4:be:84:00:00:01", value)


def _refusal(param: str, wanted: str, got: Any) -> InvalidBatch:
    shown = "nothing" if got is None else repr(got)[:80]
    return InvalidBatch(f"{param} {wanted}, not {shown}.", param=param)
