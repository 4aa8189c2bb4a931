"""The small map, broken in one way for each code of a finding.

`python -m tests.venues.broken_maps` writes them to fixtures/maps, where the commands and the SDKs find them too.
"""

from collections.abc import Callable
from pathlib import Path

from tests.venues.small_map import (
    box,
    changed,
    door,
    feature,
    id_of,
    level,
    line,
    point,
    polygon,
    redrawn,
    relationship,
    small_map,
    unit,
    without,
)
from venues.core.imdf.features import Feature
from venues.core.imdf.writing import archive_files, write_archive
from venues.core.validation import Severity

MAPS = Path(__file__).parents[2] / "fixtures" / "maps"
UNKNOWN = str(id_of("nothing"))
BOW_TIE = polygon([(0, 10), (30, 20), (30, 10), (0, 20)])
ON_NO_LEVEL = frozenset({"venue", "address", "building", "footprint"})
Break = Callable[[list[Feature]], list[Feature]]

# code, severity, the feature that is named, and how to break the small map so.
FAULTS: list[tuple[str, Severity, str | None, Break]] = [
    ("duplicate_id", Severity.ERROR, "hall", lambda m: [*m, next(f for f in m if f.id == id_of("hall"))]),
    ("property_unreadable", Severity.ERROR, "fountain", lambda m: changed(m, "fountain", category=None)),
    ("no_venue", Severity.ERROR, None, lambda m: without(m, "venue")),
    ("several_venues", Severity.ERROR, None,
     lambda m: [*m, feature("two", "venue", box(0, 0, 9, 9), category="mall", name={"en": "Two"})]),
    ("no_level", Severity.ERROR, None, lambda m: [f for f in m if f.feature_type in ON_NO_LEVEL]),
    ("no_unit", Severity.ERROR, None, lambda m: [f for f in m if f.feature_type in {*ON_NO_LEVEL, "level"}]),
    ("level_unknown", Severity.ERROR, "west section", lambda m: changed(m, "west section", level_id=UNKNOWN)),
    ("level_unknown", Severity.ERROR, "west section",
     lambda m: changed(m, "west section", level_id=str(id_of("house")))),
    ("building_unknown", Severity.ERROR, "First", lambda m: changed(m, "First", building_ids=[UNKNOWN])),
    ("unit_unknown", Severity.ERROR, "fountain", lambda m: changed(m, "fountain", unit_ids=[UNKNOWN])),
    ("anchor_unknown", Severity.ERROR, "cafe", lambda m: without(m, "cafe anchor")),
    ("end_unknown", Severity.ERROR, "chute", lambda m: [*m, relationship("chute", "stairs", ("hall", "nothing"))]),
    ("address_unknown", Severity.WARNING, "venue", lambda m: without(m, "address")),
    ("address_unknown", Severity.WARNING, "venue", lambda m: changed(m, "venue", address_id="here")),
    ("occupant_nowhere", Severity.WARNING, "cafe", lambda m: changed(m, "cafe", anchor_id=None)),
    ("geometry_unreadable", Severity.ERROR, "west section",
     lambda m: redrawn(m, "west section", {"type": "Polygon", "coordinates": [[[0, 0]]]})),
    ("geometry_missing", Severity.ERROR, "west section", lambda m: redrawn(m, "west section", None)),
    ("geometry_missing", Severity.WARNING, "fountain", lambda m: redrawn(m, "fountain", None)),
    ("geometry_type", Severity.ERROR, "west section", lambda m: redrawn(m, "west section", point(10, 15))),
    ("geometry_invalid", Severity.ERROR, "west section", lambda m: redrawn(m, "west section", BOW_TIE)),
    ("map_too_wide", Severity.ERROR, None, lambda m: redrawn(m, "fountain", point(90_000, 0))),
    ("unit_too_small", Severity.WARNING, "speck", lambda m: [*m, unit("speck", "First", box(50, 5, 50.2, 5.2), "nonpublic")]),
    ("unit_outside_level", Severity.WARNING, "out", lambda m: [*m, unit("out", "First", box(58, 0, 70, 5), "nonpublic")]),
    ("unit_overlap", Severity.WARNING, None,
     lambda m: [*m, unit("over", "First", box(40, 22, 50, 41), "nonpublic")]),
    ("unit_twice", Severity.WARNING, None,
     lambda m: [*m, unit("again", "First", box(30, 20, 60, 40), "nonpublic")]),
    ("opening_off_edge", Severity.WARNING, "lost", lambda m: [*m, door("lost", "First", line((40, 30), (42, 30)))]),
    ("opening_to_nowhere", Severity.WARNING, "back", lambda m: [*m, door("back", "First", line((40, 40), (42, 40)))]),
    ("opening_narrow", Severity.WARNING, "museum door",
     lambda m: redrawn(m, "museum door", line((40, 20), (40.2, 20)))),
    ("opening_wide", Severity.WARNING, "street door", lambda m: redrawn(m, "street door", line((30, 2), (30, 38)))),
    ("end_missing", Severity.ERROR, "chute",
     lambda m: changed([*m, relationship("chute", "stairs", ("hall", "corridor"))], "chute", destination=None)),
    ("end_on_no_level", Severity.ERROR, "chute", lambda m: changed(
        [*m, relationship("chute", "stairs", ("hall", "corridor"))], "chute",
        destination={"id": str(id_of("house")), "feature_type": "building"})),
    ("level_joined_to_itself", Severity.WARNING, "loop", lambda m: [*m, relationship("loop", "stairs", ("hall", "hall"))]),
    ("escalator_undirected", Severity.WARNING, "up", lambda m: [*m, relationship("up", "escalator", ("hall", "corridor"))]),
    ("connector_unjoined", Severity.WARNING, "lift 0", lambda m: without(m, "lift")),
    ("slope_unlikely", Severity.WARNING, "stairs", lambda m: changed(m, "stairs", **{"dalil:slope_percent": 80})),
    ("name_missing", Severity.WARNING, "house", lambda m: changed(m, "house", name=None)),
    ("name_blank", Severity.WARNING, "hall", lambda m: changed(m, "hall", name={"en": " "})),
    ("language_tag", Severity.WARNING, "hall", lambda m: changed(m, "hall", name={"the english": "Hall"})),
    ("language_missing", Severity.WARNING, "house", lambda m: changed(m, "house", name={"en": "House"})),
    ("short_name_shared", Severity.WARNING, None,
     lambda m: [*m, level("Second", 2, box(30, 0, 60, 40), "house", short_name={"en": "First"})]),
    ("category_unknown", Severity.WARNING, "hall", lambda m: changed(m, "hall", category="ballroom")),
    ("restriction_unknown", Severity.WARNING, "west section",
     lambda m: changed(m, "west section", restriction="secret")),
    ("hours_unreadable", Severity.WARNING, "cafe", lambda m: changed(m, "cafe", hours="whenever 99")),
]  # fmt: skip

# What only the routing graph of a map shows.
GRAPH_FAULTS: list[tuple[str, Severity, str | None, Break]] = [
    ("connector_end_unusable", Severity.WARNING, "stairs", lambda m: changed(m, "stairs 1", category="structure")),
    ("unit_not_step_free", Severity.WARNING, "museum room", lambda m: without(m, "lift")),
    ("unit_unreachable", Severity.WARNING, "restroom", lambda m: without(m, "restroom door")),
]


def sound_map() -> list[Feature]:
    return changed(small_map(), "west section", name={"en": "South Lawn", "ar": "المرج الجنوبي"})


def write_maps() -> None:
    """Write the sound map as a folder, and each broken one as a zip file that bears the code of its finding."""
    (MAPS / "sound").mkdir(parents=True, exist_ok=True)
    (MAPS / "broken").mkdir(exist_ok=True)
    for name, data in archive_files(sound_map()).items():
        (MAPS / "sound" / name).write_bytes(data)
    for code, _, _, breaking in reversed([*FAULTS, *GRAPH_FAULTS]):  # the first of a code is the plainest, and stays
        (MAPS / "broken" / f"{code}.zip").write_bytes(write_archive(breaking(sound_map())))


if __name__ == "__main__":
    write_maps()
