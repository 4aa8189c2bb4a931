"""The sheet that the district is drawn on: spaces, doors and ways in metres become IMDF features in degrees."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import shapely
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from geo.geojson import write_geometry
from venues.core.imdf.features import Feature, FeatureType, Labels

# The middle of Msheireb Downtown Doha, and the root of every id: the same path gives the same id for ever.
FRAME = LocalFrame(51.5265, 25.2855)
NAMESPACE = UUID("6d736865-6972-5562-a5d2-646f776e746f")
TOUCH_M = 0.001  # shared walls have the very same coordinates: only arithmetic may differ
WIDEST_OPENING_M = 10.0  # a longer open side is written as several openings, so that nobody has to walk to its middle


@dataclass(frozen=True)
class Storey:
    """A level that spaces are drawn on."""

    path: str
    id: UUID
    ordinal: int
    outdoor: bool = False


@dataclass(frozen=True, eq=False)
class Space:
    """A unit that has been drawn. `shape` is in metres."""

    path: str
    id: UUID
    storey: Storey
    category: str
    shape: shapely.Polygon
    restricted: bool

    @property
    def middle(self) -> shapely.Point:
        """A point inside, the centre where that is inside."""
        centre = self.shape.centroid
        return centre if self.shape.contains(centre) else shapely.point_on_surface(self.shape)


@dataclass
class Sheet:
    """Everything drawn so far, in the order of drawing."""

    features: list[Feature] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)

    def add(self, feature_type: FeatureType, path: str, shape: BaseGeometry | None, **properties: Any) -> UUID:
        """Return the id of a new feature. Its path names it for ever."""
        feature_id = uuid5(NAMESPACE, f"{feature_type.value}/{path}")
        geometry = None if shape is None else degrees(shape)
        self.features.append(Feature(feature_id, feature_type, geometry, properties))
        return feature_id

    def storey(
        self, path: str, shape: BaseGeometry, *, ordinal: int, name: Labels, short_name: str,
        buildings: tuple[UUID, ...] = (), outdoor: bool = False, category: str = "unspecified", hours: str | None = None,
    ) -> Storey:  # fmt: skip
        """Return a new level."""
        level_id = self.add(
            FeatureType.LEVEL, path, shape,
            category=category, restriction=None, outdoor=outdoor, ordinal=ordinal, name=name,
            short_name=dict.fromkeys(("en", "ar", "fr"), short_name), display_point=display_point(shape),
            address_id=None, building_ids=[str(id_) for id_ in buildings] or None, **present({"dalil:hours": hours}),
        )  # fmt: skip
        return Storey(path, level_id, ordinal, outdoor)

    def space(
        self, storey: Storey, path: str, shape: shapely.Polygon, category: str, *, name: Labels | None = None,
        restriction: str | None = None, accessibility: tuple[str, ...] = (), covered: bool = False, cooled: bool = False,
        hours: str | None = None,
    ) -> Space:  # fmt: skip
        """Return a new unit of the storey."""
        full_path = f"{storey.path}/{path}"
        extras = {"dalil:covered": covered or None, "dalil:cooled": cooled or None, "dalil:hours": hours}
        unit_id = self.add(
            FeatureType.UNIT, full_path, shape,
            category=category, restriction=restriction, accessibility=list(accessibility) or None, name=name or None,
            alt_name=None, level_id=str(storey.id), display_point=display_point(shape), **present(extras),
        )  # fmt: skip
        space = Space(full_path, unit_id, storey, category, shape, restriction is not None)
        self.spaces.append(space)
        return space

    def door(
        self, inside: Space, outside: Space, *, width_m: float = 1.2, category: str = "pedestrian",
        automatic: bool = False, door_type: str | None = "swinging", material: str = "wood", name: Labels | None = None,
        hours: str | None = None, accessibility: tuple[str, ...] = (), access_control: tuple[str, ...] = (),
    ) -> UUID:  # fmt: skip
        """Return a door in the middle of the longest wall between two spaces. It lies on the level of the first."""
        wall = longest(shared_edges(inside.shape, outside.shape), f"{inside.path} and {outside.path}")
        door = None if door_type is None else {"type": door_type, "automatic": automatic, "material": material}
        line = middle_of(wall, width_m)
        return self.add(
            FeatureType.OPENING, f"{inside.path}|{outside.path}", line,
            category=category, accessibility=list(accessibility) or None, access_control=list(access_control) or None,
            door=door, name=name, alt_name=None, level_id=str(inside.storey.id),
            display_point=display_point(line.interpolate(0.5, normalized=True)), **present({"dalil:hours": hours}),
        )  # fmt: skip

    def open_side(self, one: Space, other: Space) -> None:
        """Join two spaces along everything that they share: no wall, no door, nothing but air."""
        for number, part in enumerate(_parts(shared_edges(one.shape, other.shape))):
            self.add(
                FeatureType.OPENING, f"{one.path}||{other.path}/{number}", part,
                category="pedestrian", accessibility=None, access_control=None, door=None, name=None, alt_name=None,
                level_id=str(one.storey.id), display_point=display_point(part.interpolate(0.5, normalized=True)),
            )  # fmt: skip

    def way(
        self, category: str, spaces: list[Space], *, directed: bool = False, hours: str | None = None, **extras: Any
    ) -> UUID:
        """Return a relationship from the first space to the last, by way of those between."""
        references = [{"id": str(space.id), "feature_type": "unit"} for space in spaces]
        path = f"{category}/{'>'.join(space.path for space in spaces)}"
        return self.add(
            FeatureType.RELATIONSHIP, path, None,
            category=category, direction="directed" if directed else "undirected", origin=references[0],
            intermediary=references[1:-1] or None, destination=references[-1], hours=hours,
            **{f"dalil:{key}": value for key, value in extras.items()},
        )  # fmt: skip

    def amenity(
        self, space: Space, category: str, *, name: Labels | None = None, hours: str | None = None,
        at: tuple[float, float] | None = None, accessibility: tuple[str, ...] = (), key: str = "",
    ) -> UUID:  # fmt: skip
        """Return an amenity at a point (metres) of the space, its middle unless told."""
        point = shapely.Point(at) if at else space.middle
        return self.add(
            FeatureType.AMENITY, f"{space.path}/{category}{key}", point,
            category=category, accessibility=list(accessibility) or None, name=name, alt_name=None, hours=hours,
            phone=None, website=None, unit_ids=[str(space.id)], address_id=None, correlation_id=None,
        )  # fmt: skip

    def occupant(
        self, space: Space, category: str, name: Labels, *, hours: str | None, address: UUID | None,
        website: str | None = None,
    ) -> UUID:  # fmt: skip
        """Return a tenant, and the anchor in the middle of its space."""
        anchor = self.add(
            FeatureType.ANCHOR, space.path, space.middle, address_id=optional_id(address), unit_id=str(space.id)
        )
        return self.add(
            FeatureType.OCCUPANT, space.path, None,
            name=name, category=category, anchor_id=str(anchor), hours=hours, phone=None, website=website,
            validity=None, correlation_id=None,
        )  # fmt: skip


def degrees(shape: BaseGeometry) -> dict[str, Any]:
    """Return the GeoJSON geometry of a shape in metres; outlines run anticlockwise (RFC 7946)."""
    wound = shapely.orient_polygons(shape) if shape.geom_type.endswith("Polygon") else shape
    geometry = write_geometry(FRAME.shape_to_lng_lat(wound))
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}


def display_point(shape: BaseGeometry) -> dict[str, Any]:
    """Return a GeoJSON point inside the shape."""
    centre = shape.centroid
    return degrees(centre if shape.intersects(centre) else shapely.point_on_surface(shape))


def present(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that have a value: our own extras are left out where they say nothing."""
    return {key: value for key, value in properties.items() if value is not None}


def optional_id(feature_id: UUID | None) -> str | None:
    return None if feature_id is None else str(feature_id)


def shared_edges(one: shapely.Polygon, other: shapely.Polygon) -> list[shapely.LineString]:
    """Return the straight pieces of wall that two outlines have in common."""
    common = shapely.line_merge(shapely.intersection(one.boundary, other.boundary))
    lines = [part for part in shapely.get_parts(common) if isinstance(part, shapely.LineString)]
    return [side for line in lines for side in _sides(line) if side.length > TOUCH_M]


def longest(edges: list[shapely.LineString], between: str) -> shapely.LineString:
    """Return the longest edge. Raises ValueError where there is none: the plan is wrong."""
    if not edges:
        raise ValueError(f"{between} share no wall")
    return max(edges, key=lambda edge: edge.length)


def middle_of(edge: shapely.LineString, width_m: float) -> shapely.LineString:
    """Return the middle of the edge, as wide as asked, the whole edge where it is shorter."""
    spare_m = max(0.0, (edge.length - width_m) / 2)
    ends = (edge.interpolate(spare_m), edge.interpolate(edge.length - spare_m))
    return shapely.LineString([(round(end.x, 3), round(end.y, 3)) for end in ends])


def _sides(line: shapely.LineString) -> list[shapely.LineString]:
    """Cut a line at its corners; a straight line of several pieces is one side."""
    corners = list(shapely.simplify(line, TOUCH_M).coords)
    return [shapely.LineString(pair) for pair in itertools.pairwise(corners)]


def _parts(edges: list[shapely.LineString]) -> list[shapely.LineString]:
    parts: list[shapely.LineString] = []
    for edge in edges:
        count = max(1, -(-int(edge.length) // int(WIDEST_OPENING_M)))
        stops = [edge.interpolate(index / count, normalized=True) for index in range(count + 1)]
        corners = [(round(stop.x, 3), round(stop.y, 3)) for stop in stops]
        parts += [shapely.LineString(pair) for pair in itertools.pairwise(corners)]
    return parts
