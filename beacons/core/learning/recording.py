"""A visitor's track as it is kept: what was heard, in tenths of a second since it began. No instant, no place."""

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from beacons.core.deployment import Deployment
from beacons.core.sighting import Sighting

# Tenths of a second, the beacon's index in the deployment, whole dBm.
RECORD = struct.Struct("<HIb")
TICK = timedelta(milliseconds=100)
LONGEST = timedelta(minutes=2)
# Silence that ends a track, and what is too short to teach anything.
GAP, SHORTEST = timedelta(seconds=10), timedelta(seconds=30)
# What was heard in a track has no instant: its seconds count from here.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def recorded(deployment: Deployment, begun: datetime, sightings: Iterable[Sighting]) -> bytes:
    """Return the records of these sightings, as far as they are of the deployment's beacons and within LONGEST."""
    found = []
    for one in sightings:
        index, ticks = deployment.index_of(one.identity, one.address), (one.heard_at - begun) // TICK
        if index is not None and 0 <= ticks <= LONGEST // TICK:
            found.append(RECORD.pack(ticks, index, max(-128, min(127, round(one.rssi_dbm)))))
    return b"".join(found)


def sightings_of(deployment: Deployment, records: bytes) -> Sequence[Sighting]:
    """Return what was heard, oldest first, as if the track had begun at BEGINNING."""
    return [
        Sighting(
            deployment.identities[index],
            deployment.addresses[index] or None,
            float(rssi_dbm),
            BEGINNING + ticks * TICK,
        )
        for ticks, index, rssi_dbm in sorted(RECORD.iter_unpack(records))
    ]
