"""iBeacon (Apple, "Proximity Beacon Specification", release R1, 2015)."""

from dataclasses import dataclass
from uuid import UUID

from beacons.core.advertisement import DecodeError

# Apple's company identifier 0x004C, little-endian, then type 0x02 (proximity) and the length 0x15 of what follows.
IBEACON_PREFIX = bytes.fromhex("4c000215")
IBEACON_BYTES = 25


@dataclass(frozen=True)
class IBeacon:
    """An iBeacon frame. `measured_power_dbm` is the strength expected at 1 m."""

    proximity_uuid: UUID
    major: int
    minor: int
    measured_power_dbm: int


def decode_ibeacon(data: bytes) -> IBeacon | None:
    """Return the iBeacon frame in manufacturer data, or None if it is another format.

    Raises DecodeError when the data starts as an iBeacon and is not 25 bytes long.

    >>> decode_ibeacon(bytes.fromhex("4c000215" + "00" * 16 + "0001" + "0002" + "c5")).minor
    2
    """
    if not data.startswith(IBEACON_PREFIX):
        return None
    if len(data) != IBEACON_BYTES:
        raise DecodeError(f"iBeacon data must be {IBEACON_BYTES} bytes, got {len(data)}")
    return IBeacon(
        proximity_uuid=UUID(bytes=data[4:20]),
        major=int.from_bytes(data[20:22]),
        minor=int.from_bytes(data[22:24]),
        measured_power_dbm=int.from_bytes(data[24:25], signed=True),
    )


def encode_ibeacon(frame: IBeacon) -> bytes:
    """Return the manufacturer data of an iBeacon frame."""
    return (
        IBEACON_PREFIX
        + frame.proximity_uuid.bytes
        + frame.major.to_bytes(2)
        + frame.minor.to_bytes(2)
        + frame.measured_power_dbm.to_bytes(1, signed=True)
    )
