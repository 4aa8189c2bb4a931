"""What stands about: drinking water, cash machines, taxi ranks, information, kiosks, benches."""

import shapely

from venues.core.demo_district.ground import Ground
from venues.core.demo_district.names import labels
from venues.core.demo_district.rect import Rect
from venues.core.demo_district.sheet import Sheet, Space, degrees, display_point
from venues.core.demo_district.shops import CAFE_HOURS
from venues.core.imdf.features import FeatureType, Labels

TAXI = labels("Taxi rank", "موقف سيارات الأجرة", "Station de taxis")
WATER = labels("Drinking water", "مياه شرب", "Eau potable")
BENCHES = labels("Benches", "مقاعد", "Bancs")
INFORMATION = labels("District information", "استعلامات المنطقة", "Informations du quartier")

# Amenity, its name, and the piece of ground that it stands on.
OUTDOORS: tuple[tuple[str, Labels, str], ...] = (
    ("taxi", TAXI, "wadi-east-of-nakheel"),
    ("taxi", TAXI, "rayyan-east-of-masjid"),
    ("taxi", TAXI, "kahraba-east-of-nakheel"),
    ("information", INFORMATION, "station-square"),
    ("information", INFORMATION, "barahat"),
    ("drinkingfountain", WATER, "barahat"),
    ("drinkingfountain", WATER, "nakheel"),
    ("drinkingfountain", WATER, "masjid"),
    ("drinkingfountain", WATER, "al-baraha"),
    ("drinkingfountain", WATER, "block-3-3/lane-1"),
    ("seating", BENCHES, "nakheel"),
    ("seating", BENCHES, "al-baraha"),
    ("seating", BENCHES, "station-square"),
)
# Kiosks of 3 m by 3 m on the cooled square: name and place of the south-west corner.
KIOSKS: tuple[tuple[Labels, float, float], ...] = (
    (labels("Karak Kiosk", "كشك الكرك", "Kiosque à karak"), -10, -120),
    (labels("Dates Kiosk", "كشك التمور", "Kiosque à dattes"), 48, -120),
    (labels("Juice Kiosk", "كشك العصير", "Kiosque à jus"), -10, -92),
    (labels("Regag Kiosk", "كشك الرقاق", "Kiosque à regag"), 48, -92),
)
KIOSK_M = 3.0
CASH_MACHINE = labels("Cash machine", "صراف آلي", "Distributeur de billets")
PAY_STATION = labels("Parking pay station", "جهاز دفع المواقف", "Caisse du parking")


def furnish(sheet: Sheet, ground: Ground) -> None:
    """Draw what stands on squares and streets, in lobbies and in the car park."""
    for number, (category, name, key) in enumerate(OUTDOORS):
        place = ground.by_key[key].shape.representative_point()
        at = (round(place.x + 4 * (number % 3), 2), round(place.y - 1.5, 2))
        sheet.amenity(ground.by_key[key], category, name=name, at=at, key=f"-{number}")
    for name, x_m, y_m in KIOSKS:
        _kiosk(sheet, ground.by_key["barahat"], name, Rect(x_m, y_m, x_m + KIOSK_M, y_m + KIOSK_M))
    for space in list(sheet.spaces):
        _inside(sheet, space)


def _inside(sheet: Sheet, space: Space) -> None:
    if space.category == "lobby" and space.path.endswith("0/spine"):
        x_m, y_m = space.middle.x, space.middle.y
        sheet.amenity(space, "information", at=(x_m, round(y_m - 4, 2)))
        sheet.amenity(space, "atm", name=CASH_MACHINE, at=(x_m, round(y_m + 4, 2)))
        _desk(sheet, space, Rect(x_m - 1.5, y_m - 0.5, x_m + 1.5, y_m + 0.5))
    if space.category == "parking" and space.path.endswith(("zone-1", "zone-9", "zone-17")):
        sheet.amenity(space, "parkingpaystation", name=PAY_STATION)


def _kiosk(sheet: Sheet, ground: Space, name: Labels, rect: Rect) -> None:
    key = f"{ground.path}/{name['en']}"
    anchor = sheet.add(FeatureType.ANCHOR, key, shapely.Point(rect.centre), address_id=None, unit_id=str(ground.id))
    sheet.add(
        FeatureType.KIOSK, key, rect.polygon,
        name=name, alt_name=None, level_id=str(ground.storey.id), anchor_id=str(anchor),
        display_point=display_point(rect.polygon),
    )  # fmt: skip
    sheet.add(
        FeatureType.OCCUPANT, key, None,
        name=name, category="coffeeandtea", anchor_id=str(anchor), hours=CAFE_HOURS, phone=None, website=None,
        validity=None, correlation_id=None,
    )  # fmt: skip


def _desk(sheet: Sheet, lobby: Space, rect: Rect) -> None:
    """Draw the reception desk as a fixture, and its counter line as a detail."""
    sheet.add(
        FeatureType.FIXTURE, f"{lobby.path}/desk", rect.polygon,
        category="desk", name=labels("Reception desk", "مكتب الاستقبال", "Comptoir d'accueil"), alt_name=None,
        anchor_id=None, level_id=str(lobby.storey.id), display_point=degrees(rect.polygon.centroid),
    )  # fmt: skip
    counter = shapely.LineString([(rect.x0, rect.y0), (rect.x1, rect.y0)])
    sheet.add(FeatureType.DETAIL, f"{lobby.path}/desk", counter, level_id=str(lobby.storey.id))
