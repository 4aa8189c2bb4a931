"""FCM and Web Push through the real clients, to a server that signs in, checks and decrypts as the real services do."""

import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from django.utils import timezone
from firebase_admin import messaging
from pytest_django import Settings

from notifications.core.message import MAX_PAYLOAD_BYTES, Text
from notifications.core.templates import check_content
from notifications.errors import TransportError
from notifications.transports import firebase, vapid, webpush
from notifications.transports.base import Endpoint
from notifications.transports.fcm import FcmTransport
from notifications.transports.sessions import public_session
from notifications.transports.webpush import WebPushTransport
from tests.notifications.push import endpoint_of, message, subscribed
from tests.standins.behaviour import RETRY_AFTER_S
from tests.standins.push import PushServices


def by_fcm(token: str, **changed: Any) -> None:
    FcmTransport().send(Endpoint(token), message(**changed), timezone.now())


def by_web_push(services: PushServices, behaviour: str = "ok", **changed: Any) -> None:
    WebPushTransport().send(endpoint_of(subscribed(services, behaviour)), message(**changed), timezone.now())


def test_fcm_gets_the_text_and_the_options_of_every_platform(services: PushServices) -> None:
    by_fcm("ok.phone")

    [entry] = services.ledger.accepted
    sent, collapse_id = entry.payload, message().collapse_id
    assert (entry.address, entry.collapse_id) == ("ok.phone", collapse_id)
    assert sent["notification"] == {"title": "مرحبًا", "body": "أهلاً بكم", "image": "https://dalil.example/a.png"}
    assert sent["data"] == {"id": str(message().id), "seq": "7", "language": "ar", "link": "/#place=7"}
    assert 3500 <= int(sent["android"]["ttl"].removesuffix("s")) <= 3600
    assert sent["android"]["notification"]["tag"] == collapse_id
    assert sent["apns"]["headers"]["apns-collapse-id"] == collapse_id
    assert 3500 <= int(sent["apns"]["headers"]["apns-expiration"]) - time.time() <= 3600
    assert sent["webpush"]["headers"]["Topic"] == collapse_id
    assert sent["android"]["priority"] == "high"
    assert (sent["apns"]["headers"]["apns-priority"], sent["apns"]["headers"]["apns-push-type"]) == ("10", "alert")
    assert sent["webpush"]["headers"]["Urgency"] == "normal"
    assert sent["webpush"]["notification"] == {"tag": collapse_id, "lang": "ar"}
    assert "fcm_options" not in sent["webpush"]  # an address of the site is none that FCM takes


def test_fcm_opens_a_link_by_https_in_browsers(services: PushServices) -> None:
    by_fcm("ok.phone", text=Text("Welcome", "To the quarter", link="https://dalil.example/?place=7"))
    assert services.ledger.accepted[0].payload["webpush"]["fcm_options"] == {"link": "https://dalil.example/?place=7"}


def test_a_message_in_its_last_second_is_shown_at_once_or_never(services: PushServices) -> None:
    now = timezone.now()
    last = message(expires_at=now + timedelta(seconds=0.9))
    FcmTransport().send(Endpoint("ok.phone"), last, now)
    WebPushTransport().send(endpoint_of(subscribed(services)), last, now)

    fcm, web_push = services.ledger.accepted
    assert fcm.payload["android"]["ttl"] == "0s"
    assert fcm.payload["webpush"]["headers"]["TTL"] == web_push.headers["ttl"] == "0"
    assert int(fcm.payload["apns"]["headers"]["apns-expiration"]) <= last.expires_at.timestamp()


def test_a_push_service_may_take_a_message_to_look_at_it_later(services: PushServices) -> None:
    by_web_push(services, "later")
    assert [entry.status for entry in services.ledger.accepted] == [202]


def test_a_signature_names_the_push_service_alone_and_ends_within_a_day(services: PushServices) -> None:
    by_web_push(services)

    authorization = services.ledger.accepted[0].headers["authorization"]
    token = authorization.removeprefix("vapid t=").partition(",")[0]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == services.url
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert set(claims) == {"aud", "exp", "sub"}


def test_a_browser_reads_what_its_push_service_can_not(services: PushServices) -> None:
    by_web_push(services)

    [entry] = services.ledger.accepted
    assert entry.payload == webpush.payload(message())
    assert entry.payload["tag"] == entry.collapse_id == entry.headers["topic"]
    assert 3590 <= int(entry.headers["ttl"]) <= 3600
    assert entry.headers["urgency"] == "normal"


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("invalid", {"permanent": True}),
        ("mismatch", {"permanent": True}),
        ("forbidden", {"is_outage": True}),
        ("no-project", {"is_outage": True}),
        ("unregistered", {"permanent": True, "endpoint_gone": True}),
        ("quota", {"is_quota": True}),
        ("quota-seconds", {"is_quota": True, "retry_after_s": RETRY_AFTER_S}),
        ("quota-date", {"is_quota": True, "retry_after_s": RETRY_AFTER_S}),
        ("internal", {"is_outage": True}),
        ("unavailable", {"is_outage": True}),
        ("unavailable-seconds", {"is_outage": True, "retry_after_s": RETRY_AFTER_S}),
        ("unauthenticated", {"is_outage": True}),
        ("apns", {}),
        ("drop", {"is_outage": True}),
    ],
)
def test_each_answer_of_fcm_means_something_to_the_outbox(
    services: PushServices, behaviour: str, expected: dict[str, Any]
) -> None:
    with pytest.raises(TransportError) as caught:
        by_fcm(f"{behaviour}.phone")
    _check(caught.value, expected)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("invalid", {"permanent": True}),
        ("mismatch", {"permanent": True}),
        ("forbidden", {"permanent": True}),
        ("too-large", {"permanent": True}),
        ("unregistered", {"permanent": True, "endpoint_gone": True}),
        ("gone", {"permanent": True, "endpoint_gone": True}),
        ("redirect", {"permanent": True}),
        ("quota", {"is_quota": True}),
        ("quota-seconds", {"is_quota": True, "retry_after_s": RETRY_AFTER_S}),
        ("quota-date", {"is_quota": True, "retry_after_s": RETRY_AFTER_S}),
        ("internal", {"is_outage": True}),
        ("unavailable-seconds", {"is_outage": True, "retry_after_s": RETRY_AFTER_S}),
        ("drop", {"is_outage": True}),
    ],
)
def test_each_answer_of_a_push_service_means_something_to_the_outbox(
    services: PushServices, behaviour: str, expected: dict[str, Any]
) -> None:
    with pytest.raises(TransportError) as caught:
        by_web_push(services, behaviour)
    _check(caught.value, expected)


def _check(error: TransportError, expected: dict[str, Any]) -> None:
    for name in ("permanent", "endpoint_gone", "is_quota", "is_outage"):
        assert getattr(error, name) is expected.get(name, False), name
    if expected.get("retry_after_s") is None:
        assert error.retry_after_s is None
    else:
        assert error.retry_after_s == pytest.approx(expected["retry_after_s"], abs=RETRY_AFTER_S / 2)


@pytest.mark.parametrize("behaviour", ["internal", "unavailable-seconds", "quota-seconds", "drop"])
def test_the_clients_try_once_and_leave_the_rest_to_the_outbox(services: PushServices, behaviour: str) -> None:
    with pytest.raises(TransportError):
        by_fcm(f"{behaviour}.phone")
    with pytest.raises(TransportError):
        by_web_push(services, behaviour)
    assert len(services.ledger.entries) == 2


@pytest.mark.parametrize("send", ["fcm", "webpush"])
def test_a_provider_that_hangs_is_left_after_a_while(
    services: PushServices, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, send: str
) -> None:
    settings.FCM_CREDENTIALS = shutil.copy(settings.FCM_CREDENTIALS, tmp_path)  # the client of another takes longer
    monkeypatch.setattr(webpush, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(firebase, "TIMEOUT_S", 0.3)
    with pytest.raises(TransportError) as caught:
        by_fcm("hang.phone") if send == "fcm" else by_web_push(services, "hang")
    _check(caught.value, {"is_outage": True})


def test_an_access_token_that_google_has_forgotten_is_renewed(services: PushServices) -> None:
    by_fcm("ok.phone")
    services.google.sign_everyone_out()
    by_fcm("ok.phone")

    assert len(services.ledger.accepted) == 2


def test_a_key_file_that_is_none_stops_fcm_and_kills_nothing(
    services: PushServices, settings: Settings, tmp_path: Path
) -> None:
    for content in ("{}", "not json", None):
        settings.FCM_CREDENTIALS = str(tmp_path / f"{content}.json")
        if content is not None:
            Path(settings.FCM_CREDENTIALS).write_text(content)
        with pytest.raises(TransportError, match="DALIL_FCM_CREDENTIALS") as caught:
            by_fcm("ok.phone")
        _check(caught.value, {"is_outage": True})


def test_fcm_does_not_let_a_stranger_sign_in(services: PushServices, settings: Settings, tmp_path: Path) -> None:
    from tests.standins.fcm import Google

    settings.FCM_CREDENTIALS = str(tmp_path / "other.json")
    Google().write_credentials(Path(settings.FCM_CREDENTIALS), services.url)
    with pytest.raises(TransportError, match="sign in") as caught:
        by_fcm("ok.phone")
    _check(caught.value, {"is_outage": True})
    assert services.ledger.entries == []


def test_a_subscription_for_another_key_is_never_tried_again(services: PushServices, settings: Settings) -> None:
    endpoint = endpoint_of(subscribed(services))
    settings.VAPID_PRIVATE_KEY = vapid.new_private_key()
    with pytest.raises(TransportError) as caught:
        WebPushTransport().send(endpoint, message(), timezone.now())
    _check(caught.value, {"permanent": True})


def test_an_endpoint_in_a_private_network_is_not_even_connected_to(services: PushServices, settings: Settings) -> None:
    settings.PUSH_PRIVATE_HOSTS = []
    webpush._session.cache_clear()  # a connection that is kept was made when it was allowed
    with pytest.raises(TransportError, match="not an address of the public Internet") as caught:
        by_web_push(services)
    _check(caught.value, {"permanent": True})
    assert services.ledger.entries == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_answers_otherwise_the_second_time_is_asked_once(
    scheme: str, services: PushServices, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at is what is connected to: no packet goes where the name leads a moment later."""
    settings.PUSH_PRIVATE_HOSTS = []
    answers = iter([["93.184.216.34", "2606:2800:21f:cb07::1"], ["127.0.0.1"]])
    monkeypatch.setattr("visitors.services.endpoints._addresses", lambda host, port: next(answers))
    dialled: list[str] = []

    def dial(address: tuple[str, int], *_: object, **__: object) -> None:
        dialled.append(address[0])
        raise OSError("nobody is there")

    monkeypatch.setattr("urllib3.util.connection.create_connection", dial)
    with pytest.raises(requests.ConnectionError):
        public_session().post(f"{scheme}://push.example:{urlsplit(services.url).port}/push/1", timeout=1)
    assert dialled == ["93.184.216.34", "2606:2800:21f:cb07::1"]


def test_a_name_without_an_address_is_not_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitors.services.endpoints._addresses", lambda host, port: [])
    with pytest.raises(requests.ConnectionError, match="has no address"):
        public_session().post("https://localhost/push/1", timeout=1)


def test_the_longest_text_that_a_campaign_may_have_fits_both_services(services: PushServices) -> None:
    body = "م" * 2000
    while check_content({"ar": Text("عنوان", body)}, ["ar"]):
        body = body[:-2]
    text = Text("عنوان", body)
    assert check_content({"ar": Text("عنوان", body + "مم")}, ["ar"]), (
        f"this is not the longest below {MAX_PAYLOAD_BYTES}"
    )

    by_fcm("ok.phone", text=text)
    by_web_push(services, text=text)
    assert len(services.ledger.accepted) == 2


def test_a_message_is_of_use_for_whole_seconds(services: PushServices) -> None:
    by_web_push(services, expires_at=timezone.now() + timedelta(seconds=59.9))
    assert services.ledger.accepted[0].headers["ttl"] == "59"


def test_the_clients_private_parts_are_where_they_were(services: PushServices) -> None:
    """firebase.py sets them: a new version that moves them must not send elsewhere or sleep in the worker."""
    service = messaging._get_messaging_service(firebase.app())
    assert service._fcm_url == f"{services.url}/v1/projects/dalil-standin/messages:send"
    assert service._client.session.get_adapter(service._fcm_url).max_retries.total == 0


def test_the_embedded_key_is_made_once(settings: Settings, tmp_path: Path) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    settings.VAPID_KEY_FILE = tmp_path / "vapid.key"
    first = vapid.public_key()
    vapid._kept_key.cache_clear()
    assert vapid.public_key() == first
    assert settings.VAPID_KEY_FILE.stat().st_mode & 0o077 == 0


def test_without_a_key_there_is_no_web_push(settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY, settings.VAPID_KEY_FILE = "", None
    assert not WebPushTransport().is_ready()
    assert vapid.public_key() == ""
