"""Where a walked line asks for a word: turns, doors and names along it.

Maneuvers come from what a walker sees, not from the nodes of a graph: the line is simplified, signs that follow one
another within a few steps are one maneuver with their net turn, zigzags and jogs cancel out, and a passage that bends is
walked without a word.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import radians, sin
from typing import NamedTuple
from uuid import UUID

from geo.bearings import bearing_deg, turn_deg
from navigation.core.guiding.landmarks import Surroundings
from navigation.core.guiding.lines import SIGHT_M, Line
from navigation.core.guiding.maneuvers import STRAIGHT_DEG, Cue, ManeuverType
from navigation.core.guiding.stretches import Trace
from venues.core.imdf.features import NO_LABELS, Labels

# The numbers below are chosen by judgement; none is a measurement.
MERGE_M = 4.0  # some three seconds' walk: what comes within is said in one breath
DOOR_MERGE_M = 6.0  # a door is in sight from farther: "turn left and enter the Galleria"
TURN_DEG = 40.0  # a turn is worth a step of its own from here on
DOOR_DEG = 50.0  # who comes to a door at less from straight ahead needs no turn to go through it
BEND_DEG = 60.0  # turns under this that follow one another the same way are one bend
BEND_GAP_M = 15.0
JOG_GAP_M = 8.0  # to one side and back within so much is no turn, where one steps aside by no more than:
JOG_OUTDOORS_M = 6.0  # across a lane, round a bed of palms
JOG_INDOORS_M = 2.5  # within a corridor
STAY_M = 8.0  # a named room that is crossed faster is not worth naming
STREET_M = 40.0  # a named street or square that is walked so far is announced even without a turn

DOORS = (ManeuverType.ENTER, ManeuverType.LEAVE)


class Cut(NamedTuple):
    """A maneuver at a vertex of a trace, the unit through which one comes to it, and how far it is along the line."""

    vertex: int
    at_m: float
    cue: Cue


class Directions(NamedTuple):
    """What a trace asks for: the bearings at its ends, cuts in between, and the turn with which it ends."""

    first_bearing_deg: float
    start_bearing_deg: float
    cuts: tuple[Cut, ...]
    end_turn_deg: float
    end_bearing_deg: float


class _Sign(NamedTuple):
    """Something at a vertex that may ask for a maneuver; `standing` where it does so even without a turn.

    `through_deg` is the bearing of the door that is passed.
    """

    vertex: int
    at_m: float
    type: ManeuverType
    place: Labels = NO_LABELS
    place_id: UUID | None = None
    standing: bool = False
    new_level: bool = False
    through_deg: float | None = None


class _Stay(NamedTuple):
    """Consecutive stretches in one unit: the first and the last of them, and what is round these."""

    start: int
    end: int
    entered: Surroundings
    left: Surroundings


class _Group:
    """Signs within a few steps of one another: at most one maneuver. Turn and bearing after it are in degrees."""

    __slots__ = (
        "after_deg", "before_deg", "first_m", "has_door", "last_m", "only_turns", "signs", "standing", "turn_deg"
    )  # fmt: skip

    def __init__(self, signs: Sequence[_Sign]) -> None:
        self.signs = signs
        self.first_m, self.last_m = signs[0].at_m, signs[-1].at_m
        self.standing = self.has_door = False
        self.only_turns = True
        for sign in signs:
            self.standing |= sign.standing
            self.has_door |= sign.new_level or sign.type in DOORS
            self.only_turns &= sign.type is ManeuverType.TURN
        self.before_deg = self.after_deg = self.turn_deg = 0.0

    def look(self, line: Line, since_m: float, until_m: float) -> None:
        """Take the turn of the group as seen between its neighbours."""
        self.before_deg = line.bearing_before(self.first_m, since_m)
        self.after_deg = line.bearing_deg(self.last_m, min(self.last_m + SIGHT_M, max(until_m, self.last_m)))
        self.turn_deg = turn_deg(self.before_deg, self.after_deg)

    @property
    def may_bend(self) -> bool:
        return self.only_turns and STRAIGHT_DEG / 2 <= abs(self.turn_deg) < BEND_DEG


def directions(
    trace: Trace,
    surroundings: Sequence[Surroundings | None],
    line: Line,
    lead_m: float = MERGE_M,
    end_m: float = MERGE_M,
) -> Directions:
    """Return the maneuvers along a trace, of which `line` is the line.

    `surroundings` has one for each stretch, None on a threshold. Turns within `lead_m` of the start and `end_m` of the end
    are part of the maneuvers there.
    """
    turns = (_Sign(vertex, at_m, ManeuverType.TURN) for vertex, at_m in line.turns())
    groups = _grouped(sorted([*turns, *_crossings(trace, surroundings)], key=lambda sign: sign.at_m))
    start_at_m, end_at_m, end_turn_deg = 0.0, line.total_m, 0.0
    if groups and not groups[0].standing and groups[0].last_m <= lead_m:
        start_at_m = groups.pop(0).last_m
    if groups and not groups[-1].standing and groups[-1].first_m >= line.total_m - end_m:
        last = groups.pop()
        end_at_m = last.first_m
        after_deg = line.bearing_deg(last.last_m, line.total_m)
        end_turn_deg = turn_deg(line.bearing_before(end_at_m, start_at_m), after_deg)
    _look(groups, line, start_at_m, end_at_m)
    groups = _without_jogs(groups, line, surroundings, trace, (start_at_m, end_at_m))
    first_end_m = min(start_at_m + SIGHT_M, groups[0].first_m if groups else end_at_m)
    return Directions(
        line.bearing_deg(0.0, SIGHT_M),
        line.bearing_deg(start_at_m, first_end_m),
        tuple(_cut(group) for group in _worth_a_word(groups)),
        end_turn_deg,
        line.bearing_before(line.total_m, 0.0),
    )


def _crossings(trace: Trace, surroundings: Sequence[Surroundings | None]) -> Iterator[_Sign]:
    """Yield a sign wherever the line passes from one unit to another and there is something to say of it."""
    starts = trace.starts
    stays = _stays(surroundings)
    for n, (here, there) in enumerate(pairwise(stays), start=2):
        i, before, j, after = here.end, here.left, there.start, there.entered
        vertex = starts[i + 1]  # of several thresholds the first: one is through the door when one goes into it
        until = next((stay.start for stay in stays[n:] if stay.entered.unit_id != after.unit_id), None)
        stay_m = (trace.along_m[-1] if until is None else trace.along_m[starts[until]]) - trace.along_m[starts[j]]
        if said := _threshold(before, after, stay_m, is_last=until is None):
            type_, named, standing = said
            new_level = before.level_id != after.level_id
            at_m, through_deg = trace.along_m[vertex], _through(trace, i + 1, j)
            yield _Sign(vertex, at_m, type_, *named, standing or new_level, new_level, through_deg)


def _stays(surroundings: Sequence[Surroundings | None]) -> list[_Stay]:
    """Return how one is in one unit after the other; thresholds are between them."""
    stays: list[_Stay] = []
    for i, around in enumerate(surroundings):
        if around is None:
            continue
        left = stays[-1].left if stays else None
        if left is None or (
            around is not left and (around.unit_id != left.unit_id or around.level_id != left.level_id)
        ):
            stays.append(_Stay(i, i, around, around))
        else:
            stays[-1] = _Stay(stays[-1].start, i, stays[-1].entered, around)
    return stays


def _through(trace: Trace, start: int, end: int) -> float | None:
    """Return the bearing of the threshold that is stretches start to end (exclusive); None where there is none."""
    if start == end:
        return None
    (ax, ay), (bx, by) = trace.stretches[start].points_m[0], trace.stretches[end - 1].points_m[-1]
    return bearing_deg(bx - ax, by - ay) if (ax, ay) != (bx, by) else None


_Named = tuple[Labels, UUID | None]


def _threshold(
    before: Surroundings, after: Surroundings, stay_m: float, *, is_last: bool
) -> tuple[ManeuverType, _Named, bool] | None:
    """Return what there is to say of going from one unit into another, and whether it needs saying without a turn."""
    own: _Named = (after.own_name, after.unit_id)
    if (before.outdoor and not after.outdoor) or _other_building(before, after):
        return ManeuverType.ENTER, (after.threshold_name, after.threshold_id), True
    if after.outdoor and not before.outdoor:
        return ManeuverType.LEAVE, (before.threshold_name, before.threshold_id), True
    if (before.shaft or after.shaft) and before.level_id == after.level_id:
        return None
    if after.outdoor and after.own_name:
        return ManeuverType.CONTINUE, own, stay_m >= STREET_M
    if not after.outdoor and after.own_name and not after.passage and (is_last or stay_m >= STAY_M):
        return ManeuverType.ENTER, own, True
    if not before.outdoor and before.own_name and not before.passage:
        return ManeuverType.LEAVE, (before.own_name, before.unit_id), True
    if after.own_name or before.level_id != after.level_id:
        return ManeuverType.CONTINUE, own, False
    return None


def _other_building(before: Surroundings, after: Surroundings) -> bool:
    return before.building is not None and after.building is not None and before.building.id != after.building.id


def _grouped(signs: Iterable[_Sign]) -> list[_Group]:
    """Return the signs in groups of a few steps, with at most one change of level in each."""
    groups: list[list[_Sign]] = []
    for sign in signs:
        if groups and _is_near(sign, groups[-1]):
            groups[-1].append(sign)
        else:
            groups.append([sign])
    return [_Group(group) for group in groups]


def _is_near(sign: _Sign, group: Sequence[_Sign]) -> bool:
    """Return whether a sign is said with those before it. Two doors have to be nearer than a door and a turn."""
    if sign.at_m - group[0].at_m > MERGE_M + DOOR_MERGE_M:
        return False
    if sign.new_level and any(other.new_level for other in group):
        return False
    if len([other for other in (*group, sign) if other.type in DOORS]) != 1:
        return sign.at_m - group[0].at_m <= MERGE_M
    return sign.at_m - group[-1].at_m <= DOOR_MERGE_M and sign.at_m - group[0].at_m <= MERGE_M + DOOR_MERGE_M


def _look(groups: Sequence[_Group], line: Line, start_m: float, end_m: float) -> None:
    """Let every group take its turn, as seen between its neighbours and the ends."""
    since_m = [start_m, *(group.last_m for group in groups)]
    until_m = [*(group.first_m for group in groups[1:]), end_m]
    for group, since, until in zip(groups, since_m, until_m, strict=False):
        group.look(line, since, until)


def _without_jogs(
    groups: list[_Group],
    line: Line,
    surroundings: Sequence[Surroundings | None],
    trace: Trace,
    ends_m: tuple[float, float],
) -> list[_Group]:
    """Return the groups, those that step aside and back joined to one that goes straight on."""
    joined: list[_Group] = []
    for group in groups:
        if joined and _is_jog(joined[-1], group, surroundings[trace.owner[group.signs[0].vertex]]):
            joined[-1] = _Group([*joined[-1].signs, *group.signs])
        else:
            joined.append(group)
    if len(joined) < len(groups):
        _look(joined, line, *ends_m)
    return joined


def _is_jog(a: _Group, b: _Group, around: Surroundings | None) -> bool:
    gap_m = b.first_m - a.last_m
    if gap_m > JOG_GAP_M or a.has_door or b.has_door or abs(turn_deg(a.before_deg, b.after_deg)) > STRAIGHT_DEG:
        return False
    aside_m = abs(sin(radians(a.turn_deg))) * gap_m
    return aside_m <= (JOG_OUTDOORS_M if around is not None and around.outdoor else JOG_INDOORS_M)


def _worth_a_word(groups: Sequence[_Group]) -> Iterator[_Group]:
    """Yield the groups that become a maneuver: those that stand, and turns that are no bend."""
    bends: set[int] = set()
    for i, (a, b) in enumerate(pairwise(groups)):
        close = b.first_m - a.last_m <= BEND_GAP_M
        if close and a.turn_deg * b.turn_deg > 0 and a.may_bend and b.may_bend:
            bends |= {i, i + 1}
    for i, group in enumerate(groups):
        if group.standing or (abs(group.turn_deg) >= TURN_DEG and i not in bends):
            yield group


def _cut(group: _Group) -> Cut:
    """Return the maneuver of a group: going in or out with the turns before and behind the door, else the turn."""
    signs = group.signs
    vertex = next((sign.vertex for sign in signs if sign.new_level), signs[0].vertex)
    at_m = group.first_m
    for wanted in DOORS:
        for sign in reversed(signs):
            if sign.type is wanted:
                before_deg, behind_deg = _turns_at_door(group, sign)
                cue = Cue(wanted, group.after_deg, before_deg, behind_deg, sign.place, sign.place_id)
                return Cut(vertex, at_m, cue)
    named = next((sign for sign in reversed(signs) if sign.place), signs[-1])
    type_ = ManeuverType.TURN if abs(group.turn_deg) >= TURN_DEG else ManeuverType.CONTINUE
    return Cut(vertex, at_m, Cue(type_, group.after_deg, group.turn_deg, 0.0, named.place, named.place_id))


def _turns_at_door(group: _Group, sign: _Sign) -> tuple[float, float]:
    """Return the turns before a door and behind it, 0 where one goes as good as straight through."""
    if sign.through_deg is None:
        return (group.turn_deg, 0.0) if abs(group.turn_deg) >= DOOR_DEG else (0.0, 0.0)
    turns = turn_deg(group.before_deg, sign.through_deg), turn_deg(sign.through_deg, group.after_deg)
    before_deg, behind_deg = (turn if abs(turn) >= DOOR_DEG else 0.0 for turn in turns)
    return before_deg, behind_deg
