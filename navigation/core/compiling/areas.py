"""Walks inside units: between the places that something leads to, round corners, straight where nothing stands between."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from navigation.core.compiling.floors import Floors
from navigation.core.compiling.model import Model
from navigation.core.drawn_ways import DrawnWays
from navigation.core.visibility import sight
from navigation.core.walk_area import WalkArea, walk_area
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
    nodes: dict[Key, int] = {}
    for unit in floors.units:
        if unit.id in by_unit:
            nodes |= _join(model, floors, unit, by_unit[unit.id], drawn.get(unit.id, ()))
    return nodes


def _join(
    model: Model, floors: Floors, unit: Unit, places: list[Place], drawn: Sequence[tuple[Key, Key, bool]]
) -> Nodes:
    wanted = np.array([(place.x_m, place.y_m) for place in places])
    area = walk_area(floors.outline_of[unit.id], wanted)
    entered, node_of_place = _entered(area, places)
    ways = DrawnWays(
        np.array([(node_of_place[a], node_of_place[b]) for a, b, _ in drawn], np.int32).reshape(-1, 2),
        np.array([driven for *_, driven in drawn], np.bool_),
    )
    view = sight(area, np.array([(x_m, y_m) for x_m, y_m, _ in entered]), ways)
    numbers = [
        model.node(x_m, y_m, unit.level_id, unit_id=unit.id, feature_id=feature_id) for x_m, y_m, feature_id in entered
    ]
    numbers += [model.node(x_m, y_m, unit.level_id, unit_id=unit.id) for x_m, y_m in view.points_m[len(entered) :]]
    traits = floors.walk_traits(unit)
    for (a, b), length_m in zip(view.pairs.tolist(), view.length_m.tolist(), strict=True):
        model.both_ways(numbers[a], numbers[b], traits, length_m)
    return {key: numbers[index] for key, index in node_of_place.items()}


def _entered(area: WalkArea, places: list[Place]) -> tuple[list[tuple[float, float, UUID]], Mapping[Key, int]]:
    """Return where the places are reached, each point once, and which of these belongs to which place."""
    entered: dict[tuple[float, float], tuple[int, UUID]] = {}
    index_of: dict[Key, int] = {}
    for place in places:
        x_m, y_m = area.enter(place.x_m, place.y_m)
        point = (round(x_m, 4), round(y_m, 4))
        index_of[place.key] = entered.setdefault(point, (len(entered), place.feature_id))[0]
    return [(x_m, y_m, feature_id) for (x_m, y_m), (_, feature_id) in entered.items()], index_of
