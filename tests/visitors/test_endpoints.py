"""Push endpoints come from strangers: none may lead into our own network."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.visitors.test_api import KEYS, Phone
from visitors.core.addresses import is_public
from visitors.errors import EndpointNotPublic
from visitors.models import Device
from visitors.services import endpoints


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:21f:cb07::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # shared by the customers of a carrier (RFC 6598)
        ("169.254.169.254", False),  # where clouds tell their secrets
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),  # 127.0.0.1 by way of a translator
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::7f00:1", False),  # a translator of our own network (RFC 8215)
        ("fec0::1", False),
        ("5f00::1", False),
        ("192.0.0.192", False),
    ],
)
def test_an_address_is_public_or_it_is_not(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "[::1]", "169.254.169.254:8080", "0x7f.1", "2130706433"),
        *("[::ffff:169.254.169.254]", "[::ffff:7f00:1]:25", "fcm.googleapis.com@127.0.0.1", "me:secret@[::1]"),
    ],
)
def test_an_endpoint_in_a_private_network_is_refused_when_it_is_registered(client: Client, host: str) -> None:
    subscription = {"endpoint": f"https://{host}/push/1", "keys": KEYS}
    response = Phone(client).ask("post", "/devices", {"kind": "webpush", "subscription": subscription})

    assert response.status_code == 422
    assert response.json()["param"] == "subscription.endpoint"
    assert Device.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9000/push/1", "https://127.0.0.1/push/1"])
def test_a_push_service_that_the_operator_has_named_may_be_private(
    client: Client, settings: Settings, endpoint: str
) -> None:
    settings.PUSH_PRIVATE_HOSTS = ["127.0.0.1"]
    subscription = {"endpoint": endpoint, "keys": KEYS}
    response = Phone(client).ask("post", "/devices", {"kind": "webpush", "subscription": subscription})
    assert response.status_code == 201


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_addresses", lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(EndpointNotPublic, match=r"10\.0\.0\.1"):
        endpoints.refuse_private("https://push.example/1")


def test_a_host_that_has_no_address_today_is_asked_again_when_something_is_sent() -> None:
    endpoints.refuse_private("https://nowhere.invalid/1")
    endpoints.refuse_private(f"https://{'a' * 70}.invalid/1")
