"""CAMPAIGNS.md, Deciding: the order of the reasons, windows, caps, quiet hours, the control group."""

import itertools
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.campaign import (
    ActivePeriod,
    Audience,
    Campaign,
    CampaignKind,
    CampaignState,
    Cap,
    CapKind,
    Hours,
    Trigger,
    TriggerKind,
    watched,
)
from notifications.core.deciding import (
    CHECKS,
    Case,
    Deferred,
    History,
    Past,
    Reason,
    Recipient,
    Reserved,
    Rules,
    Suppressed,
    Verdict,
    decide,
    in_control_group,
)
from notifications.core.message import Text
from notifications.core.occasions import Occasion, candidates
from notifications.core.schedule import Schedule
from tests.notifications.places import NOON, after

DOHA = ZoneInfo("Asia/Qatar")
ZONE, OTHER_ZONE, VISIT, VISITOR = UUID(int=10), UUID(int=11), UUID(int=20), UUID(int=30)

CAMPAIGN = Campaign(
    id=UUID(int=1),
    name="Lunch",
    kind=CampaignKind.MARKETING,
    trigger=Trigger(TriggerKind.ENTER),
    zone_ids=frozenset({ZONE}),
    cap=Cap(CapKind.EVER),
    ttl_s=3600,
    content={"en": Text("Lunch", "Now")},
    state=CampaignState.ACTIVE,
    active_since=NOON - timedelta(days=1),
)
OCCASION = Occasion(ZONE, VISIT, TriggerKind.ENTER, at=NOON, noticed_at=after(3), watermark=after(3))
RECIPIENT = Recipient(VISITOR, "en", "walk", frozenset({"marketing", "positioning"}))
CASE = Case(CAMPAIGN, OCCASION, RECIPIENT, History(), Rules(DOHA), now=after(4))

FAILING: dict[Reason, dict[str, Any]] = {
    Reason.KILL_SWITCH: {"rules": {"stopped": True}},
    Reason.NOT_ACTIVE: {"campaign": {"state": CampaignState.PAUSED}},
    Reason.NO_CONSENT: {"recipient": {"consent": frozenset({"positioning"})}},
    Reason.NOT_IN_AUDIENCE: {"campaign": {"audience": Audience(languages=frozenset({"fr"}))}},
    Reason.TRIGGER_NOT_VALID: {"occasion": {"is_lost": True}},
    Reason.LATE: {"occasion": {"watermark": after(13.1)}},
    Reason.EXPIRED: {"campaign": {"ttl_s": 4}},
    Reason.QUIET_HOURS: {"rules": {"quiet": Hours(time(12), time(13))}},
    Reason.ALREADY_SENT: {"history": {"windows": frozenset({"ever"})}},
    Reason.ZONE_COOL_DOWN: {"campaign": {"zone_cool_down_s": 60}, "history": {"own": (Past(after(-59), ZONE),)}},
    Reason.GLOBAL_CAP: {"history": {"marketing_at": (after(-60),)}},
    Reason.HELD_OUT: {"campaign": {"held_out_share": 1.0}},
}


def but(case: Case = CASE, **changes: dict[str, Any]) -> Case:
    """Return the case with some fields of its parts changed."""
    return replace(case, **{part: replace(getattr(case, part), **fields) for part, fields in changes.items()})


def reason_of(case: Case) -> Reason | None:
    verdict = decide(case)
    return verdict.reason if isinstance(verdict, Suppressed) else None


def test_nothing_against_it_reserves() -> None:
    assert decide(CASE) == Reserved("ever")


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_suppresses_alone(reason: Reason) -> None:
    assert reason_of(but(**FAILING[reason])) is reason


def test_the_checks_are_made_in_the_order_of_the_reasons() -> None:
    assert [reason for reason, _ in CHECKS] == list(Reason)


@pytest.mark.parametrize("later", list(Reason)[1:])
def test_the_first_failing_reason_is_the_one_that_is_stored(later: Reason) -> None:
    reasons = list(Reason)
    case = but(but(**FAILING[later]), **FAILING[reasons[reasons.index(later) - 1]])

    assert reason_of(case) is reasons[reasons.index(later) - 1]


def test_a_suppressed_occasion_leaves_the_window_to_a_later_one_but_the_control_group_uses_it_up() -> None:
    assert decide(but(**FAILING[Reason.QUIET_HOURS])).window_key == f"at:enter:{VISIT}"
    assert decide(but(**FAILING[Reason.HELD_OUT])).window_key == "ever"


@pytest.mark.parametrize(
    ("cap", "key"),
    [
        (Cap(CapKind.EVER), "ever"),
        (Cap(CapKind.VISIT), f"visit:{VISIT}"),
        (Cap(CapKind.DAY), "day:2026-03-02"),
        (Cap(CapKind.ROLLING, 3), "slot:1"),
    ],
)
def test_the_window_of_each_cap(cap: Cap, key: str) -> None:
    assert decide(but(campaign={"cap": cap})) == Reserved(key)


def test_slots_are_numbered_on_where_the_first_are_forgotten() -> None:
    history = {"windows": frozenset({"slot:9", "slot:10"}), "own": (Past(after(-90_000), ZONE),) * 2}

    assert decide(but(campaign={"cap": Cap(CapKind.ROLLING)}, history=history)) == Reserved("slot:11")


def test_a_day_ends_at_midnight_of_the_venue() -> None:
    late = datetime(2026, 3, 2, 21, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight in Doha
    case = but(campaign={"cap": Cap(CapKind.DAY)}, occasion={"at": late, "noticed_at": late, "watermark": late})

    assert decide(replace(case, now=late)) == Reserved("day:2026-03-03")


@given(st.lists(st.floats(0, 200_000), min_size=1, max_size=40), st.integers(1, 4))
def test_a_rolling_cap_is_never_passed_in_any_24_hours(seconds: list[float], count: int) -> None:
    sent: list[Past] = []
    for second in sorted(seconds):
        at = after(second)
        case = but(
            campaign={"cap": Cap(CapKind.ROLLING, count), "kind": CampaignKind.SERVICE},
            occasion={"at": at, "noticed_at": at, "watermark": at},
            history={"own": tuple(sent), "windows": frozenset(f"slot:{n + 1}" for n in range(len(sent)))},
        )
        if isinstance(verdict := decide(replace(case, now=at)), Reserved):
            assert verdict.window_key == f"slot:{len(sent) + 1}"
            sent.append(Past(at, ZONE))

    assert all(
        sum(timedelta(0) <= past.at - first.at < timedelta(hours=24) for past in sent) <= count for first in sent
    )


@given(st.lists(st.floats(0, 200_000), min_size=1, max_size=60))
def test_marketing_is_never_more_than_four_in_24_hours_nor_closer_than_twenty_minutes(seconds: list[float]) -> None:
    sent: list[datetime] = []
    for second in sorted(seconds):
        at = after(second)
        case = but(occasion={"at": at, "noticed_at": at, "watermark": at}, history={"marketing_at": tuple(sent)})
        if isinstance(decide(replace(case, now=at)), Reserved):
            sent.append(at)

    assert all(b - a >= timedelta(minutes=20) for a, b in itertools.pairwise(sent))
    assert all(sum(timedelta(0) <= at - first < timedelta(hours=24) for at in sent) <= 4 for first in sent)


@pytest.mark.parametrize(
    ("ago_s", "is_capped"),
    [
        ([1_199.9], True),
        ([1_200.0], False),
        ([-1_199.9], True),  # of a later event that was decided about before
        ([-1_200.0], False),
        ([20_000, 40_000, 60_000], False),
        ([20_000, 40_000, 60_000, 86_399.9], True),
        ([20_000, 40_000, 60_000, 86_400], False),
    ],
)
def test_the_global_cap_is_of_20_minutes_and_of_24_hours_to_the_moment(ago_s: list[float], is_capped: bool) -> None:
    case = but(history={"marketing_at": tuple(after(-seconds) for seconds in ago_s)})

    assert (reason_of(case) is Reason.GLOBAL_CAP) is is_capped


@pytest.mark.parametrize("kind", [CampaignKind.SERVICE, CampaignKind.SAFETY])
def test_only_marketing_is_capped_and_needs_consent_to_marketing(kind: CampaignKind) -> None:
    case = but(campaign={"kind": kind}, recipient={"consent": frozenset({"positioning"})})

    assert reason_of(but(case, **FAILING[Reason.GLOBAL_CAP])) is None


def test_safety_passes_quiet_hours_and_service_does_not() -> None:
    quiet = but(**FAILING[Reason.QUIET_HOURS])

    assert reason_of(but(quiet, campaign={"kind": CampaignKind.SAFETY})) is None
    assert reason_of(but(quiet, campaign={"kind": CampaignKind.SERVICE})) is Reason.QUIET_HOURS


@pytest.mark.parametrize(
    ("local", "is_quiet"),
    [
        (time(21, 59), False),
        (time(22), True),
        (time(0), True),
        (time(6, 59), True),
        (time(7), False),
        (time(12), False),
    ],
)
def test_quiet_hours_are_half_open_and_cross_midnight_in_the_venues_time(local: time, is_quiet: bool) -> None:
    now = datetime.combine(date(2026, 3, 2), local, DOHA)
    moment = {"at": now, "noticed_at": now, "watermark": now}
    case = but(campaign={"active_since": now - timedelta(days=1)}, occasion=moment)
    case = but(case, rules={"quiet": Hours(time(22), time(7))})

    assert (reason_of(replace(case, now=now)) is Reason.QUIET_HOURS) is is_quiet


@pytest.mark.parametrize(
    ("instant", "zone", "is_quiet"),
    [
        ("2026-03-02T19:00Z", None, True),  # ten in the evening in Doha
        ("2026-03-02T19:00Z", "America/Lima", False),  # two in the afternoon
        ("2026-03-02T11:59Z", "America/Lima", True),
        ("2026-03-02T12:00Z", "America/Lima", False),
        ("2026-03-28T06:59Z", "Europe/London", True),
        ("2026-03-29T05:59Z", "Europe/London", True),  # the clocks went forward that night
        ("2026-03-29T06:00Z", "Europe/London", False),
    ],
)
def test_quiet_hours_are_the_visitors_where_they_set_a_time_zone(
    instant: str, zone: str | None, is_quiet: bool
) -> None:
    now = datetime.fromisoformat(instant)
    case = but(
        campaign={"active_since": now - timedelta(days=1)},
        occasion={"at": now, "noticed_at": now, "watermark": now},
        recipient={"zone": ZoneInfo(zone) if zone else None},
        rules={"quiet": Hours(time(22), time(7))},
    )

    assert (reason_of(replace(case, now=now)) is Reason.QUIET_HOURS) is is_quiet


@pytest.mark.parametrize(
    ("defers", "ttl_s", "verdict"),
    [
        (False, 7200.0, Suppressed(f"at:enter:{VISIT}", Reason.QUIET_HOURS)),
        (True, 3600.0, Suppressed(f"at:enter:{VISIT}", Reason.QUIET_HOURS)),  # of no use any more when they end
        (True, 3601.0, Deferred(f"at:enter:{VISIT}", after(3600))),
    ],
)
def test_quiet_hours_drop_unless_the_campaign_defers_and_is_still_of_use_then(
    defers: bool, ttl_s: float, verdict: Verdict
) -> None:
    assert decide(but(**FAILING[Reason.QUIET_HOURS], campaign={"defers": defers, "ttl_s": ttl_s})) == verdict


@pytest.mark.parametrize(
    ("instant", "end", "until"),
    [
        ("2026-10-24T23:50Z", time(1, 30), "2026-10-25T00:30Z"),
        ("2026-10-25T01:10Z", time(1, 30), "2026-10-25T01:30Z"),  # ten past one for the second time that night
        ("2026-10-25T01:10Z", time(7), "2026-10-25T07:00Z"),
        ("2026-03-29T00:10Z", time(1, 30), "2026-03-29T01:30Z"),  # there is no half past one that night
    ],
)
def test_quiet_hours_end_after_they_began_on_the_nights_on_which_the_clocks_change(
    instant: str, end: time, until: str
) -> None:
    quiet = Hours(time(22), end)

    assert quiet.next_end(datetime.fromisoformat(instant), ZoneInfo("Europe/London")) == datetime.fromisoformat(until)


CHANGES_OF_CLOCKS = ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-04-04T15:00Z", "2026-10-03T15:30Z"]
"""Of Berlin, and of Lord Howe, whose clocks change by half an hour; Qatar's never do."""


@given(
    st.sampled_from(CHANGES_OF_CLOCKS),
    st.integers(-200, 200),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Asia/Qatar"]),
    st.times(),
    st.times(),
)
def test_quiet_hours_always_end_later(changes_at: str, minutes: int, zone: str, start: time, end: time) -> None:
    at = datetime.fromisoformat(changes_at) + timedelta(minutes=minutes)

    assert Hours(start, end).next_end(at, ZoneInfo(zone)) > at


def test_what_is_over_the_cap_is_suppressed_even_where_the_campaign_defers() -> None:
    verdict = decide(but(**FAILING[Reason.GLOBAL_CAP], campaign={"defers": True}))

    assert verdict == Suppressed(f"at:enter:{VISIT}", Reason.GLOBAL_CAP)


@pytest.mark.parametrize(("seconds", "reason"), [(59.9, None), (60.0, Reason.EXPIRED)])
def test_a_message_is_of_use_until_its_time_to_live_ends(seconds: float, reason: Reason | None) -> None:
    assert reason_of(replace(but(campaign={"ttl_s": 60.0}), now=after(seconds))) is reason


@pytest.mark.parametrize(("seconds", "reason"), [(13.0, None), (13.1, Reason.LATE)])
def test_data_may_be_ten_seconds_late(seconds: float, reason: Reason | None) -> None:
    assert reason_of(but(occasion={"watermark": after(seconds)})) is reason


@pytest.mark.parametrize(
    ("period", "is_active"),
    [
        (ActivePeriod(first_day=date(2026, 3, 2), last_day=date(2026, 3, 2)), True),
        (ActivePeriod(first_day=date(2026, 3, 3)), False),
        (ActivePeriod(last_day=date(2026, 3, 1)), False),
        (ActivePeriod(weekdays=frozenset({0})), True),
        (ActivePeriod(weekdays=frozenset({4, 5})), False),
        (ActivePeriod(hours=Hours(time(12), time(12, 1))), True),
        (ActivePeriod(hours=Hours(time(11), time(12))), False),
    ],
)
def test_days_and_hours_are_the_venues_own(period: ActivePeriod, is_active: bool) -> None:
    assert (reason_of(but(campaign={"period": period})) is None) is is_active


def test_what_happened_before_the_campaign_ran_is_not_its_business() -> None:
    assert reason_of(but(campaign={"active_since": after(1)})) is Reason.NOT_ACTIVE


def test_a_campaign_whose_hours_end_between_event_and_decision_is_not_active() -> None:
    period = ActivePeriod(hours=Hours(time(11), time(12, 0, 2)))

    assert reason_of(but(campaign={"period": period})) is Reason.NOT_ACTIVE


@pytest.mark.parametrize(
    ("audience", "is_meant"),
    [
        (Audience(languages=frozenset({"en"})), True),
        (Audience(profiles=frozenset({"wheelchair"})), False),
        (Audience(opened_before=True), False),
        (Audience(opened_before=False), True),
        (Audience(first_visit=True), True),
        (Audience(first_visit=False), False),
        (Audience(languages=frozenset({"ar", "fr"})), False),
        (Audience(profiles=frozenset({"walk"})), True),
        (Audience(tags=frozenset({"member", "staff"})), True),
        (Audience(tags=frozenset({"staff"})), False),
        (Audience(languages=frozenset({"en"}), tags=frozenset({"staff"})), False),
    ],
)
def test_an_audience_is_met_by_what_the_visitor_is(audience: Audience, is_meant: bool) -> None:
    case = but(campaign={"audience": audience}, recipient={"language": "en-GB", "tags": frozenset({"member"})})

    assert (reason_of(case) is None) is is_meant


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_who_opened_before_and_whose_first_visit_it_is_are_asked_both_ways(asked: bool, told: bool) -> None:
    opened = but(campaign={"audience": Audience(opened_before=asked)}, recipient={"opened_before": told})
    first = but(campaign={"audience": Audience(first_visit=asked)}, recipient={"first_visit": told})

    assert (reason_of(opened) is None) is (reason_of(first) is None) is (asked is told)


@pytest.mark.parametrize(("local", "is_within"), [(time(8, 59), False), (time(9), True), (time(17), False)])
def test_hours_within_a_day_are_half_open(local: time, is_within: bool) -> None:
    assert Hours(time(9), time(17)).contains(local) is is_within


def test_what_happens_in_the_moment_in_which_a_campaign_starts_is_its_business() -> None:
    assert reason_of(but(campaign={"active_since": OCCASION.at})) is None


def test_hours_that_end_when_they_begin_are_the_whole_day() -> None:
    whole_day = Hours(time(9), time(9))

    assert all(whole_day.contains(time(hour)) for hour in range(24))
    nine = datetime(2026, 3, 2, 9, tzinfo=DOHA)
    assert whole_day.next_end(nine, DOHA) == nine + timedelta(days=1)


def put_off(hours: float) -> dict[str, Any]:
    """Return what to change of the occasion where quiet hours have put it off so long."""
    return {"deferred_to": OCCASION.at + timedelta(hours=hours)}


def test_what_was_put_off_is_of_use_as_long_as_it_was_from_the_first() -> None:
    case = but(occasion=put_off(0.5))

    assert reason_of(replace(case, now=after(3_599))) is None
    assert reason_of(replace(case, now=after(3_600))) is Reason.EXPIRED


def test_quiet_hours_that_begin_between_event_and_decision_hold() -> None:
    assert reason_of(but(rules={"quiet": Hours(time(12, 0, 2), time(13))})) is Reason.QUIET_HOURS
    assert reason_of(but(rules={"quiet": Hours(time(11), time(12, 0, 2))})) is None


def test_what_waits_for_the_end_of_quiet_hours_waits_for_the_visitors_own_morning() -> None:
    case = but(
        campaign={"defers": True, "ttl_s": 86_400.0},
        recipient={"zone": ZoneInfo("America/Lima")},  # where it is four at night
        rules={"quiet": Hours(time(22), time(7))},
    )

    assert decide(case) == Deferred(f"at:enter:{VISIT}", after(3 * 3_600))


def test_what_is_put_off_a_day_later_waits_for_the_end_of_that_days_quiet_hours() -> None:
    case = but(campaign={"defers": True, "ttl_s": 3 * 86_400.0}, rules={"quiet": Hours(time(12), time(13))})

    assert decide(replace(case, now=after(86_400))) == Deferred(f"at:enter:{VISIT}", after(90_000))


def test_what_was_put_off_past_midnight_counts_for_the_day_on_which_it_is_sent() -> None:
    by_day = but(campaign={"cap": Cap(CapKind.DAY), "ttl_s": 86_400.0}, occasion=put_off(13))

    assert decide(by_day) == Reserved("day:2026-03-03")


def test_a_day_is_the_venues_own_wherever_the_visitor_is_at_home() -> None:
    early = datetime(2026, 3, 2, 1, tzinfo=DOHA)  # the day before in Lima
    case = but(campaign={"cap": Cap(CapKind.DAY)}, recipient={"zone": ZoneInfo("America/Lima")})
    case = but(case, occasion={"at": early, "noticed_at": early, "watermark": early})

    assert decide(replace(case, now=early)) == Reserved("day:2026-03-02")


@pytest.mark.parametrize(
    ("reason", "fields"),
    [
        (Reason.ALREADY_SENT, {"campaign": {"cap": Cap(CapKind.ROLLING, 1), "kind": CampaignKind.SERVICE}}),
        (Reason.ZONE_COOL_DOWN, {"campaign": {"zone_cool_down_s": 86_400.0, "cap": Cap(CapKind.VISIT)}}),
        (Reason.GLOBAL_CAP, {}),
    ],
)
def test_what_was_put_off_counts_for_caps_when_it_is_sent(reason: Reason, fields: dict[str, dict[str, Any]]) -> None:
    sent = [after(-3_600), after(-7_200), after(-10_800), after(-14_400)]
    history = {"own": (Past(after(-14_400), ZONE),), "marketing_at": tuple(sent)}
    case = but(but(CASE, **fields), history=history, occasion=put_off(7))

    assert reason_of(case) is reason
    assert reason_of(but(case, occasion=put_off(23.5))) is None


def test_a_zone_where_campaigns_strike_at_two_times_is_watched_for_both() -> None:
    one, other = (replace(CAMPAIGN, trigger=Trigger(TriggerKind.SCHEDULE, local_time=time(hour))) for hour in (13, 14))

    assert watched([one, other], DOHA)[ZONE].schedule == Schedule(frozenset({time(13), time(14)}), DOHA)


@pytest.mark.parametrize(("ago_s", "is_used"), [(86_399.9, True), (86_400, False), (-86_399.9, True), (-86_400, False)])
def test_a_rolling_cap_looks_back_for_24_hours(ago_s: float, is_used: bool) -> None:
    case = but(campaign={"cap": Cap(CapKind.ROLLING, 1)}, history={"own": (Past(after(-ago_s), OTHER_ZONE),)})

    assert (reason_of(case) is Reason.ALREADY_SENT) is is_used


def test_every_campaign_holds_out_others() -> None:
    visitors = [UUID(int=number) for number in range(2_000)]
    one, other = ({each for each in visitors if in_control_group(key, each, 0.5)} for key in (UUID(int=1), UUID(int=2)))

    assert 400 < len(one & other) < 600  # chance: 500, give or take 19


def test_lost_fires_only_the_exit_campaigns_that_say_so() -> None:
    lost = {"trigger": TriggerKind.EXIT, "is_lost": True}

    assert reason_of(but(campaign={"trigger": Trigger(TriggerKind.EXIT)}, occasion=lost)) is Reason.TRIGGER_NOT_VALID
    assert reason_of(but(campaign={"trigger": Trigger(TriggerKind.EXIT, on_lost=True)}, occasion=lost)) is None


@pytest.mark.parametrize(("ago_s", "is_silent"), [(59.9, True), (60.0, False)])
def test_cool_down_lasts_as_long_as_the_campaign_says(ago_s: float, is_silent: bool) -> None:
    case = but(
        campaign={"zone_cool_down_s": 60, "cap": Cap(CapKind.VISIT)}, history={"own": (Past(after(-ago_s), ZONE),)}
    )

    assert (reason_of(case) is Reason.ZONE_COOL_DOWN) is is_silent


def test_cool_down_is_for_the_same_zone() -> None:
    history = {"own": (Past(after(-59), OTHER_ZONE),)}

    assert reason_of(but(campaign={"zone_cool_down_s": 60}, history=history)) is None


def test_the_control_group_is_stable_and_about_as_large_as_asked() -> None:
    visitors = [UUID(int=number) for number in range(20_000)]
    held_out = {visitor for visitor in visitors if in_control_group(CAMPAIGN.id, visitor, 0.1)}

    assert held_out == {visitor for visitor in visitors if in_control_group(CAMPAIGN.id, visitor, 0.1)}
    assert 0.093 < len(held_out) / len(visitors) < 0.107  # five standard deviations
    assert held_out <= {visitor for visitor in visitors if in_control_group(CAMPAIGN.id, visitor, 0.2)}


def test_ties_go_by_priority_then_event_time_then_campaign() -> None:
    later = replace(OCCASION, at=after(1))
    urgent, second = replace(CAMPAIGN, id=UUID(int=9), priority=5), replace(CAMPAIGN, id=UUID(int=2))

    assert candidates([second, CAMPAIGN, urgent], [later, OCCASION]) == [
        (urgent, OCCASION),
        (urgent, later),
        (CAMPAIGN, OCCASION),
        (second, OCCASION),
        (CAMPAIGN, later),
        (second, later),
    ]
