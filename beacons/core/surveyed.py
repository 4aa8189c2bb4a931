"""Following a visitor over a radio map: a Bayes filter over the cells that a survey has taught, window by window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import HEADINGS, Cells, Ints
from beacons.core.filter import Belief
from beacons.core.hearing import Offset
from beacons.core.radio_map import TEMPER, RadioMap, log_likelihood
from beacons.core.walking import walked

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats

# What is kept for having been wrong all along: of the prior, at every window that heard something.
DOUBT = 0.002
# Visitors are where people walk, though surveyors don't walk everywhere: the weight of a cell's visits as powers, where one
# begins and in each prediction. With 1 and 0.5 levels that were surveyed densely swallow those that were not.
VISITS, ATTRACTION = 0.5, 0.25
# Who hears nothing is where little is heard, unless the phone wasn't listening: half the weight of what a window hears.
SILENCE = 0.5
NEGLIGIBLE = 1e-6


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
    if not len(index):
        return None if belief is None else _unheard(_moved(belief, radio_map, cells, seconds), radio_map)
    everywhere = np.arange(len(cells), dtype=np.int32)
    weight = np.repeat(np.exp(VISITS * radio_map.log_visited.astype(np.float64))[:, None], HEADINGS, axis=1)
    weight /= weight.sum()
    if belief is not None:
        moved = _moved(belief, radio_map, cells, seconds)
        weight *= DOUBT
        weight[moved.cells] += (1 - DOUBT) * moved.weight
    log_weight = log_likelihood(radio_map, everywhere, index, rssi_dbm)
    return _trimmed(everywhere, weight * np.exp(log_weight - log_weight.max())[:, None])


def _moved(belief: Belief, radio_map: RadioMap, cells: Cells, seconds: float) -> Belief:
    support, weight = walked(cells, belief.cells, belief.weight, seconds)
    return _trimmed(support, weight * np.exp(ATTRACTION * radio_map.log_visited[support])[:, None])


def _unheard(belief: Belief, radio_map: RadioMap) -> Belief:
    log_weight = SILENCE * TEMPER * radio_map.nothing_heard[belief.cells]
    return _trimmed(belief.cells, belief.weight * np.exp(log_weight - log_weight.max())[:, None])


def _trimmed(cells: Ints, weight: Floats) -> Belief:
    by_cell = weight.sum(axis=1)
    kept = by_cell > NEGLIGIBLE * by_cell.max()
    return Belief(cells[kept], weight[kept] / by_cell[kept].sum(), Offset())
