"""A Bayes filter over cells and headings: what is believed of where a visitor is, moved on and weighed scan by scan.

A pure machine: `step(belief, scan) -> belief`. Whoever keeps the belief may lose it; then the next scan starts anew.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import HEADINGS, Cells, Ints
from beacons.core.hearing import LARGEST_OFFSET_DB, STATIC_DB, Ether, Offset, Scan, log_likelihood
from beacons.core.walking import walked

Floats = NDArray[np.float64]

# Scans of successive seconds share their static errors, which change over some 4 m of walking: three scans' worth.
CORRELATED_SCANS = 3.0
# A new start when scans are that unlikely, three in a row (POSITIONING.md, online step 4).
UNLIKELY_DEVIATIONS = 3.0
STRIKES = 3
NEGLIGIBLE = 1e-4


@dataclass(frozen=True, eq=False)
class Belief:
    """Weights (m, HEADINGS) on m cells, ascending, that sum to 1; the phone's offset; how many scans in a row misfit."""

    cells: Ints
    weight: Floats
    offset: Offset
    strikes: int = 0

    @property
    def by_cell(self) -> Floats:
        return np.asarray(self.weight.sum(axis=1))

    @property
    def is_lost(self) -> bool:
        """Whether so many scans in a row contradicted the belief that it is better forgotten."""
        return self.strikes >= STRIKES


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
    best = float(log_weight.max())
    weight = belief.weight * np.exp(log_weight - best)
    total = weight.sum()
    if total <= 0.0:  # the belief has nothing where the scan puts the visitor
        return replace(belief, strikes=belief.strikes + 1)
    weight /= total
    expected = 0.5 * len(scan.index) + UNLIKELY_DEVIATIONS * np.sqrt(0.5 * len(scan.index))
    by_cell = weight.sum(axis=1)
    kept = by_cell > NEGLIGIBLE * by_cell.max()
    return Belief(
        belief.cells[kept],
        weight[kept] / by_cell[kept].sum(),
        _offset(belief.offset, weight, offset_db, scan, correlated),
        belief.strikes + 1 if -best > expected else 0,
    )


def _offset(before: Offset, weight: Floats, offset_db: Floats, scan: Scan, correlated: float) -> Offset:
    """Return the offset after a scan: the mixture over places and headings, matched by one normal distribution."""
    precision = float((1 / (correlated * STATIC_DB**2 + 25.0 / scan.count)).sum()) + 1 / before.variance_db2
    mean_db = float((weight * offset_db).sum())
    spread_db2 = float((weight * (offset_db - mean_db) ** 2).sum())
    clipped_db = float(np.clip(mean_db, -LARGEST_OFFSET_DB, LARGEST_OFFSET_DB))
    return Offset(clipped_db, min(1 / precision + spread_db2, before.variance_db2))
