"""Visitors under way when something on their way closes: they are led another way within a second, and no trip is lost."""

from datetime import datetime, timedelta
from time import process_time
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from navigation.models import Closure, Trip
from navigation.services import closures, live, releases
from navigation.services.closures import ClosureRequest
from navigation.tasks import reroute_closed
from tests.navigation.crowd import Phone
from tests.navigation.sockets import Socket
from tests.venues.conftest import NOW
from tests.venues.small_map import box, door, id_of, line, lng_lat, relationship, small_map, unit
from venues import models, selectors
from venues.core.imdf.features import Feature
from venues.services import importing

WAIT_S = 10.0


def close(*names: str, **period: Any) -> None:
    request = ClosureRequest([id_of(name) for name in names], **period)
    closures.close(venue=selectors.venue_by_slug("small"), request=request, by=None, now=timezone.now())


def start(phone: Phone, name: str, profile: str = "walk") -> str:
    body = {"venue": "small", "destination": {"place": str(id_of(name))}, "profile": profile}
    answer = phone.call("POST", "/trips", body)
    assert answer.status_code == 201, answer.content
    trip_id: str = answer.json()["id"]
    return trip_id


def rides(trip: dict[str, Any]) -> list[str]:
    steps = [step for leg in trip["route"]["legs"] for step in leg["steps"]]
    return [step["maneuver"]["type"] for step in steps if "to_level" in step]


@pytest.fixture
def begin() -> datetime:
    return timezone.now() - timedelta(seconds=50)


@pytest.mark.django_db
def test_the_next_position_leads_round_what_was_closed(phone: Phone, begin: datetime):
    start(phone, "museum room")
    before, _ = phone.walk("Street", [(20.0, 15.0)] * 2, begin)
    close("stairs")
    first, second = phone.walk("Street", [(21.0, 15.0), (22.0, 15.0)], begin + timedelta(seconds=5))
    assert (rides(before["trip"]), rides(first["trip"])) == (["take_stairs"], ["take_lift"])
    assert (first["trip"]["reroutes"], second["trip"]["reroutes"]) == (1, 1)
    assert "route" not in second["trip"], "it is sent once"


@pytest.mark.django_db
@pytest.mark.parametrize("names", [["lift"], ["cafe door"], ["street door"]])
def test_what_closes_elsewhere_or_behind_disturbs_nobody(phone: Phone, begin: datetime, names: list[str]):
    start(phone, "museum room")
    phone.walk("Ground", [(44.0, 15.0)] * 2, begin)
    close(*names)
    [answer] = phone.walk("Ground", [(43.0, 14.0)], begin + timedelta(seconds=5))
    assert (answer["trip"]["reroutes"], "route" in answer["trip"]) == (0, False)


@pytest.mark.django_db
def test_what_closes_long_after_the_arrival_disturbs_nobody(phone: Phone, begin: datetime):
    start(phone, "museum room")
    phone.walk("Street", [(20.0, 15.0)] * 2, begin)
    close("stairs", starts_at=timezone.now() + timedelta(hours=5))
    [answer] = phone.walk("Street", [(21.0, 15.0)], begin + timedelta(seconds=5))
    assert answer["trip"]["reroutes"] == 0


@pytest.mark.django_db
def test_where_no_way_remains_the_trip_says_why_and_goes_on_once_there_is_one(phone: Phone, begin: datetime):
    trip_id = start(phone, "museum room", profile="wheelchair")
    phone.walk("Street", [(20.0, 15.0)] * 2, begin)
    close("lift")
    lost = phone.walk("Street", [(21.0, 15.0), (21.5, 15.0)], begin + timedelta(seconds=5))
    for answer in lost:
        assert (answer["trip"]["state"], answer["trip"]["problem"]["code"]) == ("active", "no_route")
    assert phone.call("GET", f"/trips/{trip_id}").json()["state"] == "active"
    closures.open_again(Closure.objects.get())
    [back] = phone.walk("Street", [(22.0, 15.0)], begin + timedelta(seconds=12))
    assert rides(back["trip"]) == ["take_lift"]
    assert "problem" not in back["trip"]


@pytest.mark.django_db
def test_a_worker_leads_those_whose_place_is_known_and_leaves_the_others_to_their_next_position(
    phone: Phone, begin: datetime
):
    start(phone, "museum room")
    phone.walk("Street", [(20.0, 15.0)] * 2, begin)
    close("stairs")
    venue = selectors.venue_by_slug("small")
    assert live.reroute_closed(venue=venue, now=timezone.now()) == 1
    assert live.reroute_closed(venue=venue, now=timezone.now()) == 0, "once"
    assert Trip.objects.get().reroutes == 1


def second_lift() -> list[Feature]:
    """Return another lift of the house, at its east end."""
    return [
        unit("second lift 0", "Ground", box(50, 5, 55, 10), "elevator", name=None),
        unit("second lift 1", "First", box(50, 5, 55, 10), "elevator", name=None),
        door("second lift door 0", "Ground", line((52, 10), (53, 10))),
        door("second lift door 1", "First", line((52, 10), (53, 10))),
        relationship("second lift", "elevator", ("second lift 0", "second lift 1")),
    ]


def publish(features: list[Feature]) -> None:
    draft = importing.import_features(slug="small", features=features, time_zone=None, by=None, now=NOW)
    releases.release(draft=draft, by=None, now=timezone.now())


def landing_lng(trip: dict[str, Any]) -> float:
    """Return how far east the lift of a route is."""
    steps = [step for leg in trip["route"]["legs"] for step in leg["steps"]]
    [ride] = [step for step in steps if step["maneuver"]["type"] == "take_lift"]
    east: float = ride["maneuver"]["position"][0]
    return east


async def receive(socket: Socket, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = orjson.loads(await socket.receive_from(WAIT_S))
        if frame["type"] == kind:
            return frame


@pytest.mark.django_db(transaction=True)
async def test_a_lift_that_closes_re_routes_the_wheelchair_on_its_way_to_it_within_a_second(
    phone: Phone, equipped: models.Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync_to_async(publish)([*small_map(), *second_lift()])
    monkeypatch.setattr(
        reroute_closed, "apply_async", lambda args, **_: reroute_closed(*args)
    )  # the worker is this process
    socket = Socket("/ws/v1/venues/small/live", ["dalil.v1", f"token.{phone.token}"])
    await socket.connect()
    await socket.send_to(
        orjson.dumps(
            {"type": "start_trip", "destination": {"place": str(id_of("museum room"))}, "profile": "wheelchair"}
        ).decode()
    )
    planned = await receive(socket, "progress")
    for number in range(2):
        batch = phone.batch("Ground", 44.0, 15.0, timezone.now() - timedelta(seconds=10 - number))
        await socket.send_to(orjson.dumps({"type": "sightings", **batch}).decode())
        frame = await receive(socket, "progress")
        planned = frame if "route" in frame["trip"] else planned
    assert landing_lng(planned["trip"]) > lng_lat(45, 0)[0], "by the lift that is near"
    began_s = process_time()
    await sync_to_async(close)("second lift")
    rerouted = await receive(socket, "rerouted")
    assert process_time() - began_s < 1.0, "of this machine, however busy it is"
    assert rerouted["reason"] == "closure"
    assert landing_lng(rerouted["trip"]) < lng_lat(40, 0)[0], "by the other"
    await socket.disconnect()
