"""What must be once is held by the database itself, whatever the code above it does."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from notifications.models import Campaign, Decision, DecisionState, Delivery, VisitorMessage, ZoneVisit
from notifications.services.demo import ensure_demo
from tests.notifications.conftest import QUARTER, new_visitor
from tests.notifications.places import NOON, after
from venues.models import Venue
from visitors.models import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(venue: Venue) -> Campaign:
    campaign: Campaign = ensure_demo(venue=venue, now=NOON)
    return campaign


def decide(campaign: Campaign, visitor: Visitor, window_key: str, **values: Any) -> Decision:
    given = {"zone_id": QUARTER, "visit_id": QUARTER, "event_at": NOON, "counts_at": NOON, "decided_at": NOON}
    given |= {"state": DecisionState.RESERVED} | values
    return Decision.objects.create(campaign=campaign, visitor=visitor, window_key=window_key, **given)


def tell(decision: Decision, seq: int) -> VisitorMessage:
    return VisitorMessage.objects.create(
        decision=decision, visitor=decision.visitor, seq=seq, language="en", title="Welcome", body="", created_at=NOON,
        expires_at=after(60),
    )  # fmt: skip


@pytest.mark.parametrize("window_key", ["ever", "visit:1", "day:2026-03-02", "slot:1"])
def test_a_window_is_used_once_by_a_campaign_for_a_visitor(demo: Campaign, visitor: Visitor, window_key: str) -> None:
    decide(demo, visitor, window_key)
    decide(demo, new_visitor(), window_key)
    decide(demo, visitor, "another")

    with pytest.raises(IntegrityError), transaction.atomic():
        decide(demo, visitor, window_key, state=DecisionState.SUPPRESSED)


def test_a_message_number_is_used_once_for_a_visitor(demo: Campaign, visitor: Visitor) -> None:
    tell(decide(demo, visitor, "slot:1"), 1)
    second = decide(demo, visitor, "slot:2")

    with pytest.raises(IntegrityError), transaction.atomic():
        tell(second, 1)


def test_an_endpoint_gets_one_delivery_of_a_message(demo: Campaign, visitor: Visitor) -> None:
    message = tell(decide(demo, visitor, "ever"), 1)
    Delivery.objects.create(message=message, transport="fcm", endpoint="phone", next_attempt_at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(message=message, transport="fcm", endpoint="phone", next_attempt_at=NOON)


def test_a_visitor_has_one_open_visit_of_a_zone(venue: Venue, visitor: Visitor) -> None:
    def enter() -> ZoneVisit:
        return ZoneVisit.objects.create(
            visitor=visitor, venue=venue, zone_id=QUARTER, entered_at=NOON, last_fix_at=NOON, accuracy_m=3.0
        )

    first = enter()
    with pytest.raises(IntegrityError), transaction.atomic():
        enter()
    first.left_at, first.left_because = after(60), "exit"
    first.save()
    enter()
