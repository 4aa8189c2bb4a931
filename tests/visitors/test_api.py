"""The visitors API as a phone meets it."""

import base64
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apikit.models import StoredAnswer
from beacons.models import VisitorTrack
from venues.models import Venue
from visitors import storage
from visitors.core.consent import consent_of
from visitors.models import ConsentEntry, Device, Visitor
from visitors.selectors import current_consent, ledger

pytestmark = pytest.mark.django_db

KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",  # RFC 8291, section 5
    "auth": base64.urlsafe_b64encode(b"a" * 16).decode().rstrip("="),
}
SUBSCRIPTION = {"endpoint": "https://push.example/abc", "expirationTime": None, "keys": KEYS}


class Phone:
    """A client that bears its token."""

    def __init__(self, client: Client, **wishes: Any) -> None:
        self.client = client
        self.answer = client.post("/api/v1/visitors", wishes, content_type="application/json").json()
        self.headers = {"Authorization": f"Bearer {self.answer['token']}"}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return getattr(self.client, method)(
            f"/api/v1/visitors/me{path}", data=body, content_type="application/json", headers=self.headers
        )


@pytest.fixture
def phone(client: Client) -> Phone:
    return Phone(client, language="ar", profile="wheelchair", consent={"positioning": True, "marketing": False})


def test_a_new_visitor_gets_a_token_that_is_not_stored(phone: Phone) -> None:
    visitor = Visitor.objects.get(pseudonym=phone.answer["id"])
    assert len(phone.answer["token"]) >= 43
    assert phone.answer["token"] not in {str(value) for value in vars(visitor).values()}


def test_the_token_finds_its_visitor(phone: Phone) -> None:
    me = phone.ask("get", "").json()
    assert (me["id"], me["language"], me["profile"]) == (phone.answer["id"], "ar", "wheelchair")
    assert me["consent"] == {"positioning": True, "history": False, "analytics": False, "marketing": False}


def test_another_day_gives_another_pseudonym_and_keeps_the_visitor(phone: Phone) -> None:
    assert phone.ask("get", "").json()["id"] == phone.answer["id"], "the same day keeps it"
    Visitor.objects.update(last_seen_on=date(2026, 1, 1))
    tomorrow = phone.ask("get", "").json()
    assert tomorrow["id"] != phone.answer["id"]
    assert phone.ask("get", "").json() == tomorrow
    stored = {str(value) for value in Visitor.objects.values_list().get()}
    assert phone.answer["id"] not in stored, "nothing tells who yesterday's was"


def test_without_a_body_a_visitor_walks_in_english_and_consents_to_nothing(client: Client) -> None:
    answer = client.generic("POST", "/api/v1/visitors").json()
    assert (answer["language"], answer["profile"], any(answer["consent"].values())) == ("en", "walk", False)


@pytest.mark.parametrize(
    ("wishes", "param"),
    [
        ({"language": "klingon!"}, "language"),
        ({"language": 7}, "language"),
        ({"profile": "Jet Pack"}, "profile"),
        ({"profile": "wheelchiar"}, "profile"),
        ({"consents": {"positioning": True}}, "consents"),
        ({"profile": None}, "profile"),
        ({"time_zone": {"name": "Asia/Qatar"}}, "time_zone"),
        ({"time_zone": "Atlantis/City"}, "time_zone"),
        ({"consent": {"positioning": "yes"}}, "consent.positioning"),
        ({"consent": {"everything": True}}, "consent.everything"),
    ],
)
def test_a_bad_wish_is_a_problem_that_names_it(client: Client, wishes: dict[str, Any], param: str) -> None:
    response = client.post("/api/v1/visitors", wishes, content_type="application/json")
    problem = response.json()
    assert (response.status_code, problem["code"], problem["param"]) == (422, "invalid_request", param)
    assert Visitor.objects.count() == 0


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic abc"}])
def test_who_bears_no_token_is_told_how_to_get_one(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/api/v1/visitors/me", headers=headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_language_and_profile_change_apart(phone: Phone) -> None:
    assert phone.ask("patch", "", {"language": "fr"}).json()["profile"] == "wheelchair"
    assert phone.ask("patch", "", {"profile": "walk"}).json()["language"] == "fr"


def test_withdrawing_one_purpose_keeps_the_others_and_adds_to_the_ledger(phone: Phone) -> None:
    assert phone.ask("put", "/consent", {"analytics": True}).json()["analytics"] is True
    standing = phone.ask("put", "/consent", {"positioning": False}).json()
    assert standing == {"positioning": False, "history": False, "analytics": True, "marketing": False}
    written = ConsentEntry.objects.order_by("id").values_list("purpose", "granted")
    assert list(written) == [("positioning", True), ("analytics", True), ("positioning", False)]


def test_what_stands_is_what_the_ledger_says(phone: Phone) -> None:
    for wanted in ({"analytics": True, "marketing": True}, {"analytics": False}, {"analytics": True}, {}):
        phone.ask("put", "/consent", wanted)
        visitor = Visitor.objects.get()
        assert current_consent(visitor) == consent_of(ledger(visitor))
    assert visitor.granted == ["analytics", "marketing", "positioning"]


def test_a_device_is_registered_once_however_often_it_comes(phone: Phone) -> None:
    first = phone.ask("post", "/devices", {"kind": "webpush", "subscription": SUBSCRIPTION})
    again = phone.ask("post", "/devices", {"kind": "webpush", "subscription": SUBSCRIPTION})
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])


def test_an_endpoint_belongs_to_the_visitor_who_claimed_it_last(phone: Phone, client: Client) -> None:
    phone.ask("post", "/devices", {"kind": "fcm", "token": "registration"})
    other = Phone(client)
    other.ask("post", "/devices", {"kind": "fcm", "token": "registration"})
    assert str(Device.objects.get().visitor.pseudonym) == other.answer["id"]


@pytest.mark.parametrize(
    ("device", "param"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"kind": "fcm"}, "token"),
        ({"kind": "fcm", "token": "two words"}, "token"),
        ({"kind": "fcm", "token": "رمز"}, "token"),
        ({"kind": "webpush"}, "subscription"),
        ({"kind": "webpush", "subscription": {**SUBSCRIPTION, "endpoint": "http://push.example"}}, "subscription.endpoint"),
        ({"kind": "webpush", "subscription": {**SUBSCRIPTION, "keys": {**KEYS, "auth": "!"}}}, "subscription.keys.auth"),
        ({"kind": "webpush", "subscription": {**SUBSCRIPTION, "keys": {**KEYS, "p256dh": "YQ"}}}, "subscription.keys.p256dh"),
    ],
)  # fmt: skip
def test_a_device_that_could_never_be_reached_is_refused(phone: Phone, device: dict[str, Any], param: str) -> None:
    response = phone.ask("post", "/devices", device)
    assert (response.status_code, response.json()["param"]) == (422, param)


def test_a_device_is_given_up_by_its_endpoint_or_its_id(phone: Phone) -> None:
    by_id = phone.ask("post", "/devices", {"kind": "fcm", "token": "one"}).json()["id"]
    phone.ask("post", "/devices", {"kind": "fcm", "token": "two"})
    assert phone.ask("delete", "/devices", {"kind": "fcm", "token": "two"}).status_code == 204
    assert phone.ask("delete", f"/devices/{by_id}").status_code == 204
    assert phone.ask("delete", f"/devices/{by_id}").json()["code"] == "device_not_found"


def test_the_export_holds_consent_and_devices(phone: Phone) -> None:
    phone.ask("post", "/devices", {"kind": "fcm", "token": "one"})
    export = phone.ask("get", "/export").json()
    assert [line["purpose"] for line in export["consent_ledger"]] == ["positioning"]
    assert [device["token"] for device in export["devices"]] == ["one"]


def test_the_export_of_who_consented_to_history_holds_what_was_heard(phone: Phone) -> None:
    venue = Venue.objects.create(slug="small", name={"en": "Small"}, time_zone="Asia/Qatar")
    VisitorTrack.objects.create(
        venue=venue, visitor=Visitor.objects.get(), recorded_on=date(2026, 3, 2), deployment_hash="7", heard=b"\x00\xff"
    )
    [track] = phone.ask("get", "/export").json()["tracks"]
    assert base64.b64decode(track["heard"]) == b"\x00\xff"


def test_erasing_leaves_nothing(phone: Phone, django_capture_on_commit_callbacks: Any) -> None:
    visitor = Visitor.objects.get()
    phone.ask("post", "/devices", {"kind": "fcm", "token": "one"})
    storage.save(visitor.id, storage.Kind.TRACK, "somewhere", expires_s=60)
    StoredAnswer.objects.create(
        scope=f"{storage.scope_of(visitor.id)}sightings",
        key="1",
        body_hash=b"",
        sealed_answer=b"",
        created_at=visitor.created_at,
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.ask("delete", "").status_code == 204
    assert phone.ask("get", "").status_code == 401
    assert [model.objects.count() for model in (Visitor, ConsentEntry, Device, StoredAnswer)] == [0, 0, 0, 0]
    assert cache.get(storage.key_of(visitor.id, storage.Kind.TRACK)) is None
