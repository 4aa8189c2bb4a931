"""The one outdoor level: streets, lanes, arcades and squares, joined to one another and to the buildings' doors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from venues.core.demo_district.blocks import OpenGround
from venues.core.demo_district.names import labels
from venues.core.demo_district.rect import Rect
from venues.core.demo_district.sheet import Sheet, Space, Storey, shared_edges
from venues.core.demo_district.streets import CARRIAGEWAYS, DISTRICT, street_pieces
from venues.core.imdf.features import Labels

NARROWEST_WAY_M = 1.5
GROUND = labels("Street level", "مستوى الشارع", "Niveau de la rue")


@dataclass
class Ground:
    """What has been drawn of the outdoor level."""

    sheet: Sheet
    storey: Storey
    by_key: dict[str, Space] = field(default_factory=dict)

    @classmethod
    def laid_out(cls, sheet: Sheet) -> "Ground":
        """Return the ground with its streets."""
        storey = sheet.storey("ground", DISTRICT.polygon, ordinal=0, name=GROUND, short_name="0", outdoor=True)
        ground = cls(sheet, storey)
        for piece in street_pieces():
            ground.put(piece.key, piece.rect.polygon, piece.name)
        for street, rect in CARRIAGEWAYS:
            sheet.space(storey, f"{street.key}-carriageway", rect.polygon, "road", name=street.name)
        return ground

    def put(
        self, key: str, shape: shapely.Polygon, name: Labels | None, *, covered: bool = False, cooled: bool = False,
        category: str = "walkway", accessibility: tuple[str, ...] = (),
    ) -> Space:  # fmt: skip
        """Return a new piece of ground."""
        space = self.sheet.space(
            self.storey, key, shape, category, name=name, covered=covered, cooled=cooled, accessibility=accessibility
        )
        self.by_key[key] = space
        return space

    def put_all(self, pieces: Iterable[OpenGround]) -> None:
        """Draw the open ground of a block."""
        for piece in pieces:
            self.put(piece.key, piece.rect.polygon, piece.name, covered=piece.covered, cooled=piece.cooled)

    def plant(self, key: str, beds: Sequence[Rect], name: Labels) -> None:
        """Draw planted beds. Nobody walks there: what lies round them must have been cut out."""
        for number, bed in enumerate(beds):
            self.sheet.space(self.storey, f"{key}-{number}", bed.polygon, "vegetation", name=name)

    def join(self) -> None:
        """Join every two pieces of ground that touch, along everything that they share."""
        spaces = list(self.by_key.values())
        tree = shapely.STRtree([space.shape for space in spaces])
        for index, space in enumerate(spaces):
            for other in sorted(int(found) for found in tree.query(space.shape, predicate="touches")):
                if other > index and _widest_m(space, spaces[other]) >= NARROWEST_WAY_M:
                    self.sheet.open_side(space, spaces[other])

    def open_doors(self, fronts: Mapping[Space, Labels]) -> None:
        """Give every front (a space on a building's ground floor) a main entrance to each piece of ground it touches."""
        spaces = list(self.by_key.values())
        tree = shapely.STRtree([space.shape for space in spaces])
        for front, name in fronts.items():
            for found in sorted(int(index) for index in tree.query(front.shape, predicate="touches")):
                if _widest_m(front, spaces[found]) >= NARROWEST_WAY_M:
                    self._entrance(front, spaces[found], name)

    def _entrance(self, front: Space, ground: Space, name: Labels) -> None:
        self.sheet.door(
            front, ground,
            width_m=2.4, category="pedestrian.principal", door_type="sliding", automatic=True, material="glass",
            accessibility=("wheelchair",), name=name,
        )  # fmt: skip


def _widest_m(one: Space, other: Space) -> float:
    return max((edge.length for edge in shared_edges(one.shape, other.shape)), default=0.0)
