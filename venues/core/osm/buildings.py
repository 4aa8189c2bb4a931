"""Buildings and their parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.osm.elements import Elements, OsmId, Relation, Tags, Way
from venues.core.osm.notes import Notes
from venues.core.osm.shapes import area_of

OVERHEAD_KEYS = ("min_level", "building:min_level", "min_height")


@dataclass(frozen=True, eq=False)
class Building:
    """An outline in metres; a part belongs to the building `whole`."""

    id: UUID
    osm_id: OsmId
    shape_m: BaseGeometry
    tags: Tags
    whole: UUID | None = None

    @property
    def stands_on_the_ground(self) -> bool:
        """Whether one has to walk round it."""
        lifted = any(self.tags.get(key, "0") not in ("0", "0 m") for key in (*OVERHEAD_KEYS, "layer"))
        return "building" in self.tags and self.tags["building"] not in ("roof", "carport") and not lifted


def read_buildings(elements: Elements, notes: Notes, frame: LocalFrame) -> list[Building]:
    """Return the buildings, then the parts that lie in one of them."""
    drawn: list[Building] = []
    elements_with_areas: list[Way | Relation] = [*elements.ways.values(), *elements.relations.values()]
    for element in elements_with_areas:
        if not _is_building(element):
            continue
        notes.use(element.osm_id)
        area = area_of(elements, element, frame)
        if area is None:
            notes.ignore(element.osm_id, "not_an_area")
        else:
            drawn.append(Building(notes.id_of("building", element.osm_id), element.osm_id, area, element.tags))
    wholes = [building for building in drawn if building.tags.get("building", "no") != "no"]
    parts = [building for building in drawn if building.tags.get("building", "no") == "no"]
    return [*wholes, *_parts_of(wholes, parts, notes)]


def _is_building(element: Way | Relation) -> bool:
    if isinstance(element, Relation) and element.tags.get("type") != "multipolygon":
        return False
    has_indoor_kind = element.tags.get("indoor", "no") != "no"
    return not has_indoor_kind and any(element.tags.get(key, "no") != "no" for key in ("building", "building:part"))


def _parts_of(wholes: Sequence[Building], parts: Sequence[Building], notes: Notes) -> Iterable[Building]:
    tree = shapely.STRtree([whole.shape_m for whole in wholes])
    for part in parts:
        near = [wholes[i] for i in sorted(tree.query(part.shape_m).tolist())]
        best = max(near, key=lambda whole: whole.shape_m.intersection(part.shape_m).area, default=None)
        if best is None or best.shape_m.intersection(part.shape_m).area < part.shape_m.area / 2:
            notes.ignore(part.osm_id, "part_of_no_building")
            continue
        yield Building(part.id, part.osm_id, part.shape_m, part.tags, best.id)


def ground_plan(buildings: Sequence[Building]) -> BaseGeometry:
    """Return what people outdoors have to walk round."""
    return shapely.union_all([building.shape_m for building in buildings if building.stands_on_the_ground])
