"""What an operator is told about a fix."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from beacons.models import Beacon, BeaconState
from beacons.services import deployments, registry
from tests.beacons.conftest import FLEET, FRAME, GROUND, NOW, csv_of, grid
from tests.beacons.test_locating import sightings_at
from venues.models import Venue

URL = "/api/v1/venues/small/positions/explain"


@pytest.fixture
def operator(venue: Venue, client: Client) -> Client:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    client.force_login(User.objects.create_user("operator", is_staff=True))
    return client


def heard(minor: int, rssi_dbm: float, major: int = 7) -> dict[str, Any]:
    beacon = {"format": "ibeacon", "proximity_uuid": FLEET, "major": major, "minor": minor}
    return {"beacon": beacon, "rssi_dbm": rssi_dbm, "heard_at": timezone.now().isoformat()}


def batch_at(venue: Venue, x_m: float, y_m: float) -> list[dict[str, Any]]:
    return [heard(one.identity.minor, one.rssi_dbm) for one in sightings_at(venue, x_m, y_m, GROUND)]  # type: ignore[union-attr]


def explain(client: Client, sightings: list[dict[str, Any]]) -> Any:
    return client.post(URL, {"sightings": sightings}, content_type="application/json").json()


def test_a_fix_is_explained_by_its_beacons_and_level(operator: Client, venue: Venue) -> None:
    answer = explain(operator, batch_at(venue, 25, 20))
    x_m, y_m = FRAME.to_metres(answer["position"]["lng"], answer["position"]["lat"])
    assert (x_m, y_m) == pytest.approx((25, 20), abs=2)
    assert (answer["status"], answer["levels"][0]["level_id"]) == ("ok", str(GROUND))
    assert answer["position"]["accuracy_m"] < answer["position"]["accuracy_95_m"]
    rssi = [each["rssi_dbm"] for each in answer["beacons"]]
    assert rssi == sorted(rssi, reverse=True)
    assert sum(each["weight"] for each in answer["beacons"]) == pytest.approx(1, abs=1e-3)
    assert all(abs(each["residual_db"]) < 5 for each in answer["beacons"][:3])


def test_a_beacon_that_contradicts_the_others_shows(operator: Client, venue: Venue) -> None:
    batch = batch_at(venue, 25, 20)
    weakest = min(batch, key=lambda each: each["rssi_dbm"])
    weakest["rssi_dbm"] = -50.0
    liar = Beacon.objects.get(identity__endswith=f"/{weakest['beacon']['minor']}")
    told = {each["id"]: each for each in explain(operator, batch)["beacons"]}
    assert told[str(liar.pk)]["residual_db"] == max(each["residual_db"] for each in told.values())
    assert told[str(liar.pk)]["residual_db"] > 10


def test_a_cloned_beacon_is_outvoted_as_in_the_live_flow(operator: Client, venue: Venue) -> None:
    honest = batch_at(venue, 10, 10)
    far = max(batch_at(venue, 53, 32), key=lambda each: each["rssi_dbm"])
    answer = explain(operator, [*honest, far | {"rssi_dbm": -50.0}])
    told = {each["id"]: each for each in answer["beacons"]}
    clone = told[str(Beacon.objects.get(identity__endswith=f"/{far['beacon']['minor']}").pk)]
    assert (clone["believed"], clone["weight"], clone["shift_m"]) == (False, 0, None)
    assert sum(each["believed"] for each in told.values()) == len(honest)
    assert answer["position"] | {"at": 0} == explain(operator, honest)["position"] | {"at": 0}


def test_satellites_and_codes_are_explained_beside_beacons(operator: Client, venue: Venue) -> None:
    def hints(**parts: Any) -> tuple[Any, dict[str, Any]]:
        body = {"sightings": batch_at(venue, 25, 20)} | parts
        answer = operator.post(URL, body, content_type="application/json").json()
        return answer, {each["kind"]: each for each in answer["hints"]}

    lng, lat = FRAME.to_lng_lat(31, 20)
    at = timezone.now().isoformat()
    answer, told = hints(
        gnss={"lng": lng, "lat": lat, "accuracy_m": 4, "at": at},
        anchor={"kind": "tap", "lng": lng, "lat": lat, "level": 0, "at": at},
    )
    assert set(told) == {"gnss", "tap"}
    assert told["tap"]["shift_m"] > 0.1
    assert 45 < told["tap"]["shift_bearing_deg"] < 135
    assert told["tap"]["distance_m"] < 6
    assert answer["phone_offset_db"] is not None
    far_lng, far_lat = FRAME.to_lng_lat(900, 0)
    alone, _ = hints(sightings=[], gnss={"lng": far_lng, "lat": far_lat, "accuracy_m": 4, "at": at})
    assert (alone["status"], alone["position"], alone["beacons"]) == ("outside", None, [])
    code, told = hints(sightings=[], anchor={"kind": "qr", "lng": lng, "lat": lat, "level": 1, "at": at})
    assert (code["status"], code["phone_offset_db"], told["qr"]["shift_m"]) == ("ok", None, None)


def test_what_has_no_say_is_named_with_its_reason(operator: Client, venue: Venue) -> None:
    quarantined = Beacon.objects.get(identity=f"{FLEET}/7/1")
    Beacon.objects.filter(pk=quarantined.pk).update(state=BeaconState.QUARANTINED)
    deployments.publish(venue=venue, now=NOW)
    answer = explain(operator, [heard(1, -60), heard(1, -62), heard(9, -60, major=99)])
    assert [(each["beacon"]["major"], each["sightings"], each["reason"]) for each in answer["ignored"]] == [
        (7, 2, "quarantined"),
        (99, 1, "unknown"),
    ]
    assert (answer["status"], answer["position"], answer["beacons"]) == ("no_coverage", None, [])


def test_a_bad_sighting_is_named(operator: Client) -> None:
    answer = explain(operator, [heard(1, 21)])
    assert (answer["code"], answer["param"]) == ("invalid_batch", "sightings[0].rssi_dbm")
    assert operator.post(URL, [1], content_type="application/json").status_code == 422


def test_only_operators_ask(venue: Venue, client: Client) -> None:
    assert client.post(URL, {}, content_type="application/json").status_code == 401
