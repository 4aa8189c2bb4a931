"""Django's admin as a manager meets it: closures and overrides by the names of places, errors next to their field."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from navigation.models import Closure, RoutingOverride
from tests.venues.small_map import id_of, lng_lat
from venues.models import Venue

pytestmark = pytest.mark.django_db

CLOSE = "/admin/navigation/closure/add/"
OVERRIDE = "/admin/navigation/routingoverride/add/"


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("mona"))
    return client


def errors(response: Any) -> set[str]:
    return set(response.context["adminform"].form.errors)


def test_a_manager_closes_a_place_by_its_name_and_opens_it_again(manager: Client, released: Venue):
    sent = {
        "venue": str(released.pk),
        "features": "heritage museum\n" + str(id_of("lift")),
        "reason_en": "Works",
        "level": "1",
    }
    assert manager.post(CLOSE, sent).status_code == 302
    closure = Closure.objects.get()
    assert set(closure.feature_ids) == {str(id_of("museum room")), str(id_of("lift"))}
    assert (closure.reason, closure.level_id) == ({"en": "Works"}, id_of("First"))
    assert "(First" in manager.get("/admin/navigation/closure/").content.decode()
    released.refresh_from_db()
    before = released.closures_revision
    assert manager.post(f"/admin/navigation/closure/{closure.pk}/delete/", {"post": "yes"}).status_code == 302
    released.refresh_from_db()
    assert released.closures_revision == before + 1
    assert not Closure.objects.exists()


def test_what_is_wrong_with_a_closure_stands_next_to_its_field(manager: Client, released: Venue):
    sent = {"venue": str(released.pk), "features": "Nowhere"}
    assert errors(manager.post(CLOSE, sent)) == {"features"}
    past = {"features": str(id_of("lift")), "ends_at_0": "2020-01-01", "ends_at_1": "08:00"}
    assert errors(manager.post(CLOSE, sent | past)) == {"ends_at"}
    assert errors(manager.post(CLOSE, sent | {"features": str(id_of("lift")), "level": "7"})) == {"level"}
    assert not Closure.objects.exists()


def test_a_manager_forbids_reweights_and_adds_ways(manager: Client, released: Venue):
    sent = {"venue": str(released.pk), "way_kind": "walk"}
    assert manager.post(OVERRIDE, sent | {"kind": "forbid", "feature": "Musée"}).status_code == 302
    slow = {"kind": "reweight", "feature": str(id_of("stairs")), "factor": "2"}
    assert manager.post(OVERRIDE, sent | slow).status_code == 302
    (lng, lat), (to_lng, to_lat) = lng_lat(5, 5), lng_lat(10, 10)
    added = {"kind": "add", "start": f"{lng}, {lat}, 0", "end": f"{to_lng}, {to_lat}, 0", "one_way": "on"}
    assert manager.post(OVERRIDE, sent | added).status_code == 302
    forbidden, slowed, walk = RoutingOverride.objects.order_by("created_at")
    assert forbidden.content == {"feature_id": str(id_of("museum room"))}
    assert slowed.content == {"feature_id": str(id_of("stairs")), "factor": 2.0}
    assert walk.content["start"]["level_id"] == str(id_of("Street"))
    assert walk.content["one_way"] is True


def test_what_is_wrong_with_an_override_stands_next_to_its_field(manager: Client, released: Venue):
    sent = {"venue": str(released.pk), "way_kind": "walk"}
    assert errors(manager.post(OVERRIDE, sent | {"kind": "forbid"})) == {"feature"}
    slow = {"kind": "reweight", "feature": str(id_of("stairs")), "factor": "200"}
    assert errors(manager.post(OVERRIDE, sent | slow)) == {"factor"}
    assert errors(manager.post(OVERRIDE, sent | {"kind": "add", "start": "here", "end": "51, 25, 9"})) == {
        "start",
        "end",
    }
    assert not RoutingOverride.objects.exists()
