"""CAMPAIGNS.md, Laws: two devices of one visitor, both on the live door and both with a push token, are one visitor.

Another visitor makes the same way with one device. hypothesis chooses which device hears what, when their batches read the same state
at the same time, which one takes, shows and opens messages, and which one is given up.
"""

from datetime import datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from notifications.models import MEANT_STATES, Decision, VisitorMessage
from notifications.services import messages
from notifications.transports import TRANSPORTS
from notifications.transports.recorder import Recorder
from tests.notifications.conftest import QUARTER, new_visitor
from tests.notifications.machines import (
    RowsMachine,
    caps_hold,
    nothing_is_left_open,
    seen_by,
    started,
    visits_follow_one_another,
)
from tests.notifications.places import after
from venues.core.snapshot import Snapshot
from venues.models import Venue
from visitors import storage
from visitors.core.consent import Purpose
from visitors.models import Device
from visitors.services import consent, devices

pytestmark = pytest.mark.django_db

INSIDE, OUTSIDE = (0.0, 0.0), (150.0, 150.0)
TTL_S = 3_600.0
DEVICES = ("phone", "watch")


class TwoDevices(RowsMachine):
    live: Recorder
    push: Recorder

    def __init__(self) -> None:
        super().__init__()
        self.both, self.one = new_visitor(marketing=True), new_visitor(marketing=True)
        self.known: dict[str, object] = {}
        self.as_one = True
        """Whether all that happened is the same for one device: none raced, and consent was not withdrawn while a message waited."""
        self.agreed = [(after(0), True)]
        self.registered: dict[str, Device | None] = {}
        self.reach: dict[UUID, set[str]] = {}
        self.displayed: dict[UUID, datetime] = {}
        self.opened: dict[UUID, datetime] = {}
        self.live.sent.clear()
        self.push.sent.clear()
        for device in DEVICES:
            self.is_registered(device)

    @rule(device=st.sampled_from(DEVICES))
    def is_registered(self, device: str) -> None:
        self.registered[device] = devices.register(visitor=self.both, kind="fcm", token=device, now=after(0))

    @precondition(lambda self: any(self.registered.values()))
    @rule(data=st.data())
    def is_given_up(self, data: st.DataObject) -> None:
        device = data.draw(st.sampled_from([name for name, row in self.registered.items() if row]))
        row, self.registered[device] = self.registered[device], None
        assert row is not None  # it was drawn from those
        devices.forget(row.pk)

    @rule(
        device=st.sampled_from(DEVICES),
        place=st.sampled_from([INSIDE, INSIDE, OUTSIDE]),
        gap_s=st.sampled_from([0.5, 1.0, 3.0, 11.0, 40.0, 70.0, 130.0, 1_210.0]),
        times=st.integers(1, 4),
        races=st.booleans(),
    )
    def hears(self, device: str, place: tuple[float, float], gap_s: float, times: int, races: bool) -> None:
        if races and device in self.known:  # its batch has read what its last one left, before the other's was written
            self.as_one = False
            storage.save(self.both.pk, storage.Kind.ZONES, self.known[device], expires_s=60)
        for _ in range(times):
            self.seconds += gap_s
            self.take(self.both, place)
            self.take(self.one, place)
            gap_s = min(gap_s, 3.0)
        self.known[device] = storage.load(self.both.pk, storage.Kind.ZONES)
        tokens = {name for name, row in self.registered.items() if row}
        for message in VisitorMessage.objects.filter(visitor=self.both):
            self.reach.setdefault(message.pk, tokens)

    @rule(is_agreed=st.booleans())
    def changes_their_mind(self, is_agreed: bool) -> None:
        self.seconds += 0.5
        self.as_one = False
        for visitor in (self.both, self.one):
            consent.record(visitor=visitor, wanted={Purpose.MARKETING: is_agreed}, now=after(self.seconds))
        self.agreed.append((after(self.seconds), is_agreed))

    @rule()
    def workers_send(self) -> None:
        self.seconds += 0.5
        self.deliver()

    @precondition(lambda self: self.reach)
    @rule(data=st.data(), does=st.sampled_from(["take", "display", "open"]))
    def reads(self, data: st.DataObject, does: str) -> None:
        """Say what either device says: they share the visitor's token."""
        self.seconds += 0.5
        key, now = data.draw(st.sampled_from(sorted(self.reach))), after(self.seconds)
        if does == "take":
            seq = VisitorMessage.objects.get(pk=key).seq
            messages.note_taken(visitor_id=self.both.pk, seqs=[seq], now=now)
            return
        self.displayed.setdefault(key, now)
        if does == "open":
            self.opened.setdefault(key, now)
            messages.note_opened(visitor=self.both, message_id=key, now=now)
        else:
            messages.note_displayed(visitor=self.both, message_id=key, now=now)

    def hold(self) -> None:
        self.deliver()
        self.seconds += TTL_S
        self.deliver()
        nothing_is_left_open()
        visits_follow_one_another(self.both)
        caps_hold(self.both)
        self.what_either_device_says_counts_once()
        self.each_device_gets_a_message_once()
        self.nothing_was_decided_without_consent()
        self.one_message_at_most_of_a_visit()
        if self.as_one:
            assert self.as_decided(self.both) == self.as_decided(self.one)

    def as_decided(self, visitor: object) -> object:
        """Return what was decided, however it reached whom, and the visits."""
        decided, visits = seen_by(visitor)  # type: ignore[arg-type]
        return [(*each[:-1], each[-1] in MEANT_STATES or each[-1]) for each in decided], visits

    def what_either_device_says_counts_once(self) -> None:
        for message in VisitorMessage.objects.filter(visitor=self.both):
            assert message.displayed_at == self.displayed.get(message.pk)
            assert message.opened_at == self.opened.get(message.pk)

    def each_device_gets_a_message_once(self) -> None:
        sent = [(address, message.id) for address, message in self.push.sent]
        assert len(sent) == len(set(sent))
        assert all(address in self.reach[key] for address, key in sent if key in self.reach)
        hints = [message.id for _, message in self.live.sent]
        assert len(hints) == len(set(hints))

    def nothing_was_decided_without_consent(self) -> None:
        marketing = Decision.objects.filter(
            visitor=self.both, campaign__kind="marketing", state__in=MEANT_STATES, decided_at__isnull=False
        )
        for decided_at in marketing.values_list("decided_at", flat=True):
            assert [is_agreed for at, is_agreed in self.agreed if at <= decided_at][-1]

    def one_message_at_most_of_a_visit(self) -> None:
        meant = Decision.objects.filter(visitor=self.both, state__in=MEANT_STATES, campaign__cap="visit")
        told = sorted(meant.values_list("campaign_id", "visit_id"))
        assert all(one != following for one, following in pairwise(told))


def test_two_devices_of_one_visitor_are_one_visitor(
    venue: Venue, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, push = Recorder("live", is_hint=True), Recorder("fcm")
    monkeypatch.setitem(TRANSPORTS, "live", live)
    monkeypatch.setitem(TRANSPORTS, "fcm", push)
    place = {"zones": [str(QUARTER)], "ttl_s": TTL_S}
    started(venue, "service", "enter", cap="visit", zone_cool_down_s=300, **place)
    started(venue, "service", "exit", cap="rolling", cap_count=2, **place)
    started(venue, "marketing", "enter", cap="rolling", cap_count=9, **place)
    started(venue, "marketing", "dwell", cap="visit", dwell_s=20, **place)

    here = {"venue": venue, "snapshot_hash": snapshot.content_hash, "live": live, "push": push}
    run_state_machine_as_test(
        type("TwoDevicesHere", (TwoDevices,), here),
        settings=settings(max_examples=max(settings().max_examples // 4, 10), stateful_step_count=15),
    )
