"""What a visitor is told to do: maneuvers, in the words of OSRM where it has them."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from geo.bearings import turn_deg
from venues.core.imdf.features import NO_LABELS, Labels


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


class Side(StrEnum):
    """The side of the way on which something lies."""

    LEFT = "left"
    RIGHT = "right"


# Where one direction ends and the next begins, in degrees away from straight on: getTurnDirection of OSRM
# (include/guidance/turn_instruction.hpp). A turn back begins where OSRM's geometry takes both ways for one road.
STRAIGHT_DEG = 20.0
SLIGHT_DEG = 40.0
PLAIN_DEG = 120.0
SHARP_DEG = 170.0


class Landmark(NamedTuple):
    """Something that a walker sees beside the way: its own `name`, or the `noun` of what it is (see phrases/*.toml).

    An `entrance` is the front of a building whose name is `name`. `passed`: one turns behind it, else beside it.
    """

    feature_id: UUID
    name: Labels
    noun: str | None
    entrance: bool
    side: Side
    passed: bool


class Cue(NamedTuple):
    """All that a maneuver says. `turn_deg` is turned before what is entered or left, `behind_deg` after it; right is positive.

    `landing` is the ride that has just been taken, and `rise` how far it rose, in ordinals.
    """

    type: ManeuverType
    bearing_deg: float
    turn_deg: float = 0.0
    behind_deg: float = 0.0
    place: Labels = NO_LABELS
    place_id: UUID | None = None
    landing: ManeuverType | None = None
    rise: float = 0.0
    landmark: Landmark | None = None

    @property
    def modifier(self) -> Modifier:
        """The direction in which one goes on."""
        return modifier_of(turn_deg(0.0, self.turn_deg + self.behind_deg))


class Maneuver(NamedTuple):
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
    if size_deg <= STRAIGHT_DEG:
        return Modifier.STRAIGHT
    if size_deg > SHARP_DEG:
        return Modifier.UTURN
    if turn_deg > 0:
        return (
            Modifier.SLIGHT_RIGHT if size_deg < SLIGHT_DEG
            else Modifier.RIGHT if size_deg <= PLAIN_DEG
            else Modifier.SHARP_RIGHT
        )  # fmt: skip
    return (
        Modifier.SLIGHT_LEFT if size_deg < SLIGHT_DEG
        else Modifier.LEFT if size_deg <= PLAIN_DEG
        else Modifier.SHARP_LEFT
    )  # fmt: skip
