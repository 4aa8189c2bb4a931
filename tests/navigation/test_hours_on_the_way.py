"""Opening hours of doors, units and lifts, asked when the visitor gets there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from navigation.services import releases
from tests.venues.conftest import NOW
from tests.venues.small_map import changed, id_of, lng_lat, small_map
from venues.core.imdf.features import Feature
from venues.services import importing

pytestmark = pytest.mark.django_db
DOHA = ZoneInfo("Asia/Qatar")
# 2026-11-23 is a Monday, and no holiday.
NIGHT, MORNING, NOON = (datetime(2026, 11, 23, hour, 0, tzinfo=DOHA).isoformat() for hour in (3, 5, 12))

Publish = Callable[[list[Feature]], None]


@pytest.fixture
def publish(blobs: Any) -> Publish:
    def publish(features: list[Feature]) -> None:
        draft = importing.import_features(slug="small", features=features, time_zone="Asia/Qatar", by=None, now=NOW)
        releases.release(draft=draft, by=None, now=NOW)

    return publish


def ask(client: Client, destination: str, depart_at: str, **more: Any) -> dict[str, Any]:
    lng, lat = lng_lat(5, 20)
    body = {"origin": {"lng": lng, "lat": lat, "level": 0}, "destination": {"place": str(id_of(destination))}}
    answer = client.post(
        "/api/v1/venues/small/routes", body | {"depart_at": depart_at} | more, content_type="application/json"
    )
    found: dict[str, Any] = answer.json()
    return found


def rides(found: dict[str, Any]) -> list[str]:
    steps = [step for leg in found["routes"][0]["legs"] for step in leg["steps"]]
    return [step["maneuver"]["type"] for step in steps if "to_level" in step]


def test_stairs_that_close_at_night_are_taken_by_day(client: Client, publish: Publish):
    publish(changed(small_map(), "stairs", hours="06:00-23:00"))
    assert rides(ask(client, "museum room", NOON)) == ["take_stairs"]
    assert rides(ask(client, "museum room", NIGHT)) == ["take_lift"]


@pytest.mark.parametrize("name", ["street door", "hall"])
def test_who_comes_too_early_learns_what_is_closed_and_when_it_opens(client: Client, publish: Publish, name: str):
    publish(changed(small_map(), name, **{"dalil:hours": "06:00-23:00"}))
    problem = ask(client, "cafe", NIGHT)
    assert problem["code"] == "no_route"
    [blocker] = problem["blocked_by"]
    assert (blocker["id"], blocker["reason"]) == (str(id_of(name)), "closed")
    assert datetime.fromisoformat(blocker["opens_at"]) == datetime(2026, 11, 23, 6, 0, tzinfo=DOHA)
    assert "routes" in ask(client, "cafe", NOON)


def test_who_comes_a_little_early_waits(client: Client, publish: Publish):
    publish(changed(small_map(), "street door", **{"dalil:hours": "06:00-23:00"}))
    [route] = ask(client, "cafe", "2026-11-23T05:50:00+03:00")["routes"]
    assert any("06:00" in warning for warning in route["warnings"])
    [in_french] = ask(client, "cafe", "2026-11-23T05:50:00+03:00", language="fr")["routes"]
    assert any("ouverture à 06:00" in warning for warning in in_french["warnings"])


def test_public_holidays_are_the_countrys(client: Client, publish: Publish):
    publish(changed(small_map(), "street door", **{"dalil:hours": "24/7; PH off"}))
    assert "routes" in ask(client, "cafe", NOON)
    assert ask(client, "cafe", "2026-12-18T12:00:00+03:00")["blocked_by"][0]["reason"] == "closed"


def test_a_shop_that_is_closed_on_arrival_is_warned_of_and_led_to(client: Client, publish: Publish):
    publish(changed(small_map(), "cafe", hours="Su-Th 07:00-22:00"))
    [route] = ask(client, "cafe", NIGHT)["routes"]
    assert route["warnings"] == ["Café Été is closed when you get there and opens at 07:00"]
    assert ask(client, "cafe", NOON)["routes"][0]["warnings"] == []


def test_another_days_opening_is_told_with_its_weekday(client: Client, publish: Publish):
    publish(changed(small_map(), "cafe", hours="Su-Th 07:00-22:00"))
    thursday_night = "2026-11-26T22:30:00+03:00"
    [route] = ask(client, "cafe", thursday_night)["routes"]
    assert route["warnings"] == ["Café Été is closed when you get there and opens at 07:00 on Sunday"]
    [in_arabic] = ask(client, "cafe", thursday_night, language="ar")["routes"]
    assert "07:00 يوم الأحد" in in_arabic["warnings"][0]


def test_hours_of_the_unit_that_one_goes_to_close_no_way_but_a_closed_door_does(client: Client, publish: Publish):
    publish(changed(small_map(), "hall", **{"dalil:hours": "06:00-23:00"}))
    assert "routes" in ask(client, "hall", NIGHT)
    publish(changed(small_map(), "street door", **{"dalil:hours": "06:00-23:00"}))
    assert ask(client, "hall", NIGHT)["code"] == "no_route"


def test_who_is_inside_after_hours_is_let_out(client: Client, publish: Publish):
    publish(changed(small_map(), "hall", **{"dalil:hours": "06:00-23:00"}))
    lng, lat = lng_lat(50, 15)
    end_lng, end_lat = lng_lat(5, 20)
    body = {
        "origin": {"lng": lng, "lat": lat, "level": str(id_of("Ground"))},
        "destination": {"lng": end_lng, "lat": end_lat, "level": str(id_of("Street"))},
        "depart_at": NIGHT,
    }
    assert client.post("/api/v1/venues/small/routes", body, content_type="application/json").status_code == 200


def test_hours_that_nobody_can_read_close_nothing(client: Client, publish: Publish):
    publish(changed(small_map(), "stairs", hours="whenever"))
    assert rides(ask(client, "museum room", NIGHT)) == ["take_stairs"]
