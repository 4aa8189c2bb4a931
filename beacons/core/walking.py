"""Where somebody may be a moment later: they keep their pace and direction, mostly, stand now and then, and take stairs."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from beacons.core.cells import COMPASS, HEADINGS, NOWHERE, Ints
from beacons.core.states import (
    EAST,
    INSTANTS,
    MODES,
    MOMENTS,
    NORTH,
    PACES,
    STANDING,
    Floats,
    Ground,
    Keys,
    Levels,
    States,
    appended,
    ascending,
    slot_of,
    table_for,
)

# Nobody crosses more than one border of a cell in it.
STEP_S = 0.5
# A stroll, a walk and a brisk walk (Bohannon 1997: 1.2 to 1.5 m/s; slower among shops), how many go at each, and by how
# much they vary from step to step.
PACE_MPS = np.array([0.7, 1.2, 1.6])
PACE_SHARE = np.array([0.25, 0.5, 0.25])
JITTER_MPS = np.array([-0.18, 0.18])
# A pace that steps tell is off by up to a fifth: strides differ, and whole steps are counted.
TOLD_PACE = np.array([0.8, 1.0, 1.2])
# Of a step: another pace; stopping; walking on. Our assumptions.
CHANGES_PACE, STOPS, GOES = 0.02, 0.02, 0.1
# Of a step: straight on, an eighth of a turn, a quarter, three eighths, about face (some 3 % U-turns a second).
TURN = np.array([0.86, 0.05, 0.012, 0.0005, 0.006, 0.0005, 0.012, 0.05])
# An eighth that is blocked is taken only by who then bumps into the wall: next to never.
BLOCKED = 0.02
# Of a step on stairs or in a lift's door: a storey takes some 10 s. Who is known to climb takes them, who is known not to does not.
LINK_TAKEN, CLIMBS, STAYS = 0.06, 0.3, 0.005
# The barometer of a phone tells half a metre; less is no climb.
CLIMB_M = 0.8
# States that hold less than this share of the most probable one's weight are let go.
NEGLIGIBLE = 5e-4
# What would be less is not moved at all.
LEAST_MOVED = 1e-5

# The heading that leads so many columns east and rows north, each plus one.
_AROUND = np.full((3, 3), NOWHERE, np.int32)
_AROUND[COMPASS[:, 0] + 1, COMPASS[:, 1] + 1] = np.arange(HEADINGS)


@dataclass(frozen=True)
class Stride:
    """How long somebody walks, how many whole seconds of the clock pass in it, and what sensors say of it (None: nothing)."""

    seconds: float
    instants: int
    pace_mps: float | None = None
    turned_deg: float = 0.0
    climbed_m: float | None = None

    @property
    def steps(self) -> int:
        return max(1, int(np.ceil(self.seconds / STEP_S - 1e-9)))

    @property
    def paces_mps(self) -> Floats:
        return PACE_MPS if self.pace_mps is None else self.pace_mps * TOLD_PACE

    @property
    def turn(self) -> Floats:
        """(HEADINGS,) how probable each change of direction is in a step: the sensor's turn is spread over all steps."""
        eighths = self.turned_deg / 45.0 / self.steps
        whole = int(np.floor(eighths))
        part = eighths - whole
        return np.asarray((1 - part) * np.roll(TURN, whole) + part * np.roll(TURN, whole + 1))

    @property
    def links(self) -> tuple[float, float, float]:
        """How probably a link down, on the same ordinal, and up is taken in a step."""
        if self.climbed_m is None:
            return LINK_TAKEN, LINK_TAKEN, LINK_TAKEN
        if abs(self.climbed_m) < CLIMB_M:
            return STAYS, LINK_TAKEN, STAYS
        return (CLIMBS, STAYS, STAYS) if self.climbed_m < 0 else (STAYS, STAYS, CLIMBS)


def walked(ground: Ground, states: States, strides: list[Stride], *, negligible: float = NEGLIGIBLE) -> States:
    """Return the states of each visitor after their stride."""
    found: States = _walked(
        ground, states, np.array([one.seconds / one.steps for one in strides]),
        np.array([one.steps for one in strides]), np.array([one.instants for one in strides]),
        np.array([one.turn for one in strides]), np.array([one.paces_mps for one in strides]),
        np.array([one.links for one in strides]), PACE_SHARE, JITTER_MPS, EAST, NORTH, _AROUND, negligible,
    )  # fmt: skip
    return found


class _Sums(NamedTuple):
    """States that are being added up, by where each key stands; `source`: the state that gave the largest part."""

    table: Ints
    key: Keys
    moments: Floats
    source: Keys
    largest: Floats


@njit(cache=True, nogil=True)
def _walked(
    ground: Ground, states: States, step_s: Floats, steps: Keys, instants: Keys, turn: Floats, paces_mps: Floats,
    links: Floats, pace_share: Floats, jitter_mps: Floats, east: Floats, north: Floats, around: Ints,
    negligible: float,
) -> States:  # fmt: skip
    room = 4 * len(states.key) + 64
    found = States(
        np.zeros(len(states.first), np.int64),
        np.empty(room, np.int64),
        np.empty((room, MOMENTS)),
        np.empty((room, INSTANTS), np.int16),
    )
    for visitor in range(len(states.first) - 1):
        begin, end = states.first[visitor], states.first[visitor + 1]
        key, moments, level = states.key[begin:end], states.moments[begin:end], states.level[begin:end]
        passed = 0
        for step in range(steps[visitor]):
            while (step + 1) * instants[visitor] // steps[visitor] > passed:
                moments, level = _remembered(moments, level)
                passed += 1
            key, moments, level = _stepped(
                ground, key, moments, level, turn[visitor], pace_share, paces_mps[visitor], step_s[visitor],
                links[visitor], jitter_mps, east, north, around,
            )  # fmt: skip
            key, moments, level = ascending(key, moments, level, negligible)
        used = found.first[visitor]
        found = appended(found, used, key, moments, level)
        found.first[visitor + 1] = used + len(key)
    used = found.first[-1]
    return States(found.first, found.key[:used], found.moments[:used], found.level[:used])


@njit(cache=True, nogil=True)
def _remembered(moments: Floats, level: Levels) -> tuple[Floats, Levels]:
    """Return the states one instant later: now is also a second ago."""
    later, levels = moments.copy(), level.copy()
    later[:, 4:] = moments[:, 1:-3]
    levels[:, 1:] = level[:, :-1]
    return later, levels


@njit(cache=True, nogil=True)
def _sums(room: int) -> _Sums:
    return _Sums(
        table_for(room), np.empty(room, np.int64), np.empty((room, MOMENTS)), np.empty(room, np.int64), np.empty(room)
    )


@njit(cache=True, nogil=True)
def _stepped(
    ground: Ground, key: Keys, moments: Floats, level: Levels, turn: Floats, pace_share: Floats, pace_mps: Floats,
    step_s: float, links: Floats, jitter_mps: Floats, east: Floats, north: Floats, around: Ints,
) -> tuple[Keys, Floats, Levels]:  # fmt: skip
    """Return the states after everybody chose direction and pace and took a step, cell by cell."""
    # Plain arrays: each look into a named tuple costs more than the sum that it is for.
    neighbour, link_first, link_head = ground.neighbour, ground.link_first, ground.link_head
    x_m, y_m, ordinal, floor, half_m = ground.x_m, ground.y_m, ground.ordinal, ground.level, ground.spacing_m / 2
    found, count, at = _sums(2 * len(key) + 8 * MODES), 0, 0
    table, to_key, to, source, largest = found.table, found.key, found.moments, found.source, found.largest
    own, own_source, own_largest = np.empty((MODES, MOMENTS)), np.empty(MODES, np.int64), np.empty(MODES)
    chance, jitters = np.empty(HEADINGS), len(jitter_mps)
    while at < len(key):
        cell, upto = key[at] // MODES, at
        own[:] = 0.0
        own_largest[:] = 0.0
        while upto < len(key) and key[upto] // MODES == cell:
            mode = key[upto] - cell * MODES
            _turned(neighbour, cell, mode, moments, upto, turn, pace_share, chance, own, own_source, own_largest)
            upto += 1
        at = upto
        begin, end = link_first[cell], link_first[cell + 1]
        most = MODES * (jitters + end - begin)
        if count + most > len(to_key):
            found = _with_room(found, count, most)
            table, to_key, to, source, largest = found.table, found.key, found.moments, found.source, found.largest
        for mode in range(MODES):
            weight = own[mode, 0]
            if weight < LEAST_MOVED:
                continue
            own_x_m, own_y_m, stays = own[mode, 1] / weight, own[mode, 2] / weight, 1.0
            for link in range(begin, end):
                head = link_head[link]
                share = links[int(np.sign(ordinal[floor[head]] - ordinal[floor[cell]])) + 1] / (end - begin)
                stays -= share
                count = _arrived(
                    table, to_key, to, source, largest, count, head * MODES + mode, own, mode, own_source[mode], share,
                    x_m[head] - own_x_m, y_m[head] - own_y_m,
                )  # fmt: skip
            if mode == STANDING:
                count = _arrived(
                    table, to_key, to, source, largest, count, cell * MODES + mode, own, mode, own_source[mode], stays,
                    0.0, 0.0,
                )  # fmt: skip
                continue
            for k in range(jitters):
                reach_m = max(pace_mps[mode // HEADINGS] + jitter_mps[k], 0.0) * step_s
                head, east_m, north_m = _reached(
                    neighbour, x_m, y_m, half_m, cell, own_x_m, own_y_m, reach_m * east[mode], reach_m * north[mode],
                    around,
                )  # fmt: skip
                count = _arrived(
                    table, to_key, to, source, largest, count, head * MODES + mode, own, mode, own_source[mode],
                    stays / jitters, east_m, north_m,
                )  # fmt: skip
    levels = level[source[:count]]
    for i in range(count):
        levels[i, 0] = floor[to_key[i] // MODES]
        # Nobody in a cell is farther from the others there than the cell is wide.
        mean_square_m2 = (to[i, 1] * to[i, 1] + to[i, 2] * to[i, 2]) / to[i, 0]
        to[i, 3] = min(to[i, 3], mean_square_m2 + to[i, 0] * 2 * half_m * half_m / 3)
    return to_key[:count], to[:count], levels


@njit(cache=True, nogil=True)
def _with_room(found: _Sums, count: int, more: int) -> _Sums:
    """Return the sums with room for so many more."""
    wider = _sums(2 * (count + more))
    for i in range(count):
        slot_of(wider.table, wider.key, i, found.key[i])
    wider.moments[:count] = found.moments[:count]
    wider.source[:count] = found.source[:count]
    wider.largest[:count] = found.largest[:count]
    return wider


@njit(cache=True, nogil=True)
def _turned(
    neighbour: Ints, cell: int, mode: int, moments: Floats, i: int, turn: Floats, pace_share: Floats, chance: Floats,
    own: Floats, source: Keys, largest: Floats,
) -> None:  # fmt: skip
    """Add what one state of a cell becomes when direction and pace are chosen anew."""
    stands = 1 - GOES if mode == STANDING else STOPS
    total = stands
    for heading in range(HEADINGS):
        taken = GOES / HEADINGS if mode == STANDING else turn[(heading - mode) & (HEADINGS - 1)] * (1 - STOPS)
        if neighbour[cell, heading] == NOWHERE:
            taken *= BLOCKED
        total += taken
        chance[heading] = taken
    _added(own, source, largest, STANDING, moments, i, i, stands / total)
    least = LEAST_MOVED / moments[i, 0]
    for pace in range(PACES):
        share = pace_share[pace] / total
        if mode != STANDING:
            share = CHANGES_PACE * share + (1 - CHANGES_PACE if pace == mode // HEADINGS else 0.0) / total
        for heading in range(HEADINGS):
            if chance[heading] * share >= least:
                _added(own, source, largest, pace * HEADINGS + heading, moments, i, i, chance[heading] * share)


@njit(cache=True, nogil=True)
def _added(
    to: Floats, source: Keys, largest: Floats, at: int, moments: Floats, i: int, origin: int, share: float
) -> None:
    """Add a share of state i to the sums at some place; `origin`: the state that it came from."""
    for k in range(MOMENTS):
        to[at, k] += share * moments[i, k]
    if share * moments[i, 0] > largest[at]:
        largest[at] = share * moments[i, 0]
        source[at] = origin


@njit(cache=True, nogil=True)
def _arrived(
    table: Ints, key: Keys, to: Floats, source: Keys, largest: Floats, count: int, wanted: int, own: Floats, mode: int,
    origin: int, share: float, east_m: float, north_m: float,
) -> int:  # fmt: skip
    """Add a share of a mode of a cell, so many metres on; return how many states there are then."""
    at = slot_of(table, key, count, wanted)
    if at == count:
        for k in range(MOMENTS):
            to[at, k] = 0.0
        largest[at] = 0.0
        count += 1
    _added(to, source, largest, at, own, mode, origin, share)
    weight = share * own[mode, 0]
    to[at, 1] += weight * east_m
    to[at, 2] += weight * north_m
    to[at, 3] += 2 * share * (east_m * own[mode, 1] + north_m * own[mode, 2])
    to[at, 3] += weight * (east_m * east_m + north_m * north_m)
    return count


@njit(cache=True, nogil=True)
def _reached(
    neighbour: Ints, x_m: Floats, y_m: Floats, half_m: float, cell: int, own_x_m: float, own_y_m: float, east_m: float,
    north_m: float, around: Ints,
) -> tuple[int, float, float]:  # fmt: skip
    """Return the cell that so many metres lead to, and the metres that were walked: walls stop."""
    column = _beyond(own_x_m + east_m - x_m[cell], half_m)
    row = _beyond(own_y_m + north_m - y_m[cell], half_m)
    to = cell
    if column != 0 or row != 0:
        to = neighbour[cell, around[column + 1, row + 1]]
        if to == NOWHERE and column != 0 and row != 0:
            to = neighbour[cell, around[column + 1, 1]]
            if to == NOWHERE:
                to = neighbour[cell, around[1, row + 1]]
        if to == NOWHERE:
            to = cell
    end_x_m = min(max(own_x_m + east_m, x_m[to] - half_m), x_m[to] + half_m)
    end_y_m = min(max(own_y_m + north_m, y_m[to] - half_m), y_m[to] + half_m)
    return to, end_x_m - own_x_m, end_y_m - own_y_m


@njit(cache=True, nogil=True)
def _beyond(value_m: float, half_m: float) -> int:
    return 1 if value_m > half_m else (-1 if value_m < -half_m else 0)
