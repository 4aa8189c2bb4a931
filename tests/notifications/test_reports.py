"""Reports count visitors who consent to analytics, and tell nothing of fewer than ten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from notifications.core.campaign import CampaignKind, CampaignState, CapKind, TriggerKind
from notifications.core.deciding import Reason
from notifications.models import Campaign, Decision, DecisionState, VenueRules, VisitorMessage, ZoneVisit
from notifications.services import attribution, forgetting, notices, reports
from notifications.services.reports import Period
from tests.notifications.conftest import ALLEY, QUARTER
from tests.notifications.places import NOON, position_at
from venues.core.snapshot import Snapshot
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import consent, sessions

pytestmark = pytest.mark.django_db
DAY = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
EVERYTHING = dict.fromkeys(Purpose, True)


def crowd(count: int, *, measured: bool = True) -> list[Visitor]:
    granted = EVERYTHING | {Purpose.ANALYTICS: measured}
    return [sessions.create(language="en", profile="walk", granted=granted, now=NOON)[0] for _ in range(count)]


@pytest.fixture
def campaign(venue: Venue) -> Campaign:
    return Campaign.objects.create(
        venue=venue,
        name="Coffee",
        kind=CampaignKind.MARKETING,
        trigger=TriggerKind.ENTER,
        cap=CapKind.EVER,
        promoted_id=ALLEY,
        attribution_s=600,
        created_at=NOON,
    )


def decide(campaign: Campaign, visitor: Visitor, state: str, reason: str = "") -> Decision:
    decision = Decision.objects.create(
        campaign=campaign, visitor=visitor, window_key="ever", zone_id=QUARTER, visit_id=uuid4(), event_at=NOON, counts_at=NOON,
        decided_at=NOON,
        state=state, reason=reason,
    )  # fmt: skip
    if state == DecisionState.SENT:
        VisitorMessage.objects.create(
            decision=decision,
            visitor=visitor,
            seq=1,
            language="en",
            title="",
            body="",
            created_at=NOON,
            expires_at=NOON,
        )
    return decision


def send(campaign: Campaign, visitors: Sequence[Visitor]) -> None:
    for visitor in visitors:
        decide(campaign, visitor, DecisionState.SENT)


def hold_out(campaign: Campaign, visitors: Sequence[Visitor]) -> None:
    for visitor in visitors:
        decide(campaign, visitor, DecisionState.SUPPRESSED, Reason.HELD_OUT)


def walk_in(visitors: Sequence[Visitor], after_s: float = 60.0) -> None:
    for visitor in visitors:
        attribution.note_entry(visitor=visitor, zone_id=ALLEY, at=NOON + timedelta(seconds=after_s))


def visit(venue: Venue, visitor: Visitor, zone_id: UUID, minute: float, minutes: float = 5.0) -> None:
    entered_at = NOON + timedelta(minutes=minute)
    left_at = entered_at + timedelta(minutes=minutes)
    ZoneVisit.objects.create(
        visitor=visitor, venue=venue, zone_id=zone_id, entered_at=entered_at, last_fix_at=left_at, left_at=left_at,
        accuracy_m=2.0, dwell_s=minutes * 60,
    )  # fmt: skip


def test_a_campaign_is_measured_against_its_control_group(campaign: Campaign) -> None:
    got, held = crowd(40), crowd(40)
    send(campaign, got)
    hold_out(campaign, held)
    walk_in([*got[:30], *held[:10]])
    report = reports.of_campaign(campaign)
    assert (report.sent, report.held_out) == (40, 40)
    assert report.walked_in is not None
    assert report.held_out_walked_in is not None
    assert (report.walked_in.value, report.held_out_walked_in.value) == (0.75, 0.25)
    assert report.effect is not None
    assert report.effect.value == pytest.approx(0.5)
    assert 0.27 < report.effect.low < report.effect.value < report.effect.high < 0.67


def test_the_effect_counts_those_too_whom_the_message_did_not_reach(campaign: Campaign) -> None:
    """The control group too has visitors whom it would not have reached: those who got it are not to be compared with all."""
    got, missed, held = crowd(20), crowd(20), crowd(40)
    send(campaign, got)
    for visitor in missed:
        decide(campaign, visitor, DecisionState.EXPIRED)
    hold_out(campaign, held)
    walk_in([*got, *held[:20]])
    report = reports.of_campaign(campaign)
    assert (report.sent, report.walked_in and report.walked_in.value) == (20, 1.0)
    assert report.effect is not None
    assert report.effect.value == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("missed", "of_them_walked_in", "effect"), [(3, 2, 0.5), (30, 5, None), (30, 25, None), (30, 0, 30 / 70 - 0.25)]
)
def test_the_effect_tells_nobody_few_whom_the_message_did_not_reach(
    campaign: Campaign, missed: int, of_them_walked_in: int, effect: float | None
) -> None:
    """What the message was meant for, less whom it reached, must be nobody or ten: both shares are told."""
    got, unreached, held = crowd(40), crowd(missed), crowd(40)
    send(campaign, got)
    for visitor in unreached:
        decide(campaign, visitor, DecisionState.FAILED)
    hold_out(campaign, held)
    walk_in([*got[:30], *unreached[:of_them_walked_in], *held[:10]])
    found = reports.of_campaign(campaign).effect
    assert (found and found.value) == (None if effect is None else pytest.approx(effect))


def see(displayed: int, opened: int) -> None:
    """Let so many of those who got a message be shown it, and so many of these open it."""
    for number, message in enumerate(VisitorMessage.objects.all()):
        message.opened_at = NOON if number < opened else None
        message.displayed_at = NOON if opened <= number < displayed else None
        message.save()


def test_opened_counts_as_displayed_and_both_are_shares_of_those_who_got_it(campaign: Campaign) -> None:
    send(campaign, crowd(30))
    see(20, 10)
    report = reports.of_campaign(campaign)
    assert report.displayed is not None
    assert report.opened is not None
    assert (report.displayed.hits, report.opened.hits, report.opened.of) == (20, 10, 30)


@pytest.mark.parametrize(("displayed", "opened"), [(25, 16), (20, 12)])
def test_who_did_not_are_not_found_by_subtraction(campaign: Campaign, displayed: int, opened: int) -> None:
    """Of 30, 25 would tell of 5 who were not shown it; of 20 who were, 12 would tell of 8 who did not open it."""
    send(campaign, crowd(30))
    see(displayed, opened)
    report = reports.of_campaign(campaign)
    told = [30, *(step.hits for step in (report.displayed, report.opened) if step is not None)]
    assert len(told) == 2
    assert told[0] - told[1] >= 10


def test_fewer_than_ten_visitors_are_no_number(campaign: Campaign) -> None:
    visitors = crowd(19)
    send(campaign, visitors[:9])
    hold_out(campaign, visitors[9:])
    walk_in(visitors)
    report = reports.of_campaign(campaign)
    assert (report.sent, report.displayed, report.opened, report.walked_in, report.effect) == (None,) * 5
    assert (report.held_out, report.suppressed) == (10, {Reason.HELD_OUT: 10})


def test_who_does_not_consent_to_analytics_is_in_no_number(campaign: Campaign, venue: Venue) -> None:
    measured, silent = crowd(10), crowd(10, measured=False)
    send(campaign, [*measured, *silent])
    for visitor in [*measured, *silent]:
        visit(venue, visitor, QUARTER, 0)
    assert reports.of_campaign(campaign).sent == 10
    assert [zone.visitors for zone in reports.of_zones(venue, DAY)] == [10]
    consent.record(visitor=measured[0], wanted={Purpose.ANALYTICS: False}, now=NOON)
    assert reports.of_campaign(campaign).sent is None
    assert reports.of_zones(venue, DAY) == []


@pytest.mark.parametrize(("after_s", "counts"), [(0.0, False), (1.0, True), (600.0, True), (601.0, False)])
def test_walking_in_counts_after_the_message_and_within_the_window(
    campaign: Campaign, after_s: float, counts: bool
) -> None:
    [visitor] = crowd(1)
    send(campaign, [visitor])
    walk_in([visitor], after_s)
    assert (Decision.objects.get().walked_in_at is not None) is counts


def test_walking_in_is_noted_once_and_only_for_what_is_promoted(campaign: Campaign) -> None:
    [visitor] = crowd(1)
    send(campaign, [visitor])
    assert attribution.note_entry(visitor=visitor, zone_id=QUARTER, at=NOON + timedelta(seconds=5)) == 0
    walk_in([visitor], 60.0)
    walk_in([visitor], 90.0)
    assert Decision.objects.get().walked_in_at == NOON + timedelta(seconds=60)


def test_zones_are_told_with_their_visits_and_dwell(venue: Venue) -> None:
    for number, visitor in enumerate(crowd(12)):
        visit(venue, visitor, QUARTER, 0, minutes=5 + number)
        visit(venue, visitor, QUARTER, 60, minutes=5)
        if number < 9:
            visit(venue, visitor, ALLEY, 30)
    [zone] = reports.of_zones(venue, DAY)
    assert (zone.zone_id, zone.visitors, zone.visits) == (QUARTER, 12, 24)
    assert zone.dwell_median_s == 5 * 60
    assert zone.dwell_mean_s == pytest.approx((5 + 10.5) / 2 * 60)


def test_a_flow_goes_from_a_zone_that_was_left_to_one_entered_soon_after(venue: Venue) -> None:
    far = uuid4()
    for visitor in crowd(10):
        visit(venue, visitor, QUARTER, 0, minutes=5)
        visit(venue, visitor, ALLEY, 10, minutes=5)
        visit(venue, visitor, far, 60, minutes=5)
    assert [(flow.from_zone_id, flow.to_zone_id, flow.visitors) for flow in reports.flows(venue, DAY)] == [
        (QUARTER, ALLEY, 10)
    ]


def test_a_flow_does_not_tell_of_the_few_who_went_elsewhere(venue: Venue) -> None:
    for number, visitor in enumerate(crowd(12)):
        visit(venue, visitor, QUARTER, 0, minutes=5)
        if number < 10:
            visit(venue, visitor, ALLEY, 10, minutes=5)
    assert {zone.visitors for zone in reports.of_zones(venue, DAY)} == {12, 10}
    assert reports.flows(venue, DAY) == []


def test_no_two_periods_tell_by_their_difference_of_fewer_than_ten(venue: Venue) -> None:
    for visitor in crowd(12):
        visit(venue, visitor, QUARTER, 0, minutes=5)
        visit(venue, visitor, ALLEY, 10, minutes=5)
    for visitor in crowd(3):  # the day after
        visit(venue, visitor, QUARTER, 24 * 60, minutes=9)
        visit(venue, visitor, ALLEY, 24 * 60 + 10, minutes=9)
    both = Period(DAY.since, DAY.until + timedelta(days=1))
    assert reports.of_zones(venue, both) == reports.of_zones(venue, DAY) != []
    assert reports.flows(venue, both) == reports.flows(venue, DAY) != []


def test_who_comes_on_two_days_counts_on_each(venue: Venue) -> None:
    for visitor in crowd(10):
        visit(venue, visitor, QUARTER, 0)
        visit(venue, visitor, QUARTER, 24 * 60)
    [zone] = reports.of_zones(venue, Period(DAY.since, DAY.until + timedelta(days=1)))
    assert (zone.visitors, zone.visits) == (20, 20)


def test_a_walk_past_midnight_is_in_no_flow(venue: Venue) -> None:
    for visitor in crowd(10):
        visit(venue, visitor, QUARTER, 12 * 60 - 10, minutes=5)  # it is noon in Doha
        visit(venue, visitor, ALLEY, 12 * 60 + 5, minutes=5)
    assert reports.flows(venue, Period(DAY.since, DAY.until + timedelta(days=1))) == []


def test_a_zone_within_another_is_no_step(venue: Venue) -> None:
    for visitor in crowd(10):
        visit(venue, visitor, QUARTER, 0, minutes=30)
        visit(venue, visitor, ALLEY, 10, minutes=5)
    assert reports.flows(venue, DAY) == []


def test_visits_of_those_who_are_not_measured_go_after_a_day(venue: Venue) -> None:
    for visitor in [*crowd(2), *crowd(3, measured=False)]:
        visit(venue, visitor, QUARTER, 0)
    left_at = NOON + timedelta(minutes=5)
    assert forgetting.forget_unmeasured(now=left_at + timedelta(hours=24)) == 0
    assert forgetting.forget_unmeasured(now=left_at + timedelta(hours=24, seconds=1)) == 3
    assert ZoneVisit.objects.count() == 2


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_user("manager", is_staff=True))
    return client


def test_a_manager_asks_for_reports(manager: Client, campaign: Campaign, venue: Venue) -> None:
    visitors = crowd(10)
    send(campaign, visitors)
    for visitor in visitors:
        visit(venue, visitor, QUARTER, 0)
    report = manager.get(f"/api/v1/venues/quarter/campaigns/{campaign.pk}/report").json()
    assert (report["sent"], report["opened"], report["smallest_cell"]) == (10, None, 10)
    day = f"first_day={NOON:%Y-%m-%d}&last_day={NOON:%Y-%m-%d}"
    assert manager.get(f"/api/v1/venues/quarter/reports/zones?{day}").json()["zones"][0]["visitors"] == 10
    assert manager.get(f"/api/v1/venues/quarter/reports/flows?{day}").json()["flows"] == []


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("", "first_day"),
        ("first_day=2026-11-23&last_day=2026-11-22", "last_day"),
        ("first_day=2026-01-01&last_day=2026-12-31", "last_day"),
        ("first_day=yesterday&last_day=2026-11-22", "first_day"),
        ("first_day=0001-01-01&last_day=0001-01-02", "first_day"),
        ("first_day=9999-12-31&last_day=9999-12-31", "first_day"),
    ],
)
def test_a_period_that_cannot_be_is_refused_by_name(manager: Client, venue: Venue, query: str, param: str) -> None:
    refused = manager.get(f"/api/v1/venues/quarter/reports/zones?{query}")
    assert (refused.status_code, refused.json()["param"]) == (422, param)


def test_nobody_but_operators_sees_a_report(client: Client, campaign: Campaign) -> None:
    assert client.get(f"/api/v1/venues/quarter/campaigns/{campaign.pk}/report").status_code in {401, 403}


def test_the_days_of_a_period_are_the_venues(manager: Client, venue: Venue) -> None:
    late = datetime.fromisoformat("2026-11-23T22:30:00+00:00")  # half past one of the 24th in Qatar
    for visitor in crowd(10):
        ZoneVisit.objects.create(
            visitor=visitor,
            venue=venue,
            zone_id=QUARTER,
            entered_at=late,
            last_fix_at=late,
            left_at=late,
            accuracy_m=2.0,
        )
    counts = {
        day: len(manager.get(f"/api/v1/venues/quarter/reports/zones?first_day={day}&last_day={day}").json()["zones"])
        for day in ("2026-11-23", "2026-11-24")
    }
    assert counts == {"2026-11-23": 0, "2026-11-24": 1}


@pytest.mark.django_db(transaction=True)
def test_a_visit_of_what_a_campaign_promotes_is_walking_in_and_measured_zones_are_counted(
    campaign: Campaign, venue: Venue, snapshot: Snapshot
) -> None:
    """Through the way in that every position takes: nothing listens to the quarter but the campaign's effect."""
    campaign.promoted_id, campaign.state = QUARTER, CampaignState.ACTIVE
    campaign.save()
    VenueRules.renew(venue.pk)
    [visitor] = crowd(1)
    decide(campaign, visitor, DecisionState.SENT)
    for second in range(60, 70):
        at = NOON + timedelta(seconds=second)
        with transaction.atomic():
            notices.on_positions(
                visitor=visitor, venue=venue, snapshot_hash=snapshot.content_hash,
                positions=[position_at([(0.0, 0.0)], at=at)], now=at,
            )  # fmt: skip
    assert ZoneVisit.objects.get().zone_id == QUARTER
    assert Decision.objects.get().walked_in_at == NOON + timedelta(seconds=60)
