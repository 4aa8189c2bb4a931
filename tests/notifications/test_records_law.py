"""CAMPAIGNS.md, Laws: crashes, two devices of a visitor, and changes in mid-visit, over thousands of examples in memory.

The machine, the records and the deciding are those of the service. How rows, locks and the cache serve them is held over fewer examples
by test_crash_law.py, test_devices_law.py and test_changes_law.py.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from notifications.core import visits
from notifications.core.campaign import Campaign, CampaignKind, CampaignState, Cap, CapKind, Trigger, TriggerKind
from notifications.core.campaign import watched as watched_by
from notifications.core.circles import Circle, Spot
from notifications.core.deciding import Recipient, Reserved, Rules
from notifications.core.message import Text
from notifications.core.records import Record
from notifications.core.rehearsal import Decided, Rehearsal
from notifications.core.sense import Sense
from notifications.core.visits import REOPEN_S
from tests.notifications.places import NOON
from tests.notifications.test_laws import DOHA, caps_hold, windows_are_used_once

THOUSANDS = settings(max_examples=20 * settings().max_examples, stateful_step_count=10)

QUARTER = UUID(int=1)
KIOSK = Circle(Spot(51.5, 25.3, 0), 10, is_near=True)
VISITOR = Recipient(UUID(int=30), "en", "walk", frozenset({"positioning", "marketing"}))


def campaign(number: int, kind: CampaignKind, trigger: Trigger, cap: Cap, zone_cool_down_s: float = 0.0) -> Campaign:
    is_near = trigger.kind is TriggerKind.PROXIMITY
    return Campaign(
        id=UUID(int=number),
        name="Lunch",
        kind=kind,
        trigger=trigger,
        zone_ids=frozenset({KIOSK.id if is_near else QUARTER}),
        cap=cap,
        ttl_s=3_600.0,
        content={"en": Text("Lunch", "Now")},
        state=CampaignState.ACTIVE,
        active_since=NOON - timedelta(days=1),
        zone_cool_down_s=zone_cool_down_s,
        circles=(KIOSK,) if is_near else (),
    )


SERVICE, MARKETING = CampaignKind.SERVICE, CampaignKind.MARKETING
CAMPAIGNS = [
    campaign(100, SERVICE, Trigger(TriggerKind.ENTER), Cap(CapKind.VISIT), zone_cool_down_s=300),
    campaign(101, SERVICE, Trigger(TriggerKind.EXIT), Cap(CapKind.ROLLING, 2)),
    campaign(102, SERVICE, Trigger(TriggerKind.EXIT, on_lost=True), Cap(CapKind.VISIT)),
    campaign(103, SERVICE, Trigger(TriggerKind.DWELL, dwell_s=20), Cap(CapKind.ROLLING, 9)),
    campaign(104, SERVICE, Trigger(TriggerKind.SCHEDULE, local_time=time(12, 1)), Cap(CapKind.ROLLING, 9)),
    campaign(105, SERVICE, Trigger(TriggerKind.PROXIMITY), Cap(CapKind.ROLLING, 9)),
    campaign(106, MARKETING, Trigger(TriggerKind.ENTER), Cap(CapKind.ROLLING, 9)),
    campaign(107, MARKETING, Trigger(TriggerKind.DWELL, dwell_s=8), Cap(CapKind.VISIT)),
]

PLACES: Mapping[str, Mapping[UUID, Sense]] = {
    "at the kiosk": {QUARTER: Sense.IN, KIOSK.id: Sense.IN},
    "in the quarter": {QUARTER: Sense.IN, KIOSK.id: Sense.OUT},
    "on its edge": {QUARTER: Sense.OUT},
    "elsewhere": {},
}
places = st.sampled_from(list(PLACES))
gaps_s = st.sampled_from([0.5, 1.0, 3.0, 11.0, 16.0, 40.0, 70.0, 130.0, 300.0, 1_210.0])


def a_day() -> Rehearsal:
    return Rehearsal(list(CAMPAIGNS), Rules(DOHA), VISITOR, watched_by(CAMPAIGNS, DOHA))


class InMemory(RuleBasedStateMachine):
    """Time goes on in `now`. Whatever is done to `tried`, the laws hold for it in the end; nothing is done to `calm`."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.calm, self.tried = a_day(), a_day()
        self.as_one = True
        """Whether nothing was done to the one that may make a difference."""

    def hears(self, rehearsal: Rehearsal, said: Mapping[UUID, Sense]) -> list[Decided]:
        return rehearsal.take(said, self.now, watermark=self.now, now=self.now)

    def teardown(self) -> None:
        visits_follow_one_another(self.tried)
        what_happens_once_is_decided_once(self.tried)
        windows_are_used_once(self.tried)
        caps_hold(self.tried)
        if self.as_one:
            assert self.tried.decided == self.calm.decided
            assert self.tried.records == self.calm.records


def visits_follow_one_another(rehearsal: Rehearsal) -> None:
    """No two of a zone overlap, and none begins so soon after the one before that this would have gone on."""
    for zone_id, records in rehearsal.records.items():
        apart = timedelta(seconds=0 if zone_id == KIOSK.id else REOPEN_S)
        for one, following in pairwise(records):
            assert one.left_at is not None
            assert following.entered_at - one.left_at > apart


def what_happens_once_is_decided_once(rehearsal: Rehearsal) -> None:
    told = Counter((each.case.campaign.id, each.case.occasion.key) for each in rehearsal.decided)
    assert set(told.values()) <= {1}


class CrashesAndReplays(InMemory):
    """The process dies before its commit, or after it and before the cache is told; then the batch comes again, or the next one."""

    @rule(
        place=places,
        gap_s=gaps_s,
        times=st.integers(1, 4),
        dies=st.sampled_from(["never", "before commit", "after commit", "after commit, and nothing comes again"]),
    )
    def fixes(self, place: str, gap_s: float, times: int, dies: str) -> None:
        for _ in range(times):
            self.now += timedelta(seconds=gap_s)
            self.hears(self.calm, PLACES[place])
            before, cached = copy_of(self.tried), (dict(self.tried.states), self.tried.newest_at)
            self.hears(self.tried, PLACES[place])
            if dies == "before commit":
                self.tried = before
            elif dies != "never":
                self.tried.states, self.tried.newest_at = cached
            if dies in ("before commit", "after commit"):
                self.hears(self.tried, PLACES[place])
            self.as_one &= dies != "after commit, and nothing comes again"
            gap_s = min(gap_s, 3.0)


def copy_of(rehearsal: Rehearsal) -> Rehearsal:
    return replace(
        rehearsal,
        states=dict(rehearsal.states),
        records={zone_id: list(records) for zone_id, records in rehearsal.records.items()},
        happened=list(rehearsal.happened),
        decided=list(rehearsal.decided),
    )


class TwoDevicesAtOnce(InMemory):
    """Two devices tell of one visitor; now and then a batch has read the cache before the other's batch has written it."""

    def __init__(self) -> None:
        super().__init__()
        self.read: dict[str, tuple[dict[UUID, visits.ZoneState], datetime | None]] = {}

    @rule(
        device=st.sampled_from(["phone", "watch"]),
        place=places,
        gap_s=gaps_s,
        times=st.integers(1, 4),
        races=st.booleans(),
    )
    def hears_by(self, device: str, place: str, gap_s: float, times: int, races: bool) -> None:
        if races and device in self.read:
            self.as_one = False
            self.tried.states, self.tried.newest_at = self.read[device]
        for _ in range(times):
            self.now += timedelta(seconds=gap_s)
            self.hears(self.tried, PLACES[place])
            self.hears(self.calm, PLACES[place])
            gap_s = min(gap_s, 3.0)
        self.read[device] = dict(self.tried.states), self.tried.newest_at

    @rule(device=st.sampled_from(["phone", "watch"]), place=places, late_s=st.sampled_from([0.0, 0.5, 2.0, 10.0]))
    def comes_behind_the_other(self, device: str, place: str, late_s: float) -> None:
        """Hear of a moment that the other device may have told of: what it had read then is older than the records."""
        if device not in self.read:
            return
        self.as_one = False
        self.tried.states, self.tried.newest_at = self.read[device]
        at = self.now - timedelta(seconds=late_s)
        self.tried.take(PLACES[place], at, watermark=at, now=self.now)
        self.read[device] = dict(self.tried.states), self.tried.newest_at


class ChangesInMidVisit(InMemory):
    """Maps with the zones and without are published, campaigns edited, paused, started and stopped, the cache is emptied."""

    def __init__(self) -> None:
        super().__init__()
        self.has_zones, self.was_cut = True, False
        self.state, self.entered = visits.OUTSIDE, 0

    @rule(place=places, gap_s=gaps_s, times=st.integers(1, 4))
    def walks(self, place: str, gap_s: float, times: int) -> None:
        said = PLACES[place] if self.has_zones else dict.fromkeys((QUARTER, KIOSK.id), Sense.UNKNOWN)
        for _ in range(times):
            self.now += timedelta(seconds=gap_s)
            self.state, events = visits.step(self.state, said.get(QUARTER, Sense.AWAY), self.now)
            self.entered += sum(isinstance(event, visits.Entered) for event in events)
            self._may_be_told(self.hears(self.tried, said))
            gap_s = min(gap_s, 3.0)

    @rule(has_zones=st.booleans())
    def a_map_is_published_or_rolled_back(self, has_zones: bool) -> None:
        self.has_zones = has_zones

    @rule(number=st.integers(0, len(CAMPAIGNS) - 1), title=st.sampled_from(["Lunch", "Dinner"]))
    def a_text_is_edited(self, number: int, title: str) -> None:
        self._change(number, content={"en": Text(title, "Now")})

    @rule(number=st.integers(0, len(CAMPAIGNS) - 1))
    def a_campaign_is_paused_or_goes_on(self, number: int) -> None:
        if self.tried.campaigns[number].state is CampaignState.ACTIVE:
            self._change(number, state=CampaignState.PAUSED)
        else:
            self._change(number, state=CampaignState.ACTIVE, active_since=self.now)

    @rule(number=st.integers(0, len(CAMPAIGNS) - 1), stopped=st.booleans())
    def a_campaign_is_stopped(self, number: int, stopped: bool) -> None:
        self._change(number, stopped=stopped)

    @rule(stopped=st.booleans())
    def everything_is_stopped(self, stopped: bool) -> None:
        self.tried.rules = replace(self.tried.rules, stopped=stopped)

    @rule()
    def the_cache_is_emptied(self) -> None:
        self.was_cut = True
        newest = [noted(zone_id, records[-1], self.tried) for zone_id, records in self.tried.records.items()]
        self.tried.states = dict(newest)
        self.tried.newest_at = None

    def teardown(self) -> None:
        self.as_one = False  # nothing of it was done to the calm one, which took no step
        super().teardown()
        if not self.was_cut:
            assert len(self.tried.records.get(QUARTER, ())) == self.entered
        for each in self.tried.campaigns:
            if each.trigger.kind is TriggerKind.ENTER:
                told = [
                    found.case.occasion.visit_id for found in self.tried.decided if found.case.campaign.id == each.id
                ]
                assert len(told) == len(set(told))

    def _may_be_told(self, decided: list[Decided]) -> None:
        for each in decided:
            if isinstance(each.verdict, Reserved):
                running = next(one for one in self.tried.campaigns if one.id == each.case.campaign.id)
                assert running.state is CampaignState.ACTIVE
                assert running.active_since is not None
                assert running.active_since <= each.case.occasion.at
                assert not running.stopped
                assert not self.tried.rules.stopped
                assert each.case.campaign.content == running.content

    def _change(self, number: int, **fields: object) -> None:
        campaigns = list(self.tried.campaigns)
        campaigns[number] = replace(campaigns[number], **fields)  # type: ignore[arg-type]
        self.tried.campaigns = campaigns


def noted(zone_id: UUID, record: Record, rehearsal: Rehearsal) -> tuple[UUID, visits.ZoneState]:
    """Return the state of a record that is as new as the last fix inside."""
    state = rehearsal.states.get(zone_id)
    if state is None or not state.is_inside or state.visit is None or state.last_fix_at is None:
        return zone_id, record.state()
    dwell_s = max(record.dwell_s, state.visit.dwell_s)
    return zone_id, replace(record, last_fix_at=state.last_fix_at, dwell_s=dwell_s).state()


TestCrashesAndReplays = CrashesAndReplays.TestCase
TestCrashesAndReplays.settings = THOUSANDS
TestTwoDevicesAtOnce = TwoDevicesAtOnce.TestCase
TestTwoDevicesAtOnce.settings = THOUSANDS
TestChangesInMidVisit = ChangesInMidVisit.TestCase
TestChangesInMidVisit.settings = THOUSANDS
