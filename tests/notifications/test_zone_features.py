"""Which places of the map are zones, and on which levels."""

from notifications.core.zone_features import zone_of
from tests.venues.small_map import changed, id_of, small_map
from venues.core.snapshot import Snapshot


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


def test_what_is_no_area_is_no_zone() -> None:
    snapshot = Snapshot.from_features(changed(small_map(), "fountain", name={"en": "Fountain"}))
    assert zone_of(snapshot, id_of("fountain")) is None
    assert zone_of(snapshot, id_of("nothing of the map")) is None
