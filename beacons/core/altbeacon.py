"""AltBeacon (Radius Networks, "AltBeacon Protocol Specification v1.0", github.com/AltBeacon/spec)."""

from dataclasses import dataclass
from uuid import UUID

from beacons.core.advertisement import DecodeError

BEACON_CODE = bytes.fromhex("beac")
ALTBEACON_BYTES = 26


@dataclass(frozen=True)
class AltBeacon:
    """An AltBeacon frame. `measured_power_dbm` (the specification's reference RSSI) is the strength expected at 1 m.

    The 20 bytes of the identifier are read as most fleets use them: 16 for the organisation, then twice 2.
    """

    company_id: int
    id1: UUID
    id2: int
    id3: int
    measured_power_dbm: int
    reserved: int = 0


def decode_altbeacon(data: bytes) -> AltBeacon | None:
    """Return the AltBeacon frame in manufacturer data of any company, or None if it is another format.

    Raises DecodeError when the data carries the beacon code and is not 26 bytes long.
    """
    if data[2:4] != BEACON_CODE:
        return None
    if len(data) != ALTBEACON_BYTES:
        raise DecodeError(f"AltBeacon data must be {ALTBEACON_BYTES} bytes, got {len(data)}")
    return AltBeacon(
        company_id=int.from_bytes(data[:2], "little"),
        id1=UUID(bytes=data[4:20]),
        id2=int.from_bytes(data[20:22]),
        id3=int.from_bytes(data[22:24]),
        measured_power_dbm=int.from_bytes(data[24:25], signed=True),
        reserved=data[25],
    )


def encode_altbeacon(frame: AltBeacon) -> bytes:
    """Return the manufacturer data of an AltBeacon frame."""
    return (
        frame.company_id.to_bytes(2, "little")
        + BEACON_CODE
        + frame.id1.bytes
        + frame.id2.to_bytes(2)
        + frame.id3.to_bytes(2)
        + frame.measured_power_dbm.to_bytes(1, signed=True)
        + bytes((frame.reserved,))
    )
