"""What visitors looked for in vain is told to managers, of ten visitors at least, and of those alone who consent."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from navigation.models import UnmetKind, UnmetWish
from tests.navigation.crowd import Phone
from tests.venues.small_map import id_of
from venues.models import Venue

pytestmark = pytest.mark.django_db


def search(phone: Phone, words: str) -> None:
    assert phone.call("GET", f"/venues/small/places?q={words}").status_code == 200


def ask_way(phone: Phone, destination: dict[str, Any], profile: str = "walk") -> None:
    body = {"origin": {"place": str(id_of("cafe"))}, "destination": destination, "profile": profile}
    phone.call("POST", "/venues/small/routes", body)


def report(client: Client, kind: str) -> list[dict[str, Any]]:
    client.force_login(get_user_model().objects.get_or_create(username="manager", is_staff=True)[0])
    today = timezone.now().date()
    days = f"first_day={today - timedelta(days=1)}&last_day={today + timedelta(days=1)}"
    found: list[dict[str, Any]] = client.get(f"/api/v1/venues/small/reports/{kind}?{days}").json()["unmet"]
    return found


def test_a_search_that_finds_nothing_is_told_once_ten_visitors_have_made_it(client: Client, released: Venue) -> None:
    phones = [Phone(client, analytics=True) for _ in range(10)]
    for phone in phones[:9]:
        search(phone, "Submarine")
        search(phone, "submarine")
    assert report(client, "searches") == []
    search(phones[9], "SUBMARINE")
    assert report(client, "searches") == [{"wish": "submarine", "visitors": 10}]


def test_nothing_is_kept_of_who_does_not_consent_or_says_not_who_they_are(client: Client, released: Venue) -> None:
    search(Phone(client), "submarine")
    client.get("/api/v1/venues/small/places?q=submarine")
    stranger = Phone(client, analytics=True)
    stranger.token = "nobody's"
    search(stranger, "submarine")
    search(Phone(client, analytics=True), "x" * 121)
    assert not UnmetWish.objects.exists()


def test_what_was_found_is_not_kept(client: Client, released: Venue) -> None:
    phone = Phone(client, analytics=True)
    search(phone, "museum")
    ask_way(phone, {"place": str(id_of("hall"))})
    assert not UnmetWish.objects.exists()


def test_a_way_that_there_is_not_is_kept_with_its_profile_and_place(client: Client, released: Venue) -> None:
    phone = Phone(client, analytics=True)
    lift, stairs = str(id_of("lift 0")), str(id_of("stairs 0"))
    client.force_login(get_user_model().objects.create_superuser("owner"))
    closed = client.post(
        "/api/v1/venues/small/closures", {"feature_ids": [lift, stairs]}, content_type="application/json"
    )
    assert closed.status_code == 201, closed.content
    ask_way(phone, {"place": str(id_of("museum room"))}, "wheelchair")
    kept = UnmetWish.objects.get()
    assert (kept.kind, kept.wish) == (UnmetKind.ROUTE, f"wheelchair {id_of('museum room')}")


def test_erasing_a_visitor_erases_what_they_looked_for(client: Client, released: Venue) -> None:
    phone = Phone(client, analytics=True)
    search(phone, "submarine")
    assert phone.call("GET", "/visitors/me/export").json()["unmet_wishes"][0]["wish"] == "submarine"
    phone.call("DELETE", "/visitors/me")
    assert not UnmetWish.objects.exists()
