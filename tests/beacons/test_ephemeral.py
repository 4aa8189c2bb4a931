"""Beacons that send ephemeral identifiers: located by their key, which never leaves."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from beacons import selectors
from beacons.core.eid import EidKey, ephemeral_identifier
from beacons.core.sighting import EddystoneEid, IBeaconId, Sighting
from beacons.errors import ImportRefused, InvalidBeacon
from beacons.models import Beacon, BeaconKey
from beacons.services import deployments, ephemeral, registry
from geo.position import PositionStatus
from tests.beacons.conftest import GROUND, NOW, csv_of, grid, located, row
from tests.beacons.test_locating import place_of, sightings_at
from venues import storage as blobs
from venues.models import Venue

EXPONENT, OFFSET_S = 10, -1_700_000_000
SECRET = "5ec2e7" + "00" * 11
NOW_S = int(NOW.timestamp())


def key_of(number: int) -> EidKey:
    return EidKey(bytes.fromhex(f"{SECRET}{number:04x}"), EXPONENT)


def keyed(record: dict[str, str]) -> dict[str, str]:
    """Return the row of a beacon with a key of its own."""
    key = key_of(int(record["minor"])).identity_key.hex()
    return record | {"eid_key": key, "eid_rotation_exponent": str(EXPONENT), "eid_offset_s": str(OFFSET_S)}


def sent(minor: int, *, skew_s: int = 0) -> EddystoneEid:
    """Return what the beacon of that number sends now, its clock so far ahead of where it was set up."""
    return EddystoneEid(ephemeral_identifier(key_of(minor), NOW_S + OFFSET_S + skew_s))


@pytest.fixture(autouse=True)
def no_tables() -> None:
    selectors.eid_table.cache_clear()


@pytest.fixture
def secretive(venue: Venue) -> Venue:
    """The venue with a grid of beacons that are all heard by ephemeral identifiers."""
    registry.import_csv(venue=venue, text=csv_of(*map(keyed, grid())), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def test_a_visitor_is_located_by_ephemeral_identifiers(secretive: Venue) -> None:
    plain = sightings_at(secretive, 25, 20, GROUND)
    heard = [Sighting(sent(minor_of(each)), each.address, each.rssi_dbm, each.heard_at) for each in plain]
    found = located(secretive, heard, visitor=uuid4())
    assert (found.status, len(found.heard), found.unknown) == (PositionStatus.OK, len(plain), 0)
    assert place_of(secretive, found) == pytest.approx((25, 20), abs=1.5)


def test_identifiers_of_others_and_of_yesterday_are_unknown(secretive: Venue) -> None:
    heard = [Sighting(each, None, -50.0, NOW) for each in (EddystoneEid("00" * 8), sent(1, skew_s=-86_400))]
    found = located(secretive, heard, visitor=uuid4())
    assert (found.position, len(found.heard), found.unknown) == (None, 0, 2)


@pytest.fixture
def long_unheard(secretive: Venue) -> Venue:
    """The same four months later, in which a clock may run 1,555 s ahead."""
    BeaconKey.objects.update(learnt_at=NOW - timedelta(days=120))
    return secretive


def test_the_skew_of_a_clock_is_learnt_from_what_is_heard(long_unheard: Venue) -> None:
    beacon = Beacon.objects.get(identity__endswith="/7/1")
    hear(long_unheard, sent(1, skew_s=1_500))
    learnt = BeaconKey.objects.get(beacon=beacon)
    assert 0 < learnt.offset_s - OFFSET_S <= 1_500
    assert learnt.given_offset_s == OFFSET_S
    selectors.eid_table.cache_clear()
    hear(long_unheard, sent(1, skew_s=1_500))
    assert BeaconKey.objects.get(beacon=beacon).offset_s == learnt.offset_s, "it explains that"


@pytest.mark.parametrize("exponent", range(16))
@pytest.mark.parametrize("skew_s", [-840, -60, 0, 60, 840])
def test_a_clock_that_was_given_minutes_wrong_is_found_and_followed_as_it_drifts(
    venue: Venue, exponent: int, skew_s: int
) -> None:
    key = EidKey(bytes.fromhex(SECRET + "0001"), exponent)
    registry.import_csv(venue=venue, text=csv_of(keyed(row(1)) | {"eid_rotation_exponent": str(exponent)}), now=NOW)
    for days in (0, 1, 30, 120):
        now, drifted_s = NOW + timedelta(days=days), int(150e-6 * days * 86_400)
        eid = ephemeral_identifier(key, NOW_S + days * 86_400 + OFFSET_S + skew_s + drifted_s)
        selectors.eid_table.cache_clear()
        assert isinstance(hear(venue, EddystoneEid(eid), now=now).identity, IBeaconId), f"after {days} days"


@pytest.mark.parametrize("exponent", [0, 4, 6])
def test_what_was_sent_minutes_ago_leads_no_clock_astray(venue: Venue, exponent: int) -> None:
    key = EidKey(bytes.fromhex(SECRET + "0001"), exponent)
    record = keyed(row(1)) | {"eid_rotation_exponent": str(exponent)}
    registry.import_csv(venue=venue, text=csv_of(record), now=NOW)
    right, old = (EddystoneEid(ephemeral_identifier(key, NOW_S + OFFSET_S - ago_s)) for ago_s in (0, 600))
    hear(venue, right)
    for heard_at in (NOW, NOW - timedelta(minutes=1)):
        selectors.eid_table.cache_clear()
        hear(venue, old, heard_at=heard_at)
        selectors.eid_table.cache_clear()
        assert isinstance(hear(venue, right).identity, IBeaconId)


def test_a_phone_whose_clock_is_wrong_teaches_no_clock(secretive: Venue) -> None:
    hear(secretive, sent(1), heard_at=NOW - timedelta(minutes=10))
    assert BeaconKey.objects.filter(learnt_at=None).count() == BeaconKey.objects.count()


def test_a_clock_that_was_right_is_noted_once_a_day(secretive: Venue) -> None:
    BeaconKey.objects.update(learnt_at=NOW - timedelta(hours=5))
    hear(secretive, sent(1))
    assert not BeaconKey.objects.filter(learnt_at=NOW).exists()
    BeaconKey.objects.update(learnt_at=NOW - timedelta(hours=30))
    selectors.eid_table.cache_clear()
    hear(secretive, sent(1))
    assert BeaconKey.objects.get(learnt_at=NOW).offset_s == OFFSET_S


def test_a_file_that_comes_again_keeps_what_was_learnt_and_another_offset_starts_anew(long_unheard: Venue) -> None:
    hear(long_unheard, sent(1, skew_s=1_500))
    learnt = BeaconKey.objects.get(beacon__identity__endswith="/7/1").offset_s
    assert learnt > OFFSET_S
    registry.import_csv(venue=long_unheard, text=csv_of(*map(keyed, grid())), now=NOW)
    registry.import_csv(venue=long_unheard, text=registry.export_csv(long_unheard), now=NOW)
    assert BeaconKey.objects.get(beacon__identity__endswith="/7/1").offset_s == learnt
    again = keyed(row(1, x_m=4.0, y_m=4.0)) | {"eid_offset_s": "17"}
    registry.import_csv(venue=long_unheard, text=csv_of(again), now=NOW)
    assert BeaconKey.objects.get(beacon__identity__endswith="/7/1").offset_s == 17.0


def test_a_retired_beacon_is_not_resolved(secretive: Venue) -> None:
    Beacon.objects.update(state="retired")
    assert hear(secretive, sent(1)).identity == sent(1)


def test_no_key_leaves(secretive: Venue, client: Client) -> None:
    client.force_login(User.objects.create_user("operator", is_staff=True))
    url = "/api/v1/venues/small/beacons"
    beacon = Beacon.objects.first()
    answers = [
        client.get(url), client.get(url, headers={"Accept": "text/csv"}), client.get(f"{url}/{beacon.pk}"),
        client.patch(f"{url}/{beacon.pk}", {"eid_key": SECRET + "00ff", "eid_rotation_exponent": 9, "eid_offset_s": 0},
                     content_type="application/json"),
        client.patch(f"{url}/{beacon.pk}", {"eid_key": SECRET + "00ffff"}, content_type="application/json"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 422]
    assert not any(SECRET.encode() in answer.content.lower() for answer in answers)
    assert BeaconKey.objects.get(beacon=beacon).rotation_exponent == 9
    deployed = blobs.get_blob(beacon.venue.current_deployment.version.blob_hash)
    assert SECRET.encode() not in deployed
    assert bytes.fromhex(SECRET) not in deployed


def test_a_key_is_sealed_at_rest_and_lost_with_the_secret_that_sealed_it(secretive: Venue, settings: Any) -> None:
    assert not any(bytes.fromhex(SECRET) in bytes(row.sealed_key) for row in BeaconKey.objects.all())
    older = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    selectors.eid_table.cache_clear()
    assert hear(secretive, sent(1)).identity == sent(1)
    settings.SECRET_KEY_FALLBACKS = [older]
    selectors.eid_table.cache_clear()
    assert isinstance(hear(secretive, sent(1)).identity, IBeaconId)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"eid_key": "5ec2e7"}, "eid_key"),
        ({"eid_key": ""}, "eid_key"),
        ({"eid_rotation_exponent": "16"}, "eid_rotation_exponent"),
        ({"eid_offset_s": "soon"}, "eid_offset_s"),
    ],
)
def test_a_key_that_can_not_be_used_is_named(venue: Venue, changes: dict[str, Any], column: str) -> None:
    bad = keyed(row(1)) | changes
    with pytest.raises(ImportRefused) as refused:
        registry.import_csv(venue=venue, text=csv_of(bad), now=NOW)
    assert [(fault["row"], fault["column"]) for fault in refused.value.members["faults"]] == [(2, column)]
    with pytest.raises(InvalidBeacon) as invalid:
        registry.create(venue=venue, record=bad, extra={}, now=NOW)
    assert invalid.value.param == column


def hear(venue: Venue, identity: EddystoneEid, *, now: datetime = NOW, heard_at: datetime | None = None) -> Sighting:
    [told] = ephemeral.resolved(venue=venue, sightings=[Sighting(identity, None, -60.0, heard_at or now)], now=now)
    return told


def minor_of(sighting: Sighting) -> int:
    assert isinstance(sighting.identity, IBeaconId)
    return sighting.identity.minor
