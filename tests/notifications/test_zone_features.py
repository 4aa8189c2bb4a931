"""Which places of the map are zones, and on which levels."""

from collections.abc import Sequence

import pytest
import shapely

from notifications.core.circles import Circle, Spot, zone_of_circle
from notifications.core.zone_features import is_narrower_than, zone_of
from notifications.core.zones import Zone
from tests.venues.small_map import FRAME, box, changed, feature, id_of, small_map
from venues.core.snapshot import Snapshot

EVERY_LEVEL = ("Street", "Ground", "First")


def test_who_is_indoors_at_the_height_of_a_section_is_in_the_section() -> None:
    snapshot = Snapshot.from_features(small_map())
    zone = zone_of(snapshot, id_of("west section"))
    assert zone is not None
    assert zone.level_ids == {id_of("Street"), id_of("Ground")}


def test_a_unit_is_a_zone_on_its_own_level_alone() -> None:
    snapshot = Snapshot.from_features(small_map())
    zone = zone_of(snapshot, id_of("museum room"))
    assert zone is not None
    assert zone.level_ids == {id_of("First")}


def test_a_building_is_a_zone_on_all_its_levels() -> None:
    snapshot = Snapshot.from_features(small_map())
    zone = zone_of(snapshot, id_of("house"))
    assert zone is not None
    assert zone.level_ids == {id_of("Ground"), id_of("First")}


def test_a_level_is_a_zone() -> None:
    snapshot = Snapshot.from_features(small_map())
    zone = zone_of(snapshot, id_of("First"))
    assert zone is not None
    assert zone.level_ids == {id_of("First")}
    assert zone.shape_m.equals(snapshot.shapes_m[id_of("First")])


@pytest.mark.parametrize(
    ("levels", "buildings", "expected"),
    [
        (["First"], [], ["First"]),
        (["Ground"], ["house"], ["Ground"]),
        ([], ["house"], ["Ground", "First"]),
        ([], [], EVERY_LEVEL),
    ],
)
def test_a_geofence_is_a_zone_on_its_levels_else_on_its_buildings_else_on_all(
    levels: Sequence[str], buildings: Sequence[str], expected: Sequence[str]
) -> None:
    fence = feature(
        "fence",
        "geofence",
        box(32, 12, 50, 30),
        category="geofence",
        name=None,
        level_ids=[str(id_of(name)) for name in levels],
        building_ids=[str(id_of(name)) for name in buildings],
        parents=None,
    )
    zone = zone_of(Snapshot.from_features([*small_map(), fence]), fence.id)
    assert zone is not None
    assert zone.level_ids == {id_of(name) for name in expected}


def test_a_circle_lies_round_an_anchor_on_the_level_of_its_unit() -> None:
    snapshot = Snapshot.from_features(small_map())
    zone = zone_of_circle(snapshot, Circle(id_of("cafe anchor"), 8.0))
    assert zone is not None
    assert id_of("Ground") in zone.level_ids
    assert id_of("First") not in zone.level_ids
    assert zone.shape_m.centroid.distance(snapshot.shapes_m[id_of("cafe anchor")]) < 0.01


def test_a_circle_lies_round_the_point_where_a_beacon_hangs_on_its_level() -> None:
    lng, lat = FRAME.to_lng_lat(45.0, 30.0)
    snapshot = Snapshot.from_features(small_map())
    zone = zone_of_circle(snapshot, Circle(Spot(lng, lat, 1), 8.0))
    assert zone is not None
    assert zone.level_ids == {id_of("First")}
    x_m, y_m = snapshot.frame.to_metres(lng, lat)
    assert zone.shape_m.contains(shapely.Point(x_m + 7.9, y_m))
    assert not zone.shape_m.contains(shapely.Point(x_m + 8.1, y_m))


def test_a_circle_on_a_level_or_anchor_that_the_map_lacks_is_no_zone() -> None:
    snapshot = Snapshot.from_features(small_map())
    assert zone_of_circle(snapshot, Circle(Spot(51.5, 25.2, 7), 8.0)) is None
    assert zone_of_circle(snapshot, Circle(id_of("nothing of the map"), 8.0)) is None


def test_what_is_no_area_is_no_zone() -> None:
    snapshot = Snapshot.from_features(changed(small_map(), "fountain", name={"en": "Fountain"}))
    assert zone_of(snapshot, id_of("fountain")) is None
    assert zone_of(snapshot, id_of("nothing of the map")) is None


@pytest.mark.parametrize(
    ("width_m", "is_narrow"), [(4.9, True), (4.97, True), (4.99, False), (5.0, False), (5.1, False)]
)
def test_a_zone_that_is_drawn_as_wide_as_it_has_to_be_is_not_narrower(width_m: float, is_narrow: bool) -> None:
    alley = Zone(id_of("house"), shapely.box(100.3, 200.7, 100.3 + width_m, 260.1), frozenset())
    round_place = Zone(id_of("house"), shapely.Point(3, 4).buffer(width_m / 2, quad_segs=32), frozenset())

    assert is_narrower_than(alley, 5.0) is is_narrow
    assert is_narrower_than(round_place, 5.0) is is_narrow
