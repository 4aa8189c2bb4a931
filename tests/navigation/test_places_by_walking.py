"""Of places that match as well, the one that a visitor walks to soonest comes first."""

from typing import Any

import pytest
from django.test import Client

from navigation.services.graphs import engine_for
from tests.venues.small_map import id_of, lng_lat
from venues import models, selectors

pytestmark = pytest.mark.django_db


def search(client: Client, x_m: float, y_m: float, level: int = 0, **asked: Any) -> list[dict[str, Any]]:
    lng, lat = lng_lat(x_m, y_m)
    answer = client.get("/api/v1/venues/small/places", {"near": f"{lng},{lat},{level}", **asked})
    assert answer.status_code == 200, answer.content
    features: list[dict[str, Any]] = answer.json()["features"]
    return features


def test_the_place_behind_the_wall_comes_after_the_one_that_is_reached_sooner(client: Client, released: models.Venue):
    found = [feature["id"] for feature in search(client, 44, 38, limit=100)]
    assert found.index(str(id_of("cafe"))) < found.index(
        str(id_of("restroom"))
    )  # the restroom is 9 m off, behind a wall
    restroom = next(feature for feature in search(client, 44, 38, q="restroom"))
    assert restroom["properties"]["distance_m"] < 15
    assert restroom["properties"]["walk_s"] > 20


def test_walking_times_are_those_of_routes(client: Client, released: models.Venue):
    lng, lat = lng_lat(5, 5)
    for feature in search(client, 5, 5, limit=100):
        properties = feature["properties"]
        body = {"origin": {"lng": lng, "lat": lat, "level": 0}, "destination": {"place": feature["id"]}}
        answer = client.post("/api/v1/venues/small/routes", body, content_type="application/json")
        if answer.status_code == 200:
            duration_s = answer.json()["routes"][0]["duration_s"]
            assert properties["walk_s"] == pytest.approx(duration_s, abs=4), properties["name"]


def test_the_nearest_of_a_category_is_the_one_reached_soonest(client: Client, released: models.Venue):
    lifts = search(client, 45, 15, level=1, category="elevator")
    assert [lift["id"] for lift in lifts] == [str(id_of("lift 1")), str(id_of("lift 0"))]
    assert lifts[0]["properties"]["walk_s"] < lifts[1]["properties"]["walk_s"]


def test_every_place_of_the_map_has_a_walking_time(client: Client, released: models.Venue):
    engine = engine_for(selectors.current_publication(released))
    assert len(selectors.places(engine.snapshot.content_hash)) == len(found := search(client, 5, 5, limit=100))
    assert all(feature["properties"]["walk_s"] is not None for feature in found)


def test_off_the_map_the_straight_distance_ranks(client: Client, released: models.Venue):
    found = search(client, 500, 500, limit=100)
    distances_m = [feature["properties"]["distance_m"] for feature in found]
    assert distances_m == sorted(distances_m)
    assert all("walk_s" not in feature["properties"] for feature in found)
