"""What a phone heard: which beacon, how strong, when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class IBeaconId:
    proximity_uuid: UUID
    major: int
    minor: int


@dataclass(frozen=True, slots=True)
class EddystoneUid:
    """10 and 6 bytes in lower-case hex."""

    namespace: str
    instance: str


@dataclass(frozen=True, slots=True)
class AltBeaconId:
    id1: UUID
    id2: int
    id3: int


@dataclass(frozen=True, slots=True)
class EddystoneEid:
    """8 bytes in lower-case hex, whose they are only who has the beacon's key can tell."""

    eid: str


BeaconIdentity = IBeaconId | EddystoneUid | AltBeaconId
"""What names a beacon for good."""
SightedIdentity = BeaconIdentity | EddystoneEid
"""What an advertisement names."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One advertisement as heard. `address` is the radio address where the platform tells it (iOS does not)."""

    identity: SightedIdentity
    address: str | None
    rssi_dbm: float
    heard_at: datetime
