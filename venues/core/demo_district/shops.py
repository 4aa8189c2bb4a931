"""Shops, cafés and firms with names of our own invention: a family or place name and a trade."""

from dataclasses import dataclass

from numpy.random import Generator

from venues.core.demo_district.names import labels
from venues.core.demo_district.programme import Tenant
from venues.core.imdf.features import Labels

# Hours of a mall in Qatar: Friday opens after the noon prayer.
MALL_HOURS = "Sa-Th 10:00-22:00; Fr 14:00-23:00"
CAFE_HOURS = "Sa-Th 07:00-23:00; Fr 13:00-24:00"
RESTAURANT_HOURS = "Sa-We 12:00-23:00; Th 12:00-24:00; Fr 13:00-24:00"
OFFICE_HOURS = "Su-Th 07:00-15:00"
DAILY_HOURS = "Mo-Su 08:00-22:00"

# Words that a Gulf shop might bear: English and French share the transcription.
WORDS: tuple[tuple[str, str], ...] = (
    ("Al Rayhan", "الريحان"), ("Lulwa", "لؤلؤة"), ("Al Sadu", "السدو"), ("Dana", "دانة"), ("Al Bateel", "البتيل"),
    ("Noor", "نور"), ("Al Khor", "الخور"), ("Wadha", "وضحى"), ("Al Danah", "الدانة"), ("Mayasa", "مياسة"),
    ("Al Sidra", "السدرة"), ("Barzan", "برزان"), ("Al Hazm", "الحزم"), ("Jood", "جود"), ("Al Qamra", "القمرة"),
    ("Shaheen", "شاهين"), ("Al Majlis", "المجلس"), ("Rimal", "رمال"), ("Al Fanar", "الفنار"), ("Hayat", "حياة"),
    ("Al Mashrabiya", "المشربية"), ("Sama", "سما"), ("Al Dhow", "المحمل"), ("Nawras", "نورس"), ("Al Reem", "الريم"),
    ("Zafaran", "زعفران"), ("Al Oud", "العود"), ("Yasmin", "ياسمين"), ("Al Waha", "الواحة"), ("Marjan", "مرجان"),
    ("Al Ghaf", "الغاف"), ("Amwaj", "أمواج"), ("Al Nawras", "النورس"), ("Qasr", "قصر"), ("Al Badia", "البادية"),
    ("Ghazal", "غزال"), ("Al Anbar", "العنبر"), ("Rawda", "روضة"), ("Al Mina", "الميناء"), ("Hilal", "هلال"),
)  # fmt: skip


@dataclass(frozen=True)
class Trade:
    """A trade: its occupant category, how a shop of it is called, its hours and the unit's category."""

    category: str
    en: str
    ar: str
    fr: str
    hours: str = MALL_HOURS
    unit: str = "room"

    def called(self, word: tuple[str, str]) -> Labels:
        latin, arabic = word
        return labels(self.en.format(latin), self.ar.format(arabic), self.fr.format(latin))


TRADES: tuple[Trade, ...] = (
    Trade("shopping.perfume", "{} Perfumes", "عطور {}", "Parfums {}"),
    Trade("shopping.fashion", "{} Fashion", "أزياء {}", "Mode {}"),
    Trade("shopping.fashion", "{} Abayas", "عبايات {}", "Abayas {}"),
    Trade("shopping.jewelry", "{} Jewellery", "مجوهرات {}", "Joaillerie {}"),
    Trade("shopping.shoes", "{} Shoes", "أحذية {}", "Chaussures {}"),
    Trade("shopping.books", "{} Bookshop", "مكتبة {}", "Librairie {}"),
    Trade("shopping.electronics", "{} Electronics", "إلكترونيات {}", "Électronique {}"),
    Trade("shopping.toys", "{} Toys", "ألعاب {}", "Jouets {}"),
    Trade("shopping.sports", "{} Sports", "رياضة {}", "Sports {}"),
    Trade("shopping.home", "{} Home", "مفروشات {}", "Maison {}"),
    Trade("shopping.watches", "{} Watches", "ساعات {}", "Montres {}"),
    Trade("shopping.eyewear", "{} Opticians", "بصريات {}", "Optique {}"),
    Trade("shopping.gifts", "{} Gifts", "هدايا {}", "Cadeaux {}"),
    Trade("shopping.flowers", "{} Flowers", "زهور {}", "Fleurs {}"),
    Trade("shopping.cosmetics", "{} Cosmetics", "مستحضرات تجميل {}", "Cosmétiques {}"),
    Trade("shopping.carpets", "{} Carpets", "سجاد {}", "Tapis {}"),
    Trade("pharmacy", "{} Pharmacy", "صيدلية {}", "Pharmacie {}", DAILY_HOURS),
    Trade("beautysalon", "{} Salon", "صالون {}", "Salon de beauté {}"),
    Trade("bakery", "{} Bakery", "مخبز {}", "Boulangerie {}", CAFE_HOURS, "foodservice"),
    Trade("coffeeandtea", "{} Coffee", "قهوة {}", "Café {}", CAFE_HOURS, "foodservice"),
    Trade("restaurant", "{} Restaurant", "مطعم {}", "Restaurant {}", RESTAURANT_HOURS, "foodservice"),
    Trade("restaurant", "{} Grill", "مشويات {}", "Grillades {}", RESTAURANT_HOURS, "foodservice"),
    Trade("shopping.sweets", "{} Sweets", "حلويات {}", "Confiserie {}", CAFE_HOURS, "foodservice"),
)
CAFES = tuple(trade for trade in TRADES if trade.category == "coffeeandtea")
RESTAURANTS = tuple(trade for trade in TRADES if trade.category == "restaurant")
FIRMS: tuple[Trade, ...] = (
    Trade("financialservices", "{} Capital", "{} كابيتال", "{} Capital", OFFICE_HOURS, "office"),
    Trade("insurance", "{} Insurance", "{} للتأمين", "Assurances {}", OFFICE_HOURS, "office"),
    Trade("legalservices", "{} Law Office", "مكتب {} للمحاماة", "Cabinet d'avocats {}", OFFICE_HOURS, "office"),
    Trade("architects", "{} Architects", "{} للهندسة المعمارية", "Architectes {}", OFFICE_HOURS, "office"),
    Trade("consulting", "{} Consulting", "{} للاستشارات", "{} Conseil", OFFICE_HOURS, "office"),
    Trade("software", "{} Software", "{} للبرمجيات", "Logiciels {}", OFFICE_HOURS, "office"),
)


class Register:
    """Hands out tenants: no name twice while a trade has names left; then it opens second branches."""

    def __init__(self, random: Generator) -> None:
        self._random = random
        self._taken: set[tuple[Trade, str]] = set()

    def tenant(self, trades: tuple[Trade, ...]) -> tuple[Trade, Tenant]:
        """Return a tenant of one of the trades, with its trade."""
        every = [(trade, word) for trade in trades for word in WORDS]
        free = [(trade, word) for trade, word in every if (trade, word[0]) not in self._taken] or every
        trade, word = free[self._random.integers(len(free))]
        self._taken.add((trade, word[0]))
        return trade, Tenant(trade.category, trade.called(word), trade.hours)
