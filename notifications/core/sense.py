"""What one fix says of one zone, from how probably the visitor is in it. Every threshold but AWAY_AT is one of CAMPAIGNS.md."""

from enum import StrEnum

ENTER_AT = 0.7
EXIT_AT = 0.3
# A normal posterior whose 95 % radius just reaches over a straight boundary has 0.7 % beyond it (2.45 deviations); less is elsewhere.
AWAY_AT = 0.005
# The median of the distance is below x where at least half of the posterior is within it.
NEAR_AT = 0.5


class Sense(StrEnum):
    """What one fix says of a zone: AWAY where it is out of reach of the 95 % radius; UNKNOWN where the map has no such zone."""

    IN = "in"
    BETWEEN = "between"
    OUT = "out"
    AWAY = "away"
    UNKNOWN = "unknown"


def sensed(probability: float) -> Sense:
    """Return what the probability of a zone says."""
    if probability >= ENTER_AT:
        return Sense.IN
    if probability > EXIT_AT:
        return Sense.BETWEEN
    return Sense.OUT if probability > AWAY_AT else Sense.AWAY


def sensed_near(within: float, within_beyond: float) -> Sense:
    """Return what the probabilities of being within x of a centre, and within 1.5 x, say of its proximity.

    The filtered distance is the median of the distance under the posterior; another level is infinitely far.
    """
    if within >= NEAR_AT:
        return Sense.IN
    return Sense.OUT if within_beyond < NEAR_AT else Sense.BETWEEN
