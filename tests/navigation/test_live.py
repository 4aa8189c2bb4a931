"""The live flow over HTTP: sightings in; position, place, trip out."""

from datetime import datetime, timedelta
from math import dist

import pytest
from django.test import Client
from django.utils import timezone

from apikit.models import StoredAnswer
from beacons.models import BeaconObservation, VisitorTrack
from navigation.models import Trip, TripState
from tests.navigation.crowd import Phone, heard, line_of
from tests.venues.small_map import FRAME, id_of
from venues.models import Venue

pytestmark = pytest.mark.django_db


def just_now() -> datetime:
    return timezone.now() - timedelta(seconds=40)


def test_a_batch_gives_a_position_its_level_and_its_place(phone: Phone) -> None:
    [answer] = phone.walk("First", [(45.0, 30.0)], just_now())
    position = answer["position"]
    assert answer["status"] == "ok"
    assert dist(FRAME.to_metres(position["lng"], position["lat"]), (45.0, 30.0)) < 2.0
    assert position["level"] == {"id": str(id_of("First")), "ordinal": 1, "short_name": "First"}
    assert 0 < position["accuracy_m"] < position["accuracy_95_m"]
    assert sum(position["level_probability"].values()) == pytest.approx(1, abs=1e-3)
    assert answer["place"]["unit"]["name"] == "Heritage Museum"
    assert answer["place"]["building"]["name"] == "Bin Test House"
    assert answer["trip"] is None
    assert answer["messages"] == []


def test_a_repeated_batch_gets_its_first_answer_again_and_another_body_is_refused(phone: Phone) -> None:
    batch = phone.batch("Ground", 40.0, 15.0, just_now())
    first, again = (phone.call("POST", "/venues/small/sightings", batch) for _ in range(2))
    assert first.content == again.content
    other = phone.call("POST", "/venues/small/sightings", batch | {"sightings": []})
    assert (other.status_code, other.json()["param"]) == (409, "sequence")


def test_what_is_stored_of_an_answer_does_not_tell_where_the_visitor_was(phone: Phone) -> None:
    [answer] = phone.walk("Ground", [(40.0, 15.0)], just_now())
    stored = bytes(StoredAnswer.objects.get().sealed_answer)
    assert str(answer["position"]["lng"]).encode() not in stored
    assert b"position" not in stored


def test_without_consent_to_positioning_nothing_is_located(client: Client, equipped: Venue) -> None:
    phone = Phone(client, positioning=False)
    refused = phone.call("POST", "/venues/small/sightings", phone.batch("Ground", 40.0, 15.0, just_now()))
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_missing")


@pytest.mark.parametrize("consented", [True, False])
def test_only_who_consented_to_analytics_tells_of_the_beacons_health(
    client: Client, equipped: Venue, consented: bool
) -> None:
    phone = Phone(client, analytics=consented)
    for ago_s in range(90, 0, -3):  # once a minute a phone has a pass of ten seconds
        [answer] = phone.walk("First", [(45.0, 30.0)], timezone.now() - timedelta(seconds=ago_s))
    assert answer["status"] == "ok"
    assert BeaconObservation.objects.exists() is consented


@pytest.mark.parametrize("consented", [True, False])
def test_only_who_consented_to_history_leaves_tracks(client: Client, equipped: Venue, consented: bool) -> None:
    phone = Phone(client, history=consented)
    for ago_s in range(200, 0, -5):  # a track is kept when its two minutes are over
        phone.walk("First", [(45.0, 30.0)], timezone.now() - timedelta(seconds=ago_s))
    assert VisitorTrack.objects.exists() is consented


def test_silence_and_foreign_beacons_give_no_position_but_a_status(phone: Phone) -> None:
    silent = phone.call("POST", "/venues/small/sightings", {"sequence": 1, "sightings": []}).json()
    foreign = heard("Ground", 40.0, 15.0, just_now())[:3]
    for sighting in foreign:
        sighting["beacon"]["major"] = 999
    heard_others = phone.call("POST", "/venues/small/sightings", {"sequence": 2, "sightings": foreign}).json()
    for answer in (silent, heard_others):
        assert (answer["status"], answer["position"], answer["place"]) == ("no_coverage", None, None)
    assert heard_others["unknown_beacons"] == 3


@pytest.mark.parametrize(
    ("item", "value"),
    [("rssi_dbm", -500), ("rssi_dbm", True), ("heard_at", "1970-01-01T00:00:00Z"), ("beacon", {"format": "smoke"})],
)
def test_an_impossible_value_is_refused_by_name(phone: Phone, item: str, value: object) -> None:
    batch = phone.batch("Ground", 40.0, 15.0, just_now())
    batch["sightings"][2][item] = value
    refused = phone.call("POST", "/venues/small/sightings", batch)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["param"].startswith(f"sightings[2].{item}")


def test_an_unknown_venue_is_named(phone: Phone) -> None:
    refused = phone.call("POST", "/venues/atlantis/sightings", {"sequence": 1})
    assert (refused.status_code, refused.json()["code"]) == (404, "venue_not_found")
    assert "atlantis" in refused.json()["detail"]


def start(phone: Phone, name: str, **more: object) -> dict[str, object]:
    body = {"venue": "small", "destination": {"place": str(id_of(name))}, **more}
    answer = phone.call("POST", "/trips", body)
    assert answer.status_code == 201, answer.content
    trip: dict[str, object] = answer.json()
    return trip


def test_a_trip_is_followed_from_the_square_to_the_hall_and_ends_there(phone: Phone) -> None:
    trip = start(phone, "hall")
    assert (trip["state"], trip["progress"]) == ("active", None), "without an origin it waits for the first position"
    begin = just_now()
    outside = phone.walk("Street", line_of((10.0, 15.0), (28.0, 15.0), 14), begin)
    inside = phone.walk("Ground", line_of((32.0, 15.0), (45.0, 15.0), 10), begin + timedelta(seconds=16))
    first, *later = [answer["trip"] for answer in outside + inside if answer["trip"]]
    assert "route" in first, "the first position brings the route"
    assert all("route" not in each for each in later)
    remaining = [each["progress"]["distance_remaining_m"] for each in [first, *later]]
    assert remaining[0] > 25
    assert remaining[-1] < 5
    assert later[-1]["state"] == "arrived"
    stored = Trip.objects.get(pk=str(trip["id"]))
    assert (stored.state, stored.route) == (TripState.ARRIVED, None), "where somebody walked is not kept"


def test_who_leaves_the_route_gets_a_new_one(phone: Phone) -> None:
    start(phone, "museum room", origin={"place": str(id_of("cafe"))})
    answers = phone.walk("Street", [(3.0, 36.0)] * 8, just_now())
    trips = [answer["trip"] for answer in answers]
    assert [trip["reroutes"] for trip in trips][-1] == 1
    [rerouted] = [trip for trip in trips if "route" in trip]
    start_at = rerouted["route"]["legs"][0]["steps"][0]["maneuver"]["position"]
    assert dist(FRAME.to_metres(*start_at), (3.0, 36.0)) < 3.0


def test_a_wheelchair_is_taken_by_the_lift(phone: Phone) -> None:
    trip = start(phone, "museum room", origin={"place": str(id_of("cafe"))}, profile="wheelchair")
    route = trip["route"]
    assert isinstance(route, dict)
    kinds = {step["maneuver"]["type"] for leg in route["legs"] for step in leg["steps"]}
    assert "take_lift" in kinds
    assert "take_stairs" not in kinds


def test_a_stopped_trip_is_followed_no_more(phone: Phone) -> None:
    trip = start(phone, "hall", origin={"place": str(id_of("cafe"))})
    stopped = phone.call("DELETE", f"/trips/{trip['id']}")
    assert stopped.json()["state"] == "stopped"
    [answer] = phone.walk("Ground", [(40.0, 15.0)], just_now())
    assert answer["trip"] is None


def test_nobody_sees_the_trip_of_another(client: Client, phone: Phone) -> None:
    trip = start(phone, "hall")
    other = Phone(client).call("GET", f"/trips/{trip['id']}")
    assert (other.status_code, other.json()["code"]) == (404, "trip_not_found")


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"destination": {"place": "nowhere"}}, "destination.place"),
        ({"destination": "museum"}, "destination"),
        ({"destination": {"category": "museum"}, "profile": "broom"}, "profile"),
        ({"destination": {"place": str(id_of("hall"))}, "venue": 7}, "venue"),
    ],
)
def test_a_trip_that_cannot_be_is_refused_by_name(phone: Phone, body: dict[str, object], param: str) -> None:
    refused = phone.call("POST", "/trips", {"venue": "small"} | body)
    assert refused.status_code in {404, 422}
    assert refused.json()["param"] == param
