"""The streets of the district and the blocks between them, in metres east and north of 25.2855 N 51.5265 E.

Names of streets and squares that DISTRICT.md gives are true; where they run, and the others, is invented.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from venues.core.demo_district.names import labels
from venues.core.demo_district.rect import Rect
from venues.core.imdf.features import Labels

# 560 m by 555 m: 31 hectares. The station, at 25.2828 N 51.5257 E, is at the corner of Wadi Msheireb and Al Diwan Street.
DISTRICT = Rect(-280, -310, 280, 245)


@dataclass(frozen=True)
class Street:
    """A street from edge to edge of the district: between two lines east (avenues) or north of the origin."""

    key: str
    name: Labels
    start_m: float
    end_m: float


def _street(key: str, start_m: float, end_m: float, en: str, ar: str, fr: str) -> Street:
    return Street(key, labels(en, ar, fr), start_m, end_m)


# From west to east.
AVENUES = (
    _street("mariah", -280, -266, "Al Mariah Street", "شارع المارية", "Rue Al Mariah"),
    _street("nakheel", -160, -146, "Al Nakheel Street", "شارع النخيل", "Rue Al Nakheel"),
    _street("diwan", -50, -34, "Al Diwan Street", "شارع الديوان", "Rue Al Diwan"),
    _street("masjid", 76, 90, "Al Masjid Street", "شارع المسجد", "Rue Al Masjid"),
    _street("turath", 176, 188, "Al Turath Street", "شارع التراث", "Rue Al Turath"),
    _street("koot", 266, 280, "Al Koot Street", "شارع الكوت", "Rue Al Koot"),
)
# From south to north. Of Wadi Msheireb Street and Al Rayyan Road these are the pavements.
STREETS = (
    _street("wadi", -298, -290, "Wadi Msheireb Street", "شارع وادي مشيرب", "Rue Wadi Msheireb"),
    _street("sidra", -190, -178, "Al Sidra Street", "شارع السدرة", "Rue Al Sidra"),
    _street("kahraba", -70, -54, "Al Kahraba Street", "شارع الكهرباء", "Rue Al Kahraba"),
    _street("baraha", 40, 52, "Al Baraha Street", "شارع البراحة", "Rue Al Baraha"),
    _street("hara", 140, 152, "Al Hara Street", "شارع الحارة", "Rue Al Hara"),
    _street("rayyan", 225, 233, "Al Rayyan Road", "طريق الريان", "Route Al Rayyan"),
)
# Where only cars go: the carriageways at the south and north edge.
CARRIAGEWAYS = (
    (STREETS[0], Rect(DISTRICT.x0, DISTRICT.y0, DISTRICT.x1, STREETS[0].start_m)),
    (STREETS[-1], Rect(DISTRICT.x0, STREETS[-1].end_m, DISTRICT.x1, DISTRICT.y1)),
)


@dataclass(frozen=True)
class StreetPiece:
    """A piece of street between two crossings, or a crossing, which bears the name of the street that runs east."""

    key: str
    name: Labels
    rect: Rect


def street_pieces() -> Iterator[StreetPiece]:
    """Yield every crossing and every piece between crossings: they cover the streets without a gap."""
    for street in STREETS:
        for avenue in AVENUES:
            rect = Rect(avenue.start_m, street.start_m, avenue.end_m, street.end_m)
            yield StreetPiece(f"{street.key}-{avenue.key}", street.name, rect)
        for west, east in itertools.pairwise(AVENUES):
            rect = Rect(west.end_m, street.start_m, east.start_m, street.end_m)
            yield StreetPiece(f"{street.key}-east-of-{west.key}", street.name, rect)
    for avenue in AVENUES:
        for south, north in itertools.pairwise(STREETS):
            rect = Rect(avenue.start_m, south.end_m, avenue.end_m, north.start_m)
            yield StreetPiece(f"{avenue.key}-north-of-{south.key}", avenue.name, rect)


def block(column: int, row: int) -> Rect:
    """Return the ground of a block: columns from the west, rows from the south, both from 0 to 4."""
    return Rect(AVENUES[column].end_m, STREETS[row].end_m, AVENUES[column + 1].start_m, STREETS[row + 1].start_m)
