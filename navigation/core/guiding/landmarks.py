"""What a visitor walks through and what it is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from geo.position import LevelPoint
from venues.core.imdf.features import NO_LABELS, Building, Labels, Level, Occupant, Unit
from venues.core.locating import building_at
from venues.core.snapshot import Snapshot

# IMDF unit categories that one walks along rather than goes into (OGC 20-094, UNIT-CATEGORY).
PASSAGES = frozenset(
    {"elevator", "escalator", "footbridge", "lobby", "movingwalkway", "parking", "platform", "ramp", "road", "stairs",
     "steps", "unenclosedarea", "unspecified", "walkway"}
)  # fmt: skip

# Those that a ride begins and ends in: the ride itself says all there is to say.
SHAFTS = frozenset({"elevator", "escalator", "ramp", "stairs", "steps"})


@dataclass(frozen=True)
class Surroundings:
    """Where one is: under the sky or not, in what, and what that is called.

    `own_name` is what the unit itself is called, or who occupies it; `building` is None outdoors. `threshold_name` is what
    one says of going in or out, the occupant, else the building, else the unit, and `threshold_id` the feature that bears it.
    """

    level_id: UUID
    unit_id: UUID | None
    outdoor: bool
    passage: bool
    shaft: bool
    own_name: Labels
    occupied: bool
    building: Building | None
    threshold_name: Labels
    threshold_id: UUID | None


@dataclass(frozen=True, eq=False)
class Landmarks:
    """The names of one map, ready to be asked for along a route."""

    snapshot: Snapshot = field(repr=False)
    known: dict[UUID | None, Surroundings] = field(default_factory=dict, repr=False)
    """The surroundings of the units that were asked for before."""

    def at(self, level_id: UUID, feature_id: UUID | None, x_m: float, y_m: float) -> Surroundings:
        """Return the surroundings of a point that lies in the unit, or on the path, of that id."""
        if known := self.known.get(feature_id):
            return known
        level = self.snapshot.levels[level_id]
        unit = self.snapshot.units.get(feature_id) if feature_id is not None else None
        building = None if level.outdoor else building_at(self.snapshot, level, LevelPoint(x_m, y_m, level_id))
        if unit is None:
            return _surroundings(level, None, None, building)
        around = _surroundings(level, unit, self._sole_occupants.get(unit.id), building)
        return self.known.setdefault(unit.id, around)

    @cached_property
    def floors(self) -> Mapping[float, Mapping[UUID, float]]:
        """The levels of each ordinal, with it."""
        floors: dict[float, dict[UUID, float]] = {}
        for level in self.snapshot.levels.values():
            floors.setdefault(level.ordinal, {})[level.id] = level.ordinal
        return floors

    @cached_property
    def _sole_occupants(self) -> Mapping[UUID, Occupant]:
        """The occupant of each unit that has exactly one with a name."""
        by_unit: dict[UUID, list[Occupant]] = {}
        for occupant in self.snapshot.occupants.values():
            unit = self._unit_of(occupant)
            if unit is not None and occupant.name:
                by_unit.setdefault(unit.id, []).append(occupant)
        return {unit_id: group[0] for unit_id, group in by_unit.items() if len(group) == 1}

    def _unit_of(self, occupant: Occupant) -> Unit | None:
        anchor = self.snapshot.anchors.get(occupant.anchor_id) if occupant.anchor_id else None
        return self.snapshot.units.get(anchor.unit_id) if anchor and anchor.unit_id else None


def _surroundings(
    level: Level, unit: Unit | None, occupant: Occupant | None, building: Building | None
) -> Surroundings:
    """Return what the unit is; whoever bears the name of the whole building has it all, and not that hall alone."""
    occupied = occupant is not None and not (building and building.name == occupant.name)
    own_name = occupant.name if occupant and occupied else unit.name if unit else NO_LABELS
    named_for_building = building is not None and bool(building.name) and not occupied
    return Surroundings(
        level_id=level.id,
        unit_id=unit.id if unit else None,
        outdoor=level.outdoor,
        passage=unit is None or unit.category in PASSAGES,
        shaft=unit is not None and unit.category in SHAFTS,
        own_name=own_name,
        occupied=occupied,
        building=building,
        threshold_name=building.name if building and named_for_building else own_name,
        threshold_id=building.id if building and named_for_building else unit.id if unit else None,
    )
