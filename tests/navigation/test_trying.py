"""Trying a campaign on walks: what it would have done, by the machine and the deciding of the real thing."""

import json
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from navigation.api import trying
from notifications.core.campaign import CampaignKind, TriggerKind
from notifications.models import Campaign, Decision, VisitorMessage, ZoneVisit
from notifications.services import campaigns
from notifications.services.demo import CONTENT
from tests.navigation.crowd import Phone, heard
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of
from venues import selectors
from venues.models import Venue
from visitors.models import Visitor

pytestmark = pytest.mark.django_db

SECTION = id_of("west section")


@pytest.fixture
def campaign(released: Venue) -> Campaign:
    values = {
        "name": "Lunch",
        "kind": CampaignKind.MARKETING,
        "zones": [str(SECTION)],
        "trigger": TriggerKind.DWELL,
        "dwell_s": 30,
        "content": CONTENT,
    }
    return campaigns.create(venue=released, values=values, by=None, now=NOW)


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("mona"))
    return client


def stay(venue: Venue, *, seconds: int = 60, **visitor: Any) -> dict[str, Any]:
    """Return a recorded walk: so long in the middle of the section, a fix every two seconds."""
    snapshot = selectors.current_snapshot(venue)
    middle = snapshot.shapes_m[SECTION].representative_point()
    lng, lat = snapshot.frame.to_lng_lat(middle.x, middle.y)
    fixes = [
        {"lng": lng, "lat": lat, "level": 0, "accuracy_m": 1, "at": (NOW + timedelta(seconds=second)).isoformat()}
        for second in range(0, seconds, 2)
    ]
    return {"fixes": fixes} | visitor


def tried(client: Client, campaign: Campaign, *walks: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/v1/venues/{campaign.venue.slug}/campaigns/{campaign.pk}/try"
    answer = client.post(path, {"walks": list(walks)}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_draft_tells_who_would_have_got_what_when_and_where(manager: Client, campaign: Campaign) -> None:
    answer = tried(
        manager, campaign, stay(campaign.venue), stay(campaign.venue, seconds=20), stay(campaign.venue, language="ar")
    )

    assert answer["summary"] == {"walks": 3, "messages": 2, "deferred": 0, "suppressed": {}}
    [[english], [], [arabic]] = [walk["decisions"] for walk in answer["walks"]]
    assert datetime.fromisoformat(english["event_at"]) == NOW + timedelta(seconds=30)
    assert (english["outcome"], english["message"]["language"], arabic["message"]["language"]) == ("sent", "en", "ar")
    assert [visit["what"] for visit in answer["walks"][1]["visits"]] == ["entered", "left"]
    shapes = [feature["geometry"]["type"] for feature in answer["geojson"]["features"]]
    assert sorted(shapes) == ["LineString"] * 3 + ["Point"] * 2


def test_what_was_held_back_tells_the_first_reason(manager: Client, campaign: Campaign) -> None:
    campaigns.change(campaign=campaign, values={"languages": ["fr"]})

    answer = tried(manager, campaign, stay(campaign.venue), stay(campaign.venue, consent=["positioning"]))

    assert answer["summary"]["suppressed"] == {"no_consent": 1, "not_in_audience": 1}


def test_quiet_hours_that_put_off_are_walked_through_to_their_end(manager: Client, campaign: Campaign) -> None:
    campaigns.change(campaign=campaign, values={"defers": True, "ttl_s": 24 * 3600})
    campaigns.set_rules(venue=campaign.venue, values={"quiet_start": time(0), "quiet_end": time(23, 59)})

    answer = tried(manager, campaign, stay(campaign.venue))

    assert [each["outcome"] for each in answer["walks"][0]["decisions"]] == ["deferred", "sent"]


def test_nothing_is_stored(manager: Client, campaign: Campaign) -> None:
    tried(manager, campaign, stay(campaign.venue))

    for model in (Decision, ZoneVisit, VisitorMessage, Visitor):
        assert not model.objects.exists()


def test_running_campaigns_count_for_the_same_cap(manager: Client, campaign: Campaign) -> None:
    values = {"name": "Dinner", "zones": campaign.zones, "content": CONTENT, "priority": 1}
    values |= {"trigger": TriggerKind.DWELL, "dwell_s": 20}
    other = campaigns.create(venue=campaign.venue, values=values, by=None, now=NOW)
    campaigns.start(campaign=other, by=None, now=NOW - timedelta(hours=1))

    answer = tried(manager, campaign, stay(campaign.venue))

    decisions = [(each["campaign_name"], each["outcome"], each["reason"]) for each in answer["walks"][0]["decisions"]]
    assert decisions == [("Dinner", "sent", None), ("Lunch", "suppressed", "global_cap")]


@pytest.mark.parametrize(
    ("walk", "param"),
    [
        ({}, "walks"),
        ({"from": {"place": str(SECTION)}}, "walks"),
        ({"fixes": [{"lng": 51.5, "lat": 25.3, "level": 99, "at": NOW.isoformat()}]}, "walks[0].fixes[0].level"),
        ({"batches": [{"sightings": []}]}, "walks[0]"),
        ({"from": {"lng": 0, "lat": 0, "level": 0}, "to": {"place": str(id_of("cafe"))}}, "walks[0].from"),
        ({"batches": [{"sightings": [{"heard_at": "noon"}]}]}, "walks[0].batches[0].sightings[0]"),
        ({"fixes": [{"lng": 51.5, "lat": 25.3, "level": 0, "at": "9999-12-31T23:59:59Z"}]}, "walks"),
    ],
)
def test_a_walk_that_is_none_names_the_item(
    manager: Client, campaign: Campaign, walk: dict[str, Any], param: str
) -> None:
    path = f"/api/v1/venues/{campaign.venue.slug}/campaigns/{campaign.pk}/try"

    answer = manager.post(path, {"walks": [walk]}, content_type="application/json")

    assert answer.status_code == 422, answer.content
    assert answer.json()["param"].startswith(param)


def recording(seconds: int) -> list[dict[str, Any]]:
    """Return what a phone sent, batch by batch, over the square and into the section, with all that it felt."""
    begin = timezone.now() - timedelta(seconds=seconds)
    return [
        {
            "sequence": second + 1,
            "sightings": heard(
                "Street", max(28.0 - second, 12.0), 30.0 - second / 3, begin + timedelta(seconds=second)
            ),
            "motion": {"steps": 2 * second},
            "barometer": {"pressure_hpa": 1012.0},
        }
        for second in range(seconds)
    ]


def test_a_recorded_walk_leads_where_its_phone_was_led(manager: Client, equipped: Venue, campaign: Campaign) -> None:
    walk, phone = recording(60), Phone(manager)
    told = [phone.call("POST", "/venues/small/sightings", batch).json()["position"] for batch in walk]

    answer = tried(manager, campaign, {"batches": walk})

    lines = [shape["geometry"] for shape in answer["geojson"]["features"] if shape["geometry"]["type"] == "LineString"]
    points = [point for line in lines for point in line["coordinates"]]
    assert len(points) == len(told)
    for (lng, lat), position in zip(points, told, strict=True):
        assert (lng, lat) == pytest.approx((position["lng"], position["lat"]), abs=1e-7)


def test_a_recording_may_be_out_of_order_and_silent_for_a_while(
    manager: Client, equipped: Venue, campaign: Campaign
) -> None:
    walk = recording(60)
    walk[0]["sightings"] = walk[20]["sightings"] = []

    in_order = tried(manager, campaign, {"batches": walk})
    jumbled = tried(manager, campaign, {"batches": [*reversed(walk), walk[30]]})

    assert in_order["walks"][0]["visits"]
    assert jumbled["walks"] == in_order["walks"]


def test_what_a_phone_hears_in_minutes_can_be_tried(manager: Client, equipped: Venue, campaign: Campaign) -> None:
    walk = recording(120)
    assert len(json.dumps(walk)) > 256 * 1024
    tried(manager, campaign, {"batches": walk})


def test_more_fixes_than_a_minute_takes_are_refused_over_all_walks(
    manager: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_FIXES", 50)
    path = f"/api/v1/venues/{campaign.venue.slug}/campaigns/{campaign.pk}/try"
    answer = manager.post(path, {"walks": [stay(campaign.venue)] * 2}, content_type="application/json")
    assert (answer.status_code, answer.json()["param"]) == (422, "walks")
    assert "60 fixes" in answer.json()["detail"]


def test_the_command_walks_simulated_visitors_and_draws_them(
    equipped: Venue, campaign: Campaign, tmp_path: Path
) -> None:
    out = StringIO()
    plot, written = tmp_path / "trial.svg", tmp_path / "trial.geojson"

    call_command(
        "try_campaign", "small", "Lunch", "--from", str(id_of("museum room")), "--to", str(id_of("cafe")),
        "--count", "2", "--plot", str(plot), "--geojson", str(written), "--json", stdout=out,
    )  # fmt: skip

    answer = json.loads(out.getvalue().splitlines()[-1])
    assert answer["summary"]["walks"] == 2
    assert plot.stat().st_size > 0
    assert json.loads(written.read_text())["type"] == "FeatureCollection"


def test_the_command_says_which_campaigns_name_it_does_not_know(released: Venue) -> None:
    with pytest.raises(CommandError, match="Give the id of one"):
        call_command("try_campaign", "small", "Picnic", "--from", "a", "--to", "b")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"laguage": "ar"}, "walks[0].laguage"),
        ({"profile": "flying"}, "walks[0].profile"),
        (
            {"fixes": [], "from": {"category": "museum"}, "to": {"category": "museum"}, "start_at": "2026-11-23T18:30"},
            "walks[0].start_at",
        ),
    ],
)
def test_a_slip_of_the_pen_is_not_walked_as_if_nothing_were_said(
    manager: Client, campaign: Campaign, change: dict[str, Any], param: str
) -> None:
    path = f"/api/v1/venues/{campaign.venue.slug}/campaigns/{campaign.pk}/try"
    answer = manager.post(path, {"walks": [stay(campaign.venue) | change]}, content_type="application/json")
    assert (answer.status_code, answer.json()["param"]) == (422, param)
