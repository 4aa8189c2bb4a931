"""Following a visitor over a radio map: a Bayes filter over the cells that a survey has taught, window by window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells, Ints
from beacons.core.filter import Belief, begin, later, mixed, reweighted
from beacons.core.radio_map import TEMPER, RadioMap, log_likelihood
from beacons.core.states import MODES
from beacons.core.walking import Stride

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats

# What is kept for having been wrong all along: of the prior, at every window that heard something.
DOUBT = 0.002
# Visitors are where people walk, though surveyors don't walk everywhere: the weight of a cell's visits as powers, where one
# begins and in each prediction. With 1 and 0.5 levels that were surveyed densely swallow those that were not.
VISITS, ATTRACTION = 0.5, 0.25
# Who hears nothing is where little is heard, unless the phone wasn't listening: half the weight of what a window hears.
SILENCE = 0.5
NEGLIGIBLE = 1e-5
LARGEST_EXPONENT = 700.0  # of double precision


@dataclass(frozen=True)
class Calibration:
    """By how much the filter's own radii must be stretched to hold 68 % and 95 % of the truth, measured on held-out walks."""

    stretch: float = 1.0
    stretch_95: float = 1.0

    @classmethod
    def of(cls, error_m: Numbers, accuracy_m: Numbers, accuracy_95_m: Numbers) -> "Calibration":
        """Return the calibration that these errors call for; that of none changes nothing."""
        if not len(error_m):
            return cls()
        near, far = (np.asarray(error_m) / np.asarray(radius) for radius in (accuracy_m, accuracy_95_m))
        return cls(float(np.quantile(near, 0.68)), float(np.quantile(far, 0.95)))


def after(
    belief: Belief | None, radio_map: RadioMap, cells: Cells, seconds: float, index: Ints, rssi_dbm: Floats
) -> Belief | None:
    """Return the belief some seconds later, with what a window heard then; None before anything was heard."""
    moved = None if belief is None else _moved(belief, radio_map, cells, seconds)
    if not len(index):
        return None if moved is None else _unheard(moved, radio_map)
    anywhere, log_anywhere = _anywhere(radio_map, cells, index, rssi_dbm, standing=moved is not None)
    if moved is None:
        return anywhere
    log_weight = log_likelihood(radio_map, moved.cells, index, rssi_dbm)
    best = float(log_weight.max())
    right = (1 - DOUBT) * float(moved.weight @ np.exp(log_weight - best))
    wrong = DOUBT * float(np.exp(np.minimum(log_anywhere - best, LARGEST_EXPONENT)))
    return mixed(reweighted(moved, log_weight, NEGLIGIBLE), anywhere, wrong / (wrong + right))


def _anywhere(
    radio_map: RadioMap, cells: Cells, index: Ints, rssi_dbm: Floats, *, standing: bool
) -> tuple[Belief, float]:
    """Return what a window alone says, and the logarithm of how well it explains what was heard."""
    visited = np.exp(VISITS * radio_map.log_visited.astype(np.float64))
    log_weight = np.log(visited / visited.sum())
    log_weight += log_likelihood(radio_map, np.arange(len(cells), dtype=np.int32), index, rssi_dbm)
    best = float(log_weight.max())
    likely = np.flatnonzero(log_weight > best + np.log(NEGLIGIBLE)).astype(np.int32)
    belief = reweighted(
        begin(likely, cells, standing=standing), np.repeat(log_weight[likely], 1 if standing else MODES), NEGLIGIBLE
    )
    return belief, best + float(np.log(np.exp(log_weight - best).sum()))


def _moved(belief: Belief, radio_map: RadioMap, cells: Cells, seconds: float) -> Belief:
    levels = np.zeros(len(cells.level_ids))
    [moved] = later([belief], cells, levels, [Stride(seconds, round(seconds))])
    return reweighted(moved, ATTRACTION * radio_map.log_visited[moved.cells].astype(np.float64), NEGLIGIBLE)


def _unheard(belief: Belief, radio_map: RadioMap) -> Belief:
    return reweighted(belief, SILENCE * TEMPER * radio_map.nothing_heard[belief.cells], NEGLIGIBLE)
