"""Visitors under way when another map is published: they keep their trip, or are led another way."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from navigation.models import Trip, TripState
from navigation.services import releases
from tests.navigation.crowd import Phone, line_of
from tests.venues.conftest import NOW
from tests.venues.small_map import changed, id_of, small_map, without
from venues import models, selectors
from venues.core.imdf.features import Feature
from venues.services import importing

pytestmark = pytest.mark.django_db

Publish = Callable[[Sequence[Feature]], models.Publication]
APPROACH = line_of((10.0, 15.0), (20.0, 15.0), 6)


@pytest.fixture
def publish(equipped: models.Venue) -> Publish:
    def publish(features: Sequence[Feature]) -> models.Publication:
        draft = importing.import_features(slug="small", features=features, time_zone=None, by=None, now=NOW)
        return releases.release(draft=draft, by=None, now=timezone.now())

    return publish


@pytest.fixture
def begin() -> datetime:
    return timezone.now() - timedelta(seconds=50)


def start(phone: Phone, name: str, profile: str = "walk") -> str:
    body = {"venue": "small", "destination": {"place": str(id_of(name))}, "profile": profile}
    answer = phone.call("POST", "/trips", body)
    assert answer.status_code == 201, answer.content
    trip_id: str = answer.json()["id"]
    return trip_id


def kinds(trip: dict[str, Any]) -> set[str]:
    return {step["maneuver"]["type"] for leg in trip["route"]["legs"] for step in leg["steps"]}


def test_a_visitor_keeps_the_trip_and_gets_its_route_on_the_new_map(phone: Phone, publish: Publish, begin: datetime):
    start(phone, "cafe")
    *_, before = phone.walk("Street", APPROACH, begin)
    publication = publish(changed(small_map(), "restroom", name={"en": "Restrooms"}))
    first, second = phone.walk("Street", [(21.0, 15.0), (22.0, 15.0)], begin + timedelta(seconds=8))
    assert before["trip"]["snapshot"] != publication.snapshot_hash
    assert first["trip"]["id"] == before["trip"]["id"]
    assert (first["trip"]["state"], first["trip"]["reroutes"]) == ("active", 1)
    assert first["trip"]["snapshot"] == first["snapshot"] == publication.snapshot_hash
    remaining = [each["trip"]["progress"]["distance_remaining_m"] for each in (before, first, second)]
    assert remaining[0] > remaining[1] > remaining[2]
    assert "route" in first["trip"]
    assert "route" not in second["trip"], "the new route is sent once"
    inside = phone.walk("Ground", line_of((32.0, 15.0), (37.0, 15.0), 3), begin + timedelta(seconds=12))
    to_the_counter = [*line_of((37.0, 18.0), (37.0, 30.0), 10), *[(37.0, 30.0)] * 3]
    cafe = phone.walk("Ground", to_the_counter, begin + timedelta(seconds=17))
    assert [each["trip"]["state"] for each in inside + cafe if each["trip"]][-1] == "arrived"


def test_where_the_stairs_are_gone_the_visitor_is_led_to_the_lift(phone: Phone, publish: Publish, begin: datetime):
    start(phone, "museum room")
    first, *_ = phone.walk("Ground", [(44.0, 15.0), (44.0, 15.0)], begin)
    assert "take_stairs" in kinds(first["trip"])
    publish(without(small_map(), "stairs"))
    [answer] = phone.walk("Ground", [(44.0, 15.0)], begin + timedelta(seconds=5))
    assert "take_lift" in kinds(answer["trip"])
    assert "take_stairs" not in kinds(answer["trip"])


def test_where_the_destination_is_gone_the_trip_says_so_and_goes_on_once_it_is_back(
    phone: Phone, publish: Publish, begin: datetime
):
    trip_id = start(phone, "cafe")
    phone.walk("Street", APPROACH, begin)
    publish(without(small_map(), "cafe", "cafe anchor"))
    lost = phone.walk("Street", [(21.0, 15.0), (21.5, 15.0)], begin + timedelta(seconds=8))
    for answer in lost:
        assert (answer["status"], answer["trip"]["state"]) == ("ok", "active")
        assert (answer["trip"]["problem"]["code"], answer["trip"]["progress"]) == ("place_not_found", None)
    assert phone.call("GET", f"/trips/{trip_id}").json()["state"] == "active"
    releases.restore(venue=selectors.venue_by_slug("small"), number=1, by=None, now=timezone.now())
    [back] = phone.walk("Street", [(22.0, 15.0)], begin + timedelta(seconds=12))
    assert back["trip"]["progress"]["distance_remaining_m"] > 0
    assert "problem" not in back["trip"]


def test_where_the_way_is_gone_the_trip_says_what_stands_in_it(phone: Phone, publish: Publish, begin: datetime):
    start(phone, "museum room", profile="wheelchair")
    phone.walk("Street", APPROACH, begin)
    publish(without(small_map(), "lift"))
    [answer] = phone.walk("Street", [(21.0, 15.0)], begin + timedelta(seconds=8))
    assert answer["trip"]["problem"]["code"] == "no_route"
    assert Trip.objects.get().state == TripState.ACTIVE


def test_a_map_that_is_published_again_unchanged_disturbs_nobody(phone: Phone, publish: Publish, begin: datetime):
    start(phone, "cafe")
    phone.walk("Street", APPROACH, begin)
    publish(small_map())
    [answer] = phone.walk("Street", [(21.0, 15.0)], begin + timedelta(seconds=8))
    assert (answer["trip"]["reroutes"], "route" in answer["trip"]) == (0, False)
