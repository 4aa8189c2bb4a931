"""The registry over HTTP, for operators."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from beacons import selectors
from beacons.models import Beacon
from tests.beacons.conftest import FLEET, csv_of, grid, row
from venues.models import Venue

URL = "/api/v1/venues/small/beacons"


@pytest.fixture
def operator(venue: Venue, client: Client) -> Client:
    client.force_login(User.objects.create_user("operator", is_staff=True))
    return client


def as_json(**changes: Any) -> dict[str, Any]:
    record = row(1)
    return {
        "name": "Gate",
        "beacon": {"format": "ibeacon", "proximity_uuid": FLEET, "major": 7, "minor": 1},
        "lng": float(record["lng"]),
        "lat": float(record["lat"]),
        "level_id": record["level_id"],
        "height_m": 3,
        "measured_power_dbm": -59,
        "interval_ms": 300,
    } | changes


def post(client: Client, body: Any, path: str = "") -> Any:
    return client.post(URL + path, body, content_type="application/json")


def test_only_operators_see_the_registry(venue: Venue, client: Client) -> None:
    assert client.get(URL).status_code == 401
    client.force_login(User.objects.create_user("somebody"))
    assert client.get(URL).status_code == 403


def test_a_beacon_is_added_changed_and_removed_and_the_deployment_follows(operator: Client, venue: Venue) -> None:
    created = post(operator, as_json(note="above the door", battery_percent=80))
    assert created.status_code == 201
    made = created.json()
    assert (made["beacon"]["minor"], made["note"], made["battery_percent"]) == (1, "above the door", 80)
    assert len(selectors.current_deployment(venue)) == 1
    changed = operator.patch(
        f"{URL}/{made['id']}", {"height_m": 2.5, "state": "quarantined"}, content_type="application/json"
    )
    assert (changed.json()["height_m"], changed.json()["state"], changed.json()["name"]) == (2.5, "quarantined", "Gate")
    assert len(selectors.current_deployment(venue)) == 0
    assert operator.delete(f"{URL}/{made['id']}").status_code == 204
    assert Beacon.objects.count() == 0


def test_a_device_of_several_formats_is_added_and_changed(operator: Client, venue: Venue) -> None:
    ibeacon = as_json()["beacon"]
    uid = {"format": "eddystone_uid", "namespace": "ab" * 10, "instance": "cd" * 6}
    altbeacon = {"format": "altbeacon", "id1": FLEET, "id2": 1, "id3": 2}
    photo = "https://photos.example/gate.jpg"
    made = post(operator, as_json(further=[uid], photo_url=photo)).json()
    assert (made["beacon"], made["further"], made["photo_url"]) == (ibeacon, [uid], photo)
    url = f"{URL}/{made['id']}"

    def changed(body: dict[str, Any]) -> Any:
        return operator.patch(url, body, content_type="application/json")

    assert changed({"height_m": 2}).json()["further"] == [uid]
    assert changed({"beacon": altbeacon}).json()["further"] == [uid]
    both = changed({"beacon": uid, "further": [ibeacon, altbeacon]}).json()
    assert (both["beacon"], both["further"]) == (uid, [ibeacon, altbeacon])
    assert changed({"beacon": uid, "further": []}).json()["further"] == []
    for bad in ([uid], [altbeacon, altbeacon], [{"format": "smoke"}], "none", [7]):
        assert changed({"beacon": uid, "further": bad}).status_code == 422
    assert changed({"further": [altbeacon]}).status_code == 422


def test_the_same_identity_twice_is_a_conflict(operator: Client) -> None:
    post(operator, as_json())
    again = post(operator, as_json(name="Other"))
    assert (again.status_code, again.json()["code"]) == (409, "beacon_exists")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"lng": 200}, "lng"),
        ({"height_m": None}, "height_m"),
        ({"level_id": str(uuid4())}, "level_id"),
        ({"beacon": {"format": "ibeacon", "proximity_uuid": FLEET, "major": True, "minor": 1}}, "major"),
        ({"beacon": None}, "format"),
        ({"measured_power_dbm": -59.5}, "measured_power_dbm"),
        ({"battery_percent": 101}, "battery_percent"),
        ({"state": "asleep"}, "state"),
    ],
)
def test_a_bad_field_is_named(operator: Client, change: dict[str, Any], param: str) -> None:
    refused = post(operator, as_json(**change))
    assert (refused.status_code, refused.json()["param"]) == (422, param)
    assert Beacon.objects.count() == 0


@pytest.mark.parametrize("value", [["Gate"], {"en": "Gate"}, True])
@pytest.mark.parametrize("column", ["name", "height_m", "note"])
def test_what_is_neither_text_nor_number_is_named(operator: Client, column: str, value: Any) -> None:
    refused = post(operator, as_json(**{column: value}))
    assert (refused.status_code, refused.json()["param"]) == (422, column)


def test_unknown_venues_and_beacons_are_named(operator: Client) -> None:
    assert operator.get("/api/v1/venues/nowhere/beacons").json()["code"] == "venue_not_found"
    assert operator.get(f"{URL}/{uuid4()}").json()["code"] == "beacon_not_found"


def test_csv_goes_in_and_comes_out(operator: Client) -> None:
    imported = operator.post(f"{URL}/import", csv_of(*grid()), content_type="text/csv")
    assert imported.json() == {"created": len(grid()), "updated": 0, "unchanged": 0}
    exported = operator.get(URL, headers={"Accept": "text/csv"}).content.decode()
    assert operator.post(f"{URL}/import", exported, content_type="text/csv").json()["unchanged"] == len(grid())


def test_bad_rows_are_listed(operator: Client) -> None:
    refused = operator.post(f"{URL}/import", csv_of(row(1), row(2, lat="north")), content_type="text/csv")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "import_refused")
    assert problem["faults"] == [{"row": 3, "column": "lat", "message": "must be a number from -90 to 90, not 'north'"}]
    assert operator.post(f"{URL}/import", b"\xff", content_type="text/csv").status_code == 422
    assert operator.post(f"{URL}/import", "[]", content_type="application/json").json()["param"] == "csv"


def test_the_registry_is_listed_page_by_page(operator: Client) -> None:
    operator.post(f"{URL}/import", csv_of(*grid()), content_type="text/csv")
    seen, after = [], ""
    while page := operator.get(f"{URL}?limit=40{after}").json()["beacons"]:
        seen += [item["id"] for item in page]
        after = f"&after={seen[-1]}"
    assert len(set(seen)) == len(seen) == len(grid())
    assert [item["beacon"]["minor"] for item in operator.get(f"{URL}?q=/7/33").json()["beacons"]] == [33]
    assert operator.get(f"{URL}?limit=0").json()["param"] == "limit"
    assert operator.get(f"{URL}?after=x").json()["param"] == "after"
