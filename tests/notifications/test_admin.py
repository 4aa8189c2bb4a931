"""Django's admin as a manager meets it: campaigns by form and button, decisions to be read."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Campaign
from notifications.services.demo import CONTENT, ensure_demo
from tests.notifications.conftest import QUARTER
from tests.notifications.places import NOON
from venues.models import Venue

pytestmark = pytest.mark.django_db

ADD = "/admin/notifications/campaign/add/"


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("mona"))
    return client


def form(venue: Venue, **changes: Any) -> dict[str, Any]:
    texts = {f"{part}_{language}": words for language, text in CONTENT.items() for part, words in text.items()}
    fields = {
        "venue": str(venue.pk),
        "name": "Lunch",
        "kind": "service",
        "priority": "0",
        "ttl_s": "3600",
        "held_out_share": "0",
        "zones": [str(QUARTER)],
        "trigger": "enter",
        "zone_cool_down_s": "0",
        "opened_before": "unknown",
        "first_visit": "unknown",
        "attribution_s": "7200",
        "cap": "ever",
        "cap_count": "1",
    }
    return fields | texts | changes


def test_a_manager_finds_the_quarter_by_its_name(manager: Client, venue: Venue) -> None:
    assert "section: Heritage Quarter" in manager.get(ADD).content.decode()


def test_a_manager_saves_a_draft_and_starts_it(manager: Client, venue: Venue) -> None:
    assert manager.post(ADD, form(venue)).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.content, campaign.zones) == ("draft", _filled(CONTENT), [str(QUARTER)])

    path = f"/admin/notifications/campaign/{campaign.pk}/change/"
    for button, state in (("_start", "active"), ("_pause", "paused"), ("_end", "ended")):
        assert manager.post(path, form(venue, **{button: "1"})).status_code == 302
        campaign.refresh_from_db()
        assert campaign.state == state


def test_profiles_are_chosen_and_tags_written_in_a_line(manager: Client, venue: Venue) -> None:
    whom = {"profiles": ["wheelchair", "stroller"], "tags": "member, parking_p2,"}
    assert manager.post(ADD, form(venue, **whom)).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.profiles, campaign.tags) == (["wheelchair", "stroller"], ["member", "parking_p2"])

    path = f"/admin/notifications/campaign/{campaign.pk}/change/"
    assert 'value="member, parking_p2"' in manager.get(path).content.decode()
    assert manager.post(path, form(venue, tags="")).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.profiles, campaign.tags) == ([], [])


def test_a_tag_that_no_app_can_say_is_refused_next_to_its_field(manager: Client, venue: Venue) -> None:
    response = manager.post(ADD, form(venue, tags="member, Gold Member", profiles=["flying"]))

    errors = response.context["adminform"].form.errors
    assert set(errors) == {"tags", "profiles"}
    assert "Gold Member" in str(errors["tags"])


def test_a_draft_may_be_incomplete(manager: Client, venue: Venue) -> None:
    assert manager.post(ADD, form(venue, title_ar="", zones=[])).status_code == 302


def test_what_keeps_a_campaign_from_starting_stands_next_to_its_field(manager: Client, venue: Venue) -> None:
    response = manager.post(ADD, form(venue, title_ar="", zones=[], _start="1"))

    errors = response.context["adminform"].form.errors
    assert set(errors) == {"title_ar", "zones"}
    assert not Campaign.objects.exists()


def test_a_running_campaign_is_not_saved_where_it_could_not_start(manager: Client, venue: Venue) -> None:
    campaign = ensure_demo(venue=venue, now=NOON)
    path = f"/admin/notifications/campaign/{campaign.pk}/change/"

    response = manager.post(path, form(venue, body_fr="{nothing}"))

    assert set(response.context["adminform"].form.errors) == {"title_fr"}


def test_decisions_are_read_only(manager: Client, venue: Venue) -> None:
    assert manager.get("/admin/notifications/decision/").status_code == 200
    assert manager.get("/admin/notifications/decision/add/").status_code == 403


def test_the_lists_open(manager: Client, venue: Venue) -> None:
    campaign = ensure_demo(venue=venue, now=NOON)

    assert manager.get("/admin/notifications/campaign/").status_code == 200
    assert manager.get(f"/admin/notifications/campaign/{campaign.pk}/change/").status_code == 200
    assert manager.get("/admin/notifications/venuerules/").status_code == 200


def _filled(content: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {language: {**text, "image": "", "link": ""} for language, text in content.items()}


@pytest.mark.parametrize(
    ("language", "zone", "empty", "started"),
    [("ar", "قسم: ", "العنوان فارغ", "نشطة"), ("fr", "section: ", "Le titre est vide", "active")],
)
def test_the_admin_speaks_the_managers_language(
    manager: Client, venue: Venue, language: str, zone: str, empty: str, started: str
) -> None:
    speaking = {"headers": {"Accept-Language": language}}
    page = manager.get(ADD, **speaking).content.decode()  # type: ignore[arg-type]
    assert zone in page
    for words in (
        "Weekdays",
        "Tags",
        ">low",
        "Time inside",
        "Kill switch",
        "Save and start",
        "What it promotes",
        "Monday",
    ):
        assert words not in page

    refused = manager.post(ADD, form(venue, title_ar="", _start="1"), **speaking)  # type: ignore[arg-type]
    assert empty in str(refused.context["adminform"].form.errors["title_ar"])
    saved = manager.post(ADD, form(venue, _start="1"), follow=True, **speaking)  # type: ignore[arg-type]
    assert started in str(next(iter(saved.context["messages"])))
