"""Health from traffic: what passers-by say of beacons, and that it says nothing of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from secrets import randbits
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from beacons import selectors
from beacons.core.batch import Telemetry
from beacons.core.sighting import Sighting
from beacons.models import Beacon, BeaconHealth, BeaconObservation, BeaconState
from beacons.services import deployments, health, registry
from tests.beacons.conftest import FRAME, GROUND, NOW, csv_of, grid, located
from tests.beacons.test_locating import sightings_at
from venues.models import Venue
from visitors import storage

URL = "/api/v1/venues/small/beacons/health"


@pytest.fixture
def busy(venue: Venue) -> Venue:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def nearest(venue: Venue, x_m: float, y_m: float) -> Beacon:
    """Return the beacon nearest to a place on the ground floor."""
    rows = Beacon.objects.filter(venue=venue, level_id=GROUND)
    return min(
        rows,
        key=lambda row: sum((a - b) ** 2 for a, b in zip(FRAME.to_metres(row.lng, row.lat), (x_m, y_m), strict=True)),
    )


def passing() -> UUID:
    """Return a new visitor whose pass begins now."""
    return UUID(int=60 * randbits(120) + (-int(NOW.timestamp())) % 60)


def stroll(
    venue: Venue,
    x_m: float,
    y_m: float,
    *,
    without: Beacon | None = None,
    strong: Beacon | None = None,
    telemetry: Sequence[Telemetry] = (),
) -> None:
    """Let a new visitor stand somewhere for a pass, with a beacon unheard or heard as if it hung there."""
    visitor = passing()
    for second in range(12):
        now = NOW + timedelta(seconds=second)
        heard = [replace(one, heard_at=now) for one in sightings_at(venue, x_m, y_m, GROUND)]
        heard = [one for one in heard if not _is(one, without) and not _is(one, strong)]
        if strong is not None:
            heard.append(Sighting(registry.placement(strong).identity, None, -62.0, now))
        found = located(venue, heard, visitor=visitor, at=now)
        health.note(visitor_id=visitor, located=found, telemetry=telemetry, now=now)


def _is(one: Sighting, beacon: Beacon | None) -> bool:
    return beacon is not None and one.identity == registry.placement(beacon).identity


def found(client: Client) -> dict[str, list[str]]:
    client.force_login(User.objects.create_user("operator", is_staff=True))
    return {each["id"]: each["findings"] for each in client.get(URL).json()["beacons"]}


def test_where_all_is_well_nothing_is_found(busy: Venue, client: Client) -> None:
    for _ in range(4):
        stroll(busy, 25, 20)
    assert health.fold(now=NOW) > 0
    assert found(client) == {}


def test_a_dead_beacon_is_silent_after_six_passes(busy: Venue, client: Client) -> None:
    dead = nearest(busy, 25, 20)
    for _ in range(6):
        stroll(busy, 25, 20, without=dead)
    health.fold(now=NOW)
    assert found(client) == {str(dead.pk): ["silent"]}
    dead.refresh_from_db()
    assert dead.state == BeaconState.ACTIVE


def test_a_moved_beacon_loses_its_weight_and_a_new_place_is_proposed(busy: Venue, client: Client) -> None:
    moved = nearest(busy, 5, 5)
    for _ in range(5):
        stroll(busy, 45, 30, strong=moved)
    health.fold(now=NOW)
    moved.refresh_from_db()
    assert moved.state == BeaconState.QUARANTINED
    assert moved.pk not in selectors.current_deployment(busy).ids
    assert found(client) == {str(moved.pk): ["moved"]}
    (told,) = client.get(URL).json()["beacons"]
    assert FRAME.to_metres(told["proposed"]["lng"], told["proposed"]["lat"]) == pytest.approx((45, 30), abs=4)
    assert told["proposed"]["level_id"] == str(GROUND)


def test_a_beacon_heard_at_home_and_elsewhere_is_cloned(busy: Venue, client: Client) -> None:
    cloned = nearest(busy, 5, 5)
    x_m, y_m = FRAME.to_metres(cloned.lng, cloned.lat)
    for _ in range(6):
        stroll(busy, 45, 30, strong=cloned)
        stroll(busy, x_m + 3, y_m + 3)
    health.fold(now=NOW)
    assert found(client) == {str(cloned.pk): ["cloned"]}


def test_a_beacon_that_staff_put_right_begins_anew(busy: Venue, client: Client) -> None:
    moved = nearest(busy, 5, 5)
    for _ in range(5):
        stroll(busy, 45, 30, strong=moved)
    health.fold(now=NOW)
    moved.refresh_from_db()
    registry.update(beacon=moved, record={}, extra={"state": BeaconState.ACTIVE}, now=NOW + timedelta(hours=1))
    assert found(client) == {}


def test_made_up_sightings_do_not_empty_a_deployment(busy: Venue) -> None:
    for row in Beacon.objects.filter(venue=busy):
        for mark in range(5):
            BeaconObservation.objects.create(
                beacon=row, mark=mark, deviation=4.0, x_m=0, y_m=0, level_id=GROUND, distance_m=40, rssi_dbm=-50,
                observed_at=NOW,
            )  # fmt: skip
    total = Beacon.objects.filter(venue=busy).count()
    health.fold(now=NOW)
    quarantined = Beacon.objects.filter(venue=busy, state=BeaconState.QUARANTINED).count()
    assert 1 <= quarantined <= max(1, health.QUARANTINED_SHARE * total)


def test_what_is_sent_again_is_no_pass(busy: Venue) -> None:
    visitor = passing()
    heard = sightings_at(busy, 25, 20, GROUND)
    for second in range(30):
        now = NOW + timedelta(seconds=second)
        found = located(busy, heard, visitor=visitor, at=now)
        health.note(visitor_id=visitor, located=found, now=now)
    assert not BeaconObservation.objects.exists()


def test_nothing_stored_leads_to_a_visitor(busy: Venue) -> None:
    stroll(busy, 25, 20)
    rows = list(BeaconObservation.objects.all())
    assert len({row.mark for row in rows}) == len(rows)  # one device, another mark at each beacon
    assert all(row.observed_at.second == 0 for row in rows)
    health.fold(now=NOW)
    assert not BeaconObservation.objects.exists()
    fields = {field.name for field in BeaconHealth._meta.get_fields()}
    assert fields == {"beacon", "verdict", "sums", "since"}


def test_a_low_battery_is_found(busy: Venue, client: Client) -> None:
    row = nearest(busy, 5, 5)
    Beacon.objects.filter(pk=row.pk).update(battery_percent=15)
    assert found(client) == {str(row.pk): ["battery_low"]}


def test_a_battery_that_the_beacon_itself_tells_of_is_found(busy: Venue, client: Client) -> None:
    empty, full = nearest(busy, 25, 20), nearest(busy, 18, 20)
    told = [
        Telemetry(registry.placement(beacon).identity, None, battery_mv)
        for beacon, battery_mv in ((empty, 2_300), (full, 3_010))
    ]
    stroll(busy, 25, 20, telemetry=told)
    health.fold(now=NOW)
    assert found(client) == {str(empty.pk): ["battery_low"]}
    assert BeaconHealth.objects.get(beacon=full).sums["battery_mv"] == 3_010


def test_a_device_has_one_pass_a_minute(busy: Venue) -> None:
    visitor = passing()
    for second in range(60):
        now = NOW + timedelta(seconds=second)
        heard = [replace(one, heard_at=now) for one in sightings_at(busy, 25, 20, GROUND)]
        health.note(visitor_id=visitor, located=located(busy, heard, visitor=visitor, at=now), now=now)
    rows = list(BeaconObservation.objects.all())
    assert len({row.beacon_id for row in rows}) == len(rows) > 0
    assert storage.load(visitor, storage.Kind.PASS) is None


def test_whatever_waits_is_folded_at_once(busy: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FOLDED_AT_ONCE", 3)
    stroll(busy, 25, 20)
    waiting = BeaconObservation.objects.count()
    assert waiting > 6
    assert health.fold(now=NOW) == waiting
    assert not BeaconObservation.objects.exists()


def test_only_operators_see_health(venue: Venue, client: Client) -> None:
    assert client.get(URL).status_code == 401
