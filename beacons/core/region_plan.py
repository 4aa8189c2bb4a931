"""What a phone listens for while the app sleeps: regions for iOS, filters for Android.

iOS wakes an app for at most 20 regions (Apple, CLLocationManager, startMonitoring(for:)), each a proximity UUID, with a major,
or with a minor too; it knows iBeacons alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from uuid import UUID

from beacons.core.deployment import Deployment
from beacons.core.sighting import AltBeaconId, BeaconIdentity, EddystoneUid, IBeaconId

MOST_REGIONS = 20
# How far about its beacons a region is noticed: a beacon of -59 dBm at 1 m comes in at -85 dBm from 20 m, and phones hear on.
HEARD_M = 30.0


@dataclass(frozen=True)
class Region:
    """All beacons of a proximity UUID, or of one major in it: their middle, and how far from there it is noticed, in metres."""

    proximity_uuid: UUID
    major: int | None
    beacons: int
    x_m: float
    y_m: float
    radius_m: float


def regions(deployment: Deployment, x_m: float, y_m: float) -> list[Region]:
    """Return the regions of a deployment in the order in which to monitor them, the first MOST_REGIONS from a place.

    Each UUID comes first, that with the most beacons before the others: together they notice every iBeacon of the venue. What
    is left goes to the majors of UUIDs that have several, nearest to the place first: they tell parts of the venue apart.
    """
    by_uuid: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for index, identity in _sent(deployment):
        if isinstance(identity, IBeaconId):
            by_uuid[identity.proximity_uuid].append((identity.major, index))
    whole = [_region(deployment, key, None, [index for _, index in own]) for key, own in by_uuid.items()]
    parts = [
        _region(deployment, key, major, [index for each, index in own if each == major])
        for key, own in by_uuid.items()
        if len(majors := {each for each, _ in own}) > 1
        for major in majors
    ]
    whole.sort(key=lambda region: (-region.beacons, region.proximity_uuid))
    parts.sort(key=lambda region: (_away_m(region, x_m, y_m), region.proximity_uuid, region.major))
    return whole + parts


def filters(deployment: Deployment) -> list[dict[str, str]]:
    """Return what Android is to scan for, in the words of ScanFilter: bytes in hex, and the mask of those that must match."""
    found: set[tuple[str, str, str]] = set()
    for _, identity in _sent(deployment):
        match identity:
            case IBeaconId():
                found.add(("004c", f"0215{identity.proximity_uuid.hex}", "ff" * 18))
            case AltBeaconId():  # any maker's: the mask leaves nothing but what AltBeacon fixes
                found.add(("", f"beac{identity.id1.hex}", "ff" * 18))
            case EddystoneUid():
                found.add(("feaa", f"0000{identity.namespace}", "ff00" + "ff" * 10))
    kinds = {"feaa": "service_data", "004c": "manufacturer_data", "": "manufacturer_data"}
    return [{"kind": kinds[owner], "id": owner, "data": data, "mask": mask} for owner, data, mask in sorted(found)]


def _sent(deployment: Deployment) -> Iterable[tuple[int, BeaconIdentity]]:
    for index, (named, further) in enumerate(zip(deployment.identities, deployment.further, strict=True)):
        yield from ((index, identity) for identity in (named, *further))


def _region(deployment: Deployment, key: UUID, major: int | None, indices: Sequence[int]) -> Region:
    x_m, y_m = deployment.x_m[indices], deployment.y_m[indices]
    middle_x_m, middle_y_m = float((x_m.min() + x_m.max()) / 2), float((y_m.min() + y_m.max()) / 2)
    away_m = max(hypot(x - middle_x_m, y - middle_y_m) for x, y in zip(x_m, y_m, strict=True))
    return Region(key, major, len(indices), middle_x_m, middle_y_m, float(away_m) + HEARD_M)


def _away_m(region: Region, x_m: float, y_m: float) -> float:
    """Return how far a place is from where the region is noticed; 0 within."""
    return max(0.0, hypot(region.x_m - x_m, region.y_m - y_m) - region.radius_m)
