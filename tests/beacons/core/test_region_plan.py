"""What phones listen for while the app sleeps."""

from uuid import UUID

import pytest

from beacons.core.deployment import OUTDOORS, DeployedBeacon, DeployedLevel, Deployment
from beacons.core.region_plan import HEARD_M, MOST_REGIONS, filters, regions
from beacons.core.sighting import AltBeaconId, BeaconIdentity, EddystoneUid, IBeaconId

LEVEL = DeployedLevel(UUID(int=1), 0.0, OUTDOORS)
FLEET, SHOP = UUID(int=10), UUID(int=11)


def deployed(*beacons: tuple[BeaconIdentity, float], further: tuple[BeaconIdentity, ...] = ()) -> Deployment:
    """Return a deployment of beacons along a street, the first of which sends more."""
    rows = [
        DeployedBeacon(UUID(int=100 + n), identity, "", x_m, 0.0, LEVEL.id, 3.0, -59.0, further if n == 0 else ())
        for n, (identity, x_m) in enumerate(beacons)
    ]
    return Deployment.build("snapshot", rows, [LEVEL])


def test_a_fleet_of_one_major_is_one_region() -> None:
    [region] = regions(deployed(*((IBeaconId(FLEET, 1, n), 10.0 * n) for n in range(5))), 0, 0)
    assert (region.proximity_uuid, region.major, region.beacons) == (FLEET, None, 5)
    assert (region.x_m, region.radius_m) == (20.0, 20.0 + HEARD_M)


def test_every_uuid_comes_before_the_majors_and_those_nearest_first() -> None:
    fleet = [(IBeaconId(FLEET, major, n), 100.0 * major) for major in range(40) for n in range(2)]
    plan = regions(deployed(*fleet, (IBeaconId(SHOP, 1, 1), 0.0)), 1500.0, 0.0)
    assert [(each.proximity_uuid, each.major) for each in plan[:2]] == [(FLEET, None), (SHOP, None)]
    monitored = plan[:MOST_REGIONS]
    nearest = [each.major for each in monitored[2:]]
    assert nearest[:3] == [15, 14, 16]
    assert set(nearest) == set(range(6, 24))
    assert len(plan) == 42


def test_formats_that_ios_does_not_know_have_no_region_and_android_a_filter() -> None:
    own = EddystoneUid("ab" * 10, "cd" * 6)
    plan = deployed((IBeaconId(FLEET, 1, 1), 0.0), (own, 5.0), (AltBeaconId(SHOP, 1, 1), 9.0), further=(own,))
    assert [each.proximity_uuid for each in regions(plan, 0, 0)] == [FLEET]
    found = {(each["kind"], each["id"]): each for each in filters(plan)}
    assert set(found) == {("manufacturer_data", "004c"), ("manufacturer_data", ""), ("service_data", "feaa")}
    assert all(len(each["data"]) == len(each["mask"]) for each in found.values())
    assert found["manufacturer_data", "004c"]["data"] == "0215" + FLEET.hex


@pytest.mark.parametrize("beacons", [[], [(EddystoneUid("ab" * 10, "cd" * 6), 0.0)]])
def test_without_ibeacons_there_is_nothing_to_monitor(beacons: list[tuple[BeaconIdentity, float]]) -> None:
    assert regions(deployed(*beacons), 0, 0) == []
