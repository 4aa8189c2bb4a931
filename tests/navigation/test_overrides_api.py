"""Overrides over HTTP: kept beside the map, in force from the next publication, and for every one after it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from navigation.services import releases
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of, lng_lat, small_map, without
from venues import models
from venues.services import importing

pytestmark = pytest.mark.django_db
OVERRIDES = "/api/v1/venues/small/overrides"


@pytest.fixture
def operator(client: Client, released: models.Venue) -> Client:
    client.force_login(User.objects.create_user("aisha", is_staff=True))
    return client


def add(client: Client, **body: Any) -> Any:
    return client.post(OVERRIDES, body, content_type="application/json")


def publish(*gone: str) -> models.Publication:
    features = without(small_map(), *gone)
    draft = importing.import_features(slug="small", features=features, time_zone=None, by=None, now=NOW)
    return releases.release(draft=draft, by=None, now=timezone.now())


def leads_upstairs(client: Client) -> list[str]:
    lng, lat = lng_lat(5, 20)
    body = {"origin": {"lng": lng, "lat": lat, "level": 0}, "destination": {"place": str(id_of("museum room"))}}
    answer = client.post("/api/v1/venues/small/routes", body, content_type="application/json").json()
    steps = [step for leg in answer["routes"][0]["legs"] for step in leg["steps"]]
    return [step["maneuver"]["type"] for step in steps if "to_level" in step]


def test_an_override_holds_from_the_next_publication_and_survives_another_map(operator: Client):
    added = add(operator, kind="forbid", feature_id=str(id_of("stairs")), note="Being rebuilt until spring")
    assert added.status_code == 201, added.content
    assert added.json() | {"author": "aisha", "note": "Being rebuilt until spring"} == added.json()
    assert leads_upstairs(operator) == ["take_stairs"]
    assert publish().number == 2, "the same map, compiled anew"
    assert leads_upstairs(operator) == ["take_lift"]
    assert publish("restroom door").number == 3
    assert leads_upstairs(operator) == ["take_lift"]
    assert operator.delete(f"{OVERRIDES}/{added.json()['id']}").status_code == 204
    assert operator.get(OVERRIDES).json() == {"overrides": []}
    publish()
    assert leads_upstairs(operator) == ["take_stairs"]


def test_publishing_twice_with_the_same_overrides_makes_one_publication(operator: Client):
    add(operator, kind="reweight", feature_id=str(id_of("stairs")), factor=20)
    assert publish().number == publish().number == 2
    assert leads_upstairs(operator) == ["take_lift"]


def test_what_matches_nothing_is_a_finding_of_the_draft(operator: Client):
    add(operator, kind="forbid", feature_id=str(id_of("nowhere")))
    draft = models.Draft.objects.get()
    findings = operator.get(f"/api/v1/drafts/{draft.id}/findings").json()["findings"]
    [unmatched] = [each for each in findings if each["code"] == "override_unmatched"]
    assert unmatched["feature_id"] == str(id_of("nowhere"))


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "kind"),
        ({"kind": "paint"}, "kind"),
        ({"kind": "forbid"}, "feature_id"),
        ({"kind": "reweight", "feature_id": str(id_of("lift"))}, "factor"),
        ({"kind": "reweight", "feature_id": str(id_of("lift")), "factor": -1}, "factor"),
        ({"kind": "add", "start": {"lng": 51.5, "lat": 25.2, "level_id": str(id_of("Ground"))}}, "end"),
        ({"kind": "add", "start": {"lng": 51.5, "lat": 95, "level_id": str(id_of("Ground"))}}, "start.lat"),
    ],
)
def test_what_is_no_override_is_refused_by_its_member(operator: Client, body: dict[str, Any], param: str):
    answer = add(operator, **body)
    assert (answer.status_code, answer.json()["param"]) == (422, param)


def test_overrides_are_the_operators_alone_and_of_their_venue(client: Client, operator: Client):
    missing = operator.delete(f"{OVERRIDES}/{id_of('none')}")
    assert (missing.status_code, missing.json()["code"]) == (404, "override_not_found")
    client.logout()
    assert client.get(OVERRIDES).status_code == 401
    assert add(client, kind="forbid", feature_id=str(id_of("lift"))).status_code == 401
