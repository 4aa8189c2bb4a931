"""The notifications API as visitors and operators meet it."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.services import keys
from notifications.models import Campaign, Decision, DecisionState, VenueRules, VisitorMessage
from notifications.services.demo import CONTENT, ensure_demo
from notifications.transports import vapid
from tests.notifications.conftest import ALLEY, QUARTER
from tests.notifications.places import NOON
from venues.models import Membership, Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import hash_of
from visitors.services import consent

pytestmark = pytest.mark.django_db

CAMPAIGNS = "/api/v1/venues/quarter/campaigns"
LUNCH = {"name": "Lunch", "kind": "service", "zones": [str(QUARTER)], "content": CONTENT}


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_user("mona", is_staff=True))
    return client


@pytest.fixture
def bearer(visitor: Visitor) -> dict[str, str]:
    Visitor.objects.filter(pk=visitor.pk).update(token_hash=hash_of("secret"))
    return {"Authorization": "Bearer secret"}


def send(client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    response = getattr(client, method)(path, data=body, content_type="application/json")
    return response.status_code, response.json()


def message_for(venue: Venue, visitor: Visitor, seq: int, *, expired: bool = False) -> VisitorMessage:
    decision = Decision.objects.create(
        campaign=ensure_demo(venue=venue, now=NOON),
        visitor=visitor,
        window_key=f"slot:{seq}",
        zone_id=QUARTER,
        visit_id=visitor.pk,
        event_at=NOON,
        counts_at=NOON,
        decided_at=NOON,
        state=DecisionState.SENT,
    )
    return VisitorMessage.objects.create(
        decision=decision,
        visitor=visitor,
        seq=seq,
        language="en",
        title=f"No. {seq}",
        body="Hello",
        created_at=NOON,
        expires_at=NOON.replace(year=NOON.year + (-50 if expired else 50)),
    )


def test_a_visitor_reads_the_messages_after_the_one_last_seen(
    client: Client, venue: Venue, visitor: Visitor, bearer: dict[str, str]
) -> None:
    for seq in (1, 2, 3):
        message_for(venue, visitor, seq)
    message_for(venue, visitor, 4, expired=True)

    answer = client.get("/api/v1/visitors/me/messages?after=1", headers=bearer).json()

    assert [(m["seq"], m["title"], m["campaign"]) for m in answer["messages"]] == [
        (2, "No. 2", "Welcome to the Heritage Quarter"),
        (3, "No. 3", "Welcome to the Heritage Quarter"),
    ]


def test_after_must_be_a_number(client: Client, bearer: dict[str, str]) -> None:
    response = client.get("/api/v1/visitors/me/messages?after=last", headers=bearer)

    assert (response.status_code, response.json()["param"]) == (422, "after")


def test_opening_a_message_is_noted_once(
    client: Client, venue: Venue, visitor: Visitor, bearer: dict[str, str]
) -> None:
    message = message_for(venue, visitor, 1)
    path = f"/api/v1/visitors/me/messages/{message.pk}/opened"

    assert client.post(path, headers=bearer).status_code == 204
    message.refresh_from_db()
    first = message.opened_at
    assert client.post(path, headers=bearer).status_code == 204
    message.refresh_from_db()
    assert first is not None
    assert message.opened_at == first


def test_a_message_is_displayed_before_it_is_opened(
    client: Client, venue: Venue, visitor: Visitor, bearer: dict[str, str]
) -> None:
    shown, opened = message_for(venue, visitor, 1), message_for(venue, visitor, 2)
    for message, what in ((shown, "displayed"), (opened, "opened"), (opened, "displayed")):
        path = f"/api/v1/visitors/me/messages/{message.pk}/{what}"
        assert client.post(path, headers=bearer).status_code == 204

    shown.refresh_from_db()
    opened.refresh_from_db()
    assert (shown.displayed_at is not None, shown.opened_at) == (True, None)
    assert opened.displayed_at == opened.opened_at


def test_who_withdraws_consent_reads_no_message_any_more(
    client: Client, venue: Venue, visitor: Visitor, bearer: dict[str, str]
) -> None:
    message_for(venue, visitor, 1)
    consent.record(visitor=visitor, wanted={Purpose.POSITIONING: False}, now=NOON)

    assert client.get("/api/v1/visitors/me/messages", headers=bearer).json() == {"messages": []}


def test_where_messages_are_stopped_nobody_reads_one(
    client: Client, venue: Venue, visitor: Visitor, bearer: dict[str, str]
) -> None:
    message_for(venue, visitor, 1)
    VenueRules.objects.update_or_create(venue=venue, defaults={"stopped": True})

    assert client.get("/api/v1/visitors/me/messages", headers=bearer).json() == {"messages": []}


def test_a_browser_learns_the_key_to_subscribe_with(client: Client, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = vapid.new_private_key()
    assert client.get("/api/v1/push/key").json() == {"public_key": vapid.public_key()}

    settings.VAPID_PRIVATE_KEY, settings.VAPID_KEY_FILE = "", None
    response = client.get("/api/v1/push/key")
    assert (response.status_code, response.json()["code"]) == (404, "push_not_configured")


def test_a_message_of_somebody_else_is_not_found(client: Client, venue: Venue, bearer: dict[str, str]) -> None:
    response = client.post(f"/api/v1/visitors/me/messages/{uuid4()}/opened", headers=bearer)

    assert (response.status_code, response.json()["code"]) == (404, "message_not_found")


def test_messages_need_a_token(client: Client, venue: Venue) -> None:
    assert client.get("/api/v1/visitors/me/messages").status_code == 401


def test_an_operator_creates_starts_pauses_and_ends_a_campaign(operator: Client, venue: Venue) -> None:
    status, draft = send(operator, "post", CAMPAIGNS, LUNCH)
    assert (status, draft["state"]) == (201, "draft")
    path = f"{CAMPAIGNS}/{draft['id']}"

    assert send(operator, "post", f"{path}/start")[1]["state"] == "active"
    assert send(operator, "post", f"{path}/start")[1]["code"] == "campaign_state_conflict"
    assert send(operator, "post", f"{path}/pause")[1]["state"] == "paused"
    assert send(operator, "post", f"{path}/start")[1]["state"] == "active"
    assert send(operator, "post", f"{path}/end")[1]["state"] == "ended"
    assert send(operator, "post", f"{path}/start")[0] == 409
    assert [campaign["id"] for campaign in send(operator, "get", CAMPAIGNS)[1]["campaigns"]] == [draft["id"]]


def test_a_draft_that_is_not_complete_is_not_started_and_every_finding_is_listed(
    operator: Client, venue: Venue
) -> None:
    content = CONTENT | {"ar": {"title": "مرحبًا", "body": "أهلًا"}}
    body = LUNCH | {"zones": [str(ALLEY), str(uuid4())], "content": content, "trigger": "dwell"}
    _, draft = send(operator, "post", CAMPAIGNS, body)

    status, problem = send(operator, "post", f"{CAMPAIGNS}/{draft['id']}/start")

    assert (status, problem["code"], problem["param"]) == (409, "campaign_not_startable", "dwell_s")
    assert {(finding["code"], finding["field"]) for finding in problem["findings"]} == {
        ("dwell_missing", "dwell_s"),
        ("zone_unknown", "zones"),
        ("variable_missing", "content.ar"),
    }


def test_a_zone_narrower_than_five_metres_is_refused_with_its_name(operator: Client, venue: Venue) -> None:
    _, draft = send(operator, "post", CAMPAIGNS, LUNCH | {"zones": [str(ALLEY)]})

    _, problem = send(operator, "post", f"{CAMPAIGNS}/{draft['id']}/start")

    assert [finding["code"] for finding in problem["findings"]] == ["zone_too_narrow"]
    assert problem["detail"].startswith('"Alley" is narrower than 5 m')


def test_a_running_campaign_is_not_changed_into_one_that_could_not_start(operator: Client, venue: Venue) -> None:
    _, draft = send(operator, "post", CAMPAIGNS, LUNCH)
    send(operator, "post", f"{CAMPAIGNS}/{draft['id']}/start")

    assert send(operator, "patch", f"{CAMPAIGNS}/{draft['id']}", {"zones": []})[1]["code"] == "campaign_invalid"
    assert Campaign.objects.get().zones == [str(QUARTER)]
    assert send(operator, "patch", f"{CAMPAIGNS}/{draft['id']}", {"priority": 3})[1]["priority"] == 3


def test_a_safety_campaign_needs_two_operators_to_start(client: Client, venue: Venue) -> None:
    mona, omar = (User.objects.create_user(name, is_staff=True) for name in ("mona", "omar"))
    client.force_login(mona)
    _, draft = send(client, "post", CAMPAIGNS, LUNCH | {"kind": "safety"})
    path = f"{CAMPAIGNS}/{draft['id']}/start"

    assert send(client, "post", path)[1]["state"] == "draft"
    assert send(client, "post", path)[1]["state"] == "draft"
    client.force_login(omar)
    assert send(client, "post", path)[1]["state"] == "active"


def test_a_key_and_its_owners_session_are_one_person(client: Client, venue: Venue) -> None:
    mona, omar = (User.objects.create_user(name) for name in ("mona", "omar"))
    for user in (mona, omar):
        Membership.objects.create(venue=venue, user=user, role="marketer", granted_at=timezone.now())
    client.force_login(mona)
    _, draft = send(client, "post", CAMPAIGNS, LUNCH | {"kind": "safety"})
    path = f"{CAMPAIGNS}/{draft['id']}/start"
    assert send(client, "post", path)[1]["state"] == "draft"

    key = {"Authorization": f"Api-Key {keys.create(user=mona, name='nightly', now=timezone.now())}"}
    assert Client().post(path, headers=key).json()["state"] == "draft"
    Membership.objects.filter(user=mona).delete()
    client.force_login(omar)
    assert send(client, "post", path)[1]["state"] == "draft"  # who asked first may start nothing any more
    Membership.objects.create(venue=venue, user=mona, role="owner", granted_at=timezone.now())
    assert Client().post(path, headers=key).json()["state"] == "active"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"zones": ["everywhere"]}, "zones[0]"),
        ({"kind": "spam"}, "kind"),
        ({"held_out_share": 1.5}, "held_out_share"),
        ({"weekdays": [7]}, "weekdays[0]"),
        ({"content": {"en": "Hello"}}, "content.en"),
        ({"content": {"not a language": {"title": "a", "body": "b"}}}, "content.not a language"),
        ({"content": {"en": {"title": "a", "body": "b", "colour": "red"}}}, "content.en.colour"),
        ({"circles": [{"lng": 51.5, "lat": 25.2, "level": 0, "radius_m": 9, "colour": "red"}]}, "circles"),
        ({"languages": ["klingon!"]}, "languages[0]"),
        ({"languages": ["en-GB"]}, "languages[0]"),
        ({"profiles": ["Flying carpet"]}, "profiles[0]"),
        ({"profiles": ["flying"]}, "profiles[0]"),
        ({"tags": ["Gold Member"]}, "tags[0]"),
        ({"cap_count": 0}, "cap_count"),
        ({"cap_count": 40_000}, "cap_count"),
        ({"priority": 40_000}, "priority"),
        ({"dwell_s": 1e308}, "dwell_s"),
        ({"ttl_s": 10**12}, "ttl_s"),
        ({"zone_cool_down_s": 2**40}, "zone_cool_down_s"),
        ({"attribution_s": 2**40}, "attribution_s"),
        ({"held_out": 0.1}, "held_out"),
    ],
)
def test_bad_values_name_their_field(operator: Client, venue: Venue, change: dict[str, Any], param: str) -> None:
    status, problem = send(operator, "post", CAMPAIGNS, LUNCH | change)

    assert status == 422
    assert problem["param"].startswith(param.split("[")[0])


def test_a_word_that_is_none_is_answered_with_those_there_are(operator: Client, venue: Venue) -> None:
    _, problem = send(operator, "post", CAMPAIGNS, LUNCH | {"trigger": "teleport"})
    assert "enter, exit, dwell, proximity, schedule" in problem["detail"]


def test_a_state_is_not_written_and_what_was_read_may_be_written_back(operator: Client, venue: Venue) -> None:
    _, draft = send(operator, "post", CAMPAIGNS, LUNCH)
    path = f"{CAMPAIGNS}/{draft['id']}"
    assert send(operator, "patch", path, draft)[0] == 200
    status, problem = send(operator, "patch", path, {"state": "active"})
    assert (status, problem["param"]) == (422, "state")
    assert Campaign.objects.get().state == "draft"


def test_zones_are_measured_that_the_rules_name(operator: Client, venue: Venue) -> None:
    rules = f"{CAMPAIGNS.removesuffix('/campaigns')}/notification-rules"
    assert send(operator, "patch", rules, {"measured_zones": [str(QUARTER)]})[1]["measured_zones"] == [str(QUARTER)]
    assert send(operator, "patch", rules, {"measured_zones": ["everywhere"]})[1]["param"] == "measured_zones[0]"
    assert send(operator, "patch", rules, {"quiet": "22-7"})[1]["param"] == "quiet"


def test_campaigns_are_for_operators(client: Client, venue: Venue, bearer: dict[str, str]) -> None:
    assert client.get(CAMPAIGNS).status_code == 401
    assert client.get(CAMPAIGNS, headers=bearer).status_code == 401
    client.force_login(User.objects.create_user("guest"))
    assert client.get(CAMPAIGNS).status_code == 403


def test_a_campaign_of_another_venue_is_not_found(operator: Client, venue: Venue) -> None:
    status, problem = send(operator, "get", f"{CAMPAIGNS}/{uuid4()}")

    assert (status, problem["code"]) == (404, "campaign_not_found")
    assert send(operator, "get", "/api/v1/venues/atlantis/campaigns")[1]["code"] == "venue_not_found"
