"""A Bayes filter over cells and ways of walking: what is believed of where visitors are, moved on and weighed scan by scan.

A pure machine: beliefs and scans in, beliefs out, many visitors at once. Whoever keeps a belief may lose it; then the next
scan starts anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numba import njit

from beacons.core.cells import Cells, Ints
from beacons.core.evidence import Spot
from beacons.core.hearing import LARGEST_OFFSET_DB, Ether, Offset, Scan, log_likelihood
from beacons.core.states import (
    INSTANTS,
    MODES,
    MODES_AT_FIRST,
    MOMENTS,
    SHARE_AT_FIRST,
    STANDING,
    Floats,
    Ground,
    Keys,
    Levels,
    States,
)
from beacons.core.walking import NEGLIGIBLE, Stride, walked
from beacons.core.weighing import Weighed

# Where a visitor begins, cells that are less likely than this share of the likeliest are let go before headings are told apart.
UNLIKELY = 1e-3
# Of a visitor so many states are kept, the likeliest. Seconds after they joined few need more; before, three times as many would place
# them within centimetres of where these do, at two to ten times the cost (docs/decisions/0041).
MOST_STATES = 3000


@dataclass(frozen=True, eq=False)
class Belief:
    """The states of one visitor (states.States), ascending; and the phone's offset.

    `is_new`: the visitor has not been seen to walk, and every walking state stands for all paces.
    """

    key: Keys
    moments: Floats
    level: Levels
    offset: Offset
    is_new: bool = False

    @property
    def cells(self) -> Ints:
        """(m,) the cell of each state."""
        return np.asarray(self.key // MODES, np.int32)

    @property
    def weight(self) -> Floats:
        """(m,) how probable each state is; they sum to 1."""
        return np.asarray(self.moments[:, 0])

    def places_m(self, instant: int = 0) -> tuple[Floats, Floats, Floats]:
        """Return (m,) mean metres east and north of each state so many seconds ago, and the variance about them in m2."""
        east, north, square = (self.moments[:, 1 + 3 * instant + k] / self.weight for k in range(3))
        return east, north, np.maximum(square - east**2 - north**2, 0.0)


def begin(ids: Ints, cells: Cells, offset: Offset | None = None, *, standing: bool = False) -> Belief:
    """Return the belief that a visitor may be in any of these cells, ascending, going anywhere or only standing."""
    modes, share = (np.array([STANDING]), np.ones(1)) if standing else (MODES_AT_FIRST, SHARE_AT_FIRST)
    key = (ids.astype(np.int64)[:, None] * MODES + modes).ravel()
    at = key // MODES
    x_m, y_m, weight = cells.x_m[at], cells.y_m[at], np.tile(share, len(ids)) / max(len(ids), 1)
    now = weight[:, None] * np.column_stack([x_m, y_m, x_m**2 + y_m**2 + cells.spacing_m**2 / 6])
    moments = np.concatenate([weight[:, None], np.tile(now, INSTANTS)], axis=1)
    level = np.repeat(cells.level[at].astype(np.int16)[:, None], INSTANTS, axis=1)
    return Belief(key, moments, level, offset or Offset(), is_new=not standing)


def found(ids: Ints, cells: Cells, ether: Ether, scan: Scan, offset: Offset | None = None) -> Belief:
    """Return the belief of who is heard of for the first time, in any of these cells."""
    [roughly] = heard([begin(ids, cells, offset, standing=True)], cells, ether, [scan], negligible=UNLIKELY)
    return heard([begin(roughly.cells, cells, offset)], cells, ether, [scan])[0]


def later(beliefs: Sequence[Belief], cells: Cells, ordinal: Floats, strides: Sequence[Stride]) -> list[Belief]:
    """Return the beliefs after these strides, nothing heard. `ordinal`: of the cells' levels."""
    is_new = np.array([belief.is_new for belief in beliefs])
    states = walked(Ground.of(cells, ordinal), _joined(beliefs), is_new, list(strides))
    return [
        Belief(key, moments, level, belief.offset.later(stride.seconds))
        for belief, stride, (key, moments, level) in zip(beliefs, strides, _parted(states), strict=True)
    ]


def heard(
    beliefs: Sequence[Belief], cells: Cells, ether: Ether, scans: Sequence[Scan], *, negligible: float = NEGLIGIBLE
) -> list[Belief]:
    """Return the beliefs after a scan of each visitor."""
    states = _joined(beliefs)
    said = log_likelihood(ether, cells, states, scans, [belief.offset for belief in beliefs])
    kept, facts = _posterior(states, said, negligible)
    return [
        Belief(
            key, moments, level,
            Offset(float(np.clip(mean_db, -LARGEST_OFFSET_DB, LARGEST_OFFSET_DB)), min(variance_db2, belief.offset.variance_db2)),
            belief.is_new,
        )
        for belief, (key, moments, level), (mean_db, variance_db2) in zip(beliefs, _parted(kept), facts.tolist(), strict=True)
    ]  # fmt: skip


def told(belief: Belief, cells: Cells, spot: Spot) -> Belief:
    """Return the belief after evidence of a place."""
    x_m, y_m, _ = belief.places_m()
    return reweighted(belief, spot.log_likelihood(x_m, y_m, cells.level[belief.cells]))


def mixed(belief: Belief, other: Belief, share: float) -> Belief:
    """Return the mixture of two beliefs of the same visitor; the likeliest levels are those of the first."""
    key = np.union1d(belief.key, other.key)
    moments, level = np.zeros((len(key), MOMENTS)), np.zeros((len(key), INSTANTS), np.int16)
    for one, part in ((other, share), (belief, 1 - share)):
        at = np.searchsorted(key, one.key)
        moments[at] += part * one.moments
        level[at] = one.level
    return replace(belief, key=key, moments=moments, level=level)


def doubted(belief: Belief, cells: Cells, elsewhere: Keys, share: float) -> Belief:
    """Return the belief mixed with the one, held by a share, that its visitor stands in any of these cells not believed in yet."""
    key, moments, level = _doubted(
        belief.key, belief.moments, belief.level, np.unique(elsewhere), cells.x_m, cells.y_m, cells.level, cells.spacing_m,
        share,
    )  # fmt: skip
    return replace(belief, key=key, moments=moments, level=level)


def reweighted(belief: Belief, log_likelihood: Floats, negligible: float = NEGLIGIBLE) -> Belief:
    """Return the belief after evidence whose (m,) log-likelihoods these are."""
    log_weight = np.log(belief.weight) + log_likelihood
    weight = np.exp(log_weight - log_weight.max())
    kept = weight > negligible
    moments = belief.moments[kept] * (weight[kept] / belief.weight[kept])[:, None]
    return replace(belief, key=belief.key[kept], moments=moments / moments[:, 0].sum(), level=belief.level[kept])


def _joined(beliefs: Sequence[Belief]) -> States:
    first = np.zeros(len(beliefs) + 1, np.int64)
    np.cumsum([len(belief.key) for belief in beliefs], out=first[1:])
    if len(beliefs) == 1:
        return States(first, beliefs[0].key, beliefs[0].moments, beliefs[0].level)
    parts = [(belief.key, belief.moments, belief.level) for belief in beliefs]
    key, moments, level = (np.concatenate(part) for part in zip(*parts, strict=True))
    return States(first, key, moments, level)


def _parted(states: States) -> list[tuple[Keys, Floats, Levels]]:
    """Return each visitor's own states, in arrays of their own."""
    bounds = states.first.tolist()
    return [
        (states.key[begin:end].copy(), states.moments[begin:end].copy(), states.level[begin:end].copy())
        for begin, end in pairwise(bounds)
    ]


@njit(cache=True, nogil=True)
def _doubted(
    key: Keys, moments: Floats, level: Levels, elsewhere: Keys, x_m: Floats, y_m: Floats, floor: Ints, spacing_m: float,
    share: float,
) -> tuple[Keys, Floats, Levels]:  # fmt: skip
    """Return the states with a standing one, of equal weight, in each of these cells, ascending, where there is no state yet."""
    at = np.searchsorted(key, elsewhere * MODES)
    new = np.empty(len(elsewhere), np.bool_)
    for i in range(len(elsewhere)):
        new[i] = at[i] == len(key) or key[at[i]] // MODES != elsewhere[i]
    added = new.sum()
    if added == 0:
        return key, moments, level
    room = len(key) + added
    keys, mixed, levels = np.empty(room, np.int64), np.empty((room, MOMENTS)), np.empty((room, INSTANTS), np.int16)
    done = count = 0
    for i in range(len(elsewhere) + 1):
        upto = at[i] if i < len(elsewhere) else len(key)
        for j in range(done, upto):
            keys[count], mixed[count], levels[count] = key[j], (1 - share) * moments[j], level[j]
            count += 1
        done = upto
        if i < len(elsewhere) and new[i]:
            cell, weight = elsewhere[i], share / added
            keys[count], levels[count], mixed[count, 0] = cell * MODES + STANDING, floor[cell], weight
            for instant in range(INSTANTS):
                mixed[count, 1 + 3 * instant] = weight * x_m[cell]
                mixed[count, 2 + 3 * instant] = weight * y_m[cell]
                mixed[count, 3 + 3 * instant] = weight * (x_m[cell] ** 2 + y_m[cell] ** 2 + spacing_m**2 / 6)
            count += 1
    return keys, mixed, levels


@njit(cache=True, nogil=True)
def _posterior(states: States, said: Weighed, negligible: float) -> tuple[States, Floats]:
    """Return the states weighed, without those that are negligible or more than are kept, and of each visitor (offset, its variance).

    In logarithms, so that a scan that speaks against everything believed leaves something to believe. The offset is the
    mixture over states, matched by one normal distribution.
    """
    visitors = len(states.first) - 1
    first, facts = np.zeros(visitors + 1, np.int64), np.zeros((visitors, 2))
    kept, factor, count = np.empty(len(states.key), np.int64), np.empty(len(states.key)), 0
    for visitor in range(visitors):
        begin, end = states.first[visitor], states.first[visitor + 1]
        log_weight = said.log_likelihood[begin:end] + np.log(states.moments[begin:end, 0])
        weight = np.exp(log_weight - log_weight.max())
        is_kept = weight > negligible
        if len(weight) > MOST_STATES:
            is_kept &= weight >= np.partition(weight, len(weight) - MOST_STATES)[len(weight) - MOST_STATES]
        total = weight.sum()
        offset_db = said.offset_db[begin:end]
        facts[visitor, 0] = (weight * offset_db).sum() / total
        spread_db2 = (weight * (offset_db - facts[visitor, 0]) ** 2).sum() / total
        facts[visitor, 1] = said.variance_db2[visitor] + spread_db2
        total = weight[is_kept].sum()
        for i in range(end - begin):
            if is_kept[i]:
                kept[count] = begin + i
                factor[count] = weight[i] / total / states.moments[begin + i, 0]
                count += 1
        first[visitor + 1] = count
    at = kept[:count]
    moments = states.moments[at] * factor[:count].reshape(-1, 1)
    return States(first, states.key[at], moments, states.level[at]), facts
