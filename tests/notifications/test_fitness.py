"""What keeps a campaign from starting, and a map from being published under those that run."""

from datetime import time, timedelta
from typing import Any

import pytest

from accounts.models import User
from notifications.core.campaign import CampaignKind, CapKind, TriggerKind
from notifications.errors import CampaignInvalid, CampaignNotStartable, CampaignStateConflict
from notifications.models import Campaign, ZoneVisit
from notifications.services import campaigns
from notifications.services.demo import CONTENT
from notifications.services.fitness import findings, findings_over
from tests.notifications.conftest import ALLEY, FEATURES, QUARTER, SOUTH, WEST, box, new_visitor, section
from tests.notifications.places import NOON, after
from venues.core.snapshot import Snapshot
from venues.models import Venue

pytestmark = pytest.mark.django_db

NOWHERE = "00000000-0000-4000-8000-000000000000"
SPOT = {"lng": WEST, "lat": SOUTH, "level": 0}


def draft(venue: Venue, **values: Any) -> Campaign:
    given = {"name": "Lunch", "kind": CampaignKind.SERVICE, "zones": [str(QUARTER)], "content": CONTENT} | values
    return campaigns.create(venue=venue, values=given, by=None, now=NOON)


def codes(campaign: Campaign) -> list[tuple[str, str]]:
    return [(finding.code, finding.field) for finding in findings(campaign)]


def entered(venue: Venue, accuracy_m: float, count: int) -> None:
    """Let visitors enter the quarter with positions that are so exact."""
    for _ in range(count):
        ZoneVisit.objects.create(
            visitor=new_visitor(),
            venue=venue,
            zone_id=QUARTER,
            entered_at=NOON,
            last_fix_at=NOON,
            accuracy_m=accuracy_m,
        )


def test_a_complete_campaign_has_no_findings(venue: Venue) -> None:
    assert codes(draft(venue)) == []


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"trigger": TriggerKind.DWELL}, ("dwell_missing", "dwell_s")),
        ({"dwell_s": 30}, ("dwell_not_meant", "dwell_s")),
        ({"trigger": TriggerKind.SCHEDULE}, ("schedule_missing", "scheduled_at")),
        ({"scheduled_at": time(12)}, ("schedule_not_meant", "scheduled_at")),
        (
            {"trigger": TriggerKind.SCHEDULE, "scheduled_at": time(12), "hours_start": time(13), "hours_end": time(14)},
            ("schedule_outside_hours", "scheduled_at"),
        ),
        ({"trigger": TriggerKind.PROXIMITY, "zones": []}, ("circles_missing", "circles")),
        ({"trigger": TriggerKind.PROXIMITY, "circles": [SPOT | {"radius_m": 5}]}, ("zones_not_meant", "zones")),
        (
            {"trigger": TriggerKind.PROXIMITY, "zones": [], "circles": [SPOT | {"radius_m": 51}]},
            ("circle_too_wide", "circles"),
        ),
        ({"circles": [SPOT | {"radius_m": 9, "level": 7}]}, ("zone_unknown", "circles")),
        ({"circles": [{"lng": 0, "lat": 0, "level": 0, "radius_m": 9}]}, ("zone_off_map", "circles")),
        ({"circles": [SPOT | {"radius_m": 2}]}, ("zone_too_narrow", "circles")),
        ({"circles": [{"anchor": str(QUARTER), "radius_m": 9}]}, ("zone_unknown", "circles")),
        ({"zones": []}, ("zones_missing", "zones")),
        ({"zones": [str(ALLEY)]}, ("zone_too_narrow", "zones")),
        ({"cap": CapKind.DAY, "cap_count": 2}, ("cap_count_not_meant", "cap_count")),
        ({"hours_start": time(9)}, ("hours_half_given", "hours_end")),
        ({"kind": CampaignKind.SAFETY, "held_out_share": 0.1}, ("hold_out_not_meant", "held_out_share")),
        ({"content": {"en": CONTENT["en"]}}, ("language_missing", "content.ar")),
        (
            {"content": CONTENT | {"ar": CONTENT["ar"] | {"body": "م" * 2000}}},
            ("payload_too_large", "content.ar"),
        ),
        (
            {"content": CONTENT | {"en": CONTENT["en"] | {"link": f"/#place={NOWHERE}"}}},
            ("link_place_unknown", "content.en.link"),
        ),
        (
            {"content": CONTENT | {"en": CONTENT["en"] | {"link": "/#place=hello"}}},
            ("link_place_unknown", "content.en.link"),
        ),
        ({"content": CONTENT | {"en": CONTENT["en"] | {"link": "/\\x.example"}}}, ("link_invalid", "content.en.link")),
        ({"promoted_id": NOWHERE}, ("promoted_unknown", "promoted_id")),
        ({"on_lost": True}, ("on_lost_not_meant", "on_lost")),
    ],
)
def test_what_is_wrong_is_said_with_its_field(venue: Venue, values: dict[str, Any], finding: tuple[str, str]) -> None:
    campaign = draft(venue, **values)

    assert finding in codes(campaign)
    with pytest.raises(CampaignNotStartable):
        campaigns.start(campaign=campaign, by=None, now=NOON)


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"last_day": NOON.date() - timedelta(days=1)}, ("period_over", "last_day")),
        (
            {"first_day": NOON.date(), "last_day": NOON.date(), "weekdays": [(NOON.weekday() + 1) % 7]},
            ("weekdays_outside_period", "weekdays"),
        ),
    ],
)
def test_a_campaign_without_a_day_left_does_not_start(
    venue: Venue, values: dict[str, Any], finding: tuple[str, str]
) -> None:
    with pytest.raises(CampaignNotStartable) as refused:
        campaigns.start(campaign=draft(venue, **values), by=None, now=NOON)
    assert [(found.code, found.field) for found in refused.value.findings] == [finding]


def test_a_campaign_starts_on_its_last_day(venue: Venue) -> None:
    last = draft(venue, last_day=NOON.date(), weekdays=[NOON.weekday()])
    assert campaigns.start(campaign=last, by=None, now=NOON).state == "active"


def test_the_kill_switch_works_whatever_is_wrong_with_the_campaign(venue: Venue) -> None:
    running = campaigns.start(campaign=draft(venue), by=None, now=NOON)
    running.zones = [NOWHERE]  # as a map does that was published without it
    assert campaigns.change(campaign=running, values={"stopped": True}).stopped


def test_a_link_may_lead_to_a_place_of_the_map_or_to_the_way_there(venue: Venue) -> None:
    for link in (f"/#place={QUARTER}", f"/#to={QUARTER}&profile=wheelchair", "/#to=51.5,25.2,0", "https://x.example"):
        content = {language: text | {"link": link} for language, text in CONTENT.items()}
        assert codes(draft(venue, content=content)) == []


def test_a_dwell_campaign_may_be_about_a_narrow_zone(venue: Venue) -> None:
    assert codes(draft(venue, zones=[str(ALLEY)], trigger=TriggerKind.DWELL, dwell_s=30)) == []


def test_a_zone_narrower_than_the_usual_accuracy_there_is_refused_with_the_reason(venue: Venue) -> None:
    campaign = draft(venue)
    entered(venue, accuracy_m=45.0, count=19)
    assert codes(campaign) == []  # too few to say what is usual

    entered(venue, accuracy_m=45.0, count=1)

    [finding] = findings(campaign)
    assert finding.code == "zone_too_narrow"
    assert "is narrower than the 45.0 m that positions there are usually off by" in finding.message


def test_a_map_that_makes_a_running_campaigns_zone_too_narrow_is_refused(venue: Venue) -> None:
    campaign = draft(venue)
    narrow = Snapshot.from_features(
        [section(QUARTER, {"en": "Heritage Quarter"}, box(0, 0, 3, 40)) if f.id == QUARTER else f for f in FEATURES]
    )
    without = Snapshot.from_features([f for f in FEATURES if f.id != QUARTER])
    assert findings_over(venue=venue, snapshot=narrow) == []  # it does not run yet

    campaigns.start(campaign=campaign, by=None, now=NOON)

    assert [(f.code, f.severity) for f in findings_over(venue=venue, snapshot=narrow)] == [
        ("campaign_zone_too_narrow", "error")
    ]
    assert [(f.code, f.severity) for f in findings_over(venue=venue, snapshot=without)] == [
        ("campaign_zone_unknown", "warning")
    ]


def test_a_safety_campaign_starts_when_two_operators_have_started_it(venue: Venue) -> None:
    mona, noor = User.objects.create_user("mona", is_staff=True), User.objects.create_user("noor", is_staff=True)
    campaign = draft(venue, kind=CampaignKind.SAFETY)

    states = [campaigns.start(campaign=campaign, by=by, now=NOON).state for by in (mona, mona, None, noor)]

    assert states == ["draft", "draft", "draft", "active"]


def test_what_the_first_operator_approved_has_to_be_what_the_second_starts(venue: Venue) -> None:
    mona, noor = User.objects.create_user("mona", is_staff=True), User.objects.create_user("noor", is_staff=True)
    campaign = draft(venue, kind=CampaignKind.SAFETY)
    campaigns.start(campaign=campaign, by=mona, now=NOON)
    campaigns.change(campaign=campaign, values={"name": "Picnic"})

    states = [campaigns.start(campaign=campaign, by=by, now=NOON).state for by in (noor, mona)]

    assert states == ["draft", "active"]


def test_what_two_operators_have_started_no_single_one_starts_again(venue: Venue) -> None:
    mona, noor = User.objects.create_user("mona", is_staff=True), User.objects.create_user("noor", is_staff=True)
    campaign = draft(venue, kind=CampaignKind.SAFETY)
    for by in (mona, noor):
        campaigns.start(campaign=campaign, by=by, now=NOON)
    campaigns.pause(campaign=campaign)

    states = [campaigns.start(campaign=campaign, by=by, now=NOON).state for by in (noor, mona)]

    assert states == ["paused", "active"]


@pytest.mark.parametrize("weekday", range(7))
def test_a_campaign_of_any_day_of_the_week_has_a_day_left(venue: Venue, weekday: int) -> None:
    campaign = draft(venue, weekdays=[weekday])

    assert campaigns.start(campaign=campaign, by=None, now=NOON).state == "active"


def test_what_two_operators_have_started_no_single_one_changes(venue: Venue) -> None:
    mona, noor = User.objects.create_user("mona", is_staff=True), User.objects.create_user("noor", is_staff=True)
    campaign = draft(venue, kind=CampaignKind.SAFETY)
    for by in (mona, noor):
        campaigns.start(campaign=campaign, by=by, now=NOON)

    with pytest.raises(CampaignStateConflict):
        campaigns.change(campaign=campaign, values={"name": "Picnic"})
    assert campaigns.change(campaign=campaign, values={"stopped": True}).stopped

    campaigns.pause(campaign=campaign)
    campaigns.change(campaign=campaign, values={"name": "Picnic"})
    assert campaigns.start(campaign=campaign, by=mona, now=after(60)).state == "paused"


def test_a_campaign_that_runs_does_not_become_a_safety_campaign(venue: Venue) -> None:
    campaign = campaigns.start(campaign=draft(venue), by=None, now=NOON - timedelta(hours=1))

    with pytest.raises(CampaignStateConflict):
        campaigns.change(campaign=campaign, values={"kind": CampaignKind.SAFETY})
    with pytest.raises(CampaignInvalid):
        campaigns.change(campaign=campaign, values={"zones": []})
