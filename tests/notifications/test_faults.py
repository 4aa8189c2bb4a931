"""Dead tokens, providers that are down, hang or forget to answer: through the outbox, the real clients and HTTP."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from notifications.models import (
    Campaign,
    Decision,
    DecisionState,
    Delivery,
    DeliveryState,
    ProviderGate,
    VisitorMessage,
)
from notifications.services import delivery, outbox
from notifications.services.demo import ensure_demo
from notifications.transports import firebase, webpush
from notifications.transports.recorder import Recorder
from tests.notifications.places import NOON, after
from tests.notifications.push import subscribed
from tests.standins.behaviour import BEHAVIOURS
from tests.standins.push import PushServices
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Device, Visitor
from visitors.services import consent, devices

pytestmark = pytest.mark.django_db


@dataclass
class Clock:
    """Time as the worker sees it, which passes only where something waits."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def campaign(venue: Venue, recorder: Recorder) -> Campaign:
    return ensure_demo(venue=venue, now=NOON)


def phone(visitor: Visitor, behaviour: str = "ok", number: int = 1) -> Device:
    return devices.register(visitor=visitor, kind="fcm", token=f"{behaviour}.{number}", now=NOON)


def browser(visitor: Visitor, services: PushServices, behaviour: str = "ok") -> Device:
    return devices.register(visitor=visitor, kind="webpush", subscription=subscribed(services, behaviour), now=NOON)


def queue(campaign: Campaign, visitor: Visitor, count: int = 1, *, ttl_s: int = 3600) -> list[Decision]:
    """Put messages for all of the visitor's devices into the outbox, due at noon."""
    begin = VisitorMessage.objects.count() + 1
    decisions = []
    for number in range(begin, begin + count):
        decision = Decision.objects.create(
            campaign=campaign, visitor=visitor, window_key=f"visit:{number}", zone_id=visitor.pk, visit_id=visitor.pk, event_at=NOON,
            counts_at=NOON,
            decided_at=NOON, state=DecisionState.RESERVED,
        )  # fmt: skip
        message = VisitorMessage.objects.create(
            decision=decision, visitor=visitor, seq=number, language="en", title="Welcome", body="To the quarter",
            created_at=NOON, expires_at=after(ttl_s),
        )  # fmt: skip
        outbox.queue(message=message, visitor=visitor, due_at=NOON)
        decisions.append(decision)
    return decisions


def deliver(clock: Clock, draw: float = 0.5) -> int:
    return delivery.deliver_due(clock=clock, draw=lambda: draw, pause=clock.wait)


def states(transport: str) -> list[str]:
    return list(Delivery.objects.filter(transport=transport).order_by("message__seq").values_list("state", flat=True))


def test_one_message_reaches_socket_phone_and_browser_under_one_collapse_id(
    services: PushServices, campaign: Campaign, visitor: Visitor, recorder: Recorder
) -> None:
    phone(visitor)
    browser(visitor, services)
    [decision] = queue(campaign, visitor)

    assert deliver(Clock()) == 3
    assert {entry.collapse_id for entry in services.ledger.accepted} == {decision.pk.hex}
    assert sorted(entry.service for entry in services.ledger.accepted) == ["fcm", "webpush"]
    assert [message.collapse_id for _, message in recorder.sent] == [decision.pk.hex]


@pytest.mark.parametrize("behaviour", ["unregistered", "gone"])
def test_a_dead_endpoint_is_deleted_at_once_and_nothing_is_sent_to_it_again(
    services: PushServices, campaign: Campaign, visitor: Visitor, behaviour: str
) -> None:
    dead = browser(visitor, services, behaviour) if behaviour == "gone" else phone(visitor, behaviour)
    alive = phone(visitor, "ok", 2)
    queue(campaign, visitor)
    deliver(Clock())
    assert list(Device.objects.all()) == [alive]

    queue(campaign, visitor)
    deliver(Clock())
    assert Counter(entry.status for entry in services.ledger.entries) == {200: 2, BEHAVIOURS[behaviour].status: 1}
    told = Delivery.objects.get(endpoint=str(dead.pk))
    assert told.state == DeliveryState.DEAD
    assert ("410" if behaviour == "gone" else "UNREGISTERED") in told.error  # what operators read


def test_what_else_waits_for_a_dead_endpoint_ends_too(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    phone(visitor, "unregistered")
    queue(campaign, visitor, 40)  # more than are claimed at once
    deliver(Clock())

    assert set(states("fcm")) == {DeliveryState.DEAD}
    assert len(services.ledger.entries) <= outbox.CLAIMED_AT_ONCE


def test_an_invalid_message_is_not_tried_again_and_kills_no_endpoint(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    phone(visitor, "invalid")
    queue(campaign, visitor)
    deliver(Clock())
    deliver(Clock(after(1800)))

    assert states("fcm") == [DeliveryState.DEAD]
    assert len(services.ledger.entries) == 1
    assert Device.objects.count() == 1


@pytest.mark.parametrize(
    ("behaviour", "waits_s"), [("quota", 30), ("quota-seconds", 120), ("quota-date", 120), ("internal", 5)]
)
def test_a_refusal_that_may_pass_is_tried_again_when_the_other_side_allows(
    services: PushServices, campaign: Campaign, visitor: Visitor, behaviour: str, waits_s: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from tests.standins import push

    class Noon(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return NOON

    monkeypatch.setattr(push, "datetime", Noon)
    phone(visitor, behaviour)
    queue(campaign, visitor)
    deliver(Clock())

    row = Delivery.objects.get(transport="fcm")
    assert row.state == DeliveryState.RETRY
    assert (row.next_attempt_at - NOON).total_seconds() == waits_s
    services.everybody = BEHAVIOURS["ok"]
    deliver(Clock(after(waits_s)))
    assert states("fcm") == [DeliveryState.ACCEPTED]


def test_a_message_that_was_taken_without_an_answer_comes_again_under_the_same_collapse_id(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    phone(visitor, "drop")
    browser(visitor, services, "drop")
    [decision] = queue(campaign, visitor)
    deliver(Clock())
    assert states("fcm") == states("webpush") == [DeliveryState.RETRY]

    services.everybody = BEHAVIOURS["ok"]
    deliver(Clock(after(10)))
    assert states("fcm") == states("webpush") == [DeliveryState.ACCEPTED]
    assert len(services.ledger.accepted) == 4
    assert {entry.collapse_id for entry in services.ledger.accepted} == {decision.pk.hex}


def test_a_provider_that_hangs_costs_one_time_limit_and_then_waits_alone(
    services: PushServices, campaign: Campaign, visitor: Visitor, recorder: Recorder, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(webpush, "TIMEOUT_S", 0.3)
    browser(visitor, services, "hang")
    phone(visitor)
    queue(campaign, visitor, 50)
    deliver(Clock())

    hung = [entry for entry in services.ledger.entries if entry.service == "webpush"]
    assert len(hung) <= outbox.CLAIMED_AT_ONCE
    assert set(states("fcm")) == set(states("live")) == {DeliveryState.ACCEPTED}
    assert set(states("webpush")) == {DeliveryState.PENDING, DeliveryState.RETRY}


def test_after_ten_minutes_without_the_provider_the_rest_drains_without_a_herd(
    services: PushServices, campaign: Campaign, visitor: Visitor, settings: Settings
) -> None:
    settings.PUSH_PER_S = 10.0
    phone(visitor)
    short = queue(campaign, visitor, 10, ttl_s=300)
    long = queue(campaign, visitor, 70, ttl_s=3600)
    services.everybody = BEHAVIOURS["unavailable"]
    clock = Clock()
    services.ledger.clock_s = lambda: (clock.now - NOON).total_seconds()
    _sweep(clock, until_s=600)
    asked_while_down = len(services.ledger.entries)
    services.everybody = None
    _sweep(clock, until_s=900)

    assert asked_while_down <= outbox.CLAIMED_AT_ONCE + 25  # one wave, and then a probe now and then
    assert _outcomes(short) == {DecisionState.SENT: 10}  # over the socket
    assert Counter(states("fcm")) == {DeliveryState.EXPIRED: 10, DeliveryState.ACCEPTED: 70}
    expected = {decision.pk.hex for decision in long}
    assert Counter(entry.collapse_id for entry in services.ledger.accepted) == dict.fromkeys(expected, 1)
    accepted_at_s = sorted(entry.at_s for entry in services.ledger.accepted)
    assert accepted_at_s[0] <= 660
    assert bisect_right(accepted_at_s, accepted_at_s[0] + 10) <= 25  # a tenth of 10 a second at first, then more
    assert accepted_at_s[-1] <= 720
    assert ProviderGate.objects.get(provider="fcm").shut_count == 0


def test_what_expires_while_its_provider_is_down_ends_then_and_stands_in_nobodys_way(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    device = phone(visitor, "unavailable-seconds")
    queue(campaign, visitor, 2 * outbox.CLAIMED_AT_ONCE, ttl_s=60)
    deliver(Clock())
    devices.forget(str(device.pk))
    browser(visitor, services)
    queue(campaign, visitor, ttl_s=600)
    asked = len(services.ledger.entries)
    deliver(Clock(after(61)))  # the gate is shut for two minutes

    assert set(states("fcm")) == {DeliveryState.EXPIRED}
    assert states("webpush") == [DeliveryState.ACCEPTED]
    assert [entry.service for entry in services.ledger.entries[asked:]] == ["webpush"]


def test_a_strangers_host_that_asks_for_time_gets_it_alone(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    browser(visitor, services, "unavailable-seconds")
    queue(campaign, visitor)
    deliver(Clock())
    Device.objects.all().delete()
    browser(visitor, services)
    queue(campaign, visitor)
    deliver(Clock(after(1)))

    assert states("webpush") == [DeliveryState.RETRY, DeliveryState.ACCEPTED]
    assert Delivery.objects.get(state=DeliveryState.RETRY, transport="webpush").next_attempt_at == after(120)


def test_what_has_expired_is_not_sent_to_see_whether_a_provider_is_back(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    phone(visitor, "unavailable-seconds")
    queue(campaign, visitor, outbox.CLAIMED_AT_ONCE, ttl_s=121)
    deliver(Clock())
    services.everybody = BEHAVIOURS["ok"]
    deliver(Clock(after(122)))
    queue(campaign, visitor, ttl_s=600)
    deliver(Clock(after(123)))

    assert states("fcm")[-1] == DeliveryState.ACCEPTED


def _sweep(clock: Clock, *, until_s: float) -> None:
    """Sweep every five seconds."""
    while clock.now < after(until_s):
        deliver(clock, draw=0.9)
        clock.wait(5)


def _outcomes(decisions: Sequence[Decision]) -> dict[str, int]:
    return Counter(Decision.objects.filter(pk__in=[row.pk for row in decisions]).values_list("state", flat=True))


def test_a_key_file_that_is_mended_in_time_loses_nothing(
    services: PushServices, campaign: Campaign, visitor: Visitor, settings: Settings
) -> None:
    right, settings.FCM_CREDENTIALS = settings.FCM_CREDENTIALS, "/nowhere.json"
    phone(visitor)
    queue(campaign, visitor, 10)
    clock = Clock()
    _sweep(clock, until_s=120)
    assert set(states("fcm")) <= {DeliveryState.PENDING, DeliveryState.RETRY}

    settings.FCM_CREDENTIALS = right
    _sweep(clock, until_s=400)
    assert set(states("fcm")) == {DeliveryState.ACCEPTED}
    assert firebase.app() is not None


def test_a_phone_that_has_gone_to_another_visitor_gets_nothing_of_the_first(
    services: PushServices, campaign: Campaign, visitor: Visitor, venue: Venue
) -> None:
    from tests.notifications.conftest import new_visitor

    phone(visitor)
    queue(campaign, visitor)
    phone(new_visitor())
    deliver(Clock())

    assert services.ledger.entries == []
    assert states("fcm") == [DeliveryState.DEAD]


def test_consent_withdrawn_between_two_tries_stops_the_second(
    services: PushServices, campaign: Campaign, visitor: Visitor
) -> None:
    phone(visitor, "internal")
    queue(campaign, visitor)
    deliver(Clock())
    consent.record(visitor=visitor, wanted={Purpose.POSITIONING: False}, now=after(1))
    services.everybody = BEHAVIOURS["ok"]
    deliver(Clock(after(60)))

    assert services.ledger.accepted == []
    assert states("fcm") == [DeliveryState.DEAD]
    assert Decision.objects.get().state == DecisionState.SENT  # over the socket, before


def test_an_error_that_nobody_foresaw_stops_nobody_else(
    services: PushServices, campaign: Campaign, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a library's own")

    monkeypatch.setattr("notifications.transports.webpush.payload", broken)
    browser(visitor, services)
    phone(visitor)
    queue(campaign, visitor)
    deliver(Clock())

    assert (states("fcm"), states("webpush")) == ([DeliveryState.ACCEPTED], [DeliveryState.RETRY])
