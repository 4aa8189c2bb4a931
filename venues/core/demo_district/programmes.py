"""What the rooms of each kind of building are for: mall, hotel, offices, school, archive, forum, museum, mosque."""

from collections.abc import Iterator
from itertools import count, cycle

from venues.core.demo_district.names import labels, numbered
from venues.core.demo_district.programme import STAFF, Floor, Programme, Tenant, Use
from venues.core.demo_district.shops import CAFES, FIRMS, RESTAURANTS, TRADES, Register, Trade
from venues.core.imdf.features import Labels

GUEST_ROOM = labels("Room", "غرفة", "Chambre")
OFFICE = labels("Office", "مكتب", "Bureau")
MEETING = labels("Meeting room", "قاعة اجتماعات", "Salle de réunion")
CLASSROOM = labels("Classroom", "فصل", "Classe")
GALLERY = labels("Gallery", "قاعة عرض", "Galerie")
READING = labels("Reading room", "قاعة مطالعة", "Salle de lecture")
DORMITORY = labels("Dormitory", "مهجع", "Dortoir")
KITCHEN = Use("kitchen", labels("Kitchen", "مطبخ", "Cuisine"), restriction=STAFF)
STORE = Use("storage", labels("Store room", "مخزن", "Réserve"), restriction=STAFF)
RECEPTION = Use("lobby", labels("Reception", "الاستقبال", "Réception"), amenities=("information",))


def shop(register: Register, trades: tuple[Trade, ...], span: int = 1) -> Use:
    """Return a room with a new tenant."""
    trade, tenant = register.tenant(trades)
    return Use(trade.unit, tenant.name, span, tenant)


def rooms(name: Labels, category: str, floor: Floor, span: int = 1) -> Iterator[Use]:
    """Yield rooms numbered as hotels and offices number them: 301, 302, ... on the third floor."""
    for number in count(1):
        yield Use(category, numbered(name, 100 * floor.number + number), span)


def mall(register: Register) -> Programme:
    """Shops on every floor, a hypermarket in the basement, a food court and a cinema on top."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number < 0:
            market = labels("Msheireb Hypermarket", "هايبرماركت مشيرب", "Hypermarché Msheireb")
            trade = Trade("supermarket", "", "", "")
            yield Use("room", market, 3, tenant_called(trade, market))
            yield Use("storage", STORE.name, restriction=STAFF)
        if floor.number == floor.top:
            for number in range(1, 5):
                yield Use("movietheater", numbered(labels("Cinema", "سينما", "Cinéma"), number), 2)
            yield Use("recreation", labels("Play zone", "منطقة الألعاب", "Espace de jeux"), 2, None, ("childplayarea",))
            for _ in range(8):
                yield shop(register, RESTAURANTS + CAFES)
        while True:
            large = floor.random.random() < 0.12
            yield shop(register, TRADES, span=2 if large else 1)

    return programme


def tenant_called(trade: Trade, name: Labels) -> Tenant:
    return Tenant(trade.category, name, trade.hours)


def hotel(register: Register) -> Programme:
    """Restaurants, lounges and halls on the ground floor, a gym on the first, guest rooms above."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            yield Use("lounge", labels("Majlis lounge", "صالة المجلس", "Salon Majlis"), 2, None, ("seating",))
            yield shop(register, RESTAURANTS, span=2)
            yield KITCHEN
            yield shop(register, CAFES)
            yield Use("auditorium", labels("Ballroom", "قاعة الاحتفالات", "Salle de bal"), 3)
            yield shop(register, RESTAURANTS, span=2)
            yield from numbered_uses(MEETING, "conferenceroom", 4)
        if floor.number == 1:
            yield Use("fitnessroom", labels("Gym", "صالة رياضية", "Salle de sport"), 2)
            yield Use("shower", labels("Showers", "حمامات", "Douches"))
            yield Use("privatelounge", labels("Club lounge", "صالة النادي", "Salon privé"), 2)
            yield from numbered_uses(MEETING, "conferenceroom", 6)
        yield from rooms(GUEST_ROOM, "room", floor)

    return programme


def offices(register: Register) -> Programme:
    """Cafés and shops on the ground floor, firms and their meeting rooms above."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            for _ in range(2):
                yield shop(register, CAFES)
            yield shop(register, RESTAURANTS, span=2)
            yield Use("waitingroom", labels("Waiting room", "غرفة انتظار", "Salle d'attente"), 1, None, ("seating",))
        numbers = rooms(OFFICE, "office", floor)
        for turn in count():
            if turn % 9 == 0:
                yield shop(register, FIRMS, span=2)
            elif turn % 5 == 0:
                yield Use("conferenceroom", numbered(MEETING, 100 * floor.number + turn))
            else:
                yield next(numbers)

    return programme


def retail(register: Register) -> Programme:
    """Shops below, restaurants above."""

    def programme(floor: Floor) -> Iterator[Use]:
        while True:
            yield shop(register, TRADES if floor.number == 0 else TRADES + FIRMS)

    return programme


def school() -> Programme:
    """Classrooms, laboratories, a library and a gym."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            yield Use("fitnessroom", labels("Sports hall", "الصالة الرياضية", "Gymnase"), 3)
            yield Use("foodservice", labels("Canteen", "المقصف", "Cantine"), 2)
            yield KITCHEN
            yield Use("auditorium", labels("Assembly hall", "قاعة الاجتماعات", "Salle des fêtes"), 3)
        if floor.number == 1:
            yield Use("library", labels("School library", "مكتبة المدرسة", "Bibliothèque scolaire"), 3)
            yield from numbered_uses(labels("Laboratory", "مختبر", "Laboratoire"), "laboratory", 4)
        yield from rooms(CLASSROOM, "classroom", floor)

    return programme


def archive() -> Programme:
    """Reading rooms and exhibitions in front, stacks that only staff enter behind."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            yield Use("room", labels("Exhibition hall", "قاعة المعارض", "Salle d'exposition"), 3, None, ("exhibit",))
            yield Use("auditorium", labels("Lecture hall", "قاعة المحاضرات", "Salle de conférences"), 2)
        yield Use("library", numbered(READING, 100 * floor.number + 1), 3)
        yield Use("office", labels("Records desk", "مكتب السجلات", "Bureau des archives"), 1, None, ("information",))
        for turn, use in zip(count(), rooms(labels("Stacks", "مستودع الوثائق", "Magasin"), "storage", floor)):
            yield Use(use.category, use.name, restriction=STAFF) if turn % 3 else Use("office", use.name and OFFICE)

    return programme


def forum(register: Register) -> Programme:
    """A theatre, an auditorium, a library, workshops and a café: the Al Baraha cultural forum."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            yield Use("theater", labels("Al Baraha Theatre", "مسرح البراحة", "Théâtre Al Baraha"), 3)
            yield shop(register, CAFES, span=2)
            yield Use("auditorium", labels("Auditorium", "قاعة المحاضرات", "Auditorium"), 2)
        if floor.number == 1:
            yield Use("library", labels("Forum library", "مكتبة المنتدى", "Bibliothèque du forum"), 3)
            yield Use("room", labels("Art gallery", "معرض الفنون", "Galerie d'art"), 2, None, ("exhibit",))
        yield from rooms(labels("Workshop", "ورشة", "Atelier"), "classroom", floor)

    return programme


def government(name: Labels, register: Register) -> Programme:
    """Halls that visitors may enter on the ground floor, offices behind a guard above."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            yield Use("waitingroom", labels("Waiting hall", "قاعة الانتظار", "Salle d'attente"), 2, None, ("seating",))
            yield Use("auditorium", labels("Ceremonial hall", "قاعة الاحتفالات", "Salle d'honneur"), 3)
            yield shop(register, CAFES)
        numbers = rooms(name, "office", floor)
        for turn in count():
            use = next(numbers)
            restricted = floor.number > 0 and turn % 2 == 1
            yield Use("conferenceroom" if turn % 7 == 6 else use.category, use.name,
                      restriction="restricted" if restricted else None)  # fmt: skip

    return programme


def clinic() -> Programme:
    """Consulting rooms and a pharmacy."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield RECEPTION
            yield Use("waitingroom", labels("Waiting room", "غرفة انتظار", "Salle d'attente"), 2, None, ("seating",))
            yield Use("firstaid", labels("Treatment room", "غرفة العلاج", "Salle de soins"))
        for turn, use in enumerate(rooms(labels("Consulting room", "غرفة كشف", "Cabinet"), "room", floor)):
            yield Use("laboratory", labels("Laboratory", "مختبر", "Laboratoire")) if turn == 7 else use

    return programme


def museum(galleries: tuple[Labels, ...]) -> Programme:
    """The house's own galleries first, then numbered ones, with an office and a store between."""

    def programme(floor: Floor) -> Iterator[Use]:
        if floor.number == 0:
            yield Use("room", labels("Museum shop", "متجر المتحف", "Boutique du musée"), 1, None, ())
        half = len(galleries) // 2
        for name in galleries[:half] if floor.number == 0 else galleries[half:]:
            yield Use("room", name, 1, None, ("exhibit",))
        yield Use("office", OFFICE, restriction=STAFF)
        for number in count(100 * floor.number + 1):
            yield Use("room", numbered(GALLERY, number), 1, None, ("exhibit",))

    return programme


def mosque() -> Programme:
    """A great prayer hall, washing places, a library; the women's hall above."""

    def programme(floor: Floor) -> Iterator[Use]:
        women = floor.number == floor.top
        hall = (
            labels("Women's prayer hall", "مصلى النساء", "Salle de prière femmes")
            if women
            else labels("Main prayer hall", "قاعة الصلاة الرئيسية", "Grande salle de prière")
        )
        yield Use("room", hall, 99, None, ("prayerroom.islam.female" if women else "prayerroom.islam.male",))
        sex = "female" if women else "male"
        washing = labels("Ablution room", "ميضأة", "Salle d'ablutions")
        others = (
            Use(f"restroom.{sex}", washing, 1, None, (f"restroom.{sex}",)),
            Use("library", labels("Qur'an library", "مكتبة القرآن", "Bibliothèque coranique")),
            Use("office", labels("Imam's office", "مكتب الإمام", "Bureau de l'imam")),
            STORE,
        )
        yield from cycle(others)

    return programme


def numbered_uses(name: Labels, category: str, number: int) -> Iterator[Use]:
    for place in range(1, number + 1):
        yield Use(category, numbered(name, place))
