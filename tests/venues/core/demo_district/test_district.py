"""What the demo district promises to those who build on it."""

from collections import Counter, defaultdict
from uuid import UUID

import networkx as nx
import numpy as np
import shapely

from tests.venues.core.demo_district.walks import units_at_openings, walking_graph
from venues.core.demo_district import District, generate
from venues.core.imdf.categories import VOCABULARIES
from venues.core.imdf.features import FeatureType
from venues.core.imdf.writing import write_archive
from venues.core.snapshot import Snapshot
from venues.core.validation import validate
from venues.core.walkable import is_walkable
from venues.management.commands.generate_demo import FOLDER, SEED, files_of

LARGEST_ARCHIVE_BYTES = 5_000_000
OVERLAP_M2 = 0.01
STEPS_ONLY = "Roof terrace"
TRAM_STOPS = 9


def test_it_has_the_size_that_the_demo_needs(district: District, snapshot: Snapshot) -> None:
    inside = Counter(building_id for level in snapshot.levels.values() for building_id in level.building_ids)
    assert len(snapshot.footprints) >= 100
    assert sum(levels >= 2 for levels in inside.values()) >= 24
    assert len(snapshot.units) >= 3_000
    assert len({unit.category for unit in snapshot.units.values()}) >= 35
    assert len(district.beacons) >= 3_000
    assert len(write_archive(district.features)) < LARGEST_ARCHIVE_BYTES


def test_categories_are_those_of_imdf(district: District) -> None:
    unknown = {
        (feature.feature_type, feature.properties["category"])
        for feature in district.features
        if feature.feature_type in VOCABULARIES
        and feature.properties["category"] not in VOCABULARIES[feature.feature_type]
    }
    assert not unknown


def test_ids_are_unique(district: District) -> None:
    counts = Counter(feature.id for feature in district.features)
    assert [feature_id for feature_id, count in counts.items() if count > 1] == []


def test_everything_named_is_named_in_three_languages(district: District) -> None:
    nameless = [
        feature.properties["name"]
        for feature in district.features
        if feature.properties.get("name") and set(feature.properties["name"]) != {"en", "ar", "fr"}
    ]
    assert not nameless


def test_shapes_are_valid(snapshot: Snapshot) -> None:
    assert [str(id_) for id_, shape in snapshot.shapes_m.items() if not shape.is_valid] == []


def test_no_two_units_of_an_ordinal_overlap(snapshot: Snapshot) -> None:
    by_ordinal = defaultdict(list)
    for unit in snapshot.units.values():
        by_ordinal[snapshot.levels[unit.level_id].ordinal].append(unit)
    overlaps = []
    for units in by_ordinal.values():
        shapes = np.array([snapshot.shapes_m[unit.id] for unit in units], dtype=object)
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = first < second
        areas = shapely.area(shapely.intersection(shapes[first[pairs]], shapes[second[pairs]]))
        overlaps += [
            (units[a].id, units[b].id, float(area))
            for a, b, area in zip(first[pairs], second[pairs], areas, strict=True)
            if area > OVERLAP_M2
        ]
    assert overlaps == []


def test_units_lie_within_their_level(snapshot: Snapshot) -> None:
    outside = [
        unit.id
        for unit in snapshot.units.values()
        if snapshot.shapes_m[unit.id].difference(snapshot.shapes_m[unit.level_id]).area > OVERLAP_M2
    ]
    assert outside == []


def test_every_opening_lies_on_the_edge_of_two_units(snapshot: Snapshot) -> None:
    loose = {str(id_): len(units) for id_, units in units_at_openings(snapshot).items() if len(units) != 2}
    assert loose == {}


def test_everyone_reaches_every_public_unit_and_comes_back(snapshot: Snapshot) -> None:
    graph = walking_graph(snapshot, step_free=False)
    strange = [unit for unit in graph if unit not in snapshot.units]
    assert strange == []
    assert [_described(snapshot, unit) for unit in _away_from_the_street(snapshot, graph)] == []


def test_a_wheelchair_reaches_all_but_the_roof_terrace(snapshot: Snapshot) -> None:
    graph = walking_graph(snapshot, step_free=True)
    for unit in snapshot.units.values():
        if unit.category in ("stairs", "escalator") and unit.id in graph:
            graph.remove_node(unit.id)
    names = {snapshot.units[unit].name.get("en") for unit in _away_from_the_street(snapshot, graph)}
    assert names == {STEPS_ONLY}


def test_the_facts_are_on_the_map(district: District, snapshot: Snapshot) -> None:
    stops = [amenity for amenity in snapshot.amenities.values() if amenity.category == "rail.muni"]
    names = {name for feature in district.features for name in [(feature.properties.get("name") or {}).get("ar")]}
    assert len(stops) == TRAM_STOPS
    assert {"بيت بن جلمود", "بيت الشركة", "بيت محمد بن جاسم", "بيت الرضواني", "الحي التراثي", "براحة مشيرب"} <= names
    square = next(unit for unit in snapshot.units.values() if unit.name.get("en") == "Barahat Msheireb")
    assert round(snapshot.shapes_m[square.id].area, -1) == 7_000
    assert square.covered
    assert square.cooled


def test_beacons_are_unique_and_hang_in_walkable_units_of_their_level(district: District, snapshot: Snapshot) -> None:
    identities = Counter((row.major, row.minor, row.instance) for row in district.beacons)
    assert max(identities.values()) == 1
    walkable = {
        level_id: shapely.union_all([snapshot.shapes_m[unit.id] for unit in units if is_walkable(unit)])
        for level_id, units in snapshot.units_by_level.items()
    }
    lost = [
        row.name
        for row in district.beacons
        if not shapely.contains_xy(
            walkable[next(id_ for id_ in walkable if str(id_) == row.level_id)],
            *snapshot.frame.to_metres(row.lng, row.lat),
        )
    ]
    assert lost == []


def test_drawing_it_again_gives_the_committed_bytes(district: District) -> None:
    again = files_of(generate(np.random.default_rng(SEED)))
    assert again == files_of(district)
    assert {name: (FOLDER / name).read_bytes() for name in again} == again


def _away_from_the_street(snapshot: Snapshot, graph: "nx.DiGraph[UUID]") -> set[UUID]:
    street = next(u.id for u in snapshot.units.values() if u.name.get("en") == "Al Kahraba Street")
    there = nx.descendants(graph, street) | {street}
    back = nx.ancestors(graph, street) | {street}
    return set(graph) - (there & back)


def _described(snapshot: Snapshot, unit_id: UUID) -> str:
    unit = snapshot.units[unit_id]
    building = [snapshot.buildings[b].name["en"] for b in snapshot.levels[unit.level_id].building_ids]
    return f"{building} {snapshot.levels[unit.level_id].ordinal} {unit.category} {unit.name.get('en')}"


def test_every_feature_type_occurs(district: District) -> None:
    assert {feature.feature_type for feature in district.features} == set(FeatureType)


def test_points_lie_in_the_units_that_they_name(snapshot: Snapshot) -> None:
    named = [(anchor.id, anchor.unit_id) for anchor in snapshot.anchors.values()]
    named += [(amenity.id, unit_id) for amenity in snapshot.amenities.values() for unit_id in amenity.unit_ids]
    astray = [
        snapshot.by_id[id_].properties
        for id_, unit_id in named
        if unit_id and not snapshot.shapes_m[unit_id].covers(snapshot.shapes_m[id_])
    ]
    assert astray == []


def test_the_map_has_no_findings(district: District) -> None:
    assert [finding.message for finding in validate(district.features)] == []


def test_every_level_has_beacons(district: District, snapshot: Snapshot) -> None:
    assert {row.level_id for row in district.beacons} == {str(level_id) for level_id in snapshot.levels}
