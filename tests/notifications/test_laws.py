"""The laws of CAMPAIGNS.md, over days of a visitor's life that hypothesis makes up: the pure machine and the pure deciding.

Two thousand days with `make test`, half a minute of processor time: the laws ask for thousands. `make check` takes a tenth of them,
--hypothesis-profile=deep ten times as many.
"""

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from notifications.core.campaign import (
    ActivePeriod,
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
from notifications.core.deciding import CONSENT_OF_KIND, Deferred, Reason, Recipient, Reserved, Rules, Suppressed
from notifications.core.message import Text
from notifications.core.rehearsal import Decided, Rehearsal
from notifications.core.sense import Sense
from notifications.core.visits import Dwelt, Left, Struck
from tests.notifications.places import NOON

LAWFUL = settings(max_examples=20 * settings().max_examples, stateful_step_count=20)

DOHA, LIMA = ZoneInfo("Asia/Qatar"), ZoneInfo("America/Lima")
ZONES = [UUID(int=number) for number in (1, 2, 3)]
QUIET = Hours(time(22), time(7))
TEXT = {"en": Text("Lunch", "Now")}

TRIGGERS = [
    Trigger(TriggerKind.ENTER),
    Trigger(TriggerKind.EXIT),
    Trigger(TriggerKind.EXIT, on_lost=True),
    Trigger(TriggerKind.DWELL, dwell_s=20),
    Trigger(TriggerKind.SCHEDULE, local_time=time(13)),
]
CAPS = [Cap(CapKind.EVER), Cap(CapKind.VISIT), Cap(CapKind.DAY), Cap(CapKind.ROLLING, 2)]


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    return Campaign(
        id=UUID(int=draw(st.integers(100, 999))),
        name="Lunch",
        kind=draw(st.sampled_from([CampaignKind.MARKETING, *CampaignKind])),
        trigger=draw(st.sampled_from(TRIGGERS)),
        zone_ids=frozenset(draw(st.sets(st.sampled_from(ZONES), min_size=1))),
        cap=draw(st.sampled_from(CAPS)),
        ttl_s=draw(st.sampled_from([60.0, 3600.0, 20 * 3600.0])),
        content=TEXT,
        state=CampaignState.ACTIVE,
        active_since=NOON - timedelta(days=1),
        period=draw(st.sampled_from([ActivePeriod(), ActivePeriod(weekdays=frozenset({0, 1, 2}))])),
        priority=draw(st.integers(0, 2)),
        held_out_share=draw(st.sampled_from([0.0, 0.0, 0.5])),
        zone_cool_down_s=draw(st.sampled_from([0.0, 600.0])),
        defers=draw(st.booleans()),
    )


class DayOfAVisitor(RuleBasedStateMachine):
    """One visitor walks in and out of zones, falls silent, sends things twice and late, changes their mind about consent."""

    @initialize(
        listening=st.lists(campaigns(), min_size=1, max_size=4, unique_by=lambda campaign: campaign.id),
        quiet=st.sampled_from([None, QUIET]),
        own_zone=st.sampled_from([None, LIMA]),
        hour=st.integers(0, 23),
    )
    def begin(self, listening: list[Campaign], quiet: Hours | None, own_zone: ZoneInfo | None, hour: int) -> None:
        self.now = NOON + timedelta(hours=hour)
        visitor = Recipient(UUID(int=30), "en", "walk", frozenset({"positioning", "marketing"}), zone=own_zone)
        rules = Rules(DOHA, quiet=quiet)
        # Everything comes twice to the second one, and it hears what is late: it must be as the first.
        self.once, self.twice = (Rehearsal(listening, rules, visitor, watched(listening, DOHA)) for _ in range(2))

    @rule(
        gap_s=st.sampled_from([0.5, 1, 2, 4, 14, 16, 30]),
        times=st.integers(1, 12),
        said=st.dictionaries(st.sampled_from(ZONES), st.sampled_from(Sense)),
    )
    def fixes(self, gap_s: float, times: int, said: dict[UUID, Sense]) -> None:
        for _ in range(times):
            self._fix(gap_s, said)

    @rule(times=st.integers(1, 8), zone_id=st.sampled_from(ZONES))
    def jitters_at_the_door(self, times: int, zone_id: UUID) -> None:
        for sense in itertools.islice(itertools.cycle([Sense.IN, Sense.OUT, Sense.BETWEEN]), times):
            self._fix(1, {zone_id: sense})

    @rule(gap_s=st.sampled_from([59, 61, 119, 121, 1_300, 4 * 3600, 25 * 3600]))
    def falls_silent(self, gap_s: int) -> None:
        self.now += timedelta(seconds=gap_s)
        for rehearsal in (self.once, self.twice):
            rehearsal.fall_silent(self.now)

    @rule(purposes=st.sets(st.sampled_from(["positioning", "marketing"])))
    def changes_their_mind(self, purposes: set[str]) -> None:
        for rehearsal in (self.once, self.twice):
            rehearsal.visitor = replace(rehearsal.visitor, consent=frozenset(purposes))

    @rule(stopped=st.booleans())
    def kill_switch(self, stopped: bool) -> None:
        for rehearsal in (self.once, self.twice):
            rehearsal.rules = replace(rehearsal.rules, stopped=stopped)

    @precondition(lambda self: bool(self.once.waiting))
    @rule()
    def quiet_hours_end(self) -> None:
        self.now = max(self.now, min(occasion.counts_at for _, occasion in self.once.waiting))
        for rehearsal in (self.once, self.twice):
            before = len(rehearsal.decided)
            rehearsal.wake(self.now)
            self._allowed(rehearsal, rehearsal.decided[before:])

    def _fix(self, gap_s: float, said: dict[UUID, Sense]) -> None:
        before, self.now = self.now, self.now + timedelta(seconds=gap_s)
        decided = self.once.take(said, self.now, watermark=self.now, now=self.now)
        self._allowed(self.once, decided)
        self.twice.take(said, self.now, watermark=self.now, now=self.now)
        for late in (self.now, before, self.now - timedelta(seconds=11)):
            assert self.twice.take(dict.fromkeys(ZONES, Sense.IN), late, watermark=self.now, now=self.now) == []

    def _allowed(self, rehearsal: Rehearsal, decided: Iterable[Decided]) -> None:
        """Check what holds at the moment of deciding."""
        for each in decided:
            if not isinstance(each.verdict, Reserved):
                continue
            campaign = each.case.campaign
            assert CONSENT_OF_KIND[campaign.kind] in rehearsal.visitor.consent
            assert not rehearsal.rules.stopped
            if campaign.kind is not CampaignKind.SAFETY and rehearsal.rules.quiet is not None:
                local = self.now.astimezone(rehearsal.visitor.zone or DOHA).time()
                assert not rehearsal.rules.quiet.contains(local)
            assert self.now < each.case.occasion.at + timedelta(seconds=campaign.ttl_s)

    def teardown(self) -> None:
        """Hold the laws over the whole day: what happened and what was decided only ever grows."""
        if hasattr(self, "once"):
            self.repeated_and_late_data_leave_decisions_identical()
            self.at_most_one_decision_uses_a_window()
            self.never_over_any_cap_in_any_24_hours_nor_closer_than_twenty_minutes()
            self.enter_and_exit_alternate_per_zone()
            self.every_decision_ends_in_exactly_one_terminal_state()
            self.the_held_out_get_nothing()

    def repeated_and_late_data_leave_decisions_identical(self) -> None:
        assert self.once.decided == self.twice.decided
        assert self.once.happened == self.twice.happened

    def at_most_one_decision_uses_a_window(self) -> None:
        windows_are_used_once(self.once)

    def never_over_any_cap_in_any_24_hours_nor_closer_than_twenty_minutes(self) -> None:
        caps_hold(self.once)

    def enter_and_exit_alternate_per_zone(self) -> None:
        for zone_id in ZONES:
            events = [each.event for each in self.once.happened if each.zone_id == zone_id]
            crossings = [event for event in events if not isinstance(event, Dwelt | Struck)]
            assert all(isinstance(event, Left) is (number % 2 == 1) for number, event in enumerate(crossings))

    def every_decision_ends_in_exactly_one_terminal_state(self) -> None:
        """What happened once is decided once, however often it was put off before; what was put off waits or was decided."""
        named = [(each.case.campaign.id, each.case.occasion.key) for each in self.once.decided]
        final = Counter(key for key, each in zip(named, self.once.decided, strict=True) if not is_put_off(each))
        put_off = {key for key, each in zip(named, self.once.decided, strict=True) if is_put_off(each)}
        waiting = {(campaign.id, occasion.key) for campaign, occasion in self.once.waiting}
        assert set(final.values()) <= {1}
        assert put_off - set(final) == waiting

    def the_held_out_get_nothing(self) -> None:
        held_out = {each.case.campaign.id for each in self.once.decided if reason_of(each) is Reason.HELD_OUT}
        assert not any(
            isinstance(each.verdict, Reserved) and each.case.campaign.id in held_out for each in self.once.decided
        )


def windows_are_used_once(rehearsal: Rehearsal) -> None:
    used = [(each.case.campaign.id, each.verdict.window_key) for each in rehearsal.decided if each.uses_window]
    assert len(used) == len(set(used))


def caps_hold(rehearsal: Rehearsal) -> None:
    """Marketing is 20 minutes apart and four in any 24 hours, and no campaign says more than its own rolling cap lets it."""
    marketing = sorted(sent_at(rehearsal, CampaignKind.MARKETING))
    assert all(b - a >= timedelta(minutes=20) for a, b in itertools.pairwise(marketing))
    assert all(b - a >= timedelta(hours=24) for a, b in zip(marketing, marketing[4:], strict=False))
    for campaign in rehearsal.campaigns:
        if campaign.cap.kind is CapKind.ROLLING:
            sent = sorted(sent_at(rehearsal, campaign_id=campaign.id))
            assert all(b - a >= timedelta(hours=24) for a, b in zip(sent, sent[campaign.cap.count :], strict=False))


def sent_at(rehearsal: Rehearsal, kind: CampaignKind | None = None, campaign_id: UUID | None = None) -> list[datetime]:
    return [
        each.case.occasion.counts_at
        for each in rehearsal.decided
        if isinstance(each.verdict, Reserved)
        and kind in (None, each.case.campaign.kind)
        and campaign_id in (None, each.case.campaign.id)
    ]


def is_put_off(decided: Decided) -> bool:
    return isinstance(decided.verdict, Deferred)


def reason_of(decided: Decided) -> Reason | None:
    return decided.verdict.reason if isinstance(decided.verdict, Suppressed) else None


TestDayOfAVisitor = DayOfAVisitor.TestCase
TestDayOfAVisitor.settings = LAWFUL
