"""What no phone should send: refused by name or counted, never a crash, never a position from nothing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.utils import timezone

from navigation.models import Trip
from notifications.models import ZoneVisit
from tests.navigation.crowd import Phone, heard, line_of
from tests.venues.small_map import id_of

pytestmark = pytest.mark.django_db

URL = "/venues/small/sightings"
MALFORMED = {
    "cut short": b'{"sequence": 1, "sightings": [',
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_json_is_refused(phone: Phone, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {phone.token}"}
    answer = phone.client.post(f"/api/v1{URL}", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e999", b"-1" + b"0" * 5000])
def test_a_strength_that_is_no_finite_number_is_named(phone: Phone, number: bytes) -> None:
    body = b'{"sequence": 1, "sightings": [{"rssi_dbm": -60}, {"rssi_dbm": %b}]}' % number
    headers = {"Authorization": f"Bearer {phone.token}"}
    answer = phone.client.post(f"/api/v1{URL}", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["param"]) == (422, "sightings[1].rssi_dbm")


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("rssi_dbm", -128),
        ("rssi_dbm", 21),
        ("rssi_dbm", "NaN"),
        ("rssi_dbm", 1e308),
        ("rssi_dbm", None),
        ("rssi_dbm", True),
        ("heard_at", "1970-01-01T00:00:00Z"),
        ("heard_at", "9999-12-31T23:59:59Z"),
        ("heard_at", "9999-12-31T23:59:59-23:59"),
        ("heard_at", "0001-01-01T00:00:00+23:59"),
        ("heard_at", "2026-11-23T12:00:00"),
        ("heard_at", 1_764_000_000),
        ("heard_at", "yesterday"),
        ("beacon", None),
        ("beacon", {}),
        ("beacon", {"format": "smoke"}),
        ("beacon", {"format": ["ibeacon"]}),
        ("beacon", {"format": "ibeacon", "proximity_uuid": "e2c5", "major": 1, "minor": 1}),
        ("beacon", {"format": "eddystone_uid", "namespace": "zz" * 10, "instance": "00" * 6}),
        ("beacon", {"format": "eddystone_eid", "eid": "00"}),
        ("beacon", {"format": "altbeacon", "id1": "e2c56db5-dffb-48d2-b060-d0f5a71096e0", "id2": 65536, "id3": 0}),
    ],
)
def test_a_sighting_that_cannot_be_is_named(phone: Phone, item: str, value: Any) -> None:
    batch = phone.batch("Ground", 40.0, 15.0, timezone.now())
    batch["sightings"][2][item] = value
    answer = phone.call("POST", URL, batch)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_batch")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["param"].startswith(f"sightings[2].{item}")


@pytest.mark.parametrize(
    ("part", "param"),
    [
        ({"sequence": -1}, "sequence"),
        ({"sequence": 2**53}, "sequence"),
        ({"sequence": 1.5}, "sequence"),
        ({"sightings": {}}, "sightings"),
        ({"sightings": [7]}, "sightings[0]"),
        ({"gnss": {"lng": 181, "lat": 0, "accuracy_m": 5}}, "gnss.lng"),
        ({"gnss": {"lng": 51.5, "lat": 25.3, "accuracy_m": -1}}, "gnss.accuracy_m"),
        ({"gnss": {"lng": 51.5, "lat": 25.3, "accuracy_m": 5}}, "gnss.at"),
        ({"gnss": {"lng": 51.5, "lat": 25.3, "accuracy_m": 5, "at": "1970-01-01T00:00:00Z"}}, "gnss.at"),
        ({"anchor": {"lng": 51.5, "lat": 25.3, "level": 0}}, "anchor.kind"),
        ({"anchor": {"kind": "qr"}}, "anchor.lng"),
        ({"anchor": {"kind": "qr", "place": "hall"}}, "anchor.place"),
        ({"anchor": {"kind": "tap", "lng": 51.5, "lat": 25.3, "level": "top"}}, "anchor.level"),
        ({"anchor": {"kind": "tap", "lng": 51.5, "lat": 25.3, "level": 1e9}}, "anchor.level"),
        ({"anchor": {"kind": "tap", "lng": 51.5, "lat": 25.3, "level": 0}}, "anchor.at"),
        ({"telemetry": {}}, "telemetry"),
        ({"telemetry": [{"beacon": {"format": "smoke"}}]}, "telemetry[0].beacon.format"),
        ({"motion": {"steps": -1}}, "motion.steps"),
        ({"motion": {"heading_deg": 1e9}}, "motion.heading_deg"),
        ({"barometer": {"pressure_hpa": 0}}, "barometer.pressure_hpa"),
        ({"barometer": []}, "barometer"),
    ],
)
def test_a_part_that_cannot_be_is_named(phone: Phone, part: dict[str, Any], param: str) -> None:
    answer = phone.call("POST", URL, {"sequence": 1} | part)
    assert (answer.status_code, answer.json()["param"]) == (422, param)


def test_a_place_that_the_map_does_not_have_is_named(phone: Phone) -> None:
    for where, param in (({"place": str(uuid4())}, "place"), ({"lng": 51.5, "lat": 25.3, "level": 99}, "level")):
        anchor = {"kind": "tap", "at": timezone.now().isoformat()} | where
        answer = phone.call("POST", URL, {"sequence": 1, "anchor": anchor})
        assert (answer.status_code, answer.json()["param"]) == (422, f"anchor.{param}")


def test_a_tap_on_a_place_is_a_position_there(phone: Phone) -> None:
    anchor = {"kind": "tap", "place": str(id_of("hall")), "at": timezone.now().isoformat()}
    answer = phone.call("POST", URL, {"sequence": 1, "anchor": anchor}).json()
    assert answer["place"]["unit"]["id"] == str(id_of("hall"))


def test_a_hundred_thousand_items_are_refused(phone: Phone) -> None:
    [sighting] = heard("Ground", 40.0, 15.0, timezone.now())[:1]
    many = phone.call("POST", URL, {"sequence": 1, "sightings": [sighting] * 501})
    assert (many.status_code, many.json()["param"]) == (422, "sightings")
    most = phone.call("POST", URL, {"sequence": 2, "sightings": [{}] * 100_000})
    assert (most.status_code, most.json()["code"]) == (413, "body_too_large")


def test_a_batch_that_was_refused_can_be_sent_again_put_right(phone: Phone) -> None:
    batch = phone.batch("Ground", 40.0, 15.0, timezone.now())
    bad = orjson.loads(orjson.dumps(batch))
    bad["sightings"][0]["rssi_dbm"] = 99
    assert phone.call("POST", URL, bad).status_code == 422
    assert phone.call("POST", URL, batch).json()["status"] == "ok"


def test_the_same_sightings_under_another_sequence_are_refused_however_late(phone: Phone) -> None:
    begin = timezone.now() - timedelta(seconds=120)
    batches = [
        phone.batch("Ground", x_m, 15.0, begin + timedelta(seconds=second))
        for second, (x_m, _) in enumerate(line_of((34.0, 15.0), (46.0, 15.0), 12))
    ]
    last = [phone.call("POST", URL, batch).json() for batch in batches][-1]
    for sequence, batch in enumerate(batches, start=100):
        replayed = phone.call("POST", URL, batch | {"sequence": sequence})
        assert (replayed.status_code, replayed.json()["code"]) == (409, "sightings_replayed")
    silent = phone.call("POST", URL, {"sequence": 200}).json()
    assert (silent["position"]["lng"], silent["position"]["lat"]) == (last["position"]["lng"], last["position"]["lat"])


def test_old_sightings_in_another_order_move_nobody_and_trigger_nothing(phone: Phone) -> None:
    body = {"venue": "small", "destination": {"place": str(id_of("hall"))}}
    trip = phone.call("POST", "/trips", body).json()
    begin = timezone.now() - timedelta(seconds=120)
    [first] = phone.walk("Street", [(10.0, 15.0)], begin)
    [last] = phone.walk("Ground", [(34.0, 15.0)], begin + timedelta(seconds=60))
    reroutes = Trip.objects.get(pk=trip["id"]).reroutes
    visits = ZoneVisit.objects.count()
    for missing in range(8):
        old = heard("Street", 10.0, 15.0, begin)[missing:][::-1]
        replayed = phone.call("POST", URL, {"sequence": 100 + missing, "sightings": old}).json()
        assert replayed["late_sightings"] == len(old)
        assert replayed["position"]["at"] == last["position"]["at"] != first["position"]["at"]
        assert (replayed["trip"], replayed["messages"]) == (None, [])
    assert (Trip.objects.get(pk=trip["id"]).reroutes, ZoneVisit.objects.count()) == (reroutes, visits)


def test_a_recording_of_yesterday_is_no_position(phone: Phone) -> None:
    at = timezone.now() - timedelta(hours=20)
    for sequence in range(1, 6):
        old = heard("Ground", 40.0, 15.0, at + timedelta(seconds=sequence))
        answer = phone.call("POST", URL, {"sequence": sequence, "sightings": old}).json()
        assert (answer["status"], answer["position"]) == ("no_coverage", None)
        assert answer["late_sightings"] == len(old)


@pytest.mark.parametrize("ahead", [timedelta(seconds=30), timedelta(hours=1), timedelta(hours=20)])
def test_a_phone_whose_clock_is_ahead_gets_positions_of_now(phone: Phone, ahead: timedelta) -> None:
    points = line_of((34.0, 15.0), (46.0, 15.0), 4)
    for x_m, _ in points:
        answer = phone.call("POST", URL, phone.batch("Ground", x_m, 15.0, timezone.now() + ahead)).json()
        assert (answer["status"], answer["late_sightings"]) == ("ok", 0)
        at = datetime.fromisoformat(answer["position"]["at"])
        assert abs(at - timezone.now()) <= timedelta(seconds=3)


@pytest.mark.parametrize("behind", [timedelta(seconds=30), timedelta(minutes=14)])
def test_a_phone_whose_clock_is_a_quarter_of_an_hour_behind_or_less_gets_positions(
    phone: Phone, behind: timedelta
) -> None:
    for x_m, _ in line_of((34.0, 15.0), (46.0, 15.0), 4):
        answer = phone.call("POST", URL, phone.batch("Ground", x_m, 15.0, timezone.now() - behind)).json()
        assert (answer["status"], answer["late_sightings"]) == ("ok", 0)


def test_a_phone_whose_clock_is_an_hour_behind_is_as_one_that_sends_what_it_heard_an_hour_ago(phone: Phone) -> None:
    batch = phone.batch("Ground", 40.0, 15.0, timezone.now() - timedelta(hours=1))
    answer = phone.call("POST", URL, batch).json()
    assert (answer["status"], answer["position"], answer["messages"]) == ("no_coverage", None, [])
    assert answer["late_sightings"] == len(batch["sightings"])


@pytest.mark.parametrize("ahead", [timedelta(hours=-5), timedelta(minutes=-14), timedelta(hours=5)])
def test_a_phone_that_tells_both_of_its_clocks_gets_positions_of_now_however_wrong_the_first_is(
    phone: Phone, ahead: timedelta
) -> None:
    for second, (x_m, _) in enumerate(line_of((34.0, 15.0), (46.0, 15.0), 4)):
        shown = timezone.now() + ahead
        clock = {"clock": {"wall_at": shown.isoformat(), "monotonic_s": 70.0 + second}}
        answer = phone.call("POST", URL, phone.batch("Ground", x_m, 15.0, shown) | clock).json()
        assert (answer["status"], answer["late_sightings"]) == ("ok", 0)
        assert abs(datetime.fromisoformat(answer["position"]["at"]) - timezone.now()) <= timedelta(seconds=3)


def test_a_batch_that_is_sent_again_later_gets_its_first_answer(phone: Phone) -> None:
    batch = phone.batch("Ground", 40.0, 15.0, timezone.now())
    first, again = (
        phone.call("POST", URL, batch | {"clock": {"wall_at": timezone.now().isoformat(), "monotonic_s": sent_s}})
        for sent_s in (70.0, 75.0)
    )
    assert (again.status_code, again.json()) == (200, first.json())
