"""Names in English, Arabic and French of what every building has: rooms, floors, lifts."""

from collections.abc import Mapping

from venues.core.imdf.features import Labels


def labels(en: str, ar: str, fr: str) -> Labels:
    """Return a text in the three languages of the district."""
    return {"en": en, "ar": ar, "fr": fr}


def numbered(name: Labels, number: int | str) -> Labels:
    """Return the name with a number behind it.

    >>> numbered(labels("Gate", "بوابة", "Porte"), 3)["fr"]
    'Porte 3'
    """
    return {tag: f"{text} {number}" for tag, text in name.items()}


LIFT = labels("Lift", "مصعد", "Ascenseur")

ROOM_NAMES: Mapping[str, Labels] = {
    "storage": labels("Store room", "مخزن", "Réserve"),
    "mechanical": labels("Plant room", "غرفة المعدات", "Local technique"),
    "serverroom": labels("Server room", "غرفة الخوادم", "Salle des serveurs"),
    "pantry": labels("Pantry", "مطبخ صغير", "Office"),
    "mailroom": labels("Mail room", "غرفة البريد", "Service du courrier"),
    "stairs": labels("Stairs", "درج", "Escalier"),
    "escalator": labels("Escalator", "سلم متحرك", "Escalier mécanique"),
    "restroom.female": labels("Women's restroom", "دورة مياه للنساء", "Toilettes femmes"),
    "restroom.male": labels("Men's restroom", "دورة مياه للرجال", "Toilettes hommes"),
    "restroom.unisex": labels("Restroom", "دورة مياه", "Toilettes"),
    "restroom.wheelchair": labels("Accessible restroom", "دورة مياه لذوي الإعاقة", "Toilettes accessibles"),
    "mothersroom": labels("Mothers' room", "غرفة الأمهات", "Salle d'allaitement"),
    "firstaid": labels("First aid", "إسعافات أولية", "Premiers secours"),
    "prayer_male": labels("Men's prayer room", "مصلى الرجال", "Salle de prière hommes"),
    "prayer_female": labels("Women's prayer room", "مصلى النساء", "Salle de prière femmes"),
    "phoneroom": labels("Phone room", "غرفة هاتف", "Cabine téléphonique"),
    "huddleroom": labels("Small meeting room", "غرفة اجتماع صغيرة", "Petite salle de réunion"),
    "lounge": labels("Lounge", "صالة", "Salon"),
}

FLOOR_NAMES: Mapping[int, Labels] = {
    -4: labels("Basement 4", "القبو الرابع", "Quatrième sous-sol"),
    -3: labels("Basement 3", "القبو الثالث", "Troisième sous-sol"),
    -2: labels("Basement 2", "القبو الثاني", "Deuxième sous-sol"),
    -1: labels("Basement 1", "القبو الأول", "Premier sous-sol"),
    0: labels("Ground floor", "الطابق الأرضي", "Rez-de-chaussée"),
    1: labels("First floor", "الطابق الأول", "Premier étage"),
    2: labels("Second floor", "الطابق الثاني", "Deuxième étage"),
    3: labels("Third floor", "الطابق الثالث", "Troisième étage"),
    4: labels("Fourth floor", "الطابق الرابع", "Quatrième étage"),
    5: labels("Fifth floor", "الطابق الخامس", "Cinquième étage"),
    6: labels("Sixth floor", "الطابق السادس", "Sixième étage"),
}


def level_name(floor: int) -> Labels:
    return FLOOR_NAMES[floor]


def short_level_name(floor: int) -> str:
    """Return what a lift's button says.

    >>> [short_level_name(floor) for floor in (-2, 0, 3)]
    ['B2', 'G', '3']
    """
    if floor < 0:
        return f"B{-floor}"
    return "G" if floor == 0 else str(floor)
