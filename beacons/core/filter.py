"""A Bayes filter over cells and headings: what is believed of where a visitor is, moved on and weighed scan by scan.

A pure machine: `step(belief, scan) -> belief`. Whoever keeps the belief may lose it; then the next scan starts anew.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import HEADINGS, Cells, Ints
from beacons.core.hearing import FAST_DB, LARGEST_OFFSET_DB, STATIC_DB, Ether, Offset, Scan, log_likelihood
from beacons.core.walking import walked

Floats = NDArray[np.float64]

# Scans of successive seconds share their static errors, which change over some 4 m of walking, and the errors of power and
# place for longer: four scans' worth. With it the radii hold what they say (docs/benchmarks.md).
CORRELATED_SCANS = 4.0
# A scan that nothing believed explains better than that is a surprise; then some of the weight goes to everywhere about
# (POSITIONING.md, online step 4).
SURPRISE_DEVIATIONS = 2.0
ELSEWHERE = 0.05
NEGLIGIBLE = 1e-4
LEAST_WEIGHT = 1e-300


@dataclass(frozen=True, eq=False)
class Belief:
    """Weights (m, HEADINGS) on m cells, ascending, that sum to 1; the phone's offset; whether the newest scan misfits."""

    cells: Ints
    weight: Floats
    offset: Offset
    surprised: bool = False

    @property
    def by_cell(self) -> Floats:
        return np.asarray(self.weight.sum(axis=1))


def begin(cells: Ints, offset: Offset | None = None) -> Belief:
    """Return the belief that a visitor may be in any of these cells, facing anywhere."""
    weight = np.full((len(cells), HEADINGS), 1 / max(len(cells) * HEADINGS, 1))
    return Belief(cells, weight, offset or Offset())


def later(belief: Belief, cells: Cells, seconds: float) -> Belief:
    """Return the belief some seconds later, nothing heard."""
    support, weight = walked(cells, belief.cells, belief.weight, seconds)
    return replace(belief, cells=support, weight=weight, offset=belief.offset.later(seconds))


def heard(belief: Belief, cells: Cells, ether: Ether, scan: Scan, *, correlated: float = CORRELATED_SCANS) -> Belief:
    """Return the belief after a scan. `correlated`: how many successive scans share their static errors."""
    log_weight, offset_db = log_likelihood(
        ether, cells, belief.cells, scan, belief.offset, static_db=STATIC_DB * float(np.sqrt(correlated))
    )
    # In logarithms, so that a scan that speaks against everything believed leaves something to believe.
    log_posterior = log_weight + np.log(np.maximum(belief.weight, LEAST_WEIGHT))
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    by_cell = weight.sum(axis=1)
    kept = by_cell > NEGLIGIBLE * by_cell.max()
    return Belief(
        belief.cells[kept],
        weight[kept] / by_cell[kept].sum(),
        _offset(belief.offset, weight, offset_db, scan, correlated),
        _is_surprising(-float(log_weight.max()), scan, correlated),
    )


def doubted(belief: Belief, elsewhere: Ints) -> Belief:
    """Return the belief with a part of its weight spread over other cells, ascending."""
    cells = np.union1d(belief.cells, elsewhere).astype(np.int32)
    weight = np.zeros((len(cells), HEADINGS))
    weight[np.searchsorted(cells, belief.cells)] = (1 - ELSEWHERE) * belief.weight
    weight[np.searchsorted(cells, elsewhere)] += ELSEWHERE / (len(elsewhere) * HEADINGS)
    return replace(belief, cells=cells, weight=weight / weight.sum())


def _is_surprising(misfit: float, scan: Scan, correlated: float) -> bool:
    """Return whether the best misfit, half a sum of squares, is more than noise brings about."""
    share = (correlated * STATIC_DB**2 + FAST_DB**2) / (STATIC_DB**2 + FAST_DB**2)
    k = len(scan.index)
    return 2 * misfit * share > k + SURPRISE_DEVIATIONS * float(np.sqrt(2 * k))


def _offset(before: Offset, weight: Floats, offset_db: Floats, scan: Scan, correlated: float) -> Offset:
    """Return the offset after a scan: the mixture over places and headings, matched by one normal distribution."""
    precision = float((1 / (correlated * STATIC_DB**2 + FAST_DB**2 / scan.count)).sum()) + 1 / before.variance_db2
    mean_db = float((weight * offset_db).sum())
    spread_db2 = float((weight * (offset_db - mean_db) ** 2).sum())
    clipped_db = float(np.clip(mean_db, -LARGEST_OFFSET_DB, LARGEST_OFFSET_DB))
    return Offset(clipped_db, min(1 / precision + spread_db2, before.variance_db2))
