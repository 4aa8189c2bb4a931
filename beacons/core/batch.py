"""A batch of sightings as it comes over the wire, checked item by item in well under a millisecond.

Hand-written rather than a serializer, because every visitor's phone calls it every second or so. Keys that we don't know are
ignored, so that newer phones may send more; values that can't be are refused, and the item is named.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from beacons.core.device_clock import ClockPair, read_pair
from beacons.core.felt import Anchor, Barometer, Gnss, Motion, read_anchor, read_barometer, read_gnss, read_motion
from beacons.core.sighting import AltBeaconId, EddystoneEid, EddystoneUid, IBeaconId, SightedIdentity, Sighting
from beacons.core.wire import (
    MOST_EARLY,
    MOST_LATE,
    Clock,
    Json,
    an_object,
    in_hex,
    json_of,
    number,
    optional,
    refusal,
    uuid,
    whole,
    word,
)
from beacons.errors import InvalidBatch

MOST_SIGHTINGS = 500
MOST_TELEMETRY = 50
LARGEST_MV = 0xFFFF  # two bytes of the frame
LARGEST_SEQUENCE = 2**53 - 1  # the largest whole number that JavaScript keeps exactly
# From the least that a radio reports to more than it can receive (Core Specification 5.4, volume 4, part E, 7.7.65.2).
RSSI_RANGE_DBM = (-127, 20)

ADDRESS = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")
NAMESPACE = re.compile(r"[0-9A-Fa-f]{20}")
INSTANCE = re.compile(r"[0-9A-Fa-f]{12}")
EID = re.compile(r"[0-9A-Fa-f]{16}")


@dataclass(frozen=True)
class Telemetry:
    """What a beacon says of itself (Eddystone TLM), as the phone that heard it tells."""

    identity: SightedIdentity
    address: str | None
    battery_mv: int


@dataclass(frozen=True)
class SightingBatch:
    """What a phone heard and felt; of one beacon at one instant the strongest alone.

    Its times are what the device's clock showed, until `on_our_clock` makes event times of them. `newest_at` is the moment that it
    is about: of the newest sighting, or else of what it felt; None where it tells no time.
    """

    sequence: int
    sightings: tuple[Sighting, ...]
    gnss: Gnss | None
    anchor: Anchor | None
    motion: Motion | None
    barometer: Barometer | None
    telemetry: tuple[Telemetry, ...]
    newest_at: datetime | None
    clock: ClockPair | None = None


def parse_batch(raw: bytes | Json, received_at: datetime) -> SightingBatch:
    """Return the batch. Raises InvalidBatch, whose `param` names the item, such as `sightings[3].rssi_dbm`."""
    batch = an_object(json_of(raw) if isinstance(raw, bytes) else raw, "")
    sequence = whole(batch, "sequence", "sequence", 0, LARGEST_SEQUENCE)
    items = [] if batch.get("sightings") is None else batch["sightings"]
    if not isinstance(items, list):
        raise refusal("sightings", "must be a list", items)
    if len(items) > MOST_SIGHTINGS:
        raise InvalidBatch(
            f"sightings has {len(items)} items; a batch has at most {MOST_SIGHTINGS}. Send smaller batches.",
            param="sightings",
        )
    clock = Clock(received_at)
    sightings = _strongest(_sighting(item, f"sightings[{i}]", clock) for i, item in enumerate(items))
    gnss = optional(batch, "gnss", lambda part: read_gnss(part, clock))
    anchor = optional(batch, "anchor", lambda part: read_anchor(part, clock))
    return SightingBatch(
        sequence=sequence,
        sightings=sightings,
        gnss=gnss,
        anchor=anchor,
        motion=optional(batch, "motion", read_motion),
        barometer=optional(batch, "barometer", read_barometer),
        telemetry=_telemetry(batch),
        newest_at=_newest(sightings, gnss, anchor),
        clock=optional(batch, "clock", lambda part: read_pair(part, clock)),
    )


def on_our_clock(batch: SightingBatch, ahead: timedelta, received_at: datetime) -> SightingBatch:
    """Return the batch with event times: what the device's clock showed, less what it is ahead of ours, and within what may be.

    What is older than data may be, or of the future, is taken as of the earliest or the latest that may be (CAMPAIGNS.md, Time).
    """
    earliest, latest = received_at - MOST_LATE, received_at + MOST_EARLY

    def event_time(at: datetime) -> datetime:
        return min(max(at - ahead, earliest), latest)

    told = [one.heard_at for one in batch.sightings] + [part.at for part in (batch.gnss, batch.anchor) if part]
    if all(event_time(at) == at for at in {*told}):
        return batch
    sightings = _strongest(replace(one, heard_at=event_time(one.heard_at)) for one in batch.sightings)
    gnss = batch.gnss and replace(batch.gnss, at=event_time(batch.gnss.at))
    anchor = batch.anchor and replace(batch.anchor, at=event_time(batch.anchor.at))
    return replace(batch, sightings=sightings, gnss=gnss, anchor=anchor, newest_at=_newest(sightings, gnss, anchor))


def _newest(sightings: Sequence[Sighting], gnss: Gnss | None, anchor: Anchor | None) -> datetime | None:
    heard = [one.heard_at for one in sightings]
    return max(heard or [part.at for part in (gnss, anchor) if part is not None], default=None)


def _sighting(item: Any, path: str, clock: Clock) -> Sighting:
    item = an_object(item, path)
    beacon = an_object(item.get("beacon"), f"{path}.beacon")
    return Sighting(
        _identity(beacon, f"{path}.beacon"),
        _address(beacon, f"{path}.beacon.address"),
        number(item, "rssi_dbm", f"{path}.rssi_dbm", *RSSI_RANGE_DBM),
        clock.time(item.get("heard_at"), f"{path}.heard_at"),
    )


def _strongest(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the sightings in their order, of one beacon at one instant the strongest alone."""
    kept: dict[tuple[SightedIdentity, str | None, datetime], Sighting] = {}
    for one in sightings:
        heard = (one.identity, one.address, one.heard_at)
        if heard not in kept or kept[heard].rssi_dbm < one.rssi_dbm:
            kept[heard] = one
    return tuple(kept.values())


def _identity(beacon: Json, path: str) -> SightedIdentity:
    kind = beacon.get("format")
    read = IDENTITIES.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise refusal(f"{path}.format", f"must be one of {', '.join(IDENTITIES)}", kind)
    return read(beacon, path)


def _ibeacon(beacon: Json, path: str) -> SightedIdentity:
    return IBeaconId(uuid(beacon, "proximity_uuid", path), word(beacon, "major", path), word(beacon, "minor", path))


def _altbeacon(beacon: Json, path: str) -> SightedIdentity:
    return AltBeaconId(uuid(beacon, "id1", path), word(beacon, "id2", path), word(beacon, "id3", path))


def _eddystone_uid(beacon: Json, path: str) -> SightedIdentity:
    return EddystoneUid(
        in_hex(beacon, "namespace", path, NAMESPACE, "10 bytes in hex"),
        in_hex(beacon, "instance", path, INSTANCE, "6 bytes in hex"),
    )


def _eddystone_eid(beacon: Json, path: str) -> SightedIdentity:
    return EddystoneEid(in_hex(beacon, "eid", path, EID, "8 bytes in hex"))


def _telemetry(batch: Json) -> tuple[Telemetry, ...]:
    items = [] if batch.get("telemetry") is None else batch["telemetry"]
    if not isinstance(items, list) or len(items) > MOST_TELEMETRY:
        raise InvalidBatch(f"telemetry must be a list of at most {MOST_TELEMETRY} items.", param="telemetry")
    return tuple(_told(item, f"telemetry[{i}]") for i, item in enumerate(items))


def _told(item: Any, path: str) -> Telemetry:
    item = an_object(item, path)
    beacon = an_object(item.get("beacon"), f"{path}.beacon")
    return Telemetry(
        _identity(beacon, f"{path}.beacon"),
        _address(beacon, f"{path}.beacon.address"),
        whole(item, "battery_mv", f"{path}.battery_mv", 0, LARGEST_MV),
    )


IDENTITIES: Mapping[str, Callable[[Json, str], SightedIdentity]] = {
    "ibeacon": _ibeacon,
    "eddystone_uid": _eddystone_uid,
    "eddystone_eid": _eddystone_eid,
    "altbeacon": _altbeacon,
}


def _address(beacon: Json, param: str) -> str | None:
    value = beacon.get("address")
    if value is None:
        return None
    if isinstance(value, str) and ADDRESS.fullmatch(value):
        return value.lower().replace("-", ":")
    raise refusal(param, "must be a radio address such as c4:be:84:00:00:01", value)
