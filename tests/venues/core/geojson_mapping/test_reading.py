"""GeoJSON by a mapping: what rules take, on which level it lies, and what is left out and why."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from tests.venues.small_map import box, line, point
from venues.core.geojson_mapping.mapping import RULE_KEYS, MappingError, read_mapping
from venues.core.geojson_mapping.reading import GeojsonImport, read_geojson
from venues.core.geojson_mapping.records import GeojsonError
from venues.core.imdf.features import Feature, FeatureType
from venues.core.snapshot import Snapshot
from venues.core.validation import errors_in, validate
from venues.errors import MapUnreadable
from venues.services.geojson_files import read_geojson_files

MALL = Path(__file__).parents[5] / "shared" / "data" / "ble" / "mall"
MAPPING = Path("fixtures/mappings/mall.toml")
PLAN = """
[venue]
name = { en = "Arcade" }
category = "shoppingcenter"

[building]

[[feature]]
when = { kind = "outline" }
feature_type = "level"
level = { property = "floor", values = { G = 0, U = 1 } }
name = { property = "floor" }
rest = "walkway"

[[feature]]
when = { kind = "door" }
feature_type = "opening"

[[feature]]
when = { kind = "bench" }
feature_type = "amenity"
category = "seating"

[[feature]]
when = { kind = "column" }
ignore = "columns are drawn by the walls"

[[feature]]
when = { kind = ["shop", "cafe"] }
feature_type = "unit"
category = "room"
name = { property = "label" }
occupant = { property = "kind", values = { cafe = "coffee" }, default = "shopping" }
assume_door = true
properties = { hours = { property = "open" } }
"""


def drawn(geometry: object, id_: object = None, **properties: object) -> dict[str, object]:
    own = {} if id_ is None else {"id": id_}
    return {"type": "Feature", "geometry": geometry, "properties": properties} | own


def read(*features: object, mapping: str = PLAN, **files: Sequence[object]) -> GeojsonImport:
    every: dict[str, Sequence[object]] = {
        "plan.geojson": features,
        **{f"{name}.geojson": group for name, group in files.items()},
    }
    packed = {
        name: json.dumps({"type": "FeatureCollection", "features": group}).encode() for name, group in every.items()
    }
    return read_geojson(packed, read_mapping(mapping), "arcade")


def of_type(result: GeojsonImport, feature_type: str) -> list[Feature]:
    return [feature for feature in result.features if feature.feature_type.value == feature_type]


OUTLINE = drawn(box(0, 0, 40, 20), kind="outline", floor="G")
SHOP = drawn(box(0, 10, 10, 20), "s1", kind="shop", label="Tailor", **{"label:ar": "خياط"}, open="Mo-Fr 09:00-18:00")


def test_a_shop_becomes_a_unit_with_an_occupant_and_the_floor_between_is_walked():
    result = read(OUTLINE, SHOP, drawn(box(10, 10, 20, 20), "c1", kind="cafe", label="Brew"))
    assert errors_in(validate(result.features)) == []
    tailor = next(o for o in of_type(result, "occupant") if o.properties["category"] == "shopping")
    assert tailor.properties["name"] == {"en": "Tailor", "ar": "خياط"}
    assert tailor.properties["hours"] == "Mo-Fr 09:00-18:00"
    assert {o.properties["category"] for o in of_type(result, "occupant")} == {"shopping", "coffee"}
    snapshot = Snapshot.from_features(result.features)
    free = next(unit for unit in snapshot.units.values() if unit.category == "walkway")
    assert snapshot.shapes_m[free.id].area == pytest.approx(40 * 20 - 200, rel=1e-3)
    assert [finding.code for finding in result.findings] == ["door_assumed", "door_assumed"]
    assert all(opening.properties["dalil:assumed"] for opening in of_type(result, "opening"))


def test_a_door_drawn_as_a_point_is_laid_along_the_nearest_edge_and_none_is_assumed_beside_it():
    result = read(OUTLINE, SHOP, drawn(point(5, 9.8), kind="door"))
    [door] = of_type(result, "opening")
    shape = Snapshot.from_features(result.features).shapes_m[door.id]
    assert door.properties["category"] == "pedestrian"
    assert shape.length == pytest.approx(1.0, abs=0.02)
    assert result.findings == ()


def test_doors_drawn_as_lines_stay_as_they_are():
    result = read(OUTLINE, SHOP, drawn(line((4, 10), (6, 10)), kind="door"))
    [door] = of_type(result, "opening")
    assert door.geometry == line((4, 10), (6, 10))


def test_features_lie_on_the_one_level_that_their_file_draws():
    upper = [drawn(box(0, 0, 40, 20), kind="outline", floor="U"), drawn(box(0, 0, 9, 9), kind="shop", label="Up")]
    result = read(OUTLINE, SHOP, upper=upper)
    ordinals = {level.id: level.properties["ordinal"] for level in of_type(result, "level")}
    assert sorted(ordinals.values()) == [0, 1]
    rooms = [unit for unit in of_type(result, "unit") if unit.properties["category"] == "room"]
    assert sorted(ordinals[UUID(room.properties["level_id"])] for room in rooms) == [0, 1]


def test_a_level_that_is_not_given_stays_unknown_and_the_feature_is_left_out():
    result = read(SHOP)
    assert result.features == ()
    assert "level is unknown" in result.ignored["plan.geojson#s1"]
    unreadable = read(drawn(box(0, 0, 40, 20), "o", kind="outline", floor="roof"))
    assert "level is unknown" in unreadable.ignored["plan.geojson#o"]


def test_what_cannot_be_used_is_reported_by_id_or_index_with_the_reason():
    result = read(
        OUTLINE,
        drawn(box(1, 1, 2, 2), "k1", kind="column"),
        drawn(None, "s2", kind="shop"),
        drawn(point(5, 5), kind="shop"),
        drawn(box(1, 1, 2, 2), kind="spaceship"),
        7,
        drawn(point(39, 30), "far", kind="door"),
        drawn(point(60, 60), "bench", kind="bench"),
    )
    assert result.ignored["plan.geojson#k1"] == "columns are drawn by the walls"
    assert "geometry type" in result.ignored["plan.geojson#s2"]
    assert result.ignored["plan.geojson#3"] == "it must be drawn as an area, got Point"
    assert result.ignored["plan.geojson#4"] == "no rule of the mapping takes it"
    assert "no GeoJSON feature" in result.ignored["plan.geojson#5"]
    assert "no edge of a unit" in result.ignored["plan.geojson#far"]
    assert "in no unit" in result.ignored["plan.geojson#bench"]
    assert Counter(finding.code for finding in result.findings) == {"feature_unusable": 5}


def test_an_amenity_knows_the_unit_that_it_stands_in():
    result = read(OUTLINE, SHOP, drawn(box(20, 4, 22, 5), kind="bench"))
    [bench] = of_type(result, "amenity")
    free = next(unit for unit in of_type(result, "unit") if unit.properties["category"] == "walkway")
    assert bench.geometry["type"] == "Point"
    assert bench.properties["unit_ids"] == [str(free.id)]


def test_the_same_files_give_the_same_ids_and_features_with_uuids_keep_theirs():
    own = "0b0c6d3e-5a3f-4f0c-9f57-0d3a5d1f2c11"
    features = [OUTLINE, SHOP, drawn(box(10, 10, 20, 20), own, kind="shop", label="Own")]
    first, again = read(*features), read(*features)
    assert [feature.id for feature in first.features] == [feature.id for feature in again.features]
    assert UUID(own) in {feature.id for feature in of_type(first, "unit")}


def test_without_a_mapping_properties_named_as_imdf_names_them_are_read(tmp_path: Path):
    plan = [
        drawn(box(0, 0, 9, 9), feature_type="unit", level=1, category="restroom", name="WC"),
        drawn(line((9, 4), (9, 5)), feature_type="opening", level=1),
        drawn(box(9, 0, 20, 9), feature_type="unit", level="1", category="walkway"),
    ]
    path = tmp_path / "plan.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": plan}))
    result = read_geojson_files([tmp_path], None, "plain")
    assert errors_in(validate(result.features)) == []
    counts = Counter(feature.feature_type for feature in result.features)
    assert (counts[FeatureType.LEVEL], counts[FeatureType.UNIT], counts[FeatureType.OPENING]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x =", "TOML"), ("", "rules"), ("[[feature]]\nfeature_type = 'room'", "'room'"),
        ("[[feature]]\nfeature_type = 'unit'\ncolour = 'red'", "'colour'"),
        ("[[feature]]\nfeature_type = 'unit'\nname = { property = '' }", "property"),
        ("[[feature]]\nfeature_type = 'unit'\nwhen = { kind = [] }", "when.kind"),
        ("feature = [3]", "number 1"), ("[venue]\nname = 'x'\n[[feature]]\nignore = 'x'", "venue.name"),
    ],
)  # fmt: skip
def test_a_mapping_that_says_nothing_usable_is_refused_with_the_place(text, told):
    with pytest.raises(MappingError, match=told):
        read_mapping(text)


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"type": "FeatureCollection"}', b'{"features": ["\\u0000"]}'])
def test_what_is_no_geojson_is_refused(data):
    with pytest.raises(GeojsonError, match=r"plan\.geojson"):
        read_geojson({"plan.geojson": data}, read_mapping(PLAN), "arcade")


def test_absent_files_and_mappings_are_refused_with_their_path(tmp_path: Path):
    for paths, mapping in (([tmp_path / "none"], None), ([tmp_path], None), ([], tmp_path / "none.toml")):
        with pytest.raises(MapUnreadable, match=str(tmp_path)):
            read_geojson_files(paths, mapping, "x")


@pytest.mark.recordings
@pytest.mark.skipif(not MALL.is_dir(), reason=f"the recordings are not at {MALL}")
def test_the_two_floors_of_the_mall_load_as_two_levels_of_one_venue():
    files = [MALL / floor / "geojson_map.json" for floor in ("F1", "F2")]
    result = read_geojson_files(files, MAPPING, "mall")
    assert (result.ignored, errors_in(validate(result.features))) == ({}, [])
    levels = {level.id: level.properties["ordinal"] for level in of_type(result, "level")}
    assert sorted(levels.values()) == [0, 1]
    drawn_by = Counter(
        feature.feature_type.value
        for feature in result.features
        if feature.feature_type.value in ("unit", "amenity", "kiosk")
        and feature.properties.get("category") != "walkway"
    )
    recorded = sum(len(json.loads(file.read_text())["features"]) - 1 for file in files)
    assert sum(drawn_by.values()) == recorded
    names = {occupant.properties["name"]["zh-Latn"] for occupant in of_type(result, "occupant")}
    assert {"STARBUCKS COFFEE", "UNIQLO", "nike"} <= names
    shops = [unit for unit in of_type(result, "unit") if unit.properties["category"] in ("room", "foodservice")]
    to_let = [shop for shop in shops if shop.properties["restriction"]]
    without = [finding for finding in result.findings if finding.code == "unit_without_door"]
    restrooms = [unit for unit in of_type(result, "unit") if unit.properties["category"] == "restroom"]
    assert len(of_type(result, "opening")) == len(shops) - len(to_let) + len(restrooms) - len(without)


def test_the_mapping_of_the_guide_is_one():
    guide = Path("docs/guides/importing.md").read_text("utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    mapping = read_mapping(example)
    assert [rule.feature_type.value for rule in mapping.rules if rule.ignore is None] == ["level", "opening", "unit"]
    assert all(f"`{key}`" in guide for key in RULE_KEYS)
