"""The last seconds of what a phone heard: event time decides, not the order of arrival."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from beacons.core.sighting import SightedIdentity, Sighting

WINDOW = timedelta(seconds=5)  # a walker goes 6 m in it; shorter ones hear too little (measured in docs/benchmarks)


def recent(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return the sightings within WINDOW of the newest, oldest first; of one beacon at one instant the strongest.

    The outcome depends neither on the order in which they came nor on duplicates.
    """
    strongest: dict[tuple[SightedIdentity, str | None, datetime], Sighting] = {}
    for sighting in sightings:
        key = (sighting.identity, sighting.address, sighting.heard_at)
        if key not in strongest or strongest[key].rssi_dbm < sighting.rssi_dbm:
            strongest[key] = sighting
    if not strongest:
        return []
    oldest = max(sighting.heard_at for sighting in strongest.values()) - WINDOW
    kept = [sighting for sighting in strongest.values() if sighting.heard_at >= oldest]
    return sorted(kept, key=lambda sighting: (sighting.heard_at, sighting.rssi_dbm, repr(sighting.identity)))
