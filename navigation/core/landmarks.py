"""What a visitor sees along the way and what it is called."""

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
    {"elevator", "escalator", "footbridge", "movingwalkway", "ramp", "road", "stairs", "steps", "unenclosedarea",
     "unspecified", "walkway"}
)  # fmt: skip

# Those that a ride begins and ends in: the ride itself says all there is to say.
SHAFTS = frozenset({"elevator", "escalator", "ramp", "stairs", "steps"})


@dataclass(frozen=True)
class Surroundings:
    """Where one is: under the sky or not, in what, and what that is called.

    `own_name` is what the unit itself is called, or who occupies it; `building` is None outdoors.
    """

    level_id: UUID
    unit_id: UUID | None
    outdoor: bool
    passage: bool
    shaft: bool
    own_name: Labels
    occupied: bool
    building: Building | None

    @property
    def threshold_name(self) -> Labels:
        """What one says of going in or out: the occupant, else the building, else the unit."""
        if self.occupied or self.building is None or not self.building.name:
            return self.own_name
        return self.building.name

    @property
    def threshold_id(self) -> UUID | None:
        """The feature that bears the threshold's name."""
        if self.occupied or self.building is None or not self.building.name:
            return self.unit_id
        return self.building.id


@dataclass(frozen=True)
class Landmarks:
    """The names of one map, ready to be asked for along a route."""

    snapshot: Snapshot = field(repr=False)

    def at(self, level_id: UUID, feature_id: UUID | None, x_m: float, y_m: float) -> Surroundings:
        """Return the surroundings of a point that lies in the unit, or on the path, of that id."""
        level = self.snapshot.levels[level_id]
        unit = self.snapshot.units.get(feature_id) if feature_id is not None else None
        building = None if level.outdoor else building_at(self.snapshot, level, LevelPoint(x_m, y_m, level_id))
        if unit is None:
            return Surroundings(level_id, None, level.outdoor, True, False, NO_LABELS, False, building)
        occupant = self._sole_occupants.get(unit.id)
        name = occupant.name if occupant else unit.name
        passage, shaft = unit.category in PASSAGES, unit.category in SHAFTS
        return Surroundings(level_id, unit.id, level.outdoor, passage, shaft, name, occupant is not None, building)

    def level(self, level_id: UUID) -> Level:
        """Return the level of that id."""
        return self.snapshot.levels[level_id]

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
