"""The buildings that are drawn inside: name, use, floors, hours. Names of DISTRICT.md are true, plans never."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from venues.core.demo_district import programmes
from venues.core.demo_district.building import Design
from venues.core.demo_district.courtyard_house import House
from venues.core.demo_district.floor import Style
from venues.core.demo_district.names import labels
from venues.core.demo_district.programme import Programme
from venues.core.demo_district.sheet import Storey
from venues.core.demo_district.shops import DAILY_HOURS, MALL_HOURS, OFFICE_HOURS, RESTAURANT_HOURS, Register
from venues.core.imdf.features import Labels

MUSEUM_HOURS = "Mo-Th,Sa 09:00-17:00; Fr 15:00-21:00"
MOSQUE_HOURS = "Mo-Su 04:00-21:30"
SCHOOL_HOURS = "Su-Th 06:45-14:00"
ALWAYS = "24/7"

MALL = Style(room_width_m=9.5, room_depth_m=13, corridor_m=7, spine_m=14, core_m=9)
HOTEL = Style(room_width_m=4.5, room_depth_m=8, corridor_m=2.4, spine_m=9, core_m=6)
OFFICES = Style(room_width_m=4.2, room_depth_m=7.5, corridor_m=2.4, spine_m=7, core_m=6)
RETAIL = Style(room_width_m=6, room_depth_m=9, corridor_m=4, spine_m=6, core_m=5)
PUBLIC = Style(room_width_m=6, room_depth_m=8.5, corridor_m=3, spine_m=9, core_m=6)

Building = Design | House


@dataclass(frozen=True)
class Entry:
    """A building of the catalogue."""

    name: Labels
    address: str
    building: Building
    category: str = "unspecified"


def catalogue(register: Register, car_park: Mapping[int, Storey]) -> Mapping[str, Entry]:
    """Return every building that is drawn inside, by key."""
    return {**_trade(register, car_park), **_offices(register, car_park), **_hotels(register, car_park),
            **_museums(), **_public(register)}  # fmt: skip


def _trade(register: Register, car_park: Mapping[int, Storey]) -> dict[str, Entry]:
    galleria = Design(
        range(-1, 4), MALL, programmes.mall(register), MALL_HOURS, escalators=True, tenant_category="shoppingcenter",
        parking={-2: car_park[-2]},
    )  # fmt: skip
    arcade = Design(range(3), RETAIL, programmes.retail(register), MALL_HOURS, escalators=True,
                    tenant_category="shoppingcenter")  # fmt: skip
    return {
        "galleria": Entry(labels("Msheireb Galleria", "مشيرب غاليريا", "Msheireb Galleria"), "Al Kahraba Street", galleria),
        "wadi-arcade": Entry(labels("Wadi Arcade", "رواق الوادي", "Galerie Wadi"), "Wadi Msheireb Street", arcade),
        "sidra-arcade": Entry(labels("Sidra Arcade", "رواق السدرة", "Galerie Sidra"), "Al Sidra Street", arcade),
        "kahraba-arcade": Entry(labels("Kahraba Arcade", "رواق الكهرباء", "Galerie Kahraba"), "Al Kahraba Street",
                                replace(arcade, parking=car_park)),
        "attarin-arcade": Entry(labels("Perfumers' Arcade", "رواق العطارين", "Galerie des Parfumeurs"),
                                "Al Kahraba Street", arcade),
        "dhow-arcade": Entry(labels("Dhow Arcade", "رواق المحمل", "Galerie du Boutre"), "Al Diwan Street", arcade),
    }  # fmt: skip


def _offices(register: Register, car_park: Mapping[int, Storey]) -> dict[str, Entry]:
    tower = Design(range(6), OFFICES, programmes.offices(register), OFFICE_HOURS, tenant_category="office")
    low = replace(tower, floors=range(4))
    gateway = {
        f"qfc-{number}": Entry(
            labels(f"Qatar Financial Centre, Building {number}", f"مركز قطر للمال، مبنى {number}",
                   f"Centre financier du Qatar, bâtiment {number}"),
            "Al Masjid Street", tower,
        )
        for number in range(1, 5)
    }  # fmt: skip
    return {
        **gateway,
        "business-centre": Entry(labels("Mahatta Offices", "مكاتب المحطة", "Bureaux Al Mahatta"), "Al Sidra Street", low),
        "traders-house": Entry(labels("Traders' House", "بيت التجار", "Maison des négociants"), "Al Sidra Street",
                               replace(low, parking=car_park)),
        "kahraba-offices": Entry(labels("Kahraba Offices", "مكاتب الكهرباء", "Bureaux Kahraba"), "Al Kahraba Street", low),
    }  # fmt: skip


def _hotels(register: Register, car_park: Mapping[int, Storey]) -> dict[str, Entry]:
    house = Design(range(5), HOTEL, programmes.hotel(register), ALWAYS, tenant_category="hotel")
    return {
        "mandarin-oriental": Entry(labels("Mandarin Oriental", "ماندارين أورينتال", "Mandarin Oriental"),
                                   "Barahat Msheireb", replace(house, floors=range(6), parking=car_park)),
        "park-hyatt": Entry(labels("Park Hyatt", "بارك حياة", "Park Hyatt"), "Sahat Al Masjid", house),
        "alwadi": Entry(labels("Alwadi Hotel", "فندق الوادي", "Hôtel Alwadi"), "Sahat Al Nakheel", house),
    }  # fmt: skip


def _museum(en: str, ar: str, fr: str, floors: int, galleries: tuple[Labels, ...], roof_terrace: bool = False) -> Entry:
    house = House(tuple(range(floors)), programmes.museum(galleries), MUSEUM_HOURS, "museum", roof_terrace)
    return Entry(labels(en, ar, fr), "Heritage Quarter", house)


def _museums() -> dict[str, Entry]:
    return {
        "bin-jelmood": _museum("Bin Jelmood House", "بيت بن جلمود", "Maison Bin Jelmood", 2, (
            labels("Hall of Memory", "قاعة الذاكرة", "Salle de la mémoire"),
            labels("Routes of the Indian Ocean", "طرق المحيط الهندي", "Routes de l'océan Indien"),
            labels("Hall of Dignity", "قاعة الكرامة", "Salle de la dignité"),
            labels("Voices", "أصوات", "Voix"),
        )),
        "company-house": _museum("Company House", "بيت الشركة", "Maison de la Compagnie", 1, (
            labels("Pioneers", "الرواد", "Pionniers"),
            labels("Life in the camp", "الحياة في المخيم", "La vie au camp"),
        )),
        "mohammed-bin-jassim": _museum("Mohammed Bin Jassim House", "بيت محمد بن جاسم", "Maison Mohammed Bin Jassim", 2, (
            labels("Msheireb past", "مشيرب في الماضي", "Msheireb autrefois"),
            labels("Echoes", "أصداء", "Échos"),
            labels("The city to come", "المدينة القادمة", "La ville à venir"),
        )),
        "radwani": _museum("Radwani House", "بيت الرضواني", "Maison Radwani", 1, (
            labels("The majlis", "المجلس", "Le majlis"),
            labels("The well", "البئر", "Le puits"),
            labels("The kitchen", "المطبخ", "La cuisine"),
        ), roof_terrace=True),
    }  # fmt: skip


def _public(register: Register) -> dict[str, Entry]:
    def design(floors: int, programme: Programme, hours: str, tenant: str) -> Design:
        return Design(range(floors), PUBLIC, programme, hours, tenant_category=tenant)

    great_mosque = House((0, 1), programmes.mosque(), MOSQUE_HOURS, "mosque", room_depth_m=11)
    return {
        "diwan-annexe": Entry(labels("Diwan Annexe", "ملحق الديوان الأميري", "Annexe du Diwan"), "Al Rayyan Road",
            design(4, programmes.government(programmes.OFFICE, register), OFFICE_HOURS, "government")),
        "national-archive": Entry(labels("National Archive", "الأرشيف الوطني", "Archives nationales"), "Al Rayyan Road",
            design(4, programmes.archive(), OFFICE_HOURS, "library")),
        "amiri-guard": Entry(labels("Amiri Guard Barracks", "ثكنات الحرس الأميري", "Caserne de la Garde amirie"),
            "Al Rayyan Road", design(2, programmes.government(programmes.DORMITORY, register), OFFICE_HOURS, "government")),
        "forum": Entry(labels("Al Baraha Cultural Forum", "منتدى البراحة الثقافي", "Forum culturel Al Baraha"),
            "Al Baraha Street", design(3, programmes.forum(register), RESTAURANT_HOURS, "culturalcenter")),
        "school": Entry(labels("Msheireb School", "مدرسة مشيرب", "École de Msheireb"), "Al Kahraba Street",
            design(3, programmes.school(), SCHOOL_HOURS, "school")),
        "clinic": Entry(labels("Msheireb Clinic", "عيادة مشيرب", "Clinique de Msheireb"), "Al Diwan Street",
            design(3, programmes.clinic(), DAILY_HOURS, "clinic")),
        "friday-mosque": Entry(labels("Msheireb Friday Mosque", "جامع مشيرب", "Grande mosquée de Msheireb"),
            "Sahat Al Masjid", great_mosque),
        "hara-mosque": Entry(labels("Al Hara Mosque", "مسجد الحارة", "Mosquée Al Hara"), "Al Hara Street",
            replace(great_mosque, room_depth_m=7)),
    }  # fmt: skip
