"""Following a visitor over a radio map: a Bayes filter over the cells that a survey has taught, window by window."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells, Ints
from beacons.core.filter import Belief, begin, later, mixed, reweighted
from beacons.core.hearing import Offset
from beacons.core.radio_map import RadioMap, Said, said
from beacons.core.states import MODES_AT_FIRST
from beacons.core.summary import Summary
from beacons.core.walking import Stride

Floats = NDArray[np.float64]

# What is kept for having been wrong all along: of the prior, at every window that heard something.
DOUBT = 0.02
# By how much phones differ from those of the survey (POSITIONING.md, online step 5: 5 dB by model, at most 15).
PHONE_DB, LARGEST_OFFSET_DB = 5.0, 15.0
# Visitors are where people walk, though surveyors don't walk everywhere: the weight of a cell's visits as powers, where one
# begins and in each prediction. With 1 and 0.5 levels that were surveyed densely swallow those that were not.
VISITS, ATTRACTION = 0.5, 0.25
# Who hears nothing is where little is heard, unless the phone wasn't listening: by how much a silent window counts.
SILENCE = 0.2
NEGLIGIBLE = 1e-4
# What `ok` promises: the right level, in 97 %, of which a few walks that were held out can only vouch where they had 99 %; a place within 10 m, as often as not. The median of errors that spread evenly
# about a place is 10 m where their 68 % radius is 12.8 m (Rayleigh's distribution).
OK_LEVEL_RIGHT, OK_ACCURACY_M = 0.99, 12.8
ROUNDING = 1e-9  # of sums of weights: one level alone has 1 or a little less
LARGEST_EXPONENT = 700.0  # of double precision


@dataclass(frozen=True)
class HeldOut:
    """What was found at an instant of a walk that did not teach, by how many metres that was off, and whether the level was right."""

    found: Summary
    error_m: float
    level_right: bool


@dataclass(frozen=True)
class Calibration:
    """What the filter's own figures are worth, measured on held-out walks.

    Its radii must be stretched to hold 68 % and 95 % of the truths. Its levels are right as often as OK_LEVEL_RIGHT asks from
    some probability of its own on: of a map's errors, which last as long as one stays, every window makes it surer.
    """

    stretch: float = 1.0
    stretch_95: float = 1.0
    sure_level_probability: float = 1.0

    @classmethod
    def of(cls, held_out: Sequence[HeldOut]) -> "Calibration":
        """Return the calibration that these call for. Where there are none, only a level without alternatives is sure."""
        if not held_out:
            return cls()
        error_m = np.array([one.error_m for one in held_out])
        radii_m = np.array([(one.found.accuracy_m, one.found.accuracy_95_m) for one in held_out])
        stretch = float(np.quantile(error_m / radii_m[:, 0], 0.68))
        near = [one for one in held_out if one.found.accuracy_m * stretch <= OK_ACCURACY_M]
        return cls(stretch, float(np.quantile(error_m / radii_m[:, 1], 0.95)), _sure_from(near))

    def stretched(self, found: Summary) -> Summary:
        """Return the same with radii that hold what they say."""
        accuracy_m = found.accuracy_m * self.stretch
        return replace(
            found, accuracy_m=accuracy_m, accuracy_95_m=max(found.accuracy_95_m * self.stretch_95, accuracy_m)
        )

    def is_ok(self, stretched: Summary) -> bool:
        """Return whether place and level are as good as `ok` promises."""
        sure = stretched.level_probability >= self.sure_level_probability - ROUNDING
        return sure and stretched.accuracy_m <= OK_ACCURACY_M


def _sure_from(held_out: Sequence[HeldOut]) -> float:
    """Return the least probability of a level from which on as many levels are right as OK_LEVEL_RIGHT asks; else infinity."""
    descending = sorted(held_out, key=lambda one: -one.found.level_probability)
    probability = np.array([one.found.level_probability for one in descending])
    right = np.cumsum([one.level_right for one in descending])
    last = np.flatnonzero(np.diff(probability, append=-1.0))
    enough = last[right[last] >= OK_LEVEL_RIGHT * (last + 1)]
    return float(probability[enough[-1]]) if len(enough) else math.inf


def after(
    belief: Belief | None, radio_map: RadioMap, cells: Cells, seconds: float, index: Ints, rssi_dbm: Floats
) -> Belief | None:
    """Return the belief some seconds later, with what a window heard then; None before anything was heard."""
    moved = None if belief is None else _moved(belief, radio_map, cells, seconds)
    if not len(index):
        return None if moved is None else _unheard(moved, radio_map)
    offset = Offset(variance_db2=PHONE_DB**2) if moved is None else moved.offset
    anywhere, log_anywhere = _anywhere(radio_map, cells, index, rssi_dbm, offset, standing=moved is not None)
    if moved is None:
        return anywhere
    heard = said(radio_map, moved.cells, index, rssi_dbm, offset)
    best = float(heard.log_likelihood.max())
    right = (1 - DOUBT) * float(moved.weight @ np.exp(heard.log_likelihood - best))
    wrong = DOUBT * float(np.exp(np.minimum(log_anywhere - best, LARGEST_EXPONENT)))
    return _doubting(_weighed(moved, heard), anywhere, wrong / (wrong + right))


def _anywhere(
    radio_map: RadioMap, cells: Cells, index: Ints, rssi_dbm: Floats, offset: Offset, *, standing: bool
) -> tuple[Belief, float]:
    """Return what a window alone says, and the logarithm of how well it explains what was heard."""
    visited = np.exp(VISITS * radio_map.log_visited.astype(np.float64))
    log_visited = np.log(visited / visited.sum())
    heard = said(radio_map, np.arange(len(cells), dtype=np.int32), index, rssi_dbm, offset)
    log_weight = log_visited + heard.log_likelihood
    best = float(log_weight.max())
    likely = np.flatnonzero(log_weight > best + np.log(NEGLIGIBLE)).astype(np.int32)
    belief = reweighted(
        begin(likely, cells, _offset(offset, heard, log_weight), standing=standing),
        np.repeat(log_weight[likely], 1 if standing else len(MODES_AT_FIRST)),
        NEGLIGIBLE,
    )
    return belief, best + float(np.log(np.exp(log_weight - best).sum()))


def _weighed(belief: Belief, heard: Said) -> Belief:
    """Return the belief after what was heard in its states' cells."""
    offset = _offset(belief.offset, heard, np.log(belief.weight) + heard.log_likelihood)
    return replace(reweighted(belief, heard.log_likelihood, NEGLIGIBLE), offset=offset)


def _offset(before: Offset, heard: Said, log_weight: Floats) -> Offset:
    """Return what is believed of the phone over all states: the mixture, matched by one normal distribution."""
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean_db = float(weight @ heard.offset_db)
    variance_db2 = float(weight @ (heard.variance_db2 + (heard.offset_db - mean_db) ** 2))
    return Offset(
        float(np.clip(mean_db, -LARGEST_OFFSET_DB, LARGEST_OFFSET_DB)), min(variance_db2, before.variance_db2)
    )


def _doubting(belief: Belief, anywhere: Belief, share: float) -> Belief:
    """Return the mixture of a belief and, by a share, of what a window alone says, without what is negligible in it."""
    if share < NEGLIGIBLE:
        return belief
    own, other = belief.offset, anywhere.offset
    mean_db = (1 - share) * own.mean_db + share * other.mean_db
    apart_db2 = share * (1 - share) * (own.mean_db - other.mean_db) ** 2
    variance_db2 = (1 - share) * own.variance_db2 + share * other.variance_db2 + apart_db2
    both = replace(mixed(belief, anywhere, share), offset=Offset(mean_db, min(variance_db2, PHONE_DB**2)))
    return reweighted(both, np.zeros(len(both.key)), NEGLIGIBLE)


def _moved(belief: Belief, radio_map: RadioMap, cells: Cells, seconds: float) -> Belief:
    levels = np.zeros(len(cells.level_ids))
    [moved] = later([belief], cells, levels, [Stride(seconds, round(seconds))])
    offset = replace(moved.offset, variance_db2=min(moved.offset.variance_db2, PHONE_DB**2))
    drawn = ATTRACTION * radio_map.log_visited[moved.cells].astype(np.float64)
    return replace(reweighted(moved, drawn, NEGLIGIBLE), offset=offset)


def _unheard(belief: Belief, radio_map: RadioMap) -> Belief:
    return reweighted(belief, SILENCE * radio_map.nothing_heard[belief.cells], NEGLIGIBLE)
