"""Ephemeral identifiers: whose they are, and what hearing them says of the beacons' clocks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from beacons import models, selectors
from beacons.core.eid import HEARD_WITHIN_S
from beacons.core.sighting import EddystoneEid, Sighting
from beacons.selectors import EphemeralBeacon
from venues.models import Venue

# A clock that was right is noted once a day: a day of drift widens what is looked for by 13 s.
CONFIRMED_EVERY = timedelta(days=1)
# What is told later, or of a later time than now, comes from a phone whose own clock may be wrong: it teaches nothing.
LIVE = timedelta(seconds=HEARD_WITHIN_S)


def resolved(*, venue: Venue, sightings: Sequence[Sighting], now: datetime) -> list[Sighting]:
    """Return the sightings with the identities that ephemeral ones stand for. Those that nobody of ours sends stay."""
    if not any(isinstance(one.identity, EddystoneEid) for one in sightings):
        return list(sightings)
    table = selectors.eid_table(venue.pk, int(now.timestamp()) // 60)
    told = []
    for one in sightings:
        found = table.resolve(one.identity.eid) if isinstance(one.identity, EddystoneEid) else None
        if found is None:
            told.append(one)
            continue
        beacon, counter_s = found
        if abs(now - one.heard_at) <= LIVE:
            _learn(beacon, counter_s, one.heard_at)
        told.append(replace(one, identity=beacon.identity, address=beacon.address or one.address))
    return told


def _learn(beacon: EphemeralBeacon, counter_s: int, heard_at: datetime) -> None:
    """Note what the beacon's counter must have been, where it says more than was known."""
    clock = beacon.clock.learn(beacon.key, counter_s, heard_at.timestamp())
    if clock == beacon.clock or (
        beacon.learnt_at is not None
        and clock.offset_s == beacon.clock.offset_s
        and heard_at - beacon.learnt_at < CONFIRMED_EVERY
    ):
        return
    as_read = models.BeaconKey.objects.filter(
        beacon=beacon.id, offset_s=beacon.clock.offset_s, learnt_at=beacon.learnt_at
    )
    as_read.update(offset_s=clock.offset_s, learnt_at=heard_at)
