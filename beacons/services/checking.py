"""Checking the registry against a map."""

from beacons import selectors
from beacons.core.checking import check
from beacons.services.registry import placement
from venues.core.snapshot import Snapshot
from venues.core.validation import Finding
from venues.models import Venue


def findings_over(*, venue: Venue, snapshot: Snapshot) -> list[Finding]:
    """Return every finding of the venue's beacons in use over a map, published or not; errors first."""
    return check({row.id: placement(row) for row in selectors.beacons_in_use(venue).iterator()}, snapshot)
