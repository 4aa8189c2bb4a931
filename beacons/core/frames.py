"""Every format at one door: advertising data in, frame out, and back."""

import struct

from beacons.core.advertisement import (
    MANUFACTURER_DATA,
    SERVICE_DATA_16,
    AdStructure,
    EncodeError,
    compose,
    parse,
)
from beacons.core.altbeacon import AltBeacon, decode_altbeacon, encode_altbeacon
from beacons.core.eddystone import (
    SERVICE_UUID,
    EddystoneFrame,
    EidFrame,
    UidFrame,
    UrlFrame,
    decode_eddystone,
    encode_eddystone,
)
from beacons.core.ibeacon import IBeacon, decode_ibeacon, encode_ibeacon
from beacons.core.propagation import measured_power_from_ranging_data
from beacons.core.sighting import AltBeaconId, EddystoneEid, EddystoneUid, IBeaconId, SightedIdentity

Frame = IBeacon | AltBeacon | EddystoneFrame

FLAGS = AdStructure(
    0x01, b"\x06"
)  # general discoverable, no BR/EDR: as the specifications of all three formats have it
EDDYSTONE_UUIDS = AdStructure(0x03, SERVICE_UUID)  # complete list of 16-bit service UUIDs


def decode(payload: bytes) -> Frame | None:
    """Return the beacon frame in advertising data, or None where there is none of a known format.

    Raises DecodeError when the data is cut short, or claims a format that it does not keep.
    """
    for structure in parse(payload):
        frame: Frame | None = None
        if structure.ad_type == MANUFACTURER_DATA:
            frame = decode_ibeacon(structure.data) or decode_altbeacon(structure.data)
        elif structure.ad_type == SERVICE_DATA_16:
            frame = decode_eddystone(structure.data)
        if frame is not None:
            return frame
    return None


def encode(frame: Frame) -> bytes:
    """Return the advertising data of a frame, with the flags and service lists that its specification asks for.

    Raises EncodeError where a value of the frame does not fit its format.
    """
    try:
        payload = _composed(frame)
        decode(payload)
    except (ValueError, OverflowError, struct.error) as error:
        raise EncodeError(f"No advertisement holds {frame}: {error}") from error
    return payload


def _composed(frame: Frame) -> bytes:
    match frame:
        case IBeacon():
            return compose([FLAGS, AdStructure(MANUFACTURER_DATA, encode_ibeacon(frame))])
        case AltBeacon():
            return compose([FLAGS, AdStructure(MANUFACTURER_DATA, encode_altbeacon(frame))])
    return compose([FLAGS, EDDYSTONE_UUIDS, AdStructure(SERVICE_DATA_16, encode_eddystone(frame))])


def identity_of(frame: Frame) -> SightedIdentity | None:
    """Return whose frame it is, None for frames that don't name their beacon (URL, TLM)."""
    match frame:
        case IBeacon():
            return IBeaconId(frame.proximity_uuid, frame.major, frame.minor)
        case AltBeacon():
            return AltBeaconId(frame.id1, frame.id2, frame.id3)
        case UidFrame():
            return EddystoneUid(frame.namespace, frame.instance)
        case EidFrame():
            return EddystoneEid(frame.eid)
    return None


def announced_power_dbm(frame: Frame) -> int | None:
    """Return the strength at 1 m that the frame announces, None where it announces none."""
    match frame:
        case IBeacon() | AltBeacon():
            return frame.measured_power_dbm
        case UidFrame() | UrlFrame() | EidFrame():
            return measured_power_from_ranging_data(frame.ranging_data_dbm)
    return None
