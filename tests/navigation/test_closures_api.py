"""Closures over HTTP: made by operators, known to everybody, and no route leads through them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from navigation.services import closures
from tests.venues.small_map import id_of, lng_lat
from venues import models

pytestmark = pytest.mark.django_db
CLOSURES = "/api/v1/venues/small/closures"
LATER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def operator(released: models.Venue) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("aisha", is_staff=True))
    return client


def close(operator: Client, *names: str, **more: Any) -> Any:
    body = {"feature_ids": [str(id_of(name)) for name in names], **more}
    return operator.post(CLOSURES, body, content_type="application/json")


def ask(client: Client, destination: str = "museum room", **more: Any) -> Any:
    lng, lat = lng_lat(5, 20)
    body = {"origin": {"lng": lng, "lat": lat, "level": 0}, "destination": {"place": str(id_of(destination))}, **more}
    return client.post("/api/v1/venues/small/routes", body, content_type="application/json")


def rides(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    steps = [step for leg in answer.json()["routes"][0]["legs"] for step in leg["steps"]]
    return [step["maneuver"]["type"] for step in steps if "to_level" in step]


def test_closed_stairs_send_everybody_to_the_lift_until_they_open_again(client: Client, operator: Client):
    assert rides(ask(client)) == ["take_stairs"]
    closed = close(operator, "stairs", reason={"en": "Being cleaned"})
    assert closed.status_code == 201, closed.content
    assert rides(ask(client)) == ["take_lift"]
    assert client.get(CLOSURES).json() == {"closures": [closed.json()]}
    assert operator.delete(f"{CLOSURES}/{closed.json()['id']}").status_code == 204
    assert rides(ask(client)) == ["take_stairs"]
    assert client.get(CLOSURES).json() == {"closures": []}


def test_where_everything_is_closed_the_refusal_names_it_why_and_until_when(client: Client, operator: Client):
    ends_at = (timezone.now() + timedelta(hours=3)).isoformat()
    made = close(operator, "lift", reason={"en": "Out of order", "ar": "معطل"}, ends_at=ends_at).json()
    problem = ask(client, profile="wheelchair", language="ar").json()
    assert problem["code"] == "no_route"
    blocker = next(each for each in problem["blocked_by"] if each["id"] == str(id_of("lift")))
    assert (blocker["reason"], blocker["closure_id"], blocker["note"]) == ("closure", made["id"], "معطل")
    assert datetime.fromisoformat(blocker["ends_at"]) == datetime.fromisoformat(ends_at)


def test_a_profile_that_could_not_anyway_is_told_so(client: Client, operator: Client):
    close(operator, "lift")
    blocked = {each["reason"] for each in ask(client, profile="wheelchair").json()["blocked_by"]}
    assert blocked <= {"closure", "profile"}
    assert {each["reason"] for each in ask(client, avoid=["stairs"]).json()["blocked_by"]} <= {"closure", "avoided"}


@pytest.mark.parametrize("names", [["street door"], ["hall"], ["stairs door 0", "lift door 0"], ["corridor"]])
def test_doors_and_units_close_as_lifts_do(client: Client, operator: Client, names: list[str]):
    close(operator, *names)
    answer = ask(client)
    assert answer.status_code == 422
    ids = {str(id_of(name)) for name in names}
    assert ids & {each["id"] for each in answer.json()["blocked_by"]}


def test_who_is_inside_a_closed_unit_is_let_out(client: Client, operator: Client):
    close(operator, "museum room")
    lng, lat = lng_lat(45, 30)
    body = {"origin": {"lng": lng, "lat": lat, "level": 1}, "destination": {"place": str(id_of("cafe"))}}
    assert client.post("/api/v1/venues/small/routes", body, content_type="application/json").status_code == 200
    assert ask(client).status_code == 422, "and nobody is let in"


def test_a_lift_can_be_closed_on_one_level_alone(client: Client, operator: Client):
    close(operator, "lift", level_id=str(id_of("First")))
    assert ask(client, profile="wheelchair").status_code == 422


def test_a_period_closes_when_one_gets_there_and_not_before_or_after(client: Client, operator: Client):
    made = close(operator, "stairs", starts_at=LATER.isoformat(), ends_at=(LATER + timedelta(hours=2)).isoformat())
    assert made.status_code == 201, made.content
    expected = {-60: "take_stairs", -1: "take_stairs", 0: "take_lift", 60: "take_lift", 121: "take_stairs"}
    for minutes, ride in expected.items():
        at = LATER + timedelta(minutes=minutes)
        assert rides(ask(client, depart_at=at.isoformat())) == [ride], minutes
    soon = LATER - timedelta(seconds=5)
    assert rides(ask(client, depart_at=soon.isoformat())) == ["take_lift"], "closed by the time one is there"


def test_who_comes_just_before_the_end_waits_and_is_warned(client: Client, operator: Client):
    ends_at = LATER + timedelta(minutes=30)
    close(operator, "street door", starts_at=LATER.isoformat(), ends_at=ends_at.isoformat())
    at = ends_at - timedelta(minutes=10)
    route = ask(client, "cafe", depart_at=at.isoformat()).json()["routes"][0]
    [waiting] = [warning for warning in route["warnings"] if "West Gate" in warning]
    assert "wait 10 minutes" in waiting
    assert route["duration_s"] > 600
    assert datetime.fromisoformat(route["arrive_at"]) - at == timedelta(seconds=route["duration_s"])
    steps = [step for leg in route["legs"] for step in leg["steps"]]
    assert sum(step["duration_s"] for step in steps) == pytest.approx(route["duration_s"])
    assert ask(client, "cafe", depart_at=LATER.isoformat()).status_code == 422, "half an hour is too long to wait"


def test_the_matrix_leads_through_what_is_open_at_departure(client: Client, operator: Client):
    close(operator, "stairs", "lift", starts_at=LATER.isoformat())
    places = [{"place": str(id_of(name))} for name in ("cafe", "museum room")]
    for at, is_open in ((LATER, False), (LATER - timedelta(hours=1), True)):
        body = {"origins": places, "destinations": places, "depart_at": at.isoformat()}
        found = client.post("/api/v1/venues/small/routes/matrix", body, content_type="application/json").json()
        assert (found["durations_s"][0][1] is not None) == is_open


def test_a_planned_closure_begins_once(operator: Client, released: models.Venue):
    close(operator, "stairs", starts_at=LATER.isoformat())
    before = models.Venue.objects.get().closures_revision
    assert closures.begin_due(now=LATER - timedelta(seconds=1)) == 0
    assert closures.begin_due(now=LATER) == 1
    assert closures.begin_due(now=LATER + timedelta(seconds=1)) == 0
    assert models.Venue.objects.get().closures_revision == before + 1


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "feature_ids"),
        ({"feature_ids": []}, "feature_ids"),
        ({"feature_ids": [str(id_of("lift")), str(id_of("nowhere"))]}, "feature_ids[1]"),
        ({"feature_ids": [str(id_of("cafe"))]}, "feature_ids[0]"),
        ({"feature_ids": [str(id_of("lift"))], "level_id": str(id_of("lift"))}, "level_id"),
        ({"feature_ids": [str(id_of("lift"))], "starts_at": "2026-12-01T09:00:00"}, "starts_at"),
        ({"feature_ids": [str(id_of("lift"))], "ends_at": "9999-12-31T23:59:59Z"}, "ends_at"),
        ({"feature_ids": [str(id_of("lift"))], "ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
        (
            {
                "feature_ids": [str(id_of("lift"))],
                "starts_at": "2026-12-02T00:00:00Z",
                "ends_at": "2026-12-01T00:00:00Z",
            },
            "ends_at",
        ),
    ],
)
def test_what_can_not_be_closed_is_refused_by_its_member(operator: Client, body: dict[str, Any], param: str):
    answer = operator.post(CLOSURES, body, content_type="application/json")
    assert (answer.status_code, answer.json()["param"]) == (422, param), answer.json()


def test_only_operators_close_and_open(client: Client, operator: Client):
    made = close(operator, "lift").json()
    assert close(client, "lift").status_code == 401
    assert client.delete(f"{CLOSURES}/{made['id']}").status_code == 401
    assert operator.delete(f"{CLOSURES}/{id_of('none')}").json()["code"] == "closure_not_found"


@pytest.mark.parametrize("at", ["2026-12-01T09:00:00", "tomorrow", "1999-12-31T00:00:00Z"])
def test_a_departure_needs_its_offset(client: Client, released: models.Venue, at: str):
    answer = ask(client, depart_at=at)
    assert (answer.status_code, answer.json()["param"]) == (422, "depart_at")
