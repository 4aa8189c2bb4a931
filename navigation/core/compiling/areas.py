"""Walks inside units: between the places that something leads to, round corners, straight where nothing stands between."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model, Traits
from navigation.core.drawn_ways import NOTHING_DRAWN, DrawnWays
from navigation.core.visibility import sight
from navigation.core.walk_area import WalkArea, entered, walk_areas
from venues.core.imdf.features import Unit

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Place:
    """Something in a unit, or in its wall, that must be reached: a side of a gate, a landing, a point of a footway.

    `key` names it among all places. `feature_id` is what its node stands for.
    """

    key: Key
    unit_id: UUID
    x_m: float
    y_m: float
    feature_id: UUID


Nodes = Mapping[Key, int]
"""The node at which each place is reached: the nearest point of the unit that keeps clear of walls."""

Stretches = Mapping[UUID, Sequence[tuple[Key, Key, bool]]]
"""For each square that is walked along drawn ways, the stretches of these: the keys of the places at their ends, and whether
vehicles drive there."""


def join_areas(model: Model, floors: Floors, places: Iterable[Place], drawn: Stretches) -> Nodes:
    """Add the nodes and walks of every unit that something leads to, and return the node of each place."""
    by_unit: dict[UUID, list[Place]] = {}
    for place in places:
        by_unit.setdefault(place.unit_id, []).append(place)
    units = [unit for unit in floors.units if unit.id in by_unit]
    if not units:
        return {}
    groups = [by_unit[unit.id] for unit in units]
    wanted_m = np.array([(place.x_m, place.y_m) for group in groups for place in group])
    owner = np.repeat(np.arange(len(units)), [len(group) for group in groups])
    areas = walk_areas([floors.outline_of[unit.id] for unit in units], wanted_m, owner)
    free_m = np.array([area.free_m for area in areas], dtype=object)
    entered_m = np.split(entered(free_m[owner], wanted_m).round(4), np.flatnonzero(np.diff(owner)) + 1)
    nodes: dict[Key, int] = {}
    for unit, area, group, at_m in zip(units, areas, groups, entered_m, strict=True):
        nodes |= _join(model, floors.walk_traits(unit), unit, _Reached.of(area, group, at_m), drawn.get(unit.id, ()))
    return nodes


@dataclass(frozen=True, eq=False)
class _Reached:
    """A unit's area, the points (t, 2) where its places are reached, each once, what these stand for, and whose each is."""

    area: WalkArea
    points_m: NDArray[np.float64]
    feature_ids: Sequence[UUID]
    index_of: Mapping[Key, int]

    @classmethod
    def of(cls, area: WalkArea, places: Sequence[Place], at_m: NDArray[np.float64]) -> "_Reached":
        first: dict[tuple[float, ...], tuple[int, UUID]] = {}
        index_of = {
            place.key: first.setdefault(tuple(point), (len(first), place.feature_id))[0]
            for place, point in zip(places, at_m.tolist(), strict=True)
        }
        return cls(area, np.array(list(first)), [feature_id for _, feature_id in first.values()], index_of)


def _join(model: Model, traits: Traits, unit: Unit, reached: _Reached, drawn: Sequence[tuple[Key, Key, bool]]) -> Nodes:
    ways = NOTHING_DRAWN
    if drawn:
        ends = [(reached.index_of[a], reached.index_of[b]) for a, b, _ in drawn]
        ways = DrawnWays(np.array(ends, np.int32), np.array([driven for *_, driven in drawn], np.bool_))
    view = sight(reached.area, reached.points_m, ways)
    features = chain(reached.feature_ids, repeat(None))
    numbers = [
        model.node(x_m, y_m, unit.level_id, unit_id=unit.id, feature_id=feature_id)
        for (x_m, y_m), feature_id in zip(view.points_m.tolist(), features, strict=False)
    ]
    for (a, b), length_m in zip(view.pairs.tolist(), view.length_m.tolist(), strict=True):
        model.both_ways(numbers[a], numbers[b], traits, length_m)
    return {key: numbers[index] for key, index in reached.index_of.items()}
