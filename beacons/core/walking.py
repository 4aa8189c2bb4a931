"""Where somebody may be a moment later: they keep their pace and direction, mostly, stand now and then, and take stairs."""

from dataclasses import dataclass

import numpy as np

from beacons.core.cells import COMPASS, HEADINGS, NOWHERE
from beacons.core.states import EAST, HALTED, MODES, NORTH, Flags, Floats, Ground, States
from beacons.core.stepping import moved

# Nobody crosses more than one border of a cell in it.
STEP_S = 0.5
# A stroll, a walk and a brisk walk (Bohannon 1997: 1.2 to 1.5 m/s; slower among shops), how many go at each, and by how
# much they vary from step to step.
PACE_MPS = np.array([0.7, 1.2, 1.6])
PACE_SHARE = np.array([0.25, 0.5, 0.25])
JITTER_MPS = 0.18
# (MODES,) how fast each mode goes.
MODE_MPS = np.concatenate([np.repeat(PACE_MPS, HEADINGS), np.zeros(MODES - HALTED)])
# A pace that steps tell is off by up to a fifth: strides differ, and whole steps are counted.
TOLD_PACE = np.array([0.8, 1.0, 1.2])
# Of a step: straight on, an eighth of a turn, a quarter, three eighths, about face (some 3 % U-turns a second).
TURN = np.array([0.86, 0.05, 0.012, 0.0005, 0.006, 0.0005, 0.012, 0.05])
# Of a step on stairs or in a lift's door: a storey takes some 10 s. Who is known to climb takes them, who is known not to does not.
LINK_TAKEN, CLIMBS, STAYS = 0.06, 0.3, 0.005
# The barometer of a phone tells half a metre; less is no climb.
CLIMB_M = 0.8
# States that hold less than this share of the most probable one's weight are let go.
NEGLIGIBLE = 5e-4

# The heading that leads so many columns east and rows north, each plus one.
_AROUND = np.full((3, 3), NOWHERE, np.int32)
_AROUND[COMPASS[:, 0] + 1, COMPASS[:, 1] + 1] = np.arange(HEADINGS)


@dataclass(frozen=True)
class Stride:
    """How long somebody walks, how many whole seconds of the clock pass in it, and what sensors say of it (None: nothing)."""

    seconds: float
    instants: int
    pace_mps: float | None = None
    turned_deg: float = 0.0
    climbed_m: float | None = None

    @property
    def steps(self) -> int:
        return max(1, int(np.ceil(self.seconds / STEP_S - 1e-9)))

    @property
    def paces_mps(self) -> Floats:
        return PACE_MPS if self.pace_mps is None else self.pace_mps * TOLD_PACE

    @property
    def turn(self) -> Floats:
        """(HEADINGS,) how probable each change of direction is in a step: the sensor's turn is spread over all steps."""
        if self.turned_deg == 0.0:
            return TURN
        eighths = self.turned_deg / 45.0 / self.steps
        whole = int(np.floor(eighths))
        part = eighths - whole
        return np.asarray((1 - part) * np.roll(TURN, whole) + part * np.roll(TURN, whole + 1))

    @property
    def links(self) -> tuple[float, float, float]:
        """How probably a link down, on the same ordinal, and up is taken in a step."""
        if self.climbed_m is None:
            return LINK_TAKEN, LINK_TAKEN, LINK_TAKEN
        if abs(self.climbed_m) < CLIMB_M:
            return STAYS, LINK_TAKEN, STAYS
        return (CLIMBS, STAYS, STAYS) if self.climbed_m < 0 else (STAYS, STAYS, CLIMBS)


def walked(
    ground: Ground, states: States, is_new: Flags, strides: list[Stride], *, negligible: float = NEGLIGIBLE
) -> States:
    """Return the states of each visitor after their stride. `is_new`: (visitors,) whose paces are still to be chosen."""
    found: States = moved(
        ground, states, is_new, np.array([one.seconds / one.steps for one in strides]),
        np.array([one.steps for one in strides]), np.array([one.instants for one in strides]),
        np.array([one.turn for one in strides]), np.array([one.paces_mps for one in strides]),
        np.array([one.links for one in strides]), PACE_SHARE, JITTER_MPS, EAST, NORTH, _AROUND, negligible,
    )  # fmt: skip
    return found
