"""What a visitor asks for beyond a profile: to be kept cool or covered, spared some kinds of way, or given their own time.

A preference makes other ways seem longer, an avoidance forbids; neither changes how long a way truly takes. A speed does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from navigation.core.graph import EdgeFlag, EdgeKind, RoutingGraph
from navigation.core.profiles import FORBIDDEN, Costs, Mask, Pace, Profile, has


class Preference(StrEnum):
    """What a route should rather have."""

    COOL = "cool"
    COVERED = "covered"
    FEWEST_LEVEL_CHANGES = "fewest_level_changes"


class Avoidance(StrEnum):
    """What a route must not have."""

    STAIRS = "stairs"
    ESCALATOR = "escalator"
    LIFT = "lift"


AVOIDED_KINDS: Mapping[Avoidance, EdgeKind] = {
    Avoidance.STAIRS: EdgeKind.STAIRS,
    Avoidance.ESCALATOR: EdgeKind.ESCALATOR,
    Avoidance.LIFT: EdgeKind.LIFT,
}
LOOKED_FOR: Mapping[Preference, EdgeFlag] = {
    Preference.COOL: EdgeFlag.COOLED,
    Preference.COVERED: EdgeFlag.COVERED | EdgeFlag.COOLED,
}
# Our assumptions: who wants shade walks up to twice as far for it, and who dislikes changing levels a minute's walk for each.
EXPOSED_FACTOR = 2
LEVEL_CHANGE_MS = 60_000
# Walking speeds that can be asked for: from somebody who walks with a frame to somebody who runs (our assumption).
SLOWEST_MPS, FASTEST_MPS = 0.2, 3.0
RIDE_KINDS = (EdgeKind.STAIRS, EdgeKind.ESCALATOR, EdgeKind.LIFT)


@dataclass(frozen=True)
class Wish:
    """A profile with preferences, avoidances and the visitor's own walking speed: what a search minimizes."""

    profile: Profile
    prefer: frozenset[Preference] = frozenset()
    avoid: frozenset[Avoidance] = frozenset()
    speed_mps: float | None = None

    @property
    def pace(self) -> Pace:
        """The visitor's own pace, where they name a speed, else the profile's."""
        return self.profile.pace if self.speed_mps is None else self.profile.pace.at(self.speed_mps)

    def forbids(self, graph: RoutingGraph) -> Mask:
        """(m,) true for the edges that the profile can't take or the visitor won't."""
        return self.profile.forbids(graph) | np.isin(graph.kind, [AVOIDED_KINDS[avoided] for avoided in self.avoid])

    def durations_ms(self, graph: RoutingGraph) -> Costs:
        """(m,) how long each edge takes, FORBIDDEN where the profile can't take it."""
        return self.profile.costs_ms(graph, self.pace)

    def costs_ms(self, graph: RoutingGraph) -> Costs:
        """(m,) how long each edge seems, FORBIDDEN where it can't or must not be taken."""
        durations = self.durations_ms(graph)
        if not self.prefer and not self.avoid:
            return durations
        costs = durations.astype(np.int64)
        for preference in sorted(self.prefer & set(LOOKED_FOR)):
            costs = np.where(has(graph, LOOKED_FOR[preference]), costs, costs * EXPOSED_FACTOR)
        if Preference.FEWEST_LEVEL_CHANGES in self.prefer:
            costs = np.where(np.isin(graph.kind, RIDE_KINDS), costs + LEVEL_CHANGE_MS, costs)
        capped = np.minimum(costs, FORBIDDEN - 1).astype(np.int32)
        impossible = self.forbids(graph) | (durations == FORBIDDEN)
        return np.where(impossible, np.int32(FORBIDDEN), capped)
