"""Operators see why a visitor got a message or did not, by the code that the visitor reads out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications.core.deciding import Reason
from notifications.core.reasons import SENTENCES
from notifications.models import Decision
from notifications.services import campaigns, notices
from notifications.services.demo import CONTENT, ensure_demo
from tests.notifications.conftest import QUARTER, new_visitor
from tests.notifications.places import position_at
from venues.core.snapshot import Snapshot
from venues.models import Venue
from visitors.models import Visitor
from visitors.services import codes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("mona"))
    return client


@pytest.fixture
def walked_in(venue: Venue, visitor: Visitor, snapshot: Snapshot) -> Visitor:
    """A visitor who got the welcome, and no advertisement for want of consent."""
    now = timezone.now()
    ensure_demo(venue=venue, now=now - timedelta(hours=1))
    values = {"name": "Lunch", "zones": [str(QUARTER)], "content": CONTENT}
    lunch = campaigns.create(venue=venue, values=values, by=None, now=now)
    campaigns.start(campaign=lunch, by=None, now=now - timedelta(hours=1))
    for seconds in (-4, -1):
        at = now + timedelta(seconds=seconds)
        position = position_at([(0, 0)], at=at)
        with transaction.atomic():
            notices.on_positions(
                visitor=visitor, venue=venue, snapshot_hash=snapshot.content_hash, positions=[position], now=at
            )
    return visitor


def asked(client: Client, venue: Venue, code: str) -> Any:
    return client.get(f"/api/v1/venues/{venue.slug}/decisions", {"code": code})


def test_an_operator_reads_what_was_decided_and_why(operator: Client, venue: Venue, walked_in: Visitor) -> None:
    code = codes.show(visitor=walked_in, now=timezone.now()).code

    account = asked(operator, venue, code.lower().replace("-", " ")).json()

    told = {each["campaign"]: (each["state"], each["reason"], each["why"]) for each in account["decisions"]}
    assert told == {
        "Welcome to the Heritage Quarter": (
            "reserved",
            None,
            "It is on its way: none of the visitor's devices has it yet.",
        ),
        "Lunch": ("suppressed", "no_consent", "The visitor had not consented to such messages."),
    }
    [welcome] = [each for each in account["decisions"] if each["title"]]
    assert [delivery["transport"] for delivery in welcome["deliveries"]] == ["live"]
    assert [visit["zone_name"] for visit in account["visits"]] == ["Heritage Quarter"]
    assert account["consent"] == ["positioning"]


def test_a_circle_is_told_by_where_it_lies(
    operator: Client, venue: Venue, visitor: Visitor, snapshot: Snapshot
) -> None:
    now = timezone.now()
    lng, lat = snapshot.frame.to_lng_lat(0.0, 0.0)
    circle = {"lng": round(lng, 5), "lat": round(lat, 5), "level": 0, "radius_m": 20}
    values = {"name": "Fountain", "kind": "service", "circles": [circle], "content": CONTENT}
    fountain = campaigns.create(venue=venue, values=values, by=None, now=now)
    campaigns.start(campaign=fountain, by=None, now=now - timedelta(hours=1))
    positions = [position_at([(0, 0)], at=now + timedelta(seconds=seconds)) for seconds in (-4, -1)]
    with transaction.atomic():
        notices.on_positions(
            visitor=visitor, venue=venue, snapshot_hash=snapshot.content_hash, positions=positions, now=now
        )
    account = asked(operator, venue, codes.show(visitor=visitor, now=now).code).json()

    where = f"20 m round {circle['lat']:.5f}, {circle['lng']:.5f}, level 0"
    assert [told["zone_name"] for told in account["decisions"] + account["visits"]] == [where, where]


def test_a_code_that_nobody_shows_or_that_has_ended_finds_nobody(
    operator: Client, venue: Venue, walked_in: Visitor
) -> None:
    ended = codes.show(visitor=walked_in, now=timezone.now() - timedelta(minutes=16)).code

    for code in ("0000-0000", ended):
        answer = asked(operator, venue, code)
        assert (answer.status_code, answer.json()["code"]) == (404, "visitor_code_not_found")


def test_nobody_but_an_operator_asks(client: Client, venue: Venue) -> None:
    assert asked(client, venue, "0000-0000").status_code in (401, 403)


def test_another_venue_tells_nothing_of_it(operator: Client, venue: Venue, walked_in: Visitor) -> None:
    other = Venue.objects.create(
        slug="other", name={"en": "Other"}, time_zone="Asia/Qatar", current_publication=venue.current_publication
    )
    account = asked(operator, other, codes.show(visitor=walked_in, now=timezone.now()).code).json()

    assert (account["decisions"], account["visits"]) == ([], [])


def test_the_admin_finds_a_visitors_decisions_by_the_code(operator: Client, walked_in: Visitor) -> None:
    Visitor.objects.exclude(pk=walked_in.pk).delete()
    new_visitor()
    path, code = "/admin/notifications/decision/", codes.show(visitor=walked_in, now=timezone.now()).code

    assert "had not consented" in operator.get(path, {"q": code}).content.decode()
    assert "had not consented" not in operator.get(path, {"q": "0000-0000"}).content.decode()


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert Decision._meta.get_field("reason").max_length >= max(len(reason) for reason in Reason)
