"""Visits: the machine that turns the probability of a zone, fix by fix, into entering, dwelling and leaving.

Outside, a run of fixes at or above ENTER_AT opens a visit; inside, a run at or below EXIT_AT closes it, and so does
silence. Between the two thresholds the state keeps, so a visitor on the boundary neither enters nor leaves.
Every constant is one of CAMPAIGNS.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

ENTER_AT = 0.7
ENTER_S = 3.0
EXIT_AT = 0.3
EXIT_S = 10.0
RUN_FIXES = 2
LOST_S = 60.0
REOPEN_S = 120.0
DWELL_GAP_S = 15.0


class LeftBecause(StrEnum):
    """How a visit ended."""

    EXIT = "exit"
    LOST = "lost"


@dataclass(frozen=True)
class Run:
    """Consecutive fixes on one side of a threshold: the first and the last instant, and the time between them.

    inside_s leaves out gaps of more than DWELL_GAP_S.
    """

    since: datetime
    until: datetime
    fixes: int = 1
    inside_s: float = 0.0

    def lasts(self, seconds: float) -> bool:
        """Return whether the run is long enough in time and in fixes."""
        return self.fixes >= RUN_FIXES and self.until - self.since >= timedelta(seconds=seconds)


@dataclass(frozen=True)
class Visit:
    """A stay in a zone. It is open until `left_at` is known."""

    entered_at: datetime
    dwell_s: float = 0.0
    left_at: datetime | None = None


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
        return self.visit is None or not may_reopen(self.visit.left_at, at)


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
class Left:
    at: datetime
    because: LeftBecause
    dwell_s: float


ZoneEvent = Entered | Reopened | Dwelt | Left


def step(
    state: ZoneState, probability: float, at: datetime, dwells_s: Iterable[float] = ()
) -> tuple[ZoneState, tuple[ZoneEvent, ...]]:
    """Take the zone's probability at one fix; return the new state and what just happened.

    `dwells_s` are the times inside that are to be announced. A fix no newer than the last one changes nothing.
    """
    if state.last_fix_at is not None and at <= state.last_fix_at:
        return state, ()
    state, lost = step_silence(state, at)
    inside_s = _counted_s(state, at)
    if state.visit is not None and state.is_inside:
        moved, events = _inside(state, state.visit, probability, at, inside_s)
    else:
        moved, events = _outside(state, probability, at, inside_s)
    reached = _reached(state, moved, at, dwells_s)
    return replace(moved, last_fix_at=at), (*lost, *events, *reached)


def step_silence(state: ZoneState, at: datetime) -> tuple[ZoneState, tuple[Left, ...]]:
    """Take the passing of time; return the new state, with the visit closed as lost after LOST_S without a fix."""
    if state.last_fix_at is None or at - state.last_fix_at < timedelta(seconds=LOST_S):
        return state, ()
    if state.visit is None or not state.is_inside:
        return replace(state, run=None), ()
    left_at = state.last_fix_at + timedelta(seconds=LOST_S)
    return replace(state, visit=replace(state.visit, left_at=left_at), run=None), (
        Left(left_at, LeftBecause.LOST, state.visit.dwell_s),
    )


def step_all(
    states: Mapping[UUID, ZoneState],
    probabilities: Mapping[UUID, float],
    at: datetime,
    dwells_s: Mapping[UUID, frozenset[float]],
) -> tuple[dict[UUID, ZoneState], list[tuple[UUID, ZoneEvent]]]:
    """Take one fix for all zones of a visitor: `dwells_s` lists every zone that is watched.

    Zones that the visitor is nowhere near have no state and cost nothing.
    """
    near = {zone_id for zone_id, probability in probabilities.items() if probability >= ENTER_AT}
    new_states: dict[UUID, ZoneState] = {}
    happened: list[tuple[UUID, ZoneEvent]] = []
    for zone_id in sorted(zone_id for zone_id in near | set(states) if zone_id in dwells_s):
        state, events = step(states.get(zone_id, OUTSIDE), probabilities.get(zone_id, 0.0), at, dwells_s[zone_id])
        happened += [(zone_id, event) for event in events]
        if not state.is_idle(at):
            new_states[zone_id] = state
    return new_states, happened


def may_reopen(left_at: datetime | None, at: datetime) -> bool:
    """Return whether an enter at that instant goes on with the visit that ended then."""
    return left_at is not None and at - left_at <= timedelta(seconds=REOPEN_S)


def _outside(
    state: ZoneState, probability: float, at: datetime, inside_s: float
) -> tuple[ZoneState, tuple[ZoneEvent, ...]]:
    if probability < ENTER_AT:
        return replace(state, run=None), ()
    run = _extended(state.run, at, inside_s)
    if not run.lasts(ENTER_S):
        return replace(state, run=run), ()
    if state.visit is not None and may_reopen(state.visit.left_at, run.since):
        visit = replace(state.visit, left_at=None, dwell_s=state.visit.dwell_s + run.inside_s)
        return replace(state, visit=visit, run=None), (Reopened(run.since),)
    return replace(state, visit=Visit(run.since, run.inside_s), run=None), (Entered(run.since),)


def _inside(
    state: ZoneState, visit: Visit, probability: float, at: datetime, inside_s: float
) -> tuple[ZoneState, tuple[ZoneEvent, ...]]:
    """Time in a run towards leaving counts as inside only once the run has come to nothing."""
    if probability > EXIT_AT:
        waited_s = state.run.inside_s if state.run is not None else 0.0
        return replace(state, visit=_longer(visit, waited_s + inside_s), run=None), ()
    if state.run is None:
        return replace(state, visit=_longer(visit, inside_s), run=Run(at, at)), ()
    run = _extended(state.run, at, inside_s)
    if not run.lasts(EXIT_S):
        return replace(state, run=run), ()
    return replace(state, visit=replace(visit, left_at=run.since), run=None), (
        Left(run.since, LeftBecause.EXIT, visit.dwell_s),
    )


def _extended(run: Run | None, at: datetime, inside_s: float) -> Run:
    if run is None:
        return Run(at, at)
    return Run(run.since, at, run.fixes + 1, run.inside_s + inside_s)


def _longer(visit: Visit, seconds: float) -> Visit:
    return replace(visit, dwell_s=visit.dwell_s + seconds)


def _counted_s(state: ZoneState, at: datetime) -> float:
    """Return the seconds since the last fix, 0 where the gap is too long to say where the visitor was."""
    if state.last_fix_at is None:
        return 0.0
    gap_s = (at - state.last_fix_at).total_seconds()
    return gap_s if gap_s <= DWELL_GAP_S else 0.0


def _reached(before: ZoneState, after: ZoneState, at: datetime, dwells_s: Iterable[float]) -> tuple[Dwelt, ...]:
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
