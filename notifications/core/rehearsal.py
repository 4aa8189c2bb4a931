"""A visitor in memory: the same machine and the same deciding as with rows, with nothing stored and nothing sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from notifications.core.campaign import Campaign, CampaignKind
from notifications.core.deciding import Case, Deferred, History, Past, Reason, Recipient, Reserved, Rules, Verdict
from notifications.core.ledger import decide_all
from notifications.core.occasions import Occasion, occasion_of
from notifications.core.records import Record, written
from notifications.core.sense import Sense
from notifications.core.visits import LOST_S, PROXIMITY, Watch, ZoneEvent, ZoneState, step_all, step_silence


@dataclass(frozen=True)
class Decided:
    """A case, what came of it, and when it was decided."""

    case: Case
    verdict: Verdict

    @property
    def uses_window(self) -> bool:
        """Whether a later occasion finds the window used: by a message, or by the control group."""
        verdict = self.verdict
        return isinstance(verdict, Reserved) or (
            not isinstance(verdict, Deferred) and verdict.reason is Reason.HELD_OUT
        )


@dataclass(frozen=True)
class Happened:
    """Something of a visit, as it was noticed."""

    zone_id: UUID
    event: ZoneEvent


@dataclass
class Rehearsal:
    """One visitor and the campaigns that listen. It changes with every fix; what happened and was decided stays in order."""

    campaigns: Sequence[Campaign]
    rules: Rules
    visitor: Recipient
    watched: Mapping[UUID, Watch]
    states: dict[UUID, ZoneState] = field(default_factory=dict)
    records: dict[UUID, list[Record]] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    waiting: list[tuple[Campaign, Occasion]] = field(default_factory=list)
    newest_at: datetime | None = None

    def take(self, senses: Mapping[UUID, Sense], at: datetime, *, watermark: datetime, now: datetime) -> list[Decided]:
        """Take what one fix says of zones; return what was decided. A fix that is not the newest is none."""
        if self.newest_at is not None and at <= self.newest_at:
            return []
        self.newest_at = at
        self.states, events = step_all(self.states, senses, at, self.watched)
        noted = [self._occasion(zone_id, event, at, watermark) for zone_id, event in events]
        return self._decide([occasion for occasion in noted if occasion is not None], now)

    def fall_silent(self, now: datetime) -> list[Decided]:
        """Take the passing of time without a fix; return what was decided about visits that it ended."""
        occasions = []
        for zone_id, state in sorted(self.states.items()):
            self.states[zone_id], lost = step_silence(state, now)
            occasions += [self._occasion(zone_id, event, now, now) for event in lost]
        return self._decide([occasion for occasion in occasions if occasion is not None], now)

    def wake(self, now: datetime) -> list[Decided]:
        """Decide again on what quiet hours have put off until now; return what was decided."""
        due = [(campaign, occasion) for campaign, occasion in self.waiting if occasion.counts_at <= now]
        self.waiting = [pair for pair in self.waiting if pair not in due]
        decided = []
        for campaign, occasion in sorted(due, key=lambda pair: (-pair[0].priority, pair[1].at, pair[0].id)):
            decided += self._decide([occasion], now, campaigns=[campaign])
        return decided

    def pass_time(self, until: datetime | None = None) -> list[Decided]:
        """Take what is due without a fix until then, None: all that ever is; return what was decided, each at its moment."""
        decided: list[Decided] = []
        while (moment := self._next_moment()) is not None and (until is None or moment <= until):
            decided += [*self.fall_silent(moment), *self.wake(moment)]
        return decided

    def _next_moment(self) -> datetime | None:
        """Return when a visit is lost, or quiet hours end for what waits: whichever comes first."""
        seen_at = [
            state.last_fix_at for state in self.states.values() if state.is_inside and state.last_fix_at is not None
        ]
        lost_at = [at + timedelta(seconds=LOST_S) for at in seen_at]
        return min([*lost_at, *(occasion.counts_at for _, occasion in self.waiting)], default=None)

    def recipient(self, zone_id: UUID) -> Recipient:
        return replace(self.visitor, first_visit=len(self.records.get(zone_id, ())) <= 1)

    def history(self, campaign_id: UUID, at: datetime) -> History:
        own = [each for each in self.decided if each.uses_window and each.case.campaign.id == campaign_id]
        sent = [each.case for each in self.decided if isinstance(each.verdict, Reserved)]
        return History(
            windows=frozenset(each.verdict.window_key for each in own),
            own=tuple(Past(each.case.occasion.counts_at, each.case.occasion.zone_id) for each in own),
            marketing_at=tuple(
                case.occasion.counts_at for case in sent if case.campaign.kind is CampaignKind.MARKETING
            ),
        )

    def write(self, case: Case, verdict: Verdict) -> None:
        self.decided.append(Decided(case, verdict))
        if isinstance(verdict, Deferred):
            self.waiting.append((case.campaign, replace(case.occasion, deferred_to=verdict.until)))

    def _decide(
        self, occasions: Sequence[Occasion], now: datetime, campaigns: Sequence[Campaign] | None = None
    ) -> list[Decided]:
        asked = self.campaigns if campaigns is None else campaigns
        found = decide_all(campaigns=asked, occasions=occasions, rules=self.rules, ledger=self, now=now)
        return [Decided(case, verdict) for case, verdict in found]

    def _occasion(self, zone_id: UUID, event: ZoneEvent, at: datetime, watermark: datetime) -> Occasion | None:
        """Note what happened and return the occasion, None where it is none: no news, or a visit that opens again.

        A visit has the same id however often it is rehearsed.
        """
        self.happened.append(Happened(zone_id, event))
        own, pace = self.records.setdefault(zone_id, []), self.watched[zone_id].pace
        new_id = uuid5(zone_id, f"{self.visitor.visitor_id} {event.at.isoformat()}")
        record, is_news = written(own[-1] if own else None, event, fix_at=at, pace=pace, new_id=new_id)
        if record is None:
            return None
        self.records[zone_id] = [*(each for each in own if each.id != record.id), record]
        if not is_news:
            return None
        is_near = pace is PROXIMITY
        return occasion_of(zone_id, record.id, event, is_near=is_near, noticed_at=at, watermark=watermark)
