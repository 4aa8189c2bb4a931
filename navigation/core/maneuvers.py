"""What a visitor is told to do: maneuvers, in the words of OSRM where it has them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from venues.core.imdf.features import Labels


class ManeuverType(StrEnum):
    """What to do at the beginning of a step."""

    DEPART = "depart"
    TURN = "turn"
    CONTINUE = "continue"
    ENTER = "enter"
    LEAVE = "leave"
    TAKE_STAIRS = "take_stairs"
    TAKE_ESCALATOR = "take_escalator"
    TAKE_LIFT = "take_lift"
    TAKE_RAMP = "take_ramp"
    ARRIVE = "arrive"


class Modifier(StrEnum):
    """The direction of a maneuver; where one arrives, the side on which the destination lies."""

    UTURN = "uturn"
    SHARP_RIGHT = "sharp_right"
    RIGHT = "right"
    SLIGHT_RIGHT = "slight_right"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"


# Where one direction ends and the next begins, in degrees away from straight on: getTurnDirection of OSRM
# (include/guidance/turn_instruction.hpp). A turn back begins where OSRM's geometry takes both ways for one road.
STRAIGHT_DEG = 20.0
SLIGHT_DEG = 40.0
PLAIN_DEG = 120.0
SHARP_DEG = 170.0


@dataclass(frozen=True)
class Maneuver:
    """What to do, where, and into which bearing. `place` names what is entered, left, walked along or reached."""

    type: ManeuverType
    modifier: Modifier | None
    bearing_deg: int
    x_m: float
    y_m: float
    place: Labels
    place_id: UUID | None


def modifier_of(turn_deg: float) -> Modifier:
    """Return the direction of a turn in (-180, 180]; right is positive.

    >>> modifier_of(90).value, modifier_of(-30).value, modifier_of(5).value, modifier_of(180).value
    ('right', 'slight_left', 'straight', 'uturn')
    """
    size_deg = abs(turn_deg)
    if size_deg > SHARP_DEG:
        return Modifier.UTURN
    if size_deg <= STRAIGHT_DEG:
        return Modifier.STRAIGHT
    side = "right" if turn_deg > 0 else "left"
    if size_deg < SLIGHT_DEG:
        return Modifier(f"slight_{side}")
    return Modifier(side if size_deg <= PLAIN_DEG else f"sharp_{side}")
