"""Rooms and sights are read again as they were written, and rooms say what the shapes of the map say."""

from random import Random

import numpy as np
import shapely

from geo.position import LevelPoint
from navigation.core.compiling import compile_graph
from navigation.core.finding.rooms import ARRAYS, Rooms
from navigation.core.graph import NONE
from navigation.core.guiding import sight_table
from navigation.core.guiding.sight_table import SightTable
from tests.navigation.core.walks import SEEN
from tests.venues.small_map import small_map
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex

MAP = Snapshot.from_features(small_map())
ROOMS = Rooms.of(compile_graph(MAP).graph, MAP)


def test_rooms_are_read_as_they_were_written():
    again = Rooms.from_bytes(ROOMS.to_bytes())
    assert again.level_ids == ROOMS.level_ids
    assert all(np.array_equal(getattr(again, name), getattr(ROOMS, name)) for name in ARRAYS)


def test_a_point_lies_in_the_room_in_which_its_shape_has_it():
    index, chance = SpatialIndex(MAP), Random(12)
    west, south, east, north = shapely.total_bounds(list(MAP.shapes_m.values()))
    for level_id in MAP.levels:
        for _ in range(200):
            point = LevelPoint(chance.uniform(west, east), chance.uniform(south, north), level_id)
            unit, room = index.unit_at(point), ROOMS.at(point)
            assert (None if room == NONE else ROOMS.id_of(room)) == (unit and unit.id)


def test_sights_are_read_as_they_were_written():
    assert dict(SightTable(sight_table.to_bytes(SEEN))) == SEEN
