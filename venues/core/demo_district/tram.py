"""The tram: a closed loop, one way, nine stops. Names, order and hours are true (2020); the exact places are not."""

from venues.core.demo_district.ground import Ground
from venues.core.demo_district.names import labels
from venues.core.demo_district.sheet import Sheet
from venues.core.imdf.features import Labels

TRAM_HOURS = "Sa-Th 09:00-12:00,16:00-21:00; Fr 16:00-21:00"

# Name, and the piece of street where the tram stops, in the order of the loop.
STOPS: tuple[tuple[Labels, str], ...] = (
    (labels("Sahat Al Nakheel", "ساحة النخيل", "Sahat Al Nakheel"), "nakheel-north-of-kahraba"),
    (labels("Wadi Msheireb", "وادي مشيرب", "Wadi Msheireb"), "nakheel-north-of-wadi"),
    (labels("Galleria", "الغاليريا", "Galleria"), "diwan-north-of-sidra"),
    (labels("Msheireb Prayer Ground", "مصلى مشيرب", "Esplanade de prière de Msheireb"), "turath-north-of-baraha"),
    (labels("Heritage Quarter", "الحي التراثي", "Quartier du patrimoine"), "hara-east-of-masjid"),
    (labels("Al Baraha", "البراحة", "Al Baraha"), "hara-east-of-diwan"),
    (labels("Sahat Al Masjid", "ساحة المسجد", "Sahat Al Masjid"), "masjid-north-of-sidra"),
    (labels("Al Kahraba Street", "شارع الكهرباء", "Rue Al Kahraba"), "kahraba-east-of-diwan"),
    (labels("Al Mariah Street", "شارع المارية", "Rue Al Mariah"), "mariah-north-of-kahraba"),
)
TRAM_STOP = labels("tram stop", "محطة ترام", "Arrêt de tram")


def set_stops(sheet: Sheet, ground: Ground) -> None:
    """Draw the nine stops on their streets."""
    for number, (name, street) in enumerate(STOPS, 1):
        named = labels(f"{name['en']} {TRAM_STOP['en']}", f"{TRAM_STOP['ar']} {name['ar']}",
                       f"{TRAM_STOP['fr']} {name['fr']}")  # fmt: skip
        sheet.amenity(
            ground.by_key[street], "rail.muni", name=named, hours=TRAM_HOURS, accessibility=("wheelchair",),
            key=f"-{number}",
        )  # fmt: skip
