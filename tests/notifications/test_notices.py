"""From a position to the outbox: visits, decisions and messages as rows, in the batch's transaction."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction

from geo.position import PositionStatus
from notifications import models
from notifications.core.campaign import CampaignKind, TriggerKind
from notifications.core.deciding import Reason
from notifications.events import message_queued
from notifications.models import Campaign, Decision, Delivery, VisitorMessage, ZoneVisit
from notifications.services import campaigns, decisions, delivery, notices, visits
from notifications.services.demo import CONTENT, ensure_demo
from tests.notifications.conftest import FEATURES, QUARTER, new_visitor
from tests.notifications.places import NOON, after, position_at
from venues.core.snapshot import Snapshot, canonical_bytes
from venues.models import Venue
from venues.storage import put_blob
from visitors import storage
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import consent, sessions

pytestmark = pytest.mark.django_db(transaction=True)

INSIDE, OUTSIDE = [(0.0, 0.0)], [(150.0, 150.0)]
Fix = Callable[..., list[VisitorMessage]]


@pytest.fixture
def fix(venue: Venue, visitor: Visitor, snapshot: Snapshot) -> Fix:
    """Return a function that takes one fix of the visitor at so many seconds after noon."""

    def take(seconds: float, points: list[tuple[float, float]] = INSIDE, **given: Any) -> list[VisitorMessage]:
        at = after(seconds)
        with transaction.atomic():
            return notices.on_positions(
                visitor=given.get("visitor", visitor),
                venue=venue,
                snapshot_hash=snapshot.content_hash,
                positions=[position_at(points, at=at, status=given.get("status", PositionStatus.OK))],
                now=at,
            )

    return take


@pytest.fixture
def demo(venue: Venue) -> Campaign:
    return ensure_demo(venue=venue, now=NOON - timedelta(hours=1))


def make(venue: Venue, **values: Any) -> Campaign:
    """Return a running campaign about the quarter."""
    given = {"name": "Lunch", "kind": CampaignKind.SERVICE, "zones": [str(QUARTER)], "content": CONTENT} | values
    created = campaigns.create(venue=venue, values=given, by=None, now=NOON)
    return campaigns.start(campaign=created, by=None, now=NOON - timedelta(hours=1))


def test_entering_the_quarter_brings_the_welcome_once(fix: Fix, demo: Campaign, visitor: Visitor) -> None:
    told = [message for seconds in range(0, 60, 2) for message in fix(seconds)]

    assert [(message.seq, message.title) for message in told] == [(1, "Welcome to the Heritage Quarter")]
    assert Decision.objects.get().window_key == "ever"
    assert Delivery.objects.get().endpoint == f"visitor.{visitor.id.hex}"
    assert ZoneVisit.objects.get().entered_at == NOON


def test_the_welcome_comes_in_the_visitors_language(fix: Fix, demo: Campaign) -> None:
    arab = new_visitor("ar-QA")
    fix(0, visitor=arab)

    assert fix(3, visitor=arab)[0].title == "مرحبًا بكم في الحي التراثي"


def test_nothing_is_written_for_a_visitor_who_stays_away(fix: Fix, demo: Campaign) -> None:
    assert [fix(seconds, OUTSIDE) for seconds in range(0, 60, 3)] == [[]] * 20
    assert not ZoneVisit.objects.exists()
    assert not Decision.objects.exists()


def test_a_position_without_a_measurement_behind_it_is_no_fix(fix: Fix, demo: Campaign) -> None:
    fix(0)

    assert fix(5, status=PositionStatus.STALE) == []
    assert fix(6, status=PositionStatus.NO_COVERAGE) == []
    assert not ZoneVisit.objects.exists()


def test_message_queued_is_sent_after_commit_and_not_when_the_batch_fails(fix: Fix, demo: Campaign) -> None:
    heard: list[int] = []

    def listen(messages: list[VisitorMessage], **_: Any) -> None:
        heard.append(len(messages))

    message_queued.connect(listen)
    try:
        fix(0)
        with transaction.atomic():
            fix(3)
            transaction.set_rollback(True)
        assert heard == []
        assert not Decision.objects.exists()
        assert len(fix(3)) == 1  # the batch comes again: nothing of the first try is left, in the cache either
        assert heard == [1]
    finally:
        message_queued.disconnect(listen)


def test_a_cache_that_is_emptied_at_every_step_makes_no_second_message(fix: Fix, demo: Campaign) -> None:
    fix(0)
    assert len(fix(3)) == 1
    for seconds in range(6, 120, 3):
        cache.clear()
        assert fix(seconds) == []
    assert ZoneVisit.objects.count() == 1


def test_two_devices_of_one_visitor_entering_together_make_one_visit_and_one_decision(
    venue: Venue, fix: Fix, visitor: Visitor
) -> None:
    make(venue, cap="visit")
    first, second = [], []
    phone: Any = None
    watch: Any = None
    for seconds in (
        0.0,
        3.0,
        6.0,
    ):  # each device has a cache of its own, as two workers that read at the same time have
        storage.save(visitor.pk, storage.Kind.ZONES, phone, expires_s=60)
        first += fix(seconds)
        phone = storage.load(visitor.pk, storage.Kind.ZONES)
        storage.save(visitor.pk, storage.Kind.ZONES, watch or (phone if seconds else None), expires_s=60)
        second += fix(seconds + 0.5)
        watch = storage.load(visitor.pk, storage.Kind.ZONES)

    assert (len(first), len(second)) == (1, 0)
    assert ZoneVisit.objects.count() == Decision.objects.count() == 1


def test_leaving_and_coming_back_within_two_minutes_is_one_visit(venue: Venue, fix: Fix) -> None:
    make(venue, cap="visit")
    for seconds in (0, 3):
        fix(seconds)
    for seconds in range(10, 60, 5):
        fix(seconds, OUTSIDE)
    visit = ZoneVisit.objects.get()
    assert (visit.left_at, visit.left_because) == (after(10), "exit")

    assert fix(70) + fix(73) == []
    visit.refresh_from_db()
    assert (visit.left_at, visit.resumed_at) == (None, after(70))
    assert VisitorMessage.objects.count() == 1


def test_a_new_map_in_mid_visit_makes_no_second_enter(venue: Venue, fix: Fix, demo: Campaign) -> None:
    fix(0)
    fix(3)
    assert venue.current_publication is not None
    models.Campaign.objects.filter(pk=demo.pk).update(cap="rolling", cap_count=9)

    assert [fix(seconds) for seconds in (5, 8, 11)] == [[], [], []]


def test_dwelling_brings_its_message_when_the_time_is_reached(venue: Venue, fix: Fix) -> None:
    make(venue, trigger=TriggerKind.DWELL, dwell_s=30.0)

    told = {seconds: len(fix(seconds)) for seconds in range(0, 60, 5)}

    assert [seconds for seconds, count in told.items() if count] == [30]


def test_leaving_brings_the_message_of_an_exit_campaign(venue: Venue, fix: Fix) -> None:
    make(venue, trigger=TriggerKind.EXIT)
    fix(0)
    fix(3)

    assert [len(fix(seconds, OUTSIDE)) for seconds in (6, 10, 16)] == [0, 0, 1]
    assert Decision.objects.get().event_at == after(6)


def test_silence_closes_the_visit_as_lost_and_suppresses_exit_campaigns(venue: Venue, fix: Fix) -> None:
    make(venue, trigger=TriggerKind.EXIT)
    fix(0)
    fix(3)

    assert notices.close_lost(now=after(62)) == 0
    assert notices.close_lost(now=after(90)) == 1
    assert notices.close_lost(now=after(90)) == 0
    visit = ZoneVisit.objects.get()
    assert (visit.left_because, visit.left_at) == ("lost", after(63))
    assert Decision.objects.get().reason == Reason.TRIGGER_NOT_VALID


def test_an_exit_campaign_that_says_so_speaks_to_the_lost(venue: Venue, fix: Fix) -> None:
    make(venue, trigger=TriggerKind.EXIT, on_lost=True)
    fix(0)
    fix(3)
    notices.close_lost(now=after(90))

    assert Delivery.objects.count() == 1


def test_marketing_without_consent_is_suppressed_with_its_reason(venue: Venue, fix: Fix) -> None:
    make(venue, kind=CampaignKind.MARKETING)
    fix(0)

    assert fix(3) == []
    assert Decision.objects.get().reason == Reason.NO_CONSENT
    assert not VisitorMessage.objects.exists()


def test_of_two_marketing_messages_the_one_of_higher_priority_is_sent(venue: Venue, fix: Fix) -> None:
    make(venue, name="Lunch", kind=CampaignKind.MARKETING, priority=1)
    make(venue, name="Dinner", kind=CampaignKind.MARKETING, priority=2)
    shopper = new_visitor(marketing=True)
    fix(0, visitor=shopper)

    assert [message.decision.campaign.name for message in fix(3, visitor=shopper)] == ["Dinner"]
    assert Decision.objects.get(campaign__name="Lunch").reason == Reason.GLOBAL_CAP


def test_the_kill_switch_stops_every_campaign(venue: Venue, fix: Fix, demo: Campaign) -> None:
    models.VenueRules.objects.update_or_create(venue=venue, defaults={"stopped": True})
    fix(0)

    assert fix(3) == []
    assert Decision.objects.get().reason == Reason.KILL_SWITCH


def test_editing_the_text_does_not_send_it_again(venue: Venue, fix: Fix, demo: Campaign) -> None:
    fix(0)
    fix(3)
    campaigns.change(campaign=demo, values={"content": CONTENT | {"en": {"title": "{zone}!", "body": "New"}}})
    for seconds in range(200, 400, 10):
        fix(seconds, OUTSIDE)

    assert fix(410) + fix(413) == []
    assert ZoneVisit.objects.count() == 2
    assert Decision.objects.filter(reason=Reason.ALREADY_SENT).count() == 1


def test_erasing_the_visitor_leaves_nothing(fix: Fix, demo: Campaign, visitor: Visitor) -> None:
    fix(0)
    fix(3)
    visitor_id: UUID = visitor.pk
    visitor.delete()
    storage.forget(visitor_id)

    for model in (ZoneVisit, Decision, VisitorMessage, Delivery):
        assert not model.objects.exists()


def test_publishing_and_rolling_back_a_map_without_the_zone_in_mid_visit_makes_no_second_enter(
    venue: Venue, visitor: Visitor, snapshot: Snapshot
) -> None:
    make(venue, cap="visit")
    other = Snapshot.from_features([feature for feature in FEATURES if feature.id != QUARTER])
    put_blob(canonical_bytes(other.features))

    def fixes(begin: int, end: int, snapshot_hash: str) -> int:
        told = 0
        for seconds in range(begin, end, 3):
            at = after(seconds)
            with transaction.atomic():
                told += len(
                    notices.on_positions(
                        visitor=visitor,
                        venue=venue,
                        snapshot_hash=snapshot_hash,
                        positions=[position_at(INSIDE, at=at)],
                        now=at,
                    )
                )
        return told

    assert fixes(0, 30, snapshot.content_hash) == 1
    assert fixes(30, 600, other.content_hash) == 0  # published
    cache.clear()
    assert fixes(600, 620, other.content_hash) == 0
    assert fixes(620, 700, snapshot.content_hash) == 0  # rolled back
    assert ZoneVisit.objects.get().left_at is None
    assert Decision.objects.count() == 1


def test_a_fix_that_is_not_the_newest_triggers_nothing(fix: Fix, demo: Campaign) -> None:
    fix(10, OUTSIDE)

    assert [fix(seconds) for seconds in (1, 4, 7, 10)] == [[]] * 4
    assert not ZoneVisit.objects.exists()


def test_quiet_hours_put_a_message_off_to_their_end_and_it_counts_for_caps_then(
    fix: Fix, venue: Venue, visitor: Visitor
) -> None:
    campaigns.set_rules(venue=venue, values={"quiet_start": time(11), "quiet_end": time(13)})  # it is noon in Doha
    make(venue, defers=True, ttl_s=7200)
    make(venue, name="Dropped", defers=True, ttl_s=60)

    assert [*fix(0), *fix(3)] == []
    assert set(Decision.objects.values_list("campaign__name", "state", "reason")) == {
        ("Lunch", "deferred", ""),
        ("Dropped", "suppressed", "quiet_hours"),
    }
    assert decisions.decide_deferred(now=after(3599)) == 0
    assert decisions.decide_deferred(now=after(3600)) == 1
    assert decisions.decide_deferred(now=after(3601)) == 0

    sent = Decision.objects.get(campaign__name="Lunch")
    assert (sent.state, sent.window_key, sent.event_at, sent.counts_at) == ("reserved", "ever", NOON, after(3600))
    assert VisitorMessage.objects.get().created_at == after(3600)


def test_what_quiet_hours_put_off_is_dropped_where_consent_is_withdrawn_meanwhile(
    fix: Fix, venue: Venue, visitor: Visitor
) -> None:
    campaigns.set_rules(venue=venue, values={"quiet_start": time(11), "quiet_end": time(13)})
    make(venue, defers=True, ttl_s=7200)
    fix(0), fix(3)
    consent.record(visitor=visitor, wanted={Purpose.POSITIONING: False}, now=after(10))

    assert decisions.decide_deferred(now=after(3600)) == 1
    assert Decision.objects.get().reason == Reason.NO_CONSENT
    assert not VisitorMessage.objects.exists()


def test_who_leaves_comes_back_and_leaves_again_is_decided_about_each_time(
    fix: Fix, venue: Venue, visitor: Visitor
) -> None:
    make(venue, trigger=TriggerKind.EXIT, defers=True, ttl_s=7200)
    fix(0), fix(3)
    consent.record(visitor=visitor, wanted={Purpose.POSITIONING: False}, now=after(4))
    fix(6, OUTSIDE), fix(16, OUTSIDE)
    consent.record(visitor=visitor, wanted={Purpose.POSITIONING: True}, now=after(17))
    campaigns.set_rules(venue=venue, values={"quiet_start": time(11), "quiet_end": time(13)})
    fix(20), fix(23), fix(26, OUTSIDE), fix(36, OUTSIDE)

    assert ZoneVisit.objects.get().resumed_at == after(20)
    assert set(Decision.objects.values_list("event_at", "state", "reason")) == {
        (after(6), "suppressed", Reason.NO_CONSENT),
        (after(26), "deferred", ""),
    }


def test_the_kill_switch_of_one_campaign_stops_it_alone(fix: Fix, venue: Venue) -> None:
    make(venue, stopped=True)
    make(venue, name="Dinner")
    fix(0)

    assert len(fix(3)) == 1
    assert set(Decision.objects.values_list("campaign__name", "reason")) == {("Lunch", "kill_switch"), ("Dinner", "")}


def test_a_paused_campaign_tells_that_it_did_not_run(fix: Fix, venue: Venue) -> None:
    campaigns.pause(campaign=make(venue))
    fix(0), fix(3)

    assert Decision.objects.get().reason == Reason.NOT_ACTIVE


def test_a_schedule_reaches_who_is_inside_once_for_all_their_devices(fix: Fix, venue: Venue) -> None:
    make(venue, trigger=TriggerKind.SCHEDULE, scheduled_at=time(12, 0, 20), cap="rolling", cap_count=3)
    told = [message for seconds in range(0, 15, 3) for message in fix(seconds)]
    cache.clear()  # another device, or a cache that was flushed
    told += [message for seconds in range(15, 60, 3) for message in fix(seconds)]

    assert [message.created_at for message in told] == [after(21)]


def test_proximity_fires_near_the_centre_and_again_after_going_away(fix: Fix, venue: Venue, snapshot: Snapshot) -> None:
    lng, lat = snapshot.frame.to_lng_lat(0.0, 0.0)
    circle = {"lng": lng, "lat": lat, "level": 0, "radius_m": 4.0}
    make(venue, trigger=TriggerKind.PROXIMITY, zones=[], circles=[circle], cap="visit")
    walk = [10.0, 4.1, 3.9, 1.0, 5.9, 3.9, 6.1, 3.9]

    told = [seconds for seconds, x_m in enumerate(walk) if fix(seconds, [(x_m, 0.0)])]

    assert told == [2, 7]


def test_who_comes_back_to_a_kiosk_is_told_once_though_the_server_dies_before_it_has_told_the_cache(
    fix: Fix, venue: Venue, snapshot: Snapshot, visitor: Visitor
) -> None:
    lng, lat = snapshot.frame.to_lng_lat(0.0, 0.0)
    circle = {"lng": lng, "lat": lat, "level": 0, "radius_m": 4.0}
    make(venue, trigger=TriggerKind.PROXIMITY, zones=[], circles=[circle], cap="rolling", cap_count=9)
    assert len(fix(0)) == 1
    before = storage.load(visitor.pk, storage.Kind.ZONES)

    assert len(fix(300)) == 1  # lost at 60, and here again
    storage.save(visitor.pk, storage.Kind.ZONES, before, expires_s=60)
    assert fix(301) == []
    assert list(ZoneVisit.objects.order_by("entered_at").values_list("left_at", flat=True)) == [after(60), None]


def test_the_time_to_live_counts_from_what_happened(fix: Fix, venue: Venue) -> None:
    make(venue, ttl_s=600)
    fix(0)

    assert [message.expires_at for message in fix(3)] == [after(600)]


def test_who_leaves_what_is_promoted_has_not_walked_in(fix: Fix, venue: Venue, visitor: Visitor) -> None:
    make(venue, promoted_id=QUARTER)
    consent.record(visitor=visitor, wanted={Purpose.ANALYTICS: True}, now=after(-1))
    assert len(fix(0) + fix(3)) == 1
    fix(20, OUTSIDE), fix(30, OUTSIDE)
    assert ZoneVisit.objects.get().left_at == after(20)
    assert Decision.objects.get().walked_in_at is None

    fix(200), fix(203)
    assert Decision.objects.exclude(walked_in_at=None).get().walked_in_at == after(200)


def test_who_is_seen_again_while_the_sweep_looks_is_not_lost(fix: Fix, venue: Venue) -> None:
    make(venue)
    fix(0), fix(3)
    [found] = visits.silent(now=after(90))
    fix(50)

    assert visits.close_lost(visit=found, now=after(90)) is None
    assert ZoneVisit.objects.get().left_at is None


def test_dwell_goes_on_where_the_cache_was_emptied(fix: Fix, venue: Venue) -> None:
    make(venue, trigger=TriggerKind.DWELL, dwell_s=20)
    told = [fix(seconds) for seconds in range(0, 21, 3)]
    assert not any(told)
    cache.clear()

    assert len(fix(21)) == 1


def test_what_was_put_off_is_judged_by_the_campaign_as_it_is_in_the_morning(fix: Fix, venue: Venue) -> None:
    goodbye = make(venue, trigger=TriggerKind.EXIT, on_lost=True, defers=True, ttl_s=7200)
    campaigns.set_rules(venue=venue, values={"quiet_start": time(11), "quiet_end": time(13)})
    fix(0), fix(3), fix(100)
    assert Decision.objects.get().state == "deferred"
    campaigns.change(campaign=goodbye, values={"on_lost": False})

    assert decisions.decide_deferred(now=after(3600)) == 1
    assert Decision.objects.get().reason == Reason.TRIGGER_NOT_VALID


@pytest.mark.parametrize("cap", [{"cap": "ever"}, {"cap": "day"}, {"cap": "rolling", "cap_count": 2}])
def test_a_message_that_was_stopped_on_its_way_leaves_its_window_to_a_later_one(
    fix: Fix, venue: Venue, cap: dict[str, Any]
) -> None:
    make(venue, ttl_s=3600, **cap)
    assert len(fix(0) + fix(3)) == 1
    campaigns.set_rules(venue=venue, values={"stopped": True})
    delivery.deliver_due(clock=lambda: after(5), draw=lambda: 0.5)
    campaigns.set_rules(venue=venue, values={"stopped": False})

    assert len(fix(1_500) + fix(1_503)) == 1
    assert sorted(Decision.objects.values_list("reason", "state")) == [("", "reserved"), ("kill_switch", "suppressed")]


def test_tags_that_the_app_declares_make_the_audience(fix: Fix, venue: Venue, visitor: Visitor) -> None:
    make(venue, tags=["member"])
    make(venue, name="Staff", tags=["staff", "crew"])
    sessions.change(visitor=visitor, values={"tags": ["crew", "night"]})
    fix(0), fix(3)

    assert dict(Decision.objects.values_list("campaign__name", "reason")) == {"Lunch": "not_in_audience", "Staff": ""}
