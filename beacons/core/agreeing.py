"""Which of the beacons that were heard can have been heard at one place: a moved or cloned one hangs somewhere else.

Whoever is near one beacon hears those beside it as well. So the place is sought where most of the beacons hang that were heard;
one that hangs farther from there than its strength allows, whatever the phone and the noise, is not believed. Up to three
clones are outvoted by the four or more that hang about a visitor.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from beacons.core.deployment import Deployment
from beacons.core.emission import EXPONENT, Floats
from beacons.core.sighting import Sighting
from geo.position import LevelPoint

# A phone may read 10 dB hot and a packet come in 5 dB stronger than the mean. Our assumption.
SLACK_DB = 15.0
# Those that hang that near to each other are heard together.
BESIDE_M = 20.0
# How far the middle of the beacons about a visitor may be from the visitor.
MIDDLE_M = 20.0


def agreeing(deployment: Deployment, sightings: Sequence[Sighting], before: LevelPoint | None) -> list[Sighting]:
    """Return the sightings without those of beacons that can't have been heard where most were.

    Where as many speak for one place as for another, the one where the visitor just was decides; without it all stay.
    """
    of = [deployment.index_of(one.identity, one.address) for one in sightings]
    strongest: dict[int, float] = {}
    for index, one in zip(of, sightings, strict=True):
        if index is not None:
            strongest[index] = max(strongest.get(index, one.rssi_dbm), one.rssi_dbm)
    heard = np.array(sorted(strongest), np.intp)
    rssi_dbm = np.array([strongest[int(index)] for index in heard])
    middle = _middle(deployment, heard, rssi_dbm, before) if len(heard) else None
    if middle is None:
        return list(sightings)
    away_m = np.hypot(deployment.x_m[heard] - middle[0], deployment.y_m[heard] - middle[1])
    gone = set(heard[away_m > _reach_m(deployment, heard, rssi_dbm) + MIDDLE_M].tolist())
    return [one for index, one in zip(of, sightings, strict=True) if index not in gone]


def _reach_m(deployment: Deployment, heard: NDArray[np.intp], rssi_dbm: Floats) -> Floats:
    """Return (k,) how far each beacon can be from who heard it that strongly."""
    return np.asarray(10 ** ((deployment.measured_power_dbm[heard] - rssi_dbm + SLACK_DB) / (10 * EXPONENT)))


def _middle(
    deployment: Deployment, heard: NDArray[np.intp], rssi_dbm: Floats, before: LevelPoint | None
) -> tuple[float, float] | None:
    """Return the middle, by amplitude, of the beacons beside the one with most beside it; None where it can't be told."""
    x_m, y_m = deployment.x_m[heard], deployment.y_m[heard]
    apart_m = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
    beside = apart_m <= BESIDE_M
    count = beside.sum(axis=1)
    amplitude = 10 ** (rssi_dbm / 20)
    best = np.flatnonzero(count == count.max())
    if before is not None:
        chosen = best[np.hypot(x_m[best] - before.x_m, y_m[best] - before.y_m).argmin()]
    elif (apart_m[np.ix_(best, best)] > 2 * BESIDE_M).any():
        return None
    else:
        chosen = best[(beside[best] @ amplitude).argmax()]
    weight = beside[chosen] * amplitude
    return float(weight @ x_m / weight.sum()), float(weight @ y_m / weight.sum())
