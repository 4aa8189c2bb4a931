"""The kernels of walking.py: what is believed of each visitor is moved on, step by step and cell by cell.

What arrives is added up in rows, MODES of them for each cell that anybody reaches, so that a state is found by its cell
alone; at the end of a step the rows are the next step's states.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from beacons.core.cells import HEADINGS, NOWHERE, Ints
from beacons.core.states import (
    HALTED,
    INSTANTS,
    MODES,
    MOMENTS,
    PACES,
    STANDING,
    Flags,
    Floats,
    Ground,
    Keys,
    Levels,
    States,
    appended,
    slot_of,
    table_for,
)

# Of a step: another pace; stopping; walking on. Our assumptions: some halt seldom and others before every window, so that more
# would slow the fix of those who walk, and less would lose those who stop (chosen on walks that judge nothing).
CHANGES_PACE, STOPS, GOES = 0.02, 0.006, 0.1
# Who halted faces on as they came for some 25 s. Half of those who go on go where they face, the others anywhere.
TURNS_ABOUT, ONWARD = 0.02, 0.5
# An eighth that is blocked is taken only by who then bumps into the wall: next to never.
BLOCKED = 0.02
# What would be less is not moved at all.
LEAST_MOVED = 1e-5


class Rows(NamedTuple):
    """Sums of states: row b x MODES + mode is of the b-th cell that was reached.

    `source`: the state that gave a row its largest part; `largest`: how much that was, 0 where nothing came yet, and then
    nothing else of the row is set.
    """

    table: Ints
    cell: Keys
    moments: Floats
    source: Keys
    largest: Floats


@njit(cache=True, nogil=True, error_model="numpy")
def moved(
    ground: Ground, states: States, is_new: Flags, step_s: Floats, steps: Keys, instants: Keys, turn: Floats,
    paces_mps: Floats, links: Floats, pace_share: Floats, jitter_mps: float, east: Floats, north: Floats, around: Ints,
    negligible: float,
) -> States:  # fmt: skip
    """Return the states of each visitor after their steps. (visitors,) arrays; turn, paces_mps and links have a row for each.

    `is_new`: whose paces are all still to be chosen.
    """
    room = 2 * len(states.key) + 64
    found = States(
        np.zeros(len(states.first), np.int64),
        np.empty(room, np.int64),
        np.empty((room, MOMENTS)),
        np.empty((room, INSTANTS), np.int16),
    )
    rows = _rows(64)
    for visitor in range(len(states.first) - 1):
        begin, end = states.first[visitor], states.first[visitor + 1]
        key, moments, level = states.key[begin:end], states.moments[begin:end], states.level[begin:end]
        passed = 0
        for step in range(steps[visitor]):
            while (step + 1) * instants[visitor] // steps[visitor] > passed:
                moments, level = _remembered(moments, level)
                passed += 1
            changes_pace = 1.0 if is_new[visitor] and step == 0 else CHANGES_PACE
            rows, cells = _stepped(
                ground, key, moments, turn[visitor], changes_pace, pace_share, paces_mps[visitor], step_s[visitor],
                links[visitor], jitter_mps, east, north, around, rows,
            )  # fmt: skip
            key, moments, level = _summed(rows, cells, level, ground.level, ground.spacing_m, negligible)
        used = found.first[visitor]
        found = appended(found, used, key, moments, level)
        found.first[visitor + 1] = used + len(key)
    used = found.first[-1]
    return States(found.first, found.key[:used], found.moments[:used], found.level[:used])


@njit(cache=True, nogil=True, error_model="numpy")
def _remembered(moments: Floats, level: Levels) -> tuple[Floats, Levels]:
    """Return the states one instant later: now is also a second ago."""
    later, levels = moments.copy(), level.copy()
    later[:, 4:] = moments[:, 1:-3]
    levels[:, 1:] = level[:, :-1]
    return later, levels


@njit(cache=True, nogil=True, error_model="numpy")
def _rows(cells: int) -> Rows:
    """Return rows for so many cells."""
    room = cells * MODES
    return Rows(
        table_for(cells), np.empty(cells, np.int64), np.empty((room, MOMENTS)), np.empty(room, np.int64), np.zeros(room)
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _widened(rows: Rows, cells: int) -> Rows:
    """Return the rows of so many cells with room for twice as many."""
    wider = _rows(2 * len(rows.cell))
    for i in range(cells):
        slot_of(wider.table, wider.cell, i, rows.cell[i])
    used = cells * MODES
    wider.moments[:used] = rows.moments[:used]
    wider.source[:used] = rows.source[:used]
    wider.largest[:used] = rows.largest[:used]
    return wider


@njit(cache=True, nogil=True, error_model="numpy")
def _stepped(
    ground: Ground, key: Keys, moments: Floats, turn: Floats, changes_pace: float, pace_share: Floats, pace_mps: Floats,
    step_s: float, links: Floats, jitter_mps: float, east: Floats, north: Floats, around: Ints, rows: Rows,
) -> tuple[Rows, int]:  # fmt: skip
    """Return the rows, written over, and how many cells there are, after everybody chose direction and pace and took a step."""
    rows.table[:] = NOWHERE
    own, own_source = np.empty((MODES, MOMENTS)), np.empty(MODES, np.int64)
    slow_m, fast_m = np.maximum(pace_mps - jitter_mps, 0.0) * step_s, (pace_mps + jitter_mps) * step_s
    count, at = 0, 0
    while at < len(key):
        cell, upto = key[at] // MODES, at
        while upto < len(key) and key[upto] // MODES == cell:
            upto += 1
        _turned(ground.neighbour, cell, key, moments, at, upto, turn, changes_pace, pace_share, own, own_source)
        at = upto
        if count + 1 + HEADINGS + ground.link_first[cell + 1] - ground.link_first[cell] > len(rows.cell):
            rows = _widened(rows, count)
        ways, head, of = _ways(ground, cell, own, slow_m, fast_m, links, east, north, around)
        count = _arrived(own, own_source, ways, head, of, rows, count)
    return rows, count


@njit(cache=True, nogil=True, error_model="numpy")
def _turned(
    neighbour: Ints, cell: int, key: Keys, moments: Floats, begin: int, end: int, turn: Floats, changes_pace: float,
    pace_share: Floats, own: Floats, source: Keys,
) -> None:  # fmt: skip
    """Write what the states of a cell, from `begin` to `end`, become when direction and pace are chosen anew.

    `own`: a row for each mode; `source`: the state that gave it the largest part.
    """
    chance, parts, largest = np.empty(HEADINGS), np.empty(MODES), np.zeros(MODES)
    own[:] = 0.0
    for i in range(begin, end):
        mode, least = key[i] - cell * MODES, LEAST_MOVED / moments[i, 0]
        stays = STOPS if mode < HALTED else 1 - GOES
        total = stays + _headed(neighbour, cell, mode, turn, chance)
        parts[HALTED:] = 0.0
        for pace in range(PACES):
            share = pace_share[pace] / total
            if mode < HALTED:
                share = changes_pace * share + (1 - changes_pace if pace == mode // HEADINGS else 0.0) / total
            for heading in range(HEADINGS):
                part = chance[heading] * share
                parts[pace * HEADINGS + heading] = part if part >= least else 0.0
        turns = stays / total * (1.0 if mode == STANDING else (TURNS_ABOUT if mode >= HALTED else 0.0))
        parts[STANDING] = turns if turns >= least else 0.0
        if mode != STANDING:
            parts[HALTED + (mode & (HEADINGS - 1))] = stays / total - turns
        for to in range(MODES):
            part = parts[to]
            if part == 0.0:
                continue
            for k in range(MOMENTS):
                own[to, k] += part * moments[i, k]
            if part * moments[i, 0] > largest[to]:
                largest[to] = part * moments[i, 0]
                source[to] = i


@njit(cache=True, nogil=True, error_model="numpy")
def _headed(neighbour: Ints, cell: int, mode: int, turn: Floats, chance: Floats) -> float:
    """Write how probably each heading is taken from a mode; return how probably any is."""
    total = 0.0
    for heading in range(HEADINGS):
        onward = turn[(heading - mode) & (HEADINGS - 1)]
        taken = (1 - STOPS) * onward
        if mode >= HALTED:
            taken = GOES * (ONWARD * onward + (1 - ONWARD) / HEADINGS if mode < STANDING else 1 / HEADINGS)
        if neighbour[cell, heading] == NOWHERE:
            taken *= BLOCKED
        chance[heading] = taken
        total += taken
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _ways(
    ground: Ground, cell: int, own: Floats, slow_m: Floats, fast_m: Floats, links: Floats, east: Floats, north: Floats,
    around: Ints,
) -> tuple[Ints, Keys, Floats]:  # fmt: skip
    """Return how many ways each mode of a cell takes by a step, (MODES, ways) to which cells, and what of each way.

    That is the share that takes it, the metres east and north, and the mean of their squares.
    """
    neighbour, x_m, y_m, half_m = ground.neighbour, ground.x_m, ground.y_m, ground.spacing_m / 2
    begin, end = ground.link_first[cell], ground.link_first[cell + 1]
    count, head, way = np.zeros(MODES, np.int32), np.empty((MODES, end - begin + 2), np.int64), end - begin
    of = np.empty((MODES, end - begin + 2, 4))
    for mode in range(MODES):
        weight = own[mode, 0]
        if weight < LEAST_MOVED:
            continue
        own_x_m, own_y_m, stays = own[mode, 1] / weight, own[mode, 2] / weight, 1.0
        for link in range(begin, end):
            beyond = ground.link_head[link]
            up = ground.ordinal[ground.level[beyond]] - ground.ordinal[ground.level[cell]]
            share, east_m, north_m = (
                links[int(np.sign(up)) + 1] / (end - begin),
                x_m[beyond] - own_x_m,
                y_m[beyond] - own_y_m,
            )
            head[mode, link - begin] = beyond
            _write(of[mode, link - begin], share, east_m, north_m)
            stays -= share
        if mode >= HALTED:
            head[mode, way] = cell
            _write(of[mode, way], stays, 0.0, 0.0)
            count[mode] = way + 1
            continue
        for k, reach_m in enumerate((slow_m[mode // HEADINGS], fast_m[mode // HEADINGS])):
            to_x_m, to_y_m = own_x_m + reach_m * east[mode], own_y_m + reach_m * north[mode]
            to = _reached(
                neighbour, cell, _beyond(to_x_m - x_m[cell], half_m), _beyond(to_y_m - y_m[cell], half_m), around
            )
            east_m = min(max(to_x_m, x_m[to] - half_m), x_m[to] + half_m) - own_x_m
            north_m = min(max(to_y_m, y_m[to] - half_m), y_m[to] + half_m) - own_y_m
            head[mode, way + k] = to
            _write(of[mode, way + k], stays / 2, east_m, north_m)
        count[mode] = way + 2
        if head[mode, way] == head[mode, way + 1]:
            # Mostly: then both go as one.
            of[mode, way, 0] = stays
            for k in range(1, 4):
                of[mode, way, k] = (of[mode, way, k] + of[mode, way + 1, k]) / 2
            count[mode] = way + 1
    return count, head, of


@njit(cache=True, nogil=True, error_model="numpy")
def _write(of: Floats, share: float, east_m: float, north_m: float) -> None:
    of[0], of[1], of[2], of[3] = share, east_m, north_m, east_m * east_m + north_m * north_m


@njit(cache=True, nogil=True, error_model="numpy")
def _arrived(
    own: Floats, own_source: Keys, ways: Ints, head: Keys, of: Floats, rows: Rows, count: int
) -> int:  # fmt: skip
    """Add what the modes of a cell become to the rows of `count` cells; return how many there are then. `ways`: as of _ways."""
    table, to_cell, to, source, largest = rows.table, rows.cell, rows.moments, rows.source, rows.largest
    for mode in range(MODES):
        weight = own[mode, 0]
        for way in range(ways[mode]):
            b = slot_of(table, to_cell, count, head[mode, way])
            if b == count:
                count += 1
                for row in range(b * MODES, count * MODES):
                    largest[row] = 0.0
            at, share, east_m, north_m = b * MODES + mode, of[mode, way, 0], of[mode, way, 1], of[mode, way, 2]
            if largest[at] == 0.0:
                for k in range(MOMENTS):
                    to[at, k] = share * own[mode, k]
            else:
                for k in range(MOMENTS):
                    to[at, k] += share * own[mode, k]
            if share * weight > largest[at]:
                largest[at] = share * weight
                source[at] = own_source[mode]
            to[at, 1] += share * weight * east_m
            to[at, 2] += share * weight * north_m
            to[at, 3] += 2 * share * (east_m * own[mode, 1] + north_m * own[mode, 2])
            to[at, 3] += share * weight * of[mode, way, 3]
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _summed(
    rows: Rows, cells: int, before: Levels, floor: Ints, spacing_m: float, negligible: float
) -> tuple[Keys, Floats, Levels]:
    """Return the rows as one visitor's states in the order of their keys, without those that are negligible.

    `before`: the levels of the states that they came from.
    """
    moments, largest, most = rows.moments, rows.largest, 0.0
    for row in range(cells * MODES):
        if largest[row] > 0.0:
            most = max(most, moments[row, 0])
    kept, count, total = np.empty(cells * MODES, np.int64), 0, 0.0
    for b in np.argsort(rows.cell[:cells]):
        for row in range(b * MODES, (b + 1) * MODES):
            if largest[row] > 0.0 and moments[row, 0] > negligible * most:
                kept[count] = row
                total += moments[row, 0]
                count += 1
    key, found, level = np.empty(count, np.int64), np.empty((count, MOMENTS)), np.empty((count, INSTANTS), np.int16)
    for i in range(count):
        row = kept[i]
        cell = rows.cell[row // MODES]
        # Nobody in a cell is farther from the others there than the cell is wide.
        mean_square_m2 = (moments[row, 1] * moments[row, 1] + moments[row, 2] * moments[row, 2]) / moments[row, 0]
        moments[row, 3] = min(moments[row, 3], mean_square_m2 + moments[row, 0] * spacing_m * spacing_m / 6)
        for k in range(MOMENTS):
            found[i, k] = moments[row, k] / total
        for k in range(INSTANTS):
            level[i, k] = before[rows.source[row], k]
        key[i] = cell * MODES + row % MODES
        level[i, 0] = floor[cell]
    return key, found, level


@njit(cache=True, nogil=True, error_model="numpy")
def _reached(neighbour: Ints, cell: int, column: int, row: int, around: Ints) -> int:
    """Return the cell so many columns east and rows north of a cell: walls stop."""
    if column == 0 and row == 0:
        return cell
    to = neighbour[cell, around[column + 1, row + 1]]
    if to == NOWHERE and column != 0 and row != 0:
        to = neighbour[cell, around[column + 1, 1]]
        if to == NOWHERE:
            to = neighbour[cell, around[1, row + 1]]
    return cell if to == NOWHERE else int(to)


@njit(cache=True, nogil=True, error_model="numpy")
def _beyond(value_m: float, half_m: float) -> int:
    return 1 if value_m > half_m else (-1 if value_m < -half_m else 0)
