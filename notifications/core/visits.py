"""Visits: the machine that turns what each fix says of a zone into entering, dwelling and leaving.

Outside, a run of fixes that say "in" opens a visit; inside, a run that says "out" closes it, and so does silence. Between the two
the state keeps, so a visitor on the boundary neither enters nor leaves. Every constant is one of CAMPAIGNS.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from notifications.core.schedule import Schedule
from notifications.core.sense import Sense

LOST_S = 60.0
REOPEN_S = 120.0
# So long jitter of that radius on a boundary makes one visit (CAMPAIGNS.md, Laws).
JITTER_S = 600.0
DWELL_GAP_S = 15.0


class LeftBecause(StrEnum):
    """How a visit ended."""

    EXIT = "exit"
    LOST = "lost"


@dataclass(frozen=True)
class Pace:
    """How long and in how many fixes a run takes to open or close a visit; how long after its exit it opens again."""

    enter_s: float
    exit_s: float
    run_fixes: int
    reopen_s: float


AREA = Pace(enter_s=3.0, exit_s=10.0, run_fixes=2, reopen_s=REOPEN_S)
PROXIMITY = Pace(enter_s=0.0, exit_s=0.0, run_fixes=1, reopen_s=0.0)
"""The distance is filtered already: it fires at once, and who was beyond 1.5 x may make it fire again."""


@dataclass(frozen=True)
class Watch:
    """What is waited for in a zone: times inside, and times of the day."""

    dwells_s: frozenset[float] = frozenset()
    schedule: Schedule | None = None
    pace: Pace = AREA


@dataclass(frozen=True)
class Run:
    """Consecutive fixes that say the same: the first and the last instant, and the time between them.

    `inside_s` leaves out gaps of more than DWELL_GAP_S; `was_away` is whether one of the fixes was out of reach of the zone.
    """

    since: datetime
    until: datetime
    fixes: int = 1
    inside_s: float = 0.0
    was_away: bool = False

    def lasts(self, seconds: float, fixes: int) -> bool:
        """Return whether the run is long enough in time and in fixes."""
        return self.fixes >= fixes and self.until - self.since >= timedelta(seconds=seconds)


@dataclass(frozen=True)
class Visit:
    """A stay in a zone. It is open until `left_at` is known."""

    entered_at: datetime
    dwell_s: float = 0.0
    left_at: datetime | None = None
    because: LeftBecause | None = None
    on_edge: bool = False
    """Whether every fix since its end kept the zone within the 95 % radius: then its end may have been jitter."""


@dataclass(frozen=True)
class ZoneState:
    """Where one visitor stands with one zone.

    `run` is a run towards entering while outside, and towards leaving while inside.
    """

    visit: Visit | None = None
    run: Run | None = None
    last_fix_at: datetime | None = None

    @property
    def is_inside(self) -> bool:
        return self.visit is not None and self.visit.left_at is None

    def is_idle(self, at: datetime) -> bool:
        """Return whether nothing would be lost by forgetting this state."""
        if self.is_inside or self.run is not None:
            return False
        return self.visit is None or not may_reopen(self.visit, at)


OUTSIDE = ZoneState()


@dataclass(frozen=True)
class Entered:
    at: datetime


@dataclass(frozen=True)
class Reopened:
    """The visitor came back so soon that the same visit goes on."""

    at: datetime


@dataclass(frozen=True)
class Dwelt:
    """The time inside has reached `dwell_s`, which was asked for."""

    at: datetime
    dwell_s: float


@dataclass(frozen=True)
class Struck:
    """The visitor was inside when a schedule struck."""

    at: datetime
    local_time: time


@dataclass(frozen=True)
class Left:
    at: datetime
    because: LeftBecause
    dwell_s: float


ZoneEvent = Entered | Reopened | Dwelt | Struck | Left


def step(
    state: ZoneState, sense: Sense, at: datetime, watch: Watch = Watch()
) -> tuple[ZoneState, tuple[ZoneEvent, ...]]:
    """Take what one fix says of the zone; return the new state and what just happened.

    A fix no newer than the last one changes nothing.
    """
    if state.last_fix_at is not None and at <= state.last_fix_at:
        return state, ()
    state, lost = step_silence(state, at)
    if sense is Sense.UNKNOWN:
        return replace(state, run=None, last_fix_at=at), lost
    inside_s = _counted_s(state, at)
    if state.visit is not None and state.is_inside:
        moved, events = _inside(state, state.visit, sense, at, inside_s, watch.pace)
    else:
        moved, events = _outside(state, sense, at, inside_s, watch.pace)
    reached, struck = _reached(state, moved, at, watch.dwells_s), _struck(state, moved, at, watch.schedule)
    return replace(moved, last_fix_at=at), (*lost, *events, *reached, *struck)


def step_silence(state: ZoneState, at: datetime) -> tuple[ZoneState, tuple[Left, ...]]:
    """Take the passing of time; return the new state, with the visit closed as lost after LOST_S without a fix."""
    if state.last_fix_at is None or at - state.last_fix_at < timedelta(seconds=LOST_S):
        return state, ()
    if state.visit is None or not state.is_inside:
        gone = None if state.visit is None else replace(state.visit, on_edge=False)
        return replace(state, visit=gone, run=None), ()
    left_at = state.last_fix_at + timedelta(seconds=LOST_S)
    closed = replace(state.visit, left_at=left_at, because=LeftBecause.LOST)
    return replace(state, visit=closed, run=None), (Left(left_at, LeftBecause.LOST, state.visit.dwell_s),)


def step_all(
    states: Mapping[UUID, ZoneState],
    senses: Mapping[UUID, Sense],
    at: datetime,
    watched: Mapping[UUID, Watch],
) -> tuple[dict[UUID, ZoneState], list[tuple[UUID, ZoneEvent]]]:
    """Take one fix for all zones of a visitor, where it says anything but "away": those that are watched count.

    Zones that the visitor is nowhere near have no state and cost nothing.
    """
    near = {zone_id for zone_id, sense in senses.items() if sense is Sense.IN}
    new_states: dict[UUID, ZoneState] = {}
    happened: list[tuple[UUID, ZoneEvent]] = []
    for zone_id in sorted(zone_id for zone_id in near | set(states) if zone_id in watched):
        sense = senses.get(zone_id, Sense.AWAY)
        state, events = step(states.get(zone_id, OUTSIDE), sense, at, watched[zone_id])
        happened += [(zone_id, event) for event in events]
        if not state.is_idle(at):
            new_states[zone_id] = state
    return new_states, happened


def may_reopen(visit: Visit, at: datetime, pace: Pace = AREA) -> bool:
    """Return whether an enter at that instant goes on with this visit, which has ended."""
    if visit.left_at is None:
        return False
    again_s = REOPEN_S if visit.because is LeftBecause.LOST else pace.reopen_s
    if visit.on_edge and again_s > 0:
        again_s = JITTER_S
    return at - visit.left_at <= timedelta(seconds=again_s) and again_s > 0


def _outside(
    state: ZoneState, sense: Sense, at: datetime, inside_s: float, pace: Pace
) -> tuple[ZoneState, tuple[ZoneEvent, ...]]:
    if sense is not Sense.IN:
        visit = state.visit
        if visit is not None and sense is Sense.AWAY:
            visit = replace(visit, on_edge=False)
        return replace(state, visit=visit, run=None), ()
    run = _extended(state.run, sense, at, inside_s)
    if not run.lasts(pace.enter_s, pace.run_fixes):
        return replace(state, run=run), ()
    if state.visit is not None and may_reopen(state.visit, run.since, pace):
        visit = replace(
            state.visit, left_at=None, because=None, on_edge=False, dwell_s=state.visit.dwell_s + run.inside_s
        )
        return replace(state, visit=visit, run=None), (Reopened(run.since),)
    return replace(state, visit=Visit(run.since, run.inside_s), run=None), (Entered(run.since),)


def _inside(
    state: ZoneState, visit: Visit, sense: Sense, at: datetime, inside_s: float, pace: Pace
) -> tuple[ZoneState, tuple[ZoneEvent, ...]]:
    """Time in a run towards leaving counts as inside only once the run has come to nothing."""
    if sense not in (Sense.OUT, Sense.AWAY):
        waited_s = state.run.inside_s if state.run is not None else 0.0
        return replace(state, visit=_longer(visit, waited_s + inside_s), run=None), ()
    if state.run is None:
        visit = _longer(visit, inside_s)
    run = _extended(state.run, sense, at, inside_s)
    if not run.lasts(pace.exit_s, pace.run_fixes):
        return replace(state, visit=visit, run=run), ()
    closed = replace(visit, left_at=run.since, because=LeftBecause.EXIT, on_edge=not run.was_away)
    return replace(state, visit=closed, run=None), (Left(run.since, LeftBecause.EXIT, visit.dwell_s),)


def _extended(run: Run | None, sense: Sense, at: datetime, inside_s: float) -> Run:
    is_away = sense is Sense.AWAY
    if run is None:
        return Run(at, at, was_away=is_away)
    return Run(run.since, at, run.fixes + 1, run.inside_s + inside_s, run.was_away or is_away)


def _longer(visit: Visit, seconds: float) -> Visit:
    return replace(visit, dwell_s=visit.dwell_s + seconds)


def _counted_s(state: ZoneState, at: datetime) -> float:
    """Return the seconds since the last fix, 0 where the gap is too long to say where the visitor was."""
    if state.last_fix_at is None:
        return 0.0
    gap_s = (at - state.last_fix_at).total_seconds()
    return gap_s if gap_s <= DWELL_GAP_S else 0.0


def _reached(before: ZoneState, after: ZoneState, at: datetime, dwells_s: frozenset[float]) -> tuple[Dwelt, ...]:
    """Return the dwell times passed between two states of one visit, each at the instant at which it was reached."""
    if after.visit is None:
        return ()
    is_same = before.visit is not None and before.visit.entered_at == after.visit.entered_at
    from_s = before.visit.dwell_s if is_same and before.visit is not None else 0.0
    to_s = after.visit.dwell_s
    return tuple(
        Dwelt(at - timedelta(seconds=to_s - dwell_s), dwell_s)
        for dwell_s in sorted(dwells_s)
        if from_s < dwell_s <= to_s
    )


def _struck(before: ZoneState, after: ZoneState, at: datetime, schedule: Schedule | None) -> list[Struck]:
    """Return the strikes since the visitor was last known to be inside, until this fix.

    Until the first fix of a run towards leaving they were; while it goes on nobody knows; where it comes to nothing, its time counts.
    """
    stays = after.is_inside and after.run is None
    known_until = before.last_fix_at if before.is_inside and before.run is None else None
    if schedule is None or not (stays or known_until):
        return []
    since = before.run.since if before.run is not None else known_until or at
    struck = [Struck(*strike) for strike in schedule.strikes(since, at)]
    return [event for event in struck if event.at != known_until and (stays or event.at < at)]
